"""Weights between a network as it was and as it was trained (WiSE-FT, Wortsman et al. 2022)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from engine.classify.methods import ProbeScorer
from engine.schemas import TrainingMethod
from engine.training.context import RunContext, Stopped
from engine.training.data import TrainingData
from engine.training.evaluation import Predictor
from engine.training.extractors.tower import TowerFeatures
from engine.training.methods.features import mean_loss
from engine.training.methods.fine_tuning import classifier_on, start_from_probe
from engine.training.methods.flyp import by_words
from engine.training.snapshot import Split
from engine.training.stored import StoredPredictor

if TYPE_CHECKING:
    from engine.training.checkpoint import Weights
    from engine.training.networks import ClassifierNetwork, NetworkPredictor

ALPHAS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""The ends are methods of their own."""

HALF_WAY = 0.5
"""What the paper recommends without anything to choose by."""


class TrainedPredictor(Predictor, Protocol):
    """A predictor that trained a tower, with a linear classifier on its features."""

    @property
    def stored(self) -> StoredPredictor:
        """Tower and classifier."""
        ...


class TrainingTowers(Protocol):
    """A method that trains the tower."""

    def run(self, data: TrainingData, context: RunContext) -> TrainedPredictor:
        """As `engine.training.methods.Method`."""
        ...


@dataclass(frozen=True)
class WiseFtMethod:
    """Another method's network, moved some way back to where it came from.

    Attributes:
        of: the other method's name.
        other: finds in its folder what it has learnt there already, or learns it.
        by_words: whether it started from class names; else from a linear probe.
    """

    of: TrainingMethod
    other: TrainingTowers
    by_words: bool = False

    def run(self, data: TrainingData, context: RunContext) -> NetworkPredictor:
        """Has the other method learn, and chooses by the validation rows how far to go back."""
        from engine.training.checkpoint import weights_of
        from engine.training.networks import NetworkPredictor

        learnt = self.other.run(data, replace(context, folder=context.folder_of(self.of)))
        network = _network_of(learnt.stored, data)
        line = partial(wise_ft, weights_of(self._untrained(data)), weights_of(network))
        alpha = _chosen(line, network, data, context)
        network.load_state_dict(line(alpha))
        return NetworkPredictor(network, data.backbone, searches=learnt.tower() is not None)

    def _untrained(self, data: TrainingData) -> ClassifierNetwork:
        network = classifier_on(data.backbone.tower(), data)
        if self.by_words:
            network.start_from(by_words(data.words))
        else:
            start_from_probe(network, data)
        return network


def wise_ft(theta_0: Weights, theta_1: Weights, alpha: float) -> Weights:
    """Weights on the line between two networks of the same shape (equation 1).

    Args:
        theta_0: as it was.
        theta_1: as it was trained.
        alpha: 0 gives the one, 1 the other.
    """
    return {
        name: (1 - alpha) * theta_0[name] + alpha * each if each.is_floating_point() else each
        for name, each in theta_1.items()
    }


def _chosen(
    line: Callable[[float], Weights],
    network: ClassifierNetwork,
    data: TrainingData,
    context: RunContext,
) -> float:
    """The alpha of the weights that fit the validation rows best, and says it."""
    from engine.training.networks import NetworkPredictor

    rows = data.rows(Split.VALIDATION)
    if not len(rows):
        context.say(f"alpha is {HALF_WAY:g}, as nothing was left to validate on.")
        return HALF_WAY
    predictor = NetworkPredictor(network, data.backbone)
    losses = {}
    for alpha in ALPHAS:
        if context.stop_asked():
            raise Stopped
        network.load_state_dict(line(alpha))
        losses[alpha] = mean_loss(predictor.log_probabilities(rows), data.classes[rows])
    best = min(losses, key=lambda alpha: losses[alpha])
    context.say(f"alpha {best:g} was chosen by the validation items.")
    return best


def _network_of(stored: StoredPredictor, data: TrainingData) -> ClassifierNetwork:
    assert isinstance(stored.extractor, TowerFeatures)
    assert isinstance(stored.scorer, ProbeScorer)
    network = classifier_on(stored.extractor.tower(data.backbone), data)
    network.start_from(stored.scorer)
    return network
