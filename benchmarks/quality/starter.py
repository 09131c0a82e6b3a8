"""The starter model's numbers: ``MAGPIE_BENCH_DATA=… python -m benchmarks.quality.starter``.

Finds photographs again from crops, re-encodings and filtered copies, beside raw pixels and a
colour histogram, and repeats the pictogram tables of the model card, which need the rendered
icon packages (see ``engine/starter/MODEL_CARD.md``).
"""

import json
import os
import sys
from pathlib import Path

from benchmarks.report import write_section
from engine.starter.card import measured_tables
from engine.starter.encode import StarterEncoder
from engine.starter.evaluate import EVALUATION_FILE
from engine.starter.folder import WEIGHTS_DIR
from engine.starter.photo_search import measure_photo_search

PHOTOGRAPHS = "photos"
"""The set within MAGPIE_BENCH_DATA: github.com/EliSchwartz/imagenet-sample-images."""


def main() -> int:
    """Measure, print and store the section; 1 when there are no photographs to search."""
    folder = os.environ.get("MAGPIE_BENCH_DATA")
    if folder is None or not (Path(folder) / PHOTOGRAPHS).is_dir():
        print(
            f"No photographs: set MAGPIE_BENCH_DATA to a folder that holds {PHOTOGRAPHS}/*.jpg.",
            file=sys.stderr,
        )
        return 1
    report = json.loads(EVALUATION_FILE.read_text("utf-8"))
    encoder = StarterEncoder(WEIGHTS_DIR)
    photo_dir = Path(folder) / PHOTOGRAPHS
    report["photo_search"] = measure_photo_search(photo_dir, encoder.encode_images)
    section = (
        "## Starter model\n\n"
        "Repeat with `MAGPIE_BENCH_DATA=… python -m benchmarks.quality.starter`. Recall in per"
        " cent; held-out concepts and unseen styles were never trained on"
        " (`engine/starter/MODEL_CARD.md`).\n\n" + measured_tables(report)
    )
    write_section("starter_model", section)
    print(section)
    return 0


if __name__ == "__main__":
    sys.exit(main())
