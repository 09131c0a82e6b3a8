"""The real worker process, with the tests' child in place of training."""

import sys
from pathlib import Path

from engine.jobs.worker import main

if __name__ == "__main__":
    sys.exit(main([sys.executable, str(Path(__file__).with_name("child.py"))]))
