"""A method that is one thing for pictures and another for texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.schemas import ItemKind
from engine.training.context import RunContext
from engine.training.data import TrainingData

if TYPE_CHECKING:
    from engine.training.networks import NetworkPredictor


class TrainingNetworks(Protocol):
    """A method that trains a network."""

    def run(self, data: TrainingData, context: RunContext) -> NetworkPredictor:
        """As `engine.training.methods.Method`."""
        ...


@dataclass(frozen=True)
class ByKind:
    """Two methods of one name."""

    pictures: TrainingNetworks
    texts: TrainingNetworks

    def run(self, data: TrainingData, context: RunContext) -> NetworkPredictor:
        """Has the one learn that is for the items at hand."""
        method = self.texts if data.snapshot.kind is ItemKind.TEXT else self.pictures
        return method.run(data, context)
