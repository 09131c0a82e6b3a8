"""The one folder that holds all state, and the names of what shell and engine keep there."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.shell.failures import ShellFailure


@dataclass(frozen=True)
class DataFolder:
    """Names inside a data folder; creating one touches no disk."""

    path: Path

    @property
    def logs(self) -> Path:
        """Where every process writes its log."""
        return self.path / "logs"

    @property
    def engine_record(self) -> Path:
        """``{"pid", "url", "started_at"}`` of the engine that runs on this folder."""
        return self.path / "engine.json"

    @property
    def up_record(self) -> Path:
        """``{"pid", "address"}`` of the `magpie up` that runs on this folder."""
        return self.path / "up.json"

    @property
    def up_lock(self) -> Path:
        """Held by the `magpie up` that runs on this folder."""
        return self.path / "up.lock"

    @property
    def engine_start_lock(self) -> Path:
        """Held while a command looks for an engine and starts one when there is none."""
        return self.path / "engine-start.lock"

    @property
    def engine_users_lock(self) -> Path:
        """Held together by the commands that use an engine one of them started."""
        return self.path / "engine-users.lock"

    @property
    def standin(self) -> Path:
        """State of the stand-in for Discord."""
        return self.path / "standin"

    def log_file(self, part: str) -> Path:
        """The log of one part: engine, bot, shell."""
        return self.logs / f"{part}.log"

    def stderr_file(self, part: str) -> Path:
        """What a part printed on stderr, such as the sentence it died with."""
        return self.logs / f"{part}.stderr"

    def token_file(self, holder: str) -> Path:
        """Where the token of `owner` or `bot` is kept."""
        return self.path / "tokens" / holder

    def token(self, holder: str) -> str | None:
        """The engine's token for `owner` or `bot`, once the engine has made it."""
        try:
            return self.token_file(holder).read_text(encoding="utf-8").strip() or None
        except OSError:
            return None

    def exists(self) -> bool:
        """Whether anything was ever kept here."""
        return self.path.is_dir()

    def prepare(self) -> None:
        """Makes the folder and its logs folder.

        Raises:
            ShellFailure: the folder cannot be made or written.
        """
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path) as probe:
                probe.write(b"magpie")
        except OSError as error:
            raise ShellFailure(
                f"The data folder {self.path} cannot be written ({error.strerror}). "
                "Choose another with --data DIR."
            ) from error
