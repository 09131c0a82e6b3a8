"""Markdown: sections by its headings, passages by its paragraphs, lists, tables and code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.extraction.outline import Block, sections_of
from engine.extraction.splitting import Prose, Section

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
PARAGRAPH = re.compile(r" {0,3}[^\s>#|`~*+\-]")
"""A line that an underline turns into a heading."""


def markdown_sections(text: str) -> Iterator[Section]:
    """The text under each heading; headings in code blocks are none."""
    return sections_of(_blocks(text.split("\n")), Prose.MARKDOWN)


def _blocks(lines: list[str]) -> Iterator[Block]:
    body: list[str] = []
    first_line = 1
    fence = ""
    for number, line in enumerate(lines, 1):
        fence = _fence_after(line, fence)
        heading = None if fence else _heading(line, body)
        if heading is None:
            body.append(line)
            continue
        yield from _body(body, first_line)
        level, title = heading
        yield Block(title, level, number)
        body, first_line = [], number + 1
    yield from _body(body, first_line)


def _body(lines: list[str], first_line: int) -> Iterator[Block]:
    text = "\n".join(lines)
    if text.strip():
        yield Block(text, line=first_line)


def _fence_after(line: str, fence: str) -> str:
    """The fence of the code block that is open after a line; empty outside of one."""
    match = FENCE.match(line)
    if not fence:
        return match[1] if match else ""
    closes = match and match[1].startswith(fence) and not line.strip(" \t`~")
    return "" if closes else fence


def _heading(line: str, body: list[str]) -> tuple[int, str] | None:
    """Level and title when a line makes a heading; an underlined title is taken from the body."""
    if match := HEADING.match(line):
        return len(match[1]), match[2]
    underline = UNDERLINE.match(line)
    if underline and body and PARAGRAPH.match(body[-1]):
        return (1 if "=" in underline[1] else 2), body.pop().strip()
    return None
