"""Networks of torchvision and timm as towers: without their classifier, and with a card."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import timm
import torch
import torchvision  # type: ignore[import-untyped]
from timm.data.config import resolve_data_config
from timm.data.transforms_factory import create_transform
from timm.models import load_state_dict
from torch import nn

from engine.encoders.device import Placement
from engine.encoders.fingerprint import fingerprint_of
from engine.encoders.ports import EncoderCard
from engine.errors import ModelUnavailable
from engine.training.backbone_name import BackboneName
from engine.training.preprocessing import Preprocessing

ROLE = "backbone"


@dataclass(frozen=True)
class Pretrained:
    """A loaded network.

    Attributes:
        tower: pictures to features (N, D), in eval mode, on its device.
        preprocessing: the library's, for these weights.
    """

    card: EncoderCard
    tower: nn.Module
    preprocessing: Preprocessing


def load_pretrained(name: BackboneName, placement: Placement) -> Pretrained:
    """Loads a network. Blocks for seconds, or for minutes where it is downloaded.

    Raises:
        ModelUnavailable: timm does not know the name. Whatever else the libraries, the download or
            the file system raise comes through as it is.
    """
    tower = _of_timm(name) if name.of_timm else _of_torchvision(name)
    preprocessing = _timm_preprocessing(tower) if name.of_timm else _torchvision_preprocessing(name)
    tower = tower.to(placement.device).eval()
    with torch.inference_mode():
        nothing = torch.zeros(1, 3, *preprocessing.size_px, device=placement.device)
        embed_dim = tower(nothing).shape[1]
    card = EncoderCard(
        name=ROLE,
        model=name.title,
        fingerprint=fingerprint_of(
            model=name.title,
            weights=[],
            preprocessing={"weights": _digest(tower), "transform": str(preprocessing.whole)},
            dtype=placement.dtype,
        ),
        embed_dim=embed_dim,
        device=placement.device,
        dtype=placement.dtype,
        logit_scale=1.0,
    )
    return Pretrained(card, tower, preprocessing)


def untrained(name: BackboneName) -> nn.Module:
    """The network with random weights from torch's generator, on the CPU.

    Raises:
        ModelUnavailable: timm does not know the name.
    """
    if not name.of_timm:
        return _without_classifier(name, _torchvision_network(name))
    _require_timm(name)
    return _timm_network(name)


def _of_torchvision(name: BackboneName) -> nn.Module:
    network = _torchvision_network(name)
    if name.weights is None:
        published = torchvision.models.get_model_weights(name.network).DEFAULT
        network.load_state_dict(published.get_state_dict(progress=False, check_hash=True))
    tower = _without_classifier(name, network)
    if name.weights is not None:
        _read(tower, name, ("fc.", "classifier.6.", "AuxLogits."))
    return tower


def _torchvision_network(name: BackboneName) -> Any:  # noqa: ANN401
    options = {"init_weights": True} if name.network == "inception_v3" else {}
    return torchvision.models.get_model(name.network, weights=None, **options)


def _without_classifier(name: BackboneName, network: Any) -> nn.Module:  # noqa: ANN401
    if name.network == "vgg16":
        network.classifier[-1] = nn.Identity()
    else:
        network.fc = nn.Identity()
    if name.network == "inception_v3":
        # Its second classifier answers while it trains; its weights expect Google's scaling.
        network.aux_logits, network.AuxLogits = False, None
        network.transform_input = True
    tower: nn.Module = network
    return tower


def _torchvision_preprocessing(name: BackboneName) -> Preprocessing:
    whole = torchvision.models.get_model_weights(name.network).DEFAULT.transforms()
    side_px = whole.crop_size[0]
    return Preprocessing(whole, whole.mean, whole.std, (side_px, side_px))


def _of_timm(name: BackboneName) -> nn.Module:
    _require_timm(name)
    if name.weights is None:
        return _timm_network(name, pretrained=True)
    tower = _timm_network(name)
    described: Any = tower.pretrained_cfg
    heads = described["classifier"]
    heads = (heads,) if isinstance(heads, str) else tuple(heads)
    _read(tower, name, tuple(f"{head}." for head in heads))
    return tower


def _timm_network(name: BackboneName, *, pretrained: bool = False) -> nn.Module:
    tower: nn.Module = timm.create_model(name.network, pretrained=pretrained, num_classes=0)
    return tower


def _timm_preprocessing(tower: nn.Module) -> Preprocessing:
    settings = resolve_data_config(model=tower)  # type: ignore[no-untyped-call]
    whole = create_transform(**settings, is_training=False)
    height_px, width_px = settings["input_size"][1:]
    return Preprocessing(whole, settings["mean"], settings["std"], (height_px, width_px))


def _require_timm(name: BackboneName) -> None:
    if not timm.is_model(name.network):
        raise ModelUnavailable(
            f"timm knows no network {name.network}; timm.list_models() lists those it knows."
        )


def _read(tower: nn.Module, name: BackboneName, heads: tuple[str, ...]) -> None:
    """Reads a file of weights, whatever its classifier tells apart."""
    stored = load_state_dict(str(name.weights))
    kept = {key: each for key, each in stored.items() if not key.startswith(heads)}
    tower.load_state_dict(kept)


def _digest(tower: nn.Module) -> str:
    found = hashlib.sha256()
    for key, each in sorted(tower.state_dict().items()):
        found.update(key.encode())
        found.update(each.cpu().contiguous().numpy().tobytes())
    return found.hexdigest()
