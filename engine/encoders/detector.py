"""Detectors through torchvision: where in a picture things are, whatever they are.

A detector is named as in `torchvision.models.detection` (``fasterrcnn_mobilenet_v3_large_fpn``,
``ssdlite320_mobilenet_v3_large``). What its classes are called does not matter: what a region shows
is told by CLIP. Its scores go nowhere, so boxes alone come out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.encoders.batcher import Batcher, BatchLimits
from engine.encoders.detector_weights import DetectorSource, load_network
from engine.encoders.device import Placement, choose_placement, limit_cpu_threads
from engine.encoders.fingerprint import fingerprint_of
from engine.encoders.ports import Pixels
from engine.encoders.registry import explained
from engine.schemas import Box, EncoderState

if TYPE_CHECKING:
    import torch

NAME = "detector"
DETECT_NOTHING = "unset ENGINE_DETECTOR to search without regions"

LONGEST_SIDE_PX = 1333
"""Larger pictures are looked at in this size, as torchvision's own detectors are trained to."""

MAX_OVERLAP = 0.5
"""Intersection over union from which two boxes count as one thing, of whatever class."""

LEAST_SIDE_PX = 16
"""Of a box, in the picture as posted: less shows nothing that CLIP could tell."""

LARGEST_SHARE = 0.85
"""Of the picture's area: more is the picture itself, which has a vector of its own."""

Detections = dict[str, "torch.Tensor"]
"""What torchvision's detectors say of a picture: `boxes` (K, 4) in pixels and `scores` (K)."""


@dataclass(frozen=True)
class DetectorRules:
    """Which of the boxes found are kept.

    Attributes:
        min_score: least score, from 0 to 1.
        max_regions: most boxes of one picture, the best ones.
    """

    min_score: float = 0.3
    max_regions: int = 8


@dataclass(frozen=True)
class DetectorModel:
    """A loaded detector.

    Attributes:
        network: torchvision's, in eval mode, on its device.
        fingerprint: two detectors with one fingerprint give the same boxes.
    """

    network: Any
    model: str
    fingerprint: str
    placement: Placement
    rules: DetectorRules


def load_detector(
    source: DetectorSource, placement: Placement, rules: DetectorRules
) -> DetectorModel:
    """Loads a detector with its weights. Blocks for seconds.

    It runs in float32: torchvision's operators on boxes know no half precision.

    Raises:
        ModelUnavailable: no such detector, or weights of another one. Whatever else torchvision,
            its hub or the file system raise comes through as it is; the registry explains it.
    """
    network, weights = load_network(source)
    placement = Placement(placement.device, "float32")
    network.eval().to(placement.device)
    fingerprint = fingerprint_of(
        model=source.model,
        weights=[weights],
        preprocessing={
            "rules": [rules.min_score, rules.max_regions],
            "boxes": [LONGEST_SIDE_PX, MAX_OVERLAP, LEAST_SIDE_PX, LARGEST_SHARE],
        },
        dtype=placement.dtype,
    )
    return DetectorModel(network, source.model, fingerprint, placement, rules)


@dataclass(frozen=True)
class _Prepared:
    """Pictures as the network takes them.

    Attributes:
        inputs: float32 (3, H, W) in 0..1, each in its own size.
        sizes_px: width and height of each as posted.
    """

    inputs: list[torch.Tensor]
    sizes_px: list[tuple[int, int]]


