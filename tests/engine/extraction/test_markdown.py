"""Markdown is read by its headings, and its code is left whole."""

from engine.extraction import read_document
from engine.passages import Passage
from tests.engine.extraction.making import LIMITS


def read(text: str) -> list[Passage]:
    """The passages of a Markdown file."""
    return read_document(text.encode(), "README.md", LIMITS)


def places(text: str) -> list[tuple[str, int | None, str]]:
    """Heading, line and text of each passage."""
    return [(p.location.heading, p.location.line, p.text) for p in read(text)]


def test_headings_of_both_kinds() -> None:
    """A hit in a README would not say where it stands, or point to the wrong line."""
    text = (
        "Intro\n\n# Setup #\n\n## Network\nPlug in.\n\nUse\n===\n\nPress it.\n\nDown\n---\nWait.\n"
    )
    assert places(text) == [
        ("", 1, "Intro"),
        ("Setup › Network", 6, "Plug in."),
        ("Use", 11, "Press it."),
        ("Use › Down", 15, "Wait."),
    ]


def test_comments_in_code_are_no_headings() -> None:
    """Shell scripts in a README would tear its outline apart."""
    text = "# Run\n```sh\n# not a heading\nping\n```\n~~~\n```\n# neither\n~~~\nend"
    assert [heading for heading, _, _ in places(text)] == ["Run"]


def test_lines_that_only_look_like_underlines() -> None:
    """Front matter, lists and rules would be taken for headings."""
    text = "---\ntags: a\n---\n\n- item\n---\n\n| a |\n|---|\n| 1 |"
    assert {heading for heading, _, _ in places(text)} <= {"", "tags: a"}


def test_heading_with_nothing_below_is_found_by_itself() -> None:
    """A page that is a list of headings would hold no text at all."""
    assert places("# Ideas\n## Bees\n## Boats\n") == [("Ideas", 2, "Bees"), ("Ideas", 3, "Boats")]


def test_long_section_keeps_heading_and_lines() -> None:
    """Only the first passage of a chapter would say where it stands."""
    paragraphs = "\n\n".join(f"Paragraph {n} says " + "something else " * 20 for n in range(12))
    passages = read("# Long\n\n" + paragraphs)
    assert len(passages) > 3
    lines = ("# Long\n\n" + paragraphs).split("\n")
    for passage in passages:
        assert passage.location.heading == "Long"
        assert passage.location.line is not None
        assert lines[passage.location.line - 1].startswith(passage.text[:30])


def test_sentence_dressed_as_heading_is_text() -> None:
    """What somebody wrote in large letters would be put before every passage, and never found."""
    text = "# " + "shouting " * 40 + "\n\nquiet"
    (passage,) = read(text)
    assert passage.location.heading == ""
    assert passage.text.startswith("shouting")
    assert passage.text.endswith("quiet")
