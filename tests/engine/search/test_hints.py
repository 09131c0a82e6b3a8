"""What an asker is told about known weaknesses."""

import numpy as np
import pytest

from engine.encoders.ports import Pixels
from engine.encoders.profiles import STARTER
from engine.encoders.sentence import MINILM
from engine.search.hints import PHOTOGRAPH, STOP_WORDS, hint
from engine.search.query import ResolvedPart
from engine.vectors.sparse import Bm25Encoder

TERMS = Bm25Encoder()
NOISE: Pixels = np.random.default_rng(1).integers(0, 256, (90, 120, 3), dtype=np.uint8)
FLAT: Pixels = np.full((90, 120, 3), 200, dtype=np.uint8)


def hint_for(*parts: ResolvedPart, clip: str = STARTER, sentence: str = MINILM) -> str | None:
    """The hint of a search."""
    words = " ".join(part.text for part in parts if part.text)
    terms = TERMS.query_vector(words)
    return hint(parts, words, terms, clip_model=clip, sentence_model=sentence)


def test_a_photograph_is_beyond_the_starter_model_and_a_drawing_is_not() -> None:
    """Somebody would take the starter model's guesses about a photograph for what Magpie can do."""
    assert hint_for(ResolvedPart(1.0, pixels=NOISE)) == PHOTOGRAPH
    assert hint_for(ResolvedPart(1.0, pixels=FLAT)) is None
    assert hint_for(ResolvedPart(1.0, pixels=NOISE), clip="ViT-B-16-SigLIP2/webli") is None


@pytest.mark.parametrize("text", ["где отчёт", "猫在哪里", "أين التقرير"])
def test_a_script_the_models_were_not_taught_is_named(text: str) -> None:
    """A Russian or Chinese asker would believe that nothing had been posted."""
    answer = hint_for(ResolvedPart(1.0, text=text))
    assert answer is not None
    assert MINILM in answer
    assert "script" in answer


def test_siglip2_is_called_weak_in_arabic_alone() -> None:
    """The standard profile would warn of languages it knows, or be silent about one it does not."""
    other = {"clip": "ViT-B-16-SigLIP2/webli", "sentence": "BAAI/bge-m3"}
    assert hint_for(ResolvedPart(1.0, text="где отчёт"), **other) is None
    assert hint_for(ResolvedPart(1.0, text="أين التقرير"), **other) is not None


def test_a_query_of_stop_words_asks_for_another_word() -> None:
    """A search for "what was that" would be answered at random without a word about why."""
    assert hint_for(ResolvedPart(1.0, text="what was that")) == STOP_WORDS


@pytest.mark.parametrize("text", ["the deployment failed", "café menu", "E4711", "12:30"])
def test_an_ordinary_query_gets_no_hint(text: str) -> None:
    """A hint at every search is read by nobody."""
    assert hint_for(ResolvedPart(1.0, text=text)) is None
