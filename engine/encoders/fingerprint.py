"""What makes two encoders interchangeable, as one digest.

The fingerprint is the sha256 over a canonical JSON of: the model's name, the sha256 of each weight
file, the preprocessing (picture transform, tokeniser, pooling, architecture) and the dtype
policy. It depends on no path, machine, library version or process, so a collection built on one
machine is recognised on another, and an upgrade that changes no vector changes no fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

WEIGHT_SUFFIXES = (".safetensors", ".bin", ".pth", ".pt")
"""In the order in which the libraries prefer them."""

SETTINGS_FILES = (
    "config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
)
"""Files of a model folder, and of its module folders, that change vectors."""


def weight_files(folder: Path) -> list[Path]:
    """The files of a model folder that hold its weights, in the preferred format only."""
    for suffix in WEIGHT_SUFFIXES:
        if found := sorted(folder.rglob(f"*{suffix}")):
            return found
    return []


def digest_of_settings(folder: Path) -> dict[str, str]:
    """sha256 of each settings file of a model folder by its relative path; empty without one."""
    return {
        path.relative_to(folder).as_posix(): sha256_of_file(path)
        for path in sorted(folder.rglob("*.json"))
        if path.name in SETTINGS_FILES
    }


def sha256_of_file(path: Path) -> str:
    """Hex sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint_of(
    *,
    model: str,
    weights: Sequence[Path],
    preprocessing: Mapping[str, Any],
    dtype: str,
) -> str:
    """Hex digest of 64 digits over everything that decides an encoder's vectors."""
    described = {
        "model": model,
        "weights": [sha256_of_file(path) for path in weights],
        "preprocessing": preprocessing,
        "dtype": dtype,
    }
    canonical = json.dumps(described, sort_keys=True, separators=(",", ":"), default=list)
    return hashlib.sha256(canonical.encode()).hexdigest()
