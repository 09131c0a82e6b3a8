"""Making probabilities mean what they say (Guo et al. 2017)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from scipy.special import log_softmax  # type: ignore[import-untyped]

from engine.classify.examples import LogProbabilities, Rows

LOG_BOUNDS = (np.log(0.05), np.log(100.0))

BINS = 15
"""Of the expected calibration error; 15 as in the paper."""


def fit_temperature(log_probabilities: LogProbabilities, classes: Rows) -> float:
    """The likeliest temperature T of softmax(log p / T), log T being N(0, 1) beforehand.

    The prior keeps three examples, all of them right, from making everything certain.

    Args:
        log_probabilities: (N, C), of examples not learnt from.
        classes: the true ones (N,).
    """

    def loss(log_t: float) -> float:
        return float(
            log_losses(tempered(log_probabilities, np.exp(log_t)), classes).sum() + log_t**2 / 2
        )

    found = minimize_scalar(loss, bounds=LOG_BOUNDS, method="bounded", options={"xatol": 0.02})
    return float(np.exp(found.x))


def tempered(log_probabilities: LogProbabilities, temperature: float) -> LogProbabilities:
    """Log-probabilities (N, C), less sure of themselves the higher the temperature."""
    return np.asarray(log_softmax(log_probabilities / temperature, axis=1))


def log_losses(log_probabilities: LogProbabilities, classes: Rows) -> NDArray[np.float64]:
    """Negative log-likelihood of each true class: (N,)."""
    return -log_probabilities[np.arange(len(classes)), classes]


def expected_calibration_error(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS
) -> float:
    """Mean distance between confidence and accuracy, over bins of equal width (eq. 3).

    Args:
        confidences: probability of the best class (N,).
        right: whether that class is the true one (N,).
        bins: how many.
    """
    bin_of = np.minimum((confidences * bins).astype(np.intp), bins - 1)
    gaps = np.bincount(bin_of, weights=confidences - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidences))
