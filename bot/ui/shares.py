"""Shares and leads with their intervals, as people read them."""

from __future__ import annotations

from engine.schemas import Interval


def percent(share: Interval) -> str:
    """A share with its interval, such as ``93 % (88–97)``."""
    return f"{share.value * 100:.0f} % ({share.low * 100:.0f}–{share.high * 100:.0f})"


def points(lead: Interval) -> str:
    """How far one share is ahead of another, such as ``6 points (2–10)``."""
    value, low, high = (f"{100 * each:z.0f}" for each in (lead.value, lead.low, lead.high))
    return f"{value} points ({low}–{high})"
