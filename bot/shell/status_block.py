"""The block `magpie up` prints: what runs where, filled in as it becomes known."""

from __future__ import annotations

from types import TracebackType
from typing import Literal, Self, get_args

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

Row = Literal["address", "engine", "library", "data", "log", "status"]


class StatusBlock:
    """On a terminal one block that redraws itself until it is closed; elsewhere line by line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[Row, str] = {}
        self._busy = True
        self._live = Live(console=console, get_renderable=self._drawn, refresh_per_second=8)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the block as it is."""
        self._busy = False
        if self._live.is_started:
            self._live.stop()

    def show(self, row: Row, text: str) -> None:
        """Sets a row."""
        if self._rows.get(row) == text:
            return
        self._rows[row] = text
        if not self._console.is_terminal:
            self._console.print(f"{row:8} {text}", markup=False, soft_wrap=True)

    def say(self, line: str) -> None:
        """Prints a line above the block, or after it once it is closed."""
        self._console.print(line, markup=False, soft_wrap=True)

    def _drawn(self) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim")
        table.add_column(overflow="fold")
        for row in get_args(Row):
            if row in self._rows:
                table.add_row(row, self._cell(row, self._rows[row]))
        return table

    def _cell(self, row: Row, text: str) -> Text | Spinner:
        if row == "status" and self._busy:
            return Spinner("dots", text=text)
        return Text(text, style="bold" if row == "address" else "")
