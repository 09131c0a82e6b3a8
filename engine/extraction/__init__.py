"""Documents and long messages to passages. Pure functions; documents are read in a worker.

The package lies beside `engine.ingest`, not in it, so that a worker starts without importing
databases or torch.
"""

from engine.extraction.limits import ReadingLimits
from engine.extraction.reading import read_document
from engine.extraction.splitting import split_text

__all__ = ["ReadingLimits", "read_document", "split_text"]
