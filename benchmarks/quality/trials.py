"""Searches whose right answers are known, run through the engine's encoders and retrievers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.quality.damage import DAMAGES
from benchmarks.quality.reverse_search import damaged
from benchmarks.quality.rig import (
    clip_encoder,
    encoded,
    filled_index,
    number_of,
    passage_points,
    picture_points,
    read_picture,
    request_for,
    sample_pictures,
    sentence_encoder,
    shipped_reference,
)
from benchmarks.quality.sets import photographs, read_banking77, read_cranfield
from bot.demo.seed import read_posts
from engine.encoders.ports import Features, TextEncoder
from engine.ingest.collections import BM25, CLIP, SENTENCE
from engine.schemas import ItemKind
from engine.search.background import Background
from engine.search.calibration import Pair
from engine.search.reference import reference_sentences, reference_texts
from engine.search.retrieval import ImageRetriever, Match, PassageRetriever
from engine.vectors.sparse import Bm25Encoder

TOP = 10
FETCHED = 40
SEED = 3
LIBRARY_QUESTIONS = 1_000
ASKED_QUESTIONS = 200

IsRight = Callable[[int, int], bool]
"""Whether an item answers a query, both by number."""


@dataclass(frozen=True)
class Trial:
    """One search, and what is known of it.

    Attributes:
        group: which queries in which library.
        number: of the query in its group.
        answerable: whether the library holds a right answer.
        hits: nearness of the first ten and whether each is right, best first.
    """

    pair: Pair
    group: str
    number: int
    answerable: bool
    hits: list[tuple[float, bool]]

    @property
    def best(self) -> float:
        """The nearness of the first hit."""
        return self.hits[0][0]


@dataclass(frozen=True)
class Texts:
    """Named texts with their features."""

    name: str
    texts: Sequence[str]
    features: Features


def judged(matches: Sequence[Match], right: Callable[[int], bool]) -> list[tuple[float, bool]]:
    """The first hits as a trial holds them."""
    best_first = sorted(matches, key=lambda match: -match.nearness)[:TOP]
    return [(match.nearness, right(number_of(match.item_id))) for match in best_first]


async def text_trials() -> list[Trial]:
    """Questions to a bank and to a library of aerodynamics, asked of three libraries."""
    cranfield, posts = read_cranfield(), [post["text"] for post in read_posts() if post["text"]]
    state = np.random.default_rng(SEED)
    stored, asked = read_banking77("train"), read_banking77("test")
    stored = [stored[n] for n in state.permutation(len(stored))[:LIBRARY_QUESTIONS]]
    asked = [asked[n] for n in state.permutation(len(asked))[:ASKED_QUESTIONS]]
    async with sentence_encoder() as encoder:
        questions = await _texts(encoder, "bank questions", [each.text for each in asked])
        queries = await _texts(encoder, "Cranfield queries", cranfield.queries)
        bank = await _texts(encoder, "bank questions", [each.text for each in stored])
        abstracts = await _texts(encoder, "abstracts", cranfield.documents)
        messages = await _texts(encoder, "team messages", posts)
        reference = await reference_sentences(encoder)

    def same_intent(query: int, item: int) -> bool:
        return asked[query].intent == stored[item].intent

    def relevant(query: int, item: int) -> bool:
        return item in cranfield.gains[query]

    trials = []
    for asking, library, is_right in (
        (questions, bank, same_intent),
        (queries, abstracts, relevant),
        (questions, abstracts, None),
        (questions, messages, None),
        (queries, bank, None),
        (queries, messages, None),
    ):
        trials += await _ask(asking, library, reference, is_right)
    return trials


async def _texts(encoder: TextEncoder, name: str, texts: Sequence[str]) -> Texts:
    return Texts(name, texts, await encoded(encoder, texts))


async def _ask(
    asking: Texts, library: Texts, reference: Features, is_right: IsRight | None
) -> list[Trial]:
    terms = Bm25Encoder()
    points = passage_points(library.texts, library.features, terms)
    reference_terms = terms.document_vectors(reference_texts())
    trials = []
    async with filled_index(points, dense=SENTENCE, sparse=[BM25]) as index:
        retriever = PassageRetriever(
            index, Background(index, SENTENCE, reference, reference_terms), terms.query_vector
        )
        for number, (text, query) in enumerate(zip(asking.texts, asking.features, strict=True)):
            matches = await retriever.find(
                request_for(TOP), [ItemKind.TEXT], query, text, limit=FETCHED
            )
            right = _never if is_right is None else partial(is_right, number)
            group = f"{asking.name} among {library.name}"
            trials.append(
                Trial(
                    Pair.TEXT_TO_TEXT, group, number, is_right is not None, judged(matches, right)
                )
            )
    return trials


def _never(_item: int) -> bool:
    return False


async def picture_trials(model: str | None) -> tuple[str, list[Trial]]:
    """The model's name, and searches for pictures by caption and by damaged copy.

    Each search is tried twice: as it is, and without the picture that it is for.
    """
    samples = sample_pictures()
    photos = [read_picture(file) for file in photographs()]
    async with clip_encoder(model) as encoder:
        reference = await encoder.encode_images(shipped_reference())
        drawn = await encoder.encode_images(list(samples.values()))
        everything = np.vstack([await encoder.encode_images(photos), drawn])
        captions = await encoder.encode_texts(list(samples))
        copies = {
            name: await encoder.encode_images(damaged(photos, damage))
            for name, damage in DAMAGES.items()
        }
        title = f"{encoder.card.model} {encoder.card.fingerprint[:8]}"
    trials = await _look(Pair.TEXT_TO_IMAGE, "captions", captions, drawn, reference)
    for name, features in copies.items():
        trials += await _look(Pair.IMAGE_TO_IMAGE, name, features, everything, reference)
    return title, trials


async def _look(
    pair: Pair, group: str, queries: Features, corpus: Features, reference: Features
) -> list[Trial]:
    """Query n is for picture n of the corpus."""
    trials = []
    async with filled_index(picture_points(corpus), dense=CLIP) as index:
        retriever = ImageRetriever(index, Background(index, CLIP, reference))
        for number, query in enumerate(queries):
            matches = await retriever.find(request_for(TOP), query, pair, TOP + 1)
            others = [match for match in matches if number_of(match.item_id) != number]
            for answerable, kept in ((True, matches), (False, others)):
                hits = judged(kept, number.__eq__)
                trials.append(Trial(pair, group, number, answerable, hits))
    return trials
