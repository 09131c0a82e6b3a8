"""HTML: what a reader of the page sees, under its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from engine.extraction.characters import decoded
from engine.extraction.outline import Block, sections_of
from engine.extraction.splitting import Section

UNSEEN_TAGS = "head script style noscript template svg iframe object select datalist"
INLINE_TAGS = (
    "a abbr b bdi bdo big cite code del dfn em font i img ins kbd label mark q s samp small span "
    "strike strong sub sup time tt u var wbr"
)
UNSEEN = frozenset(UNSEEN_TAGS.split())
INLINE = frozenset(INLINE_TAGS.split())
CELLS = frozenset({"td", "th"})
HEADINGS = {f"h{level}": level for level in range(1, 7)}
SPACES = re.compile(r"\s+")
DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
DECLARED_WITHIN_BYTES = 4096


def webpage_sections(data: bytes) -> Iterator[Section]:
    """The text under each heading; scripts, styles and hidden templates are left out."""
    tree = LexborHTMLParser(decoded(data, _declared_encoding(data)))
    title = tree.css_first("title")
    if title is not None and tree.css_first("h1") is None:
        yield from sections_of([Block(_in_one_line(title.text()), 1), *_blocks(tree)])
    else:
        yield from sections_of(_blocks(tree))


def _declared_encoding(data: bytes) -> str | None:
    match = DECLARED.search(data, 0, DECLARED_WITHIN_BYTES)
    return match[1].decode("ascii") if match else None


def _in_one_line(text: str) -> str:
    return SPACES.sub(" ", text).strip()


def _blocks(tree: LexborHTMLParser) -> Iterator[Block]:
    """The page's paragraphs, headings and rows of tables."""
    written: list[str] = []
    level = kept_as_is = 0
    for node, entered in _walk(tree.body):
        tag = node.tag or ""
        if node.is_text_node:
            text = node.text_content or ""
            written.append(text if kept_as_is else SPACES.sub(" ", text))
        elif tag == "br":
            written.append("\n" if entered else "")
        elif tag in CELLS:
            written.append(" | " if entered and written else "")
        elif tag not in INLINE:
            yield from _block(written, level)
            written = []
            level = HEADINGS.get(tag, level) if entered else 0
            kept_as_is += (1 if entered else -1) if tag == "pre" else 0
    yield from _block(written, level)


def _block(written: list[str], level: int) -> Iterator[Block]:
    text = "".join(written).strip()
    if text:
        yield Block(_in_one_line(text) if level else text, level)


def _walk(root: LexborNode | None) -> Iterator[tuple[LexborNode, bool]]:
    """Every node that is seen, when it is entered and when it is left; deep pages are no matter."""
    open_nodes: list[LexborNode] = []
    node = root
    while node is not None:
        if node.tag not in UNSEEN:
            yield node, True
            if (child := node.first_child) is not None:
                open_nodes.append(node)
                node = child
                continue
            if not node.is_text_node:
                yield node, False
        while node is not None and (following := node.next) is None:
            node = open_nodes.pop() if open_nodes else None
            if node is not None:
                yield node, False
        node = node and following
