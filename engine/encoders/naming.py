"""What an encoder from a folder is called, in health and in its fingerprint."""

from __future__ import annotations

from pathlib import Path

from engine.schemas import MODEL_NAME

MODELS, ENCODER = "models", "encoder"
"""A registered model lies in ``models/ID``; the encoder that it could be, in ``encoder`` there."""


def name_of_folder(folder: Path) -> str:
    """The folder's own name; of the encoder of a registered model, what stands for that model."""
    folder = folder.resolve()
    model = folder.parent
    if (model.parent.name, folder.name) == (MODELS, ENCODER):
        return f"{MODEL_NAME}{model.name}"
    return folder.name
