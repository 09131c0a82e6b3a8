"""Passages in a quotation: what matches is bold, and nothing else is formatted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quote import Span, quote

LINK = "https://example.com/a_b"


@pytest.mark.parametrize(
    ("passage", "marks", "quoted"),
    [
        ("the red bike", [(4, 7)], "> the **red** bike"),
        ("the red bike", [(3, 8)], "> the **red** bike"),
        ("the red bike", [(0, 3), (2, 7)], "> **the red** bike"),
        ("the red bike", [(8, 99)], "> the red **bike**"),
        ("the red bike", [(3, 4), (7, 7)], "> the red bike"),
        ("two\n\nlines", [(0, 10)], "> **two lines**"),
        ("*stars* [a](http://b)", [(0, 7)], r"> **\*stars\*** \[a\](http://b)"),
        ("# not a heading", [], r"> \# not a heading"),
        (f"see {LINK}, please", [(6, 9)], f"> see **{LINK},** please"),
        ("<@1> @everyone", [], r"> \<@1\> @everyone"),
    ],
)
def test_marks_are_bold_and_markdown_is_not(passage: str, marks: list[Span], quoted: str) -> None:
    """A passage would look different from what its author wrote, or show stars for bold."""
    assert quote(passage, marks, most_chars=500) == quoted


@pytest.mark.parametrize("at", [0, 400, 960])
def test_long_passage_is_cut_around_what_matches(at: int) -> None:
    """A hit would quote the beginning of a page, and not what was found in it."""
    passage = f"{'many other words ' * 60}"
    passage = f"{passage[:at]}needle{passage[at:]}"
    quoted = quote(passage, [(at, at + 6)], most_chars=100)
    assert "**needle**" in quoted
    assert len(quoted) < 120
    assert quoted.startswith("> …") is (at > 0)
    assert quoted.endswith("…")


@given(
    st.text(alphabet="ab *_\\`|[]()<>#-\n@~:/htps.", max_size=120),
    st.lists(st.tuples(st.integers(-5, 130), st.integers(-5, 130)), max_size=4),
    st.integers(10, 140),
)
def test_quote_without_its_markdown_is_a_stretch_of_the_passage(
    passage: str, marks: list[Span], most_chars: int
) -> None:
    """Some passage would be garbled, or bring formatting of its own."""
    quoted = quote(passage, marks, most_chars=most_chars).removeprefix("> ")
    plain = re.sub(r"\\(.)|\*\*", lambda found: found[1] or "", quoted)
    assert plain.replace("…", "").strip() in " ".join(passage.split())
