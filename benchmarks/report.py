"""Puts the sections that benchmarks write together into ``RESULTS.md``."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
SECTIONS = (
    "starter_model",
    "documents",
    "reverse_search",
    "near_duplicates",
    "ocr",
    "regions",
    "calibration",
    "composition",
    "visibility",
    "label_efficiency",
    "classifier_ladder",
    "classify_speed",
    "finetuning",
    "training_speed",
    "encoder_throughput",
    "vector_search",
    "passages_speed",
    "duplicates_speed",
    "labelling_speed",
    "maps_speed",
    "reindex",
    "cold_start",
    "kill",
)
HEAD = """# Results

Written by the benchmarks themselves; each section says how to repeat it. Ratios are within one
run on one machine (2 shared cores, no GPU, unless a section says otherwise); absolute times are
only orders of magnitude.

"""


def write_section(name: str, markdown: str) -> None:
    """Stores one benchmark's section and rebuilds the page."""
    (FOLDER / "results").mkdir(exist_ok=True)
    (FOLDER / "results" / f"{name}.md").write_text(markdown, encoding="utf-8")
    rebuild()


def rebuild() -> None:
    """Writes ``RESULTS.md`` from the sections there are, in reading order."""
    files = [FOLDER / "results" / f"{name}.md" for name in SECTIONS]
    parts = [file.read_text(encoding="utf-8").rstrip() for file in files if file.exists()]
    (FOLDER / "RESULTS.md").write_text(HEAD + "\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    rebuild()
