"""What makes features of items: in a run of the snapshot's rows, later of items never seen.

Each extractor is a frozen dataclass of arrays, numbers and words, so that it can be stored.
"""

from engine.training.extractors.extractor import Extractor

__all__ = ["Extractor"]
