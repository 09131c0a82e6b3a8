"""How learning is drawn while it goes on."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from engine.schemas import JobProgress
from engine.training.curve_picture import curve_picture


def drawn(*, train_loss: list[float], validation_accuracy: list[float]) -> np.ndarray:
    """The picture's pixels, uint8 (H, W, 3)."""
    progress = JobProgress(train_loss=train_loss, validation_accuracy=validation_accuracy)
    return np.asarray(Image.open(BytesIO(curve_picture(progress))).convert("RGB"))


def test_each_curve_is_in_its_half() -> None:
    """Whoever watches would take one curve for the other, or see only one of them."""
    one = drawn(train_loss=[2.0, 1.0, 0.5], validation_accuracy=[0.2, 0.6, 0.9])
    other = drawn(train_loss=[2.0, 1.9, 0.5], validation_accuracy=[0.2, 0.6, 0.9])
    columns = np.flatnonzero((one != other).any(axis=(0, 2)))
    assert columns.size
    assert columns.max() < one.shape[1] / 2


def test_one_epoch_and_no_validation_can_be_drawn() -> None:
    """The message of a job without a validation split would never be edited again."""
    assert drawn(train_loss=[0.0], validation_accuracy=[]).std() > 0
