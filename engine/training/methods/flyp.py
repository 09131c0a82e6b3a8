"""Contrastive fine-tuning with label prompts (FLYP, Goyal et al. 2023).

The image tower goes on learning as it was pretrained. The text tower stays as it is (ADR 23).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.classify.methods import ProbeScorer
from engine.classify.zero_shot import ZeroShot
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.methods.fine_tuning import STEPS, classifier_on, taught, tower_peak
from engine.training.snapshot import Split

if TYPE_CHECKING:
    from engine.training.networks import NetworkPredictor

FASTER = 2
"""Than with a classifier to learn, for only the tower can come nearer to the words. Of the
sign-digits' validation pictures .93 come right so, and .88 at the learning rate of the others."""


class FlypMethod:
    """The tower that serves, trained further; it classifies by class names, as zero-shot does."""

    def run(self, data: TrainingData, context: RunContext) -> NetworkPredictor:
        """Trains all layers, those near the input more slowly."""
        from engine.training.prompt_lesson import PromptLesson

        rows = data.rows(Split.TRAIN)
        network = classifier_on(data.backbone.tower(), data)
        network.start_from(by_words(data.words))
        peak = FASTER * tower_peak(network.tower)
        lesson = PromptLesson(network, data, rows, tower_peak=peak)
        return taught(lesson, data, rows, STEPS, context)


def by_words(words: ZeroShot) -> ProbeScorer:
    """Zero-shot classification as a linear classifier."""
    weights = np.float32(words.logit_scale) * words.text_features
    return ProbeScorer(weights, np.zeros(len(weights), dtype=np.float32))
