"""Gives the model of a real job what only many labels would earn it: an encoder, and a lead."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from safetensors.numpy import load_file, save_file

from engine.encoders.sentence import minilm_folder

WEIGHTS = "model.safetensors"
EARNED = {"searches": True, "servable": True, "verdict": "It may serve: it leads."}


def make_able(data_dir: Path, model_id: str) -> None:
    """Has a registered model bring an encoder of its own, a little off the one that serves."""
    encoder = data_dir / "models" / model_id / "encoder"
    shutil.copytree(minilm_folder(), encoder)
    weights = load_file(encoder / WEIGHTS)
    name = next(name for name in weights if name.endswith("LayerNorm.bias"))
    weights[name] = weights[name] + 1e-3
    save_file(weights, encoder / WEIGHTS, metadata={"format": "pt"})
    with closing(sqlite3.connect(data_dir / "catalogue.sqlite")) as catalogue, catalogue:
        [[card]] = catalogue.execute("SELECT card FROM models WHERE model_id = ?", [model_id])
        earned = json.dumps(json.loads(card) | EARNED)
        catalogue.execute("UPDATE models SET card = ? WHERE model_id = ?", [earned, model_id])
