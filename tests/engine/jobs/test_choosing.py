"""Which methods a job compares when nobody says."""

from __future__ import annotations

import pytest

from engine.errors import BadRequest
from engine.jobs.choosing import TUNED_FROM, Effort, chosen
from engine.schemas import ItemKind, TrainingMethod
from engine.training.methods import suiting


@pytest.mark.parametrize("kind", list(ItemKind))
def test_fine_tuning_waits_for_labels(kind: ItemKind) -> None:
    """A handful of labels would cost minutes of training that cannot help; or many get none."""
    few, why_few = chosen(kind, [], smallest_class=TUNED_FROM - 1)
    many, why_many = chosen(kind, [], smallest_class=TUNED_FROM)
    assert set(few) < set(many)
    assert TrainingMethod.PROBE in few
    assert str(TUNED_FROM) in why_few
    assert "fine-tuning" in why_many


def test_what_a_machine_cannot_train_in_minutes_is_left_out() -> None:
    """A team with a large model and no GPU would wait for hours that nobody asked for."""
    image = ItemKind.IMAGE
    small, _ = chosen(image, [], smallest_class=20, effort=Effort("cpu", 2_000_000))
    large, why = chosen(image, [], smallest_class=20, effort=Effort("cpu", 93_000_000))
    on_gpu, _ = chosen(image, [], smallest_class=20, effort=Effort("cuda", 93_000_000))
    assert TrainingMethod.LP_FT not in large
    assert "93 million" in why
    assert set(large) < set(small) < set(on_gpu)
    asked, _ = chosen(
        image, [TrainingMethod.LP_FT], smallest_class=20, effort=Effort("cpu", 93_000_000)
    )
    assert asked == [TrainingMethod.LP_FT]


@pytest.mark.parametrize("kind", list(ItemKind))
@pytest.mark.parametrize("device", ["cpu", "cuda"])
@pytest.mark.parametrize("smallest", [4, 100])
def test_zero_shot_and_a_probe_are_always_compared(
    kind: ItemKind, device: str, smallest: int
) -> None:
    """Nothing would keep the method that is preferred from being worse than either."""
    methods, _ = chosen(kind, [], smallest_class=smallest, effort=Effort(device, 10))
    assert {TrainingMethod.ZERO_SHOT, TrainingMethod.PROBE} < set(methods)
    assert methods == [each for each in suiting(kind) if each in methods]


def test_wanted_methods_come_once_and_simplest_first() -> None:
    """A method named twice would be trained twice, or the table be in no order."""
    wanted = [TrainingMethod.PROBE, TrainingMethod.PIXELS, TrainingMethod.PROBE]
    methods, _ = chosen(ItemKind.IMAGE, wanted, smallest_class=4)
    assert methods == [TrainingMethod.PIXELS, TrainingMethod.PROBE]


def test_a_method_for_other_items_is_refused_with_those_there_are() -> None:
    """A job would wait its turn only to fail."""
    with pytest.raises(BadRequest, match=r"Not for texts: pixels\. There is tfidf"):
        chosen(ItemKind.TEXT, [TrainingMethod.PIXELS], smallest_class=4)


def test_another_network_is_for_pictures_and_what_needs_no_words() -> None:
    """A job would be ordered that fails in all its methods."""
    methods, _ = chosen(ItemKind.IMAGE, [], smallest_class=TUNED_FROM, backbone="resnet50")
    assert TrainingMethod.ZERO_SHOT not in methods
    assert {TrainingMethod.PROBE, TrainingMethod.LP_FT} < set(methods)
    with pytest.raises(BadRequest, match="Not for images with resnet50: zero_shot"):
        chosen(ItemKind.IMAGE, [TrainingMethod.ZERO_SHOT], smallest_class=4, backbone="resnet50")
    with pytest.raises(BadRequest, match="a network for pictures"):
        chosen(ItemKind.TEXT, [], smallest_class=4, backbone="resnet50")
    with pytest.raises(BadRequest, match="no backbone resnet51"):
        chosen(ItemKind.IMAGE, [], smallest_class=4, backbone="resnet51")
