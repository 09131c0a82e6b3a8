"""Going on from a trained model instead of from nothing."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.starter.distill import padded_tokenizer, read_tokenizer, tokenise


def adopt_towers(folder: Path, work: Path) -> None:
    """Put a model's towers into the work folder, for the image stage to start from.

    The lesson keeps its texts and targets; its tokens become those of the model's own tokenizer,
    as the vocabulary depends on the release of the texts' sources.

    Args:
        folder: an open_clip folder of the starter's shape.
        work: a work folder with a lesson in it.
    """
    import open_clip  # type: ignore[import-untyped]

    model: Any = open_clip.create_model_from_pretrained(f"local-dir:{folder}")[0]
    text_dir = work / "text"
    torch.save(model.text.state_dict(), text_dir / "text.pt")
    torch.save(
        {"visual": model.visual.state_dict(), "logit_scale": model.logit_scale.data},
        work / "start.pt",
    )
    (work / "image.pt").unlink(missing_ok=True)  # the image stage would go on from there instead
    shutil.copyfile(folder / "tokenizer.json", text_dir / "tokenizer.json")
    texts = json.loads((text_dir / "texts.json").read_text("utf-8"))
    tokens = tokenise(padded_tokenizer(read_tokenizer(text_dir)), texts)
    lesson = dict(np.load(text_dir / "lesson.npz"))
    np.savez(text_dir / "lesson.npz", **{**lesson, "tokens": tokens.numpy().astype(np.int16)})