class DetectorStages:
    """Pictures to boxes: a row of `max_regions` times x, y, width and height, zeros at the end."""

    def __init__(self, model: DetectorModel) -> None:
        self._model = model

    def cost(self, picture: Pixels) -> int:
        """Pixels that the network sees."""
        height_px, width_px = picture.shape[:2]
        shrink = min(1.0, LONGEST_SIDE_PX / max(height_px, width_px))
        return max(1, int(height_px * width_px * shrink**2))

    def encode_pre(self, pictures: Sequence[Pixels]) -> _Prepared:
        """Pictures to tensors of bounded size."""
        return _Prepared(
            [_tensor(pixels) for pixels in pictures],
            [(pixels.shape[1], pixels.shape[0]) for pixels in pictures],
        )

    def encode_core(self, prepared: _Prepared) -> list[NDArray[np.float32]]:
        """The forward: the boxes kept of each picture, float32 (K, 4), as shares of it."""
        import torch

        device = self._model.placement.device
        with torch.inference_mode():
            found = self._model.network([each.to(device) for each in prepared.inputs])
        return [
            kept_boxes(detections, tuple(seen.shape[-2:]), size_px, self._model.rules)
            for detections, seen, size_px in zip(
                found, prepared.inputs, prepared.sizes_px, strict=True
            )
        ]

    def encode_post(self, boxes: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Boxes to rows of one length: float32 (N, 4 · max_regions)."""
        rows = np.zeros((len(boxes), self._model.rules.max_regions, 4), dtype=np.float32)
        for row, kept in zip(rows, boxes, strict=True):
            row[: len(kept)] = kept
        return rows.reshape(len(boxes), -1)


class Detector:
    """An `ObjectDetector` on a torchvision network, with one batcher in front."""

    def __init__(self, model: DetectorModel, limits: BatchLimits) -> None:
        self._model = model
        self._pictures = Batcher(NAME, DetectorStages(model), limits)

    @property
    def fingerprint(self) -> str:
        """Two detectors with one fingerprint find the same."""
        return self._model.fingerprint

    @property
    def alive(self) -> bool:
        """False once the worker has died."""
        return self._pictures.alive

    @property
    def state(self) -> EncoderState:
        """What health reports of it."""
        return EncoderState(
            name=NAME,
            model=self._model.model,
            fingerprint=self.fingerprint,
            device=self._model.placement.device,
            dtype=self._model.placement.dtype,
            queue_length=self._pictures.queue_length,
            alive=self.alive,
        )

    async def open(self) -> None:
        """Starts the worker on the running event loop and runs a first forward."""
        self._pictures.start()
        await self._pictures.encode([np.zeros((64, 64, 3), dtype=np.uint8)])

    async def detect(self, picture: Pixels) -> list[Box]:
        """The boxes of what a picture shows, the surest first.

        Raises:
            Busy: the queue is full.
            NotReady: the worker has died.
            EngineError: the network fails on this picture.
        """
        (row,) = await self._pictures.encode([picture])
        return [
            Box(x=x, y=y, width=width, height=height)
            for x, y, width, height in row.reshape(-1, 4).tolist()
            if width > 0
        ]

    async def close(self) -> None:
        """Finishes what waits, then stops the threads."""
        await self._pictures.close()


async def open_detector(
    source: DetectorSource, rules: DetectorRules, *, device: str, limits: BatchLimits
) -> Detector:
    """Loads a detector off the event loop and warms it up.

    Raises:
        ModelUnavailable: its weights cannot be had, are of another network, or cannot run here.
    """

    def load() -> DetectorModel:
        limit_cpu_threads()
        return load_detector(source, choose_placement(device), rules)

    model = await asyncio.to_thread(explained, source.model, load, DETECT_NOTHING)
    detector = Detector(model, limits)
    try:
        await detector.open()
    except BaseException:
        await detector.close()
        raise
    return detector


def kept_boxes(
    detections: Detections, seen_px: tuple[int, ...], size_px: tuple[int, int], rules: DetectorRules
) -> NDArray[np.float32]:
    """The boxes worth a vector, the surest first: float32 (K, 4), x, y, width, height as shares.

    Args:
        detections: of one picture.
        seen_px: height and width in which the network saw it.
        size_px: width and height as posted.
        rules: score and number.
    """
    from torchvision.ops import nms  # type: ignore[import-untyped]

    height, width = seen_px
    boxes, scores = detections["boxes"].float().cpu(), detections["scores"].float().cpu()
    finite = boxes.isfinite().all(dim=1) & scores.isfinite()
    sure = finite & (scores >= rules.min_score)
    boxes, scores = boxes[sure], scores[sure]
    boxes[:, 0::2] = boxes[:, 0::2].clamp(0, width) / width
    boxes[:, 1::2] = boxes[:, 1::2].clamp(0, height) / height
    sides = boxes[:, 2:] - boxes[:, :2]  # (K, 2)
    wide = sides[:, 0] * size_px[0] >= LEAST_SIDE_PX
    high = sides[:, 1] * size_px[1] >= LEAST_SIDE_PX
    fit = wide & high & (sides.prod(dim=1) <= LARGEST_SHARE)
    boxes, scores, sides = boxes[fit], scores[fit], sides[fit]
    best = nms(boxes, scores, MAX_OVERLAP)[: rules.max_regions]
    kept: NDArray[np.float32] = np.concatenate([boxes[best, :2], sides[best]], axis=1)
    return kept


def _tensor(pixels: Pixels) -> torch.Tensor:
    """Pixels to float32 (3, H, W) in 0..1, shrunk to `LONGEST_SIDE_PX`."""
    import torch
    from PIL import Image

    picture = Image.fromarray(pixels)
    picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255
