"""Source code: a passage is a function, or a part of one, under the names it is found by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.extraction.outline import path
from engine.extraction.splitting import Prose, Section

HOLDERS = "class|struct|interface|trait|impl|module|namespace|object|enum|protocol|extension"
DEFINITION = re.compile(
    r"(?P<indent>[ \t]*)"
    r"(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|pub|"
    r"pub\([a-z]+\)|unsafe|override|open|sealed|data|local)\s+)*"
    rf"(?:(?P<holder>{HOLDERS})|def|function|func|fun|fn|sub|procedure)\s+"
    r"(?:\([^)]*\)\s*)?(?:<[^>]*>\s*)?(?P<name>[\w$]+(?:(?:\.|::)[\w$]+)*)"
)
BELONGS_TO_NEXT = ("@", "#", "//", "/*", "*", "--")
"""What decorators, attributes and comments above a definition begin with."""

CONTINUES = (")", "]", "}", "{")
"""What a line begins with that ends or opens the definition above, though not indented."""


@dataclass
class _Part:
    """Lines of a file under one definition."""

    titles: tuple[str, ...]
    first_line: int
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Open:
    indent: int
    name: str
    is_holder: bool


def program_sections(text: str) -> Iterator[Section]:
    """A section for each class, function and method, and for what stands between them."""
    for part in _parts(text.split("\n")):
        body = "\n".join(part.lines)
        yield Section(body, path(part.titles), line=part.first_line, prose=Prose.INDENTED)


def _parts(lines: list[str]) -> Iterator[_Part]:
    part = _Part((), 1)
    open_definitions: list[_Open] = []
    for number, line in enumerate(lines, 1):
        titles = _titles_after(line, open_definitions)
        if titles is not None and titles != part.titles:
            above = _lines_of_next(part.lines)
            yield _Part(part.titles, part.first_line, part.lines[: len(part.lines) - above])
            part = _Part(titles, number - above, part.lines[len(part.lines) - above :])
        part.lines.append(line)
    yield part


def _titles_after(line: str, open_definitions: list[_Open]) -> tuple[str, ...] | None:
    """The names a line stands under, once it has opened or closed some; None when it does not.

    Functions in functions are part of these: only what is in a class or the like stands alone.
    """
    stripped = line.lstrip()
    if not stripped or stripped.startswith(CONTINUES):
        return None
    indent = len(line) - len(stripped)
    ended = False
    while open_definitions and open_definitions[-1].indent >= indent:
        open_definitions.pop()
        ended = True
    match = DEFINITION.match(line)
    starts = match and all(definition.is_holder for definition in open_definitions)
    if match and starts:
        open_definitions.append(_Open(indent, match["name"], match["holder"] is not None))
    if not (ended or starts):
        return None
    return tuple(definition.name for definition in open_definitions)


def _lines_of_next(lines: list[str]) -> int:
    """How many lines at the end are decorators and comments of what comes next."""
    count = 0
    for line in reversed(lines):
        if not line.lstrip().startswith(BELONGS_TO_NEXT):
            break
        count += 1
    return count
