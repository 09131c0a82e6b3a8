"""Detectors: loaded with whatever weights they are given, and tamed in what they find."""

from __future__ import annotations

import urllib.error
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders.batcher import BatchLimits
from engine.encoders.detector import (
    LEAST_SIDE_PX,
    Detector,
    DetectorModel,
    DetectorRules,
    kept_boxes,
    load_detector,
    open_detector,
)
from engine.encoders.detector_weights import DetectorSource
from engine.encoders.device import Placement
from engine.errors import EngineError, ModelUnavailable

pytestmark = pytest.mark.timeout(400)  # imports torch, which a busy machine takes minutes for

SSDLITE = "ssdlite320_mobilenet_v3_large"
CPU = Placement("cpu", "float32")
CLASSES = 5


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained detector of some classes, as training would save it."""
    import torch
    from torchvision.models.detection import (  # type: ignore[import-untyped]
        ssdlite320_mobilenet_v3_large,
    )

    torch.manual_seed(0)
    network = ssdlite320_mobilenet_v3_large(
        weights=None, weights_backbone=None, num_classes=CLASSES
    )
    file = tmp_path_factory.mktemp("detector") / "weights.pth"
    torch.save(network.state_dict(), file)
    return file


async def test_a_file_of_weights_is_all_it_takes(weights: Path) -> None:
    """Broken: somebody's own detector cannot be loaded, or finds other things at each start."""
    source = DetectorSource(SSDLITE, str(weights))
    rules = DetectorRules(min_score=0.0, max_regions=3)
    picture = np.random.default_rng(0).integers(0, 255, (90, 160, 3), dtype=np.uint8)
    detector = await open_detector(source, rules, device="cpu", limits=BatchLimits())
    found = [await detector.detect(picture) for _ in range(2)]
    assert found[0] == found[1]
    assert len(found[0]) == 3
    for box in found[0]:
        assert 0 <= box.x <= box.x + box.width <= 1.001
        assert 0 <= box.y <= box.y + box.height <= 1.001
    assert detector.alive
    assert detector.state.fingerprint == detector.fingerprint
    await detector.close()


def test_the_fingerprint_tells_what_finds_other_boxes(weights: Path) -> None:
    """Broken: regions of another score or number stay, or all are made again at each start."""
    source = DetectorSource(SSDLITE, str(weights))
    first, again, stricter = (
        load_detector(source, CPU, DetectorRules(min_score=score)).fingerprint
        for score in (0.3, 0.3, 0.5)
    )
    assert first == again != stricter


@pytest.mark.parametrize(
    ("model", "named", "said"),
    [
        ("yolo", None, "torchvision has no detector yolo; it has fasterrcnn"),
        (SSDLITE, "missing/weights.pth", "There is no file missing/weights.pth"),
        (SSDLITE, "COCO_V9", "torchvision has no weights COCO_V9"),
    ],
)
async def test_a_wrong_setting_is_said_with_the_way_out(
    model: str, named: str | None, said: str
) -> None:
    """Broken: a typing error in a setting ends in a traceback."""
    with pytest.raises(ModelUnavailable, match=said):
        await opened(model, named)


async def test_weights_of_another_network_are_refused(weights: Path, tmp_path: Path) -> None:
    """Broken: a detector runs with half of its weights random, and marks nonsense."""
    import torch

    with pytest.raises(ModelUnavailable, match="are not those of a fasterrcnn"):
        await opened("fasterrcnn_mobilenet_v3_large_320_fpn", str(weights))
    odd = torch.load(weights, weights_only=True)
    name = "head.classification_head.module_list.0.1.weight"
    odd[name] = odd[name][:-1]
    torch.save(odd, tmp_path / "odd.pth")
    with pytest.raises(ModelUnavailable, match="are not those of"):
        await opened(SSDLITE, str(tmp_path / "odd.pth"))


async def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path) -> None:
    """Broken: code in a pickle is run, or a text file ends in a traceback."""
    import torch

    (tmp_path / "notes.pth").write_text("buy milk")
    torch.save({"epoch": 3}, tmp_path / "checkpoint.pth")
    torch.save(torch.nn.Linear(1, 1), tmp_path / "pickled.pth")
    for name, said in (
        ("notes.pth", "cannot be read as weights"),
        ("pickled.pth", "cannot be read as weights"),
        ("checkpoint.pth", "holds no state dict"),
    ):
        with pytest.raises(ModelUnavailable, match=said):
            await opened(SSDLITE, str(tmp_path / name))


async def test_a_failed_download_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: without network nobody is told what is missing and how to go on."""

    def unreachable(*_: Any, **__: Any) -> Any:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr("torch.hub.urlopen", unreachable)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(ModelUnavailable, match=r"Name or service not known.*unset ENGINE_DETECTOR"):
        await opened(SSDLITE, None)


async def opened(model: str, named: str | None) -> Detector:
    """The detector of two settings."""
    source = DetectorSource(model, named)
    return await open_detector(source, DetectorRules(), device="cpu", limits=BatchLimits())


class _Stumbling:
    """Gives no box for a black picture, and fails on a white one."""

    def __call__(self, pictures: list[Any]) -> list[dict[str, Any]]:
        import torch

        if any(picture.mean() > 0.9 for picture in pictures):
            raise RuntimeError("out of memory")
        empty = {"boxes": torch.zeros(0, 4), "scores": torch.zeros(0)}
        return [empty for _ in pictures]


async def test_a_picture_that_breaks_the_network_fails_alone() -> None:
    """Broken: one odd picture takes the regions of all that are looked at with it."""
    model = DetectorModel(_Stumbling(), SSDLITE, "f", CPU, DetectorRules())
    detector = Detector(model, BatchLimits())
    await detector.open()
    huge = np.zeros((1, 9000, 3), np.uint8)
    assert await detector.detect(huge) == []
    with pytest.raises(EngineError, match="out of memory"):
        await detector.detect(np.full((40, 40, 3), 255, np.uint8))
    assert await detector.detect(np.zeros((40, 40, 3), np.uint8)) == []
    await detector.close()


def test_only_boxes_worth_a_vector_are_kept() -> None:
    """Broken: the same thing is kept twice, or boxes that show nothing or everything."""
    import torch

    small = LEAST_SIDE_PX - 1
    found = [
        ([10.0, 10, 60, 60], 0.9),  # kept
        ([12.0, 10, 62, 60], 0.8),  # the same thing, of another class
        ([-50.0, 100, 50, 400], 0.7),  # kept, cut at the edges
        ([0.0, 0, 200, 200], 0.9),  # the whole picture
        ([100.0, 100, 100 + small, 150], 0.9),  # too narrow
        ([300.0, 300, 400, 400], 0.9),  # outside
        ([20.0, 80, 60, 120], 0.1),  # not sure enough
        ([float("nan"), 0, 10, 10], 0.9),
        ([150.0, 150, 100, 100], 0.9),  # inside out
    ]
    boxes = torch.tensor([box for box, _ in found])
    scores = torch.tensor([score for _, score in found])
    detections = {"boxes": boxes, "scores": scores}
    kept = kept_boxes(detections, (200, 200), (200, 200), DetectorRules())
    assert kept == pytest.approx(np.array([[0.05, 0.05, 0.25, 0.25], [0, 0.5, 0.25, 0.5]]))
    assert len(kept_boxes(detections, (200, 200), (200, 200), DetectorRules(max_regions=1))) == 1
    nothing = {"boxes": torch.zeros(0, 4), "scores": torch.zeros(0)}
    assert kept_boxes(nothing, (200, 200), (200, 200), DetectorRules()).shape == (0, 4)
