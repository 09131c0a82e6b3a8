"""How a network other than the one that serves is named, without anything heavy to tell.

``vgg16``, ``resnet50`` and ``inception_v3`` are torchvision's, ``timm/NAME`` any of timm's. Their
weights come from where the library publishes them, or from a local file:
``resnet50@/path/file.pth``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from engine.errors import BadRequest

OF_TORCHVISION = ("vgg16", "resnet50", "inception_v3")
TIMM = "timm/"
WEIGHT_FILES = (".pth", ".pt", ".bin", ".safetensors")


@dataclass(frozen=True)
class BackboneName:
    """A network, and where its weights come from.

    Attributes:
        network: the library's own name.
        of_timm: whether the library is timm; else torchvision.
        weights: a local file; None: those that the library publishes.
    """

    network: str
    of_timm: bool
    weights: Path | None = None

    @classmethod
    def read(cls, name: str) -> Self:
        """Reads a name.

        Raises:
            BadRequest: there is no such network, as far as can be told by its name, or no such
                file.
        """
        network, at, path = name.partition("@")
        of_timm = network.startswith(TIMM)
        network = network.removeprefix(TIMM)
        if not network or not (of_timm or network in OF_TORCHVISION):
            raise BadRequest(
                f"There is no backbone {name}. There are {', '.join(OF_TORCHVISION)}, and any of "
                "timm's as timm/NAME; a file of weights follows an @."
            )
        if not at:
            return cls(network, of_timm)
        weights = Path(path)
        if weights.suffix not in WEIGHT_FILES or not weights.is_file():
            raise BadRequest(
                f"There is no file {path} with weights of {network} on the engine's machine; name "
                f"one that ends in {', '.join(WEIGHT_FILES)}."
            )
        return cls(network, of_timm, weights)

    @property
    def title(self) -> str:
        """The network with its library, without the file's path."""
        return f"{TIMM}{self.network}" if self.of_timm else self.network
