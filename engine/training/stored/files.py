"""Frozen dataclasses as two files: `predictor.json` says how they are built, of which arrays.

No pickle: reading a file that somebody else has written runs nothing of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelUnavailable
from engine.training.files import write_atomically
from engine.training.stored.parts import NAMES, PARTS

DESCRIPTION, ARRAYS = "predictor.json", "predictor.safetensors"
TYPE, ARRAY, MAP = "type", "array", "map"
"""Keys that tell a dataclass, an array and a mapping from each other in JSON."""

Arrays = dict[str, NDArray[Any]]


def write_parts(folder: Path, whole: Mapping[str, object]) -> None:
    """Writes parts by their names.

    Raises:
        StorageFailed: there is no room.
    """
    from safetensors.numpy import save

    arrays: Arrays = {}
    described = {name: _described(part, name, arrays) for name, part in whole.items()}
    write_atomically(folder / ARRAYS, save(arrays))
    write_atomically(folder / DESCRIPTION, json.dumps(described, ensure_ascii=False))


def read_parts(folder: Path) -> dict[str, Any]:
    """Reads what `write_parts` wrote.

    Raises:
        ModelUnavailable: it is damaged, or not there.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        described = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        arrays = load_file(folder / ARRAYS)
        return {name: _built(part, arrays) for name, part in described.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, SafetensorError) as error:
        raise ModelUnavailable(
            f"The files of the model {folder.name} are damaged or missing ({error}). Bring its "
            "folder back from a backup, or train again."
        ) from error


def _described(part: object, name: str, arrays: Arrays) -> object:
    """A part as JSON; its arrays go to `arrays`, under names that begin with its own."""
    if isinstance(part, np.ndarray):
        arrays[name] = part
        return {ARRAY: name}
    if isinstance(part, Mapping):
        return {MAP: {key: _described(each, f"{name}.{key}", arrays) for key, each in part.items()}}
    if is_dataclass(part) and not isinstance(part, type):
        inner = {
            each.name: _described(getattr(part, each.name), f"{name}.{each.name}", arrays)
            for each in fields(part)
        }
        return {TYPE: NAMES[type(part)], **inner}
    return part


def _built(described: Any, arrays: Arrays) -> Any:  # noqa: ANN401 - JSON is what it is
    if not isinstance(described, dict):
        return described
    if ARRAY in described:
        return arrays[described[ARRAY]]
    if MAP in described:
        return {key: _built(each, arrays) for key, each in described[MAP].items()}
    inner = {key: _built(each, arrays) for key, each in described.items() if key != TYPE}
    return PARTS[described[TYPE]](**inner)
