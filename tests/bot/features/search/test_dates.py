"""`after:` and `before:` as people write them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadDate
from bot.features.search._dates import read_date, read_span

NOW = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026", "2026-01-01T00:00"),
        ("2026-03", "2026-03-01T00:00"),
        ("2026-03-01", "2026-03-01T00:00"),
        ("2026/3/1", "2026-03-01T00:00"),
        ("2026-03-01 14:30", "2026-03-01T14:30"),
        ("Today", "2026-03-31T00:00"),
        ("yesterday", "2026-03-30T00:00"),
        ("3d", "2026-03-28T15:30"),
        ("2w", "2026-03-17T15:30"),
        ("6h", "2026-03-31T09:30"),
        ("1m", "2026-02-28T15:30"),
        ("a year ago", "2025-03-31T15:30"),
        ("2  Weeks ago", "2026-03-17T15:30"),
        ("last week", "2026-03-23T00:00"),
        ("last month", "2026-02-01T00:00"),
        ("last year", "2025-01-01T00:00"),
        ("march", "2026-03-01T00:00"),
        ("May", "2025-05-01T00:00"),
        ("sept 2025", "2025-09-01T00:00"),
        ("tuesday", "2026-03-24T00:00"),
        ("last monday", "2026-03-30T00:00"),
    ],
)
def test_kind_reading(written: str, meant: str) -> None:
    """A person would be told that an ordinary way to write a date is wrong."""
    assert read_date(written, NOW) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["soon", "2026-13", "2026-02-31", "31.03.2026", "1999", "9999y", "", "-3d"]
)
def test_unreadable_date_is_answered_with_examples(written: str) -> None:
    """A person would get an internal error, or a search over another time than they meant."""
    with pytest.raises(BadDate, match="Try `2026-03-01`"):
        read_date(written, NOW)


def test_future_month_is_answered_in_words() -> None:
    """A person who mistypes the year would only read that nothing was found."""
    with pytest.raises(BadDate, match=r"in the future \(1 May 2026\)"):
        read_span("2026-05", None, NOW)


def test_ends_that_exclude_each_other() -> None:
    """A person who swaps the ends would only read that nothing was found."""
    with pytest.raises(BadDate, match="leave no time in between"):
        read_span("yesterday", "last month", NOW)


@given(st.text(max_size=40))
def test_any_text_gives_a_date_or_a_sentence(written: str) -> None:
    """Some text would end in an internal error."""
    with contextlib.suppress(BadDate):
        assert read_date(written, NOW).tzinfo is not None
