"""Programs are found by their functions."""

import pytest

from engine.extraction import read_document
from tests.engine.extraction.making import LIMITS

PYTHON = '''"""A shop."""

import os


class Shop:
    """Sells."""

    def open(self) -> None:
        def inner():
            pass
        inner()

    @property
    def closed(
        self,
    ) -> bool:
        return True


# The last resort.
async def main():
    Shop()


main()
'''
RUST = """use std::fs;

impl Shop {
    /// Opens it.
    pub fn open(&self) -> bool {
        true
    }
}

pub(crate) fn main() {}
"""
JAVASCRIPT = """import a from "b";

/** Adds. */
export default function add(a, b)
{
  return a + b;
}

const x = add(1, 2);
"""


def outline(program: str, filename: str) -> list[tuple[str, int | None, str]]:
    """Heading, line and first line of each passage."""
    passages = read_document(program.encode(), filename, LIMITS)
    return [(p.location.heading, p.location.line, p.text.split("\n")[0]) for p in passages]


def test_python() -> None:
    """A function would be torn in two, and a hit would not name it."""
    assert outline(PYTHON, "shop.py") == [
        ("", 1, '"""A shop."""'),
        ("Shop", 6, "class Shop:"),
        ("Shop › open", 9, "    def open(self) -> None:"),
        ("Shop › closed", 14, "    @property"),
        ("main", 21, "# The last resort."),
        ("", 26, "main()"),
    ]


def test_braces() -> None:
    """Programs in other languages would be cut anywhere."""
    assert outline(RUST, "shop.rs") == [
        ("", 1, "use std::fs;"),
        ("Shop", 3, "impl Shop {"),
        ("Shop › open", 4, "    /// Opens it."),
        ("main", 10, "pub(crate) fn main() {}"),
    ]
    assert outline(JAVASCRIPT, "add.js") == [
        ("", 1, 'import a from "b";'),
        ("add", 3, "/** Adds. */"),
        ("", 9, "const x = add(1, 2);"),
    ]


def test_long_function_keeps_indentation_and_lines() -> None:
    """Code would be quoted with its shape lost, or point to the wrong line."""
    lines = ["def table():", *(f"    row_{n} = compute({n}, {n * n})" for n in range(100))]
    passages = read_document("\n".join(lines).encode(), "table.py", LIMITS)
    assert len(passages) > 3
    for passage in passages:
        assert passage.location.heading == "table"
        assert passage.location.line is not None
        assert passage.text.split("\n")[0] == lines[passage.location.line - 1]


@pytest.mark.parametrize(
    "line", ["a" * 50_000, "function " * 5_000, "fn " + "<" * 50_000, "((" * 9_999]
)
def test_minified_programs_take_no_time(line: str) -> None:
    """A minified file would hold a worker until its time is up."""
    assert read_document(line.encode(), "x.min.js", LIMITS)
