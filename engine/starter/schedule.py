"""Training for a given time: how much of it is spent, and the learning rate that follows."""

import math
import time
from dataclasses import dataclass, field


@dataclass
class TimeBudget:
    """A stretch of wall-clock time, so that a slow machine still ends with a finished schedule.

    Attributes:
        total_s: how long training may take.
        spent_before_s: what earlier, interrupted runs have used of it.
    """

    total_s: float
    spent_before_s: float = 0.0
    _started: float = field(default_factory=time.monotonic)

    @property
    def elapsed_s(self) -> float:
        """Seconds used, those of earlier runs included."""
        return self.spent_before_s + time.monotonic() - self._started

    @property
    def progress(self) -> float:
        """Share of the budget used, 0 to 1."""
        return min(1.0, self.elapsed_s / self.total_s)

    @property
    def spent(self) -> bool:
        """Whether it is time to stop."""
        return self.progress >= 1.0


def learning_rate(progress: float, peak: float, warm_up: float = 0.03) -> float:
    """Linear warm-up, then a half cosine down to a hundredth of ``peak``."""
    if progress < warm_up:
        return peak * (0.05 + 0.95 * progress / warm_up)
    falling = (progress - warm_up) / (1 - warm_up)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * falling)))


@dataclass(frozen=True)
class Lesson:
    """What a batch holds at one point of the training, from easy to hard.

    Attributes:
        pairs: concepts, each drawn twice.
        scenes: pictures of several things, with captions.
        crops: busy pictures, each cropped twice.
        plain_share: how many single pictograms are shown as they are, large and on white.
        emoji_share: how many concepts are emoji rather than icons.
    """

    pairs: int
    scenes: int
    crops: int
    plain_share: float
    emoji_share: float


def lesson(progress: float) -> Lesson:
    """Names of plain emoji until a third is done, then everything else more and more.

    With icons, scenes and treated pictures from the start, a budget of an hour on two cores is
    over before the names are told apart.
    """
    plain_share = max(0.15, 1.0 - 1.4 * progress)
    if progress < 0.33:
        return Lesson(60, 2, 3, plain_share, emoji_share=1.0)
    return Lesson(46, 14, 6, plain_share, emoji_share=0.85)
