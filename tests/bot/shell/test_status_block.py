"""What `magpie up` prints while it starts."""

from __future__ import annotations

import io

from rich.console import Console

from bot.shell.status_block import StatusBlock


def test_without_a_terminal_each_fact_is_one_line_at_once() -> None:
    """A service's log would show the address late, or many times."""
    output = io.StringIO()
    with StatusBlock(Console(file=output, width=40)) as block:
        block.show("address", "http://127.0.0.1:8700/" + "x" * 40)
        assert output.getvalue() == "address  http://127.0.0.1:8700/" + "x" * 40 + "\n"
        block.show("status", "warming up")
        block.show("status", "warming up")
    assert output.getvalue().count("warming up") == 1


def test_on_a_terminal_the_last_state_stays() -> None:
    """The block would vanish, or end with a spinner that still turns."""
    output = io.StringIO()
    console = Console(file=output, force_terminal=True, width=60, color_system=None)
    with StatusBlock(console) as block:
        block.show("status", "warming up")
        block.show("address", "http://127.0.0.1:8700/")
        block.show("status", "ready")
    final = output.getvalue().rpartition("address")[2]
    assert "http://127.0.0.1:8700/" in final
    assert "status   ready" in final
    assert "warming up" not in final
