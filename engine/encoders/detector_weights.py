"""A torchvision detector and its weights, from a file or from torchvision's hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ModelUnavailable

if TYPE_CHECKING:
    import torch
    from torchvision.models import Weights  # type: ignore[import-untyped]

    StateDict = dict[str, torch.Tensor]

ASSUMED_CLASSES = 2
"""With which the network is built to compare its shapes with the file's."""


@dataclass(frozen=True)
class DetectorSource:
    """Which detector, and where its weights are.

    Attributes:
        model: a name of `torchvision.models.detection`.
        weights: a file, or a name of torchvision's own for this detector (``COCO_V1``); its
            default ones if empty.
    """

    model: str
    weights: str | None = None


def load_network(source: DetectorSource) -> tuple[Any, Path]:
    """Builds the network for as many classes as its weights tell apart.

    Returns:
        The network, and the file its weights were read from.

    Raises:
        ModelUnavailable: torchvision has no such detector, or the weights are of another one.
    """
    build = _builder(source.model)
    file = _local_file(source) or _downloaded(source)
    state = _read(file)
    network = build(
        weights=None,
        weights_backbone=None,
        num_classes=_class_count(build, state, source.model, file),
    )
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise _of_another_network(source.model, file) from error
    return network, file


def _builder(model: str) -> Any:  # noqa: ANN401 - torchvision is not typed
    from torchvision.models import detection, list_models

    known = list_models(module=detection)
    if model not in known:
        raise ModelUnavailable(
            f"torchvision has no detector {model}; it has {', '.join(known)}. Correct "
            "ENGINE_DETECTOR, or unset it to search without regions."
        )
    return getattr(detection, model)


def _local_file(source: DetectorSource) -> Path | None:
    """The file that is named, if it is one; a name of torchvision's has no dot and no slash."""
    if source.weights is None or source.weights.isidentifier():
        return None
    file = Path(source.weights)
    if not file.is_file():
        raise ModelUnavailable(
            f"There is no file {file} with the detector's weights. Correct "
            "ENGINE_DETECTOR_WEIGHTS, or unset ENGINE_DETECTOR to search without regions."
        )
    return file


def _downloaded(source: DetectorSource) -> Path:
    """The weights from torchvision's hub; kept in torch's cache, where they are found again."""
    import torch
    from torchvision.models import get_model_weights

    offered = get_model_weights(source.model)
    named = source.weights or "DEFAULT"
    if named not in offered.__members__:
        raise ModelUnavailable(
            f"torchvision has no weights {named} for {source.model}; it has "
            f"{', '.join(offered.__members__)}. Name one of them, or a file, in "
            "ENGINE_DETECTOR_WEIGHTS."
        )
    weights: Weights = offered[named]
    weights.get_state_dict(progress=False, check_hash=True)
    return Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name


def _read(file: Path) -> StateDict:
    """The tensors in a file; never code, which a pickle could hold."""
    import torch

    try:
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(file)
        state = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ModelUnavailable(
            f"The file {file} cannot be read as weights ({type(error).__name__}). It should be a "
            "state dict, saved by torch.save or as .safetensors."
        ) from error
    if not isinstance(state, dict) or not all(hasattr(each, "shape") for each in state.values()):
        raise ModelUnavailable(
            f"The file {file} holds no state dict, only tensors by name can be loaded: save "
            "model.state_dict()."
        )
    return state


def _class_count(
    build: Any,  # noqa: ANN401 - as `_builder`
    state: StateDict,
    model: str,
    file: Path,
) -> int:
    """How many classes the weights tell apart, the background included.

    The rows of a detector's classifying layers are a multiple of its classes, so whatever differs
    from a network of `ASSUMED_CLASSES` differs by one and the same factor.
    """
    import torch

    with torch.device("meta"):
        built = build(weights=None, weights_backbone=None, num_classes=ASSUMED_CLASSES)
    expected = built.state_dict()
    if expected.keys() != state.keys():
        raise _of_another_network(model, file)
    counts = {
        ASSUMED_CLASSES * len(state[name]) / len(tensor)
        for name, tensor in expected.items()
        if state[name].shape != tensor.shape and tensor.ndim and state[name].ndim
    } or {float(ASSUMED_CLASSES)}
    if len(counts) != 1 or not (count := counts.pop()).is_integer():
        raise _of_another_network(model, file)
    return int(count)


def _of_another_network(model: str, file: Path) -> ModelUnavailable:
    return ModelUnavailable(
        f"The weights in {file} are not those of a {model}. Name the detector that they were "
        "trained for in ENGINE_DETECTOR, or unset it to search without regions."
    )
