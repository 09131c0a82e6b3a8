"""Asking a model about files and texts, as many at once as fit into a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.shell.encode_batches import TEXTS_PER_BATCH, by_size
from bot.shell.failures import ShellFailure
from bot.shell.patience import patiently
from engine.client import EngineClient
from engine.schemas import ClassShare, ItemKind, ModelCard, Predictions


@dataclass(frozen=True)
class Asked:
    """An input, and what the model says.

    Attributes:
        choices: the likeliest classes, best first; empty when it was refused.
        refused: why; empty when it was not.
    """

    input: str
    choices: Sequence[ClassShare]
    refused: str = ""


async def answers(
    client: EngineClient, card: ModelCard, files: Sequence[Path], texts: Sequence[str]
) -> Sequence[Asked]:
    """What a model says of files, then of texts.

    Args:
        client: the engine.
        card: of the model.
        files: pictures, or texts in UTF-8, as the model's items are.
        texts: of any length.

    Raises:
        ShellFailure: a file cannot be read; it is named.
        EngineCallFailed: the model cannot be asked.
    """
    named = [(text, text) for text in texts]
    if card.kind is ItemKind.TEXT:
        named = [(str(path), _text(path)) for path in files] + named
        return await _of_texts(client, card, named)
    return [*await _of_pictures(client, card, files), *await _of_texts(client, card, named)]


async def _of_pictures(
    client: EngineClient, card: ModelCard, files: Sequence[Path]
) -> Sequence[Asked]:
    found: list[Asked] = []
    for paths in by_size(files):
        pictures = [_read(path) for path in paths]
        ask = partial(client.models.predict_pictures, card.model_id, pictures)
        found += _paired([str(path) for path in paths], await patiently(ask))
    return found


async def _of_texts(
    client: EngineClient, card: ModelCard, named: Sequence[tuple[str, str]]
) -> Sequence[Asked]:
    found: list[Asked] = []
    for start in range(0, len(named), TEXTS_PER_BATCH):
        names, texts = zip(*named[start : start + TEXTS_PER_BATCH], strict=True)
        ask = partial(client.models.predict_texts, card.model_id, texts)
        found += _paired(names, await patiently(ask))
    return found


def _paired(inputs: Sequence[str], said: Predictions) -> Iterator[Asked]:
    refused = {each.place: each.reason for each in said.refused}
    for place, (each, choices) in enumerate(zip(inputs, said.answers, strict=True)):
        yield Asked(each, choices, refused.get(place, ""))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ShellFailure(f"{path} cannot be read ({error.strerror}).") from error


def _text(path: Path) -> str:
    try:
        return _read(path).decode()
    except UnicodeDecodeError:
        raise ShellFailure(f"{path} is no text in UTF-8, and this model reads texts.") from None
