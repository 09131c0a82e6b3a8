"""HTML gives what a reader of the page sees."""

import pytest

from engine.errors import UnreadableDocument
from engine.extraction import read_document
from tests.engine.extraction.making import LIMITS

PAGE = """<!doctype html><html><head><title>The bakery</title><style>p {color: red}</style></head>
<body><script>var hidden = "never seen";</script><nav><a>Home</a> <a>Bread</a></nav>
<h1>Our <em>bread</em></h1><p>Baked at
   <b>four</b> in the morning.<br>Sold at six.</p>
<h2>Prices</h2><table><tr><th>Loaf</th><th>Euro</th></tr><tr><td>Rye</td><td>4</td></tr></table>
<pre>oven(
    220)</pre><template>not shown</template></body></html>"""


def test_page_is_read_as_it_is_seen() -> None:
    """Scripts and styles would be found and quoted, and words of one sentence stand apart."""
    passages = read_document(PAGE.encode(), "bakery.html", LIMITS)
    assert [(p.location.heading, p.text) for p in passages] == [
        ("", "Home Bread"),
        ("Our bread", "Baked at four in the morning.\nSold at six."),
        ("Our bread › Prices", "Loaf | Euro\n\nRye | 4\n\noven(\n    220)"),
    ]


def test_title_heads_a_page_without_headings() -> None:
    """A page that says what it is about in its title alone would not be found by that."""
    page = b"<title>Opening\n hours</title><p>Nine to five</p>"
    (passage,) = read_document(page, "hours.htm", LIMITS)
    assert (passage.location.heading, passage.text) == ("Opening hours", "Nine to five")


@pytest.mark.parametrize(
    "page", [b"<html><script>shown(1)</script></html>", b"<!doctype html><style>a{}</style>"]
)
def test_pages_of_scripts_say_so(page: bytes) -> None:
    """A saved web application would seem to be remembered and never be found."""
    with pytest.raises(UnreadableDocument, match="no text in this HTML page"):
        read_document(page, "app.html", LIMITS)


def test_declared_encoding_is_used() -> None:
    """Pages from before UTF-8 would be read with the wrong letters."""
    page = '<html><meta charset="windows-1251"><p>Привет</p></html>'.encode("cp1251")
    assert read_document(page, "page.html", LIMITS)[0].text == "Привет"


@pytest.mark.parametrize("charset", ["no-such", "undefined", "base64", "rot13", "idna"])
def test_nonsense_encoding_is_not_believed(charset: str) -> None:
    """A page with a broken declaration would be refused though it can be read."""
    text = "Die größte Überraschung war für alle schön."
    page = f'<html><meta charset="{charset}"><p>{text}</p></html>'.encode("cp1252")
    assert read_document(page, "page.html", LIMITS)[0].text == text


def test_deeply_nested_page_is_read() -> None:
    """A page of a broken generator would overflow the stack."""
    assert read_document(b"<div>" * 5_000 + b"deep", "deep.html", LIMITS)[0].text == "deep"
