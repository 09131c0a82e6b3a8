"""How far a channel counts as read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.features.library._reading_mark import ReadingMark


def read_to_the_end(mark: ReadingMark) -> None:
    """Finishes the reading of the history."""
    assert mark.end_of_history(mark.interruptions)


def test_mark_waits_for_the_oldest_open_message() -> None:
    """A crash would lose the message that was still being uploaded."""
    mark = ReadingMark(5)
    read_to_the_end(mark)
    for message_id in (10, 11, 12):
        mark.seen(message_id)
    mark.done(11)
    mark.done(12)
    assert mark.value == 9
    mark.done(10)
    assert mark.value == 12
    assert mark.settled


def test_live_messages_do_not_move_the_mark_past_a_gap() -> None:
    """What was posted while the bot was away would never be read."""
    mark = ReadingMark(5)
    mark.seen(100)
    mark.done(100)
    assert mark.value == 5
    mark.reached(50)
    assert mark.value == 50
    read_to_the_end(mark)
    assert mark.value == 100


def test_interruption_during_the_last_stretch_reads_again() -> None:
    """A message dropped just before the end of a catch-up would be lost."""
    mark = ReadingMark(5)
    before = mark.interruptions
    mark.reached(20)
    mark.interrupt()
    assert not mark.end_of_history(before)
    assert mark.cursor == 20


def test_rewinding_starts_from_nothing() -> None:
    """A backfill would read only what came after the channel was watched."""
    mark = ReadingMark(50)
    read_to_the_end(mark)
    mark.rewind()
    assert (mark.value, mark.cursor, mark.complete) == (0, 0, False)


@given(
    st.lists(
        st.tuples(st.sampled_from(["seen", "done", "reached", "interrupt"]), st.integers(1, 30)),
        max_size=60,
    )
)
def test_mark_never_passes_an_open_message(steps: list[tuple[str, int]]) -> None:
    """Some order of events would let the mark pass a message that is not acknowledged."""
    mark, unread = ReadingMark(0), set(range(1, 31))
    for step, message_id in steps:
        if step == "seen" and message_id > mark.value:
            mark.seen(message_id)
        elif step == "done":
            mark.done(message_id)
            unread.discard(message_id)
        elif step == "reached":
            # The reader announces every message it passes before it has passed it.
            for passed in range(mark.cursor + 1, message_id + 1):
                if passed in unread:
                    mark.seen(passed)
            mark.reached(message_id)
        else:
            mark.interrupt()
        assert all(each > mark.value for each in unread)
