"""Labelling: what people say of pictures and texts, so that models can learn from it."""

from bot.features.labels._bindings import Bindings
from bot.features.labels._cog import LabelsCog
from bot.features.labels._hits import HitLabels
from bot.features.labels._label_menu import LabelMenu
from bot.features.labels._labellers import may_ask, may_label
from bot.features.labels._labelling import Labelling
from bot.features.labels._reactions import ReactionLabels
from bot.features.labels._session import LabellingSessions
from bot.features.labels._targets import Target

__all__ = [
    "Bindings",
    "HitLabels",
    "LabelMenu",
    "Labelling",
    "LabellingSessions",
    "LabelsCog",
    "ReactionLabels",
    "Target",
    "may_ask",
    "may_label",
]
