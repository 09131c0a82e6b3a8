"""Training: jobs that people start in chat, watched in one message each, and what came of them."""

from bot.features.training._cog import TrainCog
from bot.features.training._reports import TrainingReports
from bot.features.training._training import Training

__all__ = ["TrainCog", "Training", "TrainingReports"]
