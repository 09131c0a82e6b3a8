"""The process that trains: ``python -m engine.training.child RUN_FOLDER``.

Whoever starts it writes `run.json` before, and a line to its stdin every few seconds; after 30 s
without one, or at the end of stdin, it stops. SIGTERM stops it as well. A stopped or killed child
is started again to go on from its last checkpoint.

=======  ============================================================================
exit     means
=======  ============================================================================
0        `result.json` is there, from now or from before
1        it failed; the last line of stderr says why
3        it stopped as asked, and can go on
75       another child works on this folder
=======  ============================================================================
"""

from __future__ import annotations

import sys
from pathlib import Path

from filelock import FileLock, Timeout

from engine.errors import EngineError
from engine.training.conduct import conduct
from engine.training.context import Stopped
from engine.training.files import write_atomically
from engine.training.pictures import PIXELS
from engine.training.run import RunFiles
from engine.training.stop import STOPPED, StopWatch

DONE, FAILED, TAKEN = 0, 1, 75


def main(folder: Path, heartbeat: int) -> int:
    """Runs what is in a folder; returns the exit status.

    Args:
        folder: of the run.
        heartbeat: file descriptor that gets a line every few seconds.
    """
    try:
        with FileLock(RunFiles(folder).lock, timeout=0):
            return _run(folder, heartbeat)
    except Timeout:
        return TAKEN


def _run(folder: Path, heartbeat: int) -> int:
    result = RunFiles(folder).result
    if not result.is_file():
        stop = StopWatch(heartbeat)
        stop.start()
        try:
            comparison = conduct(folder, stop.asked)
            write_atomically(result, comparison.model_dump_json(indent=2))
        except Stopped:
            return STOPPED
        except EngineError as error:
            sys.stderr.write(f"{error.detail}\n")
            return FAILED
    # People's pictures shall not lie in a second place for longer than they are needed.
    (folder / PIXELS).unlink(missing_ok=True)
    return DONE


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.stdin.fileno()))
