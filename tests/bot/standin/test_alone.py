"""`python -m bot.standin`."""

from __future__ import annotations

import socket

import pytest

from bot.standin.__main__ import main


def test_taken_port_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A taken port would end in a stack trace."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("sys.argv", ["standin", "--port", str(port)])

        code = main()

    assert code == 1
    assert capsys.readouterr().err == (
        f"Port {port} on 127.0.0.1 is taken by another program. "
        "Stop that program, or choose another port.\n"
    )
