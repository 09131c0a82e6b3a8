"""What is this? From features of labelled items to a calibrated answer, and what to label next."""

from engine.classify.classifier import Classifier, Evidence, Prediction
from engine.classify.examples import Examples
from engine.classify.ladder import fit
from engine.classify.prompts import averaged, class_texts
from engine.classify.selection import Choice, choose
from engine.classify.zero_shot import ZeroShot

__all__ = [
    "Choice",
    "Classifier",
    "Evidence",
    "Examples",
    "Prediction",
    "ZeroShot",
    "averaged",
    "choose",
    "class_texts",
    "fit",
]
