"""The encoders of one engine: loaded in the background, asked for by name, closed together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from textwrap import shorten
from typing import TypeVar

from engine.encoders import clip, reranker, sentence
from engine.encoders.batcher import BatchLimits
from engine.encoders.clip import ClipEncoder, load_clip
from engine.encoders.device import AUTO, Placement, choose_placement, limit_cpu_threads
from engine.encoders.ports import ImageTextEncoder, Reranker, TextEncoder
from engine.encoders.profiles import STARTER, EncoderChoice
from engine.encoders.reranker import CrossEncoderReranker, load_cross_encoder
from engine.encoders.sentence import SentenceEncoder, load_sentence_model
from engine.errors import EngineError, ModelUnavailable, NotFound, NotReady
from engine.schemas import EncoderState

REASON_CHARS = 200
"""How much of a library's own message is worth repeating."""

TAKE_THE_STARTER = "start a new data folder with ENGINE_PROFILE=starter, which needs no download"
RERANK_NOTHING = "unset ENGINE_RERANK_MODEL to search without re-ranking"

T = TypeVar("T")
EncoderT = TypeVar("EncoderT", ClipEncoder, SentenceEncoder, CrossEncoderReranker)


class Encoders:
    """Loads, names and closes the encoders that serve.

    Importing torch and the two libraries takes tens of CPU-seconds, so `open` does it on a
    background thread: the event loop stays free and health can be asked meanwhile. CLIP comes
    first, so pictures can be searched while the sentence model still loads.

    Args:
        choice: the models that make vectors.
        rerank_model: name or folder of the cross-encoder that orders found texts; none if empty.
        device: where all of them run.
        limits: of each one's batcher.
    """

    def __init__(
        self,
        choice: EncoderChoice,
        *,
        rerank_model: str | None = None,
        device: str = AUTO,
        limits: BatchLimits | None = None,
    ) -> None:
        self._choice = choice
        self._rerank_model = rerank_model
        self._wanted_device = device
        self._limits = limits or BatchLimits()
        self._clip: ClipEncoder | None = None
        self._sentence: SentenceEncoder | None = None
        self._reranker: CrossEncoderReranker | None = None
        self._opening: asyncio.Task[None] | None = None

    def followed_by(self, choice: EncoderChoice) -> Encoders:
        """Encoders of another choice, not loaded yet, which share those that both choices name."""
        others = Encoders(
            choice,
            rerank_model=self._rerank_model,
            device=self._wanted_device,
            limits=self._limits,
        )
        others._reranker = self._reranker
        if choice.clip == self._choice.clip:
            others._clip = self._clip
        if choice.sentence == self._choice.sentence:
            others._sentence = self._sentence
        return others

    async def open(self) -> None:
        """Loads and warms up all encoders; concurrent calls share one load.

        After a failure, calling again tries again.

        Raises:
            ModelUnavailable: weights cannot be had, or the device is not there.
        """
        failed = self._opening is not None and self._opening.done() and self._opening.exception()
        if self._opening is None or failed:
            self._opening = asyncio.create_task(self._load(), name="load-encoders")
        await asyncio.shield(self._opening)

    async def _load(self) -> None:
        placement = await asyncio.to_thread(_place, self._wanted_device)
        threads = os.cpu_count() or 1
        if self._clip is None:
            model = await _explained(
                self._choice.clip,
                lambda: load_chosen_clip(self._choice, placement),
                TAKE_THE_STARTER,
            )
            self._clip = await _opened(ClipEncoder(model, self._limits, preprocess_threads=threads))
        if self._sentence is None:
            network, card = await _explained(
                self._choice.sentence,
                lambda: load_sentence_model(self._choice.sentence, placement),
                TAKE_THE_STARTER,
            )
            self._sentence = await _opened(SentenceEncoder(network, card, self._limits))
        if self._rerank_model and self._reranker is None:
            self._reranker = await self._load_reranker(self._rerank_model, placement)

    async def _load_reranker(self, model: str, placement: Placement) -> CrossEncoderReranker:
        network = await _explained(
            model, lambda: load_cross_encoder(model, placement), RERANK_NOTHING
        )
        return await _opened(CrossEncoderReranker(network, placement, self._limits))

    @property
    def clip(self) -> ImageTextEncoder:
        """Pictures and words in one space.

        Raises:
            NotReady: it is still loading.
        """
        if self._clip is None:
            raise NotReady(f"The model {self._choice.clip} is still loading.", retry_after_s=2.0)
        return self._clip

    @property
    def sentence(self) -> TextEncoder:
        """Texts among texts.

        Raises:
            NotReady: it is still loading.
        """
        if self._sentence is None:
            raise NotReady(
                f"The model {self._choice.sentence} is still loading.", retry_after_s=2.0
            )
        return self._sentence

    @property
    def reranker(self) -> Reranker | None:
        """What orders found texts; None where no model is named for it.

        Raises:
            NotReady: it is still loading.
        """
        if self._rerank_model and self._reranker is None:
            raise NotReady(f"The model {self._rerank_model} is still loading.", retry_after_s=2.0)
        return self._reranker

    def by_name(self, name: str) -> TextEncoder:
        """The encoder of a name: `clip` (which also takes pictures) or `sentence`.

        Raises:
            NotFound: there is none of this name.
            NotReady: it is still loading.
        """
        if name == clip.NAME:
            return self.clip
        if name == sentence.NAME:
            return self.sentence
        raise NotFound(f"There is no encoder {name}; there are {clip.NAME} and {sentence.NAME}.")

    @property
    def ready(self) -> bool:
        """Whether all encoders are loaded and alive."""
        reranks = self._reranker is not None or not self._rerank_model
        return self._clip is not None and self._sentence is not None and reranks and self.alive

    @property
    def alive(self) -> bool:
        """False once a worker of a loaded encoder has died."""
        return all(encoder.alive for encoder in self.loaded())

    def states(self) -> list[EncoderState]:
        """What health reports of each encoder, loaded or still loading."""
        states = [
            self._state(clip.NAME, self._choice.clip, self._clip),
            self._state(sentence.NAME, self._choice.sentence, self._sentence),
        ]
        if self._rerank_model:
            states.append(self._reranker_state(self._rerank_model))
        return states

    def _state(
        self, name: str, model: str, encoder: ClipEncoder | SentenceEncoder | None
    ) -> EncoderState:
        if encoder is None:
            return EncoderState(name=name, model=model, device=self._wanted_device, dtype="")
        card = encoder.card
        return EncoderState(
            name=name,
            model=card.model,
            fingerprint=card.fingerprint,
            embed_dim=card.embed_dim,
            device=card.device,
            dtype=card.dtype,
            queue_length=encoder.queue_length,
            alive=encoder.alive,
        )

    def _reranker_state(self, model: str) -> EncoderState:
        if self._reranker is None:
            return EncoderState(
                name=reranker.NAME, model=model, device=self._wanted_device, dtype=""
            )
        return EncoderState(
            name=reranker.NAME,
            model=model,
            device=self._reranker.placement.device,
            dtype=self._reranker.placement.dtype,
            queue_length=self._reranker.queue_length,
            alive=self._reranker.alive,
        )

    def loaded(self) -> list[ClipEncoder | SentenceEncoder | CrossEncoderReranker]:
        """The encoders that are there so far."""
        encoders = (self._clip, self._sentence, self._reranker)
        return [encoder for encoder in encoders if encoder is not None]

    async def close(self, *, sparing: Iterable[Encoders] = ()) -> None:
        """Finishes what waits in the encoders, then stops their threads.

        Args:
            sparing: go on, and so do the encoders shared with them.
        """
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])
        spared = {id(encoder) for others in sparing for encoder in others.loaded()}
        mine = [encoder for encoder in self.loaded() if id(encoder) not in spared]
        await asyncio.gather(*(encoder.close() for encoder in mine))


