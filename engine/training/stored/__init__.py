"""What a method has learnt, in files: written at the end of a run, and read to answer later."""

from engine.training.stored.predictor import StoredPredictor, load_predictor

__all__ = ["StoredPredictor", "load_predictor"]
