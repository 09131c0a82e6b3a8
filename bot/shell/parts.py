"""The parts of Magpie that run as processes of their own, and how each is started."""

from __future__ import annotations

from bot.shell.datafolder import DataFolder
from bot.shell.processes import Part


def engine_part(
    folder: DataFolder, *, port: int = 0, public_url: str = "", verbose: bool = False
) -> Part:
    """The engine of a data folder.

    Args:
        folder: what it works on.
        port: where it listens; 0 takes a free one.
        public_url: by which people reach it; empty: as the settings say.
        verbose: whether its log goes to stderr as well.
    """
    address = {"ENGINE_PUBLIC_URL": public_url} if public_url else {}
    return Part(
        name="engine",
        arguments=(
            *("-m", "engine", "--data", str(folder.path), "--port", str(port)),
            "--exit-with-parent",
            *(("-v",) if verbose else ()),
        ),
        stderr_file=folder.stderr_file("engine"),
        environment={"TQDM_DISABLE": "1", **address},  # stderr ends with why
    )


def worker_part(folder: DataFolder, *, verbose: bool = False) -> Part:
    """The worker that runs a data folder's training jobs.

    Args:
        folder: what it works on.
        verbose: whether its log goes to stderr as well.
    """
    return Part(
        name="worker",
        arguments=(
            *("-m", "engine.jobs.worker", "--data", str(folder.path), "--exit-with-parent"),
            *(("-v",) if verbose else ()),
        ),
        stderr_file=folder.stderr_file("worker"),
    )


def bot_part(
    folder: DataFolder,
    *,
    engine_url: str,
    engine_token: str,
    standin: tuple[str, str] | None,
    verbose: bool,
) -> Part:
    """The bot of a data folder.

    Args:
        folder: where it logs.
        engine_url: the engine's address.
        engine_token: what it shows the engine.
        standin: the address and the bot's token of the stand-in; on Discord None.
        verbose: whether its log goes to stderr as well.
    """
    environment = {"BOT_ENGINE_URL": engine_url, "BOT_ENGINE_TOKEN": engine_token}
    if standin is not None:
        environment["BOT_DISCORD_TOKEN"] = standin[1]
        environment["BOT_GUILD_READY_TIMEOUT_S"] = "0.1"  # there is one server, announced at once
    return Part(
        name="bot",
        arguments=(
            *("-m", "bot", "bot", "--data", str(folder.path), "--exit-with-parent"),
            *(("--standin", standin[0]) if standin else ()),
            *(("-v",) if verbose else ()),
        ),
        stderr_file=folder.stderr_file("bot"),
        environment=environment,
    )
