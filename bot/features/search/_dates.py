"""Reads `after:` and `before:` as people write them.

The grammar, upper or lower case, all in UTC because Discord does not tell a person's time zone::

    2026            a year              today, yesterday
    2026-03         a month             3d, 2w, 6h, 1m, 1y        so long ago
    2026-03-01      a day               3 days ago, 2 weeks ago   the same in words
    2026-03-01 14:30                    last week, last month, last year
    march, march 2026                   monday … sunday           the latest one

Each names a span of time; `after:` counts from its start on, `before:` up to its start.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.errors import BadDate

EXAMPLES = "`2026-03-01`, `2026-03`, `yesterday`, `3d`, `2w`, `last month` or `march`"

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name} | {
    name.lower(): n for n, name in enumerate(calendar.month_abbr) if name
}
MONTHS["sept"] = 9
WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
FIRST_YEAR = 2015  # Discord opened in May 2015; nothing was posted before.

AGO = re.compile(
    r"(?:(?P<count>\d{1,4})\s*|an?\s+)"
    r"(?P<unit>h|hours?|d|days?|w|weeks?|m|months?|y|years?)(?:\s+ago)?"
)
CALENDAR = re.compile(
    r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2})"
    r"(?:[ t](?P<hour>\d{1,2}):(?P<minute>\d{2}))?)?)?"
)
NAMED_MONTH = re.compile(r"(?P<name>[a-z]{3,9})\.?(?:\s+(?P<year>\d{4}))?")


@dataclass(frozen=True)
class Span:
    """When posts must be from; absent ends are open."""

    after: datetime | None = None
    before: datetime | None = None


def read_span(after: str | None, before: str | None, now: datetime) -> Span:
    """Reads both ends.

    Raises:
        BadDate: an end names no time or the future, or they exclude each other.
    """
    start = read_date(after, now) if after else None
    end = read_date(before, now) if before else None
    for given, moment in ((after, start), (before, end)):
        if moment is not None and moment > now:
            raise BadDate(
                f"`{given}` is in the future ({moment:%-d %B %Y}), and nothing has been posted "
                f"there yet. Try {EXAMPLES}."
            )
    if start and end and start >= end:
        raise BadDate(
            f"after: {start:%-d %B %Y} and before: {end:%-d %B %Y} leave no time in between. "
            "Swap them, or leave one out."
        )
    return Span(start, end)


def read_date(written: str, now: datetime) -> datetime:
    """The start of the span of time that `written` names.

    Raises:
        BadDate: it cannot be read, or is before Discord existed.
    """
    text = " ".join(written.lower().split())
    try:
        moment = (
            _relative(text, now) or _ago(text, now) or _on_calendar(text) or _named_month(text, now)
        )
    except (ValueError, OverflowError):  # 2026-02-31, or 9999 years ago
        moment = None
    if moment is None or moment.year < FIRST_YEAR:
        raise BadDate(f"I cannot read `{written[:40]}` as a date. Try {EXAMPLES}.")
    return moment


def _relative(text: str, now: datetime) -> datetime | None:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    starts = {
        "now": now,
        "today": today,
        "yesterday": today - timedelta(days=1),
        "this week": monday,
        "last week": monday - timedelta(weeks=1),
        "this month": today.replace(day=1),
        "last month": _months_back(today.replace(day=1), 1),
        "this year": today.replace(month=1, day=1),
        "last year": today.replace(year=today.year - 1, month=1, day=1),
    }
    if (weekday := WEEKDAYS.get(text.removeprefix("last "))) is not None:
        days = (today.weekday() - weekday) % 7
        return today - timedelta(days=days or 7)
    return starts.get(text)


def _ago(text: str, now: datetime) -> datetime | None:
    match = AGO.fullmatch(text)
    if match is None:
        return None
    count = int(match["count"] or 1)
    match match["unit"][0]:
        case "h":
            return now - timedelta(hours=count)
        case "d":
            return now - timedelta(days=count)
        case "w":
            return now - timedelta(weeks=count)
        case "m":
            return _months_back(now, count)
        case _:
            return _months_back(now, 12 * count)


def _on_calendar(text: str) -> datetime | None:
    match = CALENDAR.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute = (
        int(match[part] or default)
        for part, default in (("year", 0), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0))
    )
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def _named_month(text: str, now: datetime) -> datetime | None:
    match = NAMED_MONTH.fullmatch(text.removeprefix("last "))
    month = MONTHS.get(match["name"]) if match else None
    if match is None or month is None:
        return None
    if match["year"]:
        return datetime(int(match["year"]), month, 1, tzinfo=UTC)
    year = now.year if month <= now.month else now.year - 1
    return datetime(year, month, 1, tzinfo=UTC)


def _months_back(moment: datetime, count: int) -> datetime:
    """The same day `count` months earlier, or the month's last where it has no such day."""
    months = moment.year * 12 + moment.month - 1 - count
    year, month = divmod(months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