def load_chosen_clip(choice: EncoderChoice, placement: Placement) -> clip.ClipModel:
    """Loads the CLIP model of a choice. Blocks for seconds.

    Raises:
        ModelUnavailable: it is missing. Libraries' own errors come through as they are.
    """
    title = STARTER if choice.clip == STARTER else None
    return load_clip(choice.clip_source, placement, title=title)


async def _opened(encoder: EncoderT) -> EncoderT:
    try:
        await encoder.open()
    except BaseException:
        await encoder.close()
        raise
    return encoder


def _place(device: str) -> Placement:
    limit_cpu_threads()
    return choose_placement(device)


async def _explained(model: str, load: Callable[[], T], way_out: str) -> T:
    """As `explained`, on a thread."""
    return await asyncio.to_thread(explained, model, load, way_out)


def explained(model: str, load: Callable[[], T], way_out: str) -> T:
    """Runs a loader and turns whatever it raises into one sentence.

    Args:
        model: its name.
        load: the loader.
        way_out: what to do without the model.

    Raises:
        ModelUnavailable: always this, or what the loader raised of its own.
    """
    try:
        return load()
    except EngineError:
        raise
    except Exception as error:
        reason = shorten(str(error) or type(error).__name__, REASON_CHARS, placeholder="…")
        raise ModelUnavailable(
            f"The model {model} could not be loaded ({reason}). Check the network or name a "
            f"local folder; or {way_out}."
        ) from error
