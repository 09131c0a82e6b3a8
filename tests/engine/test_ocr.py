"""Text in pictures, read by the real models from real files."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFont

from engine.errors import LimitExceeded, UnreadablePicture
from engine.ocr import read_text
from engine.passages import Passage

MAX_PIXELS = 50_000_000
ERROR = ("Deploy failed at step 7", "connection refused on port 5432")


def drawn(*lines: str, size_px: int = 28, ink: str = "black", ground: str = "white") -> Image.Image:
    """Lines of text as a window shows them."""
    picture = Image.new("RGB", (900, 40 + 2 * size_px * len(lines)), ground)
    font = ImageFont.load_default(size=size_px)
    for row, line in enumerate(lines):
        ImageDraw.Draw(picture).text((30, 20 + 2 * size_px * row), line, fill=ink, font=font)
    return picture


def read(picture: Image.Image, kind: str = "PNG", **options: object) -> list[Passage]:
    """What is read in a file of the picture."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return read_text(file.getvalue(), MAX_PIXELS)


@pytest.mark.parametrize(
    "picture",
    [
        drawn(*ERROR),
        drawn(*ERROR, size_px=18, ink="#dcddde", ground="#36393f"),
        drawn(*ERROR, size_px=44, ink="#8b0000", ground="#fff8dc"),
    ],
    ids=["a plain window", "small and dark", "large and coloured"],
)
def test_a_screenshot_is_read_line_by_line(picture: Image.Image) -> None:
    """An error message would not be found by the people who search for it."""
    (passage,) = read(picture)
    assert passage.text.split("\n") == list(ERROR)
    assert passage.location.in_picture


def test_a_photograph_of_a_screen_held_sideways_is_read() -> None:
    """Pictures from telephones, which are stored turned, would stay unread."""
    turned = drawn(*ERROR).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: to be turned by 90 degrees clockwise (Exif 2.3, table 4)
    (passage,) = read(turned, "JPEG", quality=90, exif=exif)
    assert "port 5432" in passage.text


def test_pictures_without_text_give_nothing() -> None:
    """Every picture would be found by noise, and embedded twice."""
    plain = Image.new("RGB", (300, 200), "#3a7")
    noise = Image.effect_noise((300, 200), 80).convert("RGB")
    tiny = Image.new("RGB", (400, 8), "white")
    assert [read(picture) for picture in (plain, noise, tiny)] == [[], [], []]


@pytest.mark.parametrize("size", [(2048, 16), (16, 2048)])
def test_a_divider_is_read_like_any_picture(size: tuple[int, int]) -> None:
    """The reader would fail on it again and again, and never come to the pictures behind it."""
    assert read(Image.effect_noise(size, 60)) == []


def test_a_page_of_text_becomes_several_passages() -> None:
    """The end of a long screenshot would be cut off by the encoder."""
    lines = [
        f"Paragraph {n}: the shelf in room {n} was moved to the left again." for n in range(24)
    ]
    passages = read(drawn(*lines, size_px=22))
    assert len(passages) > 1
    assert all(passage.location.in_picture for passage in passages)
    assert "room 23" in passages[-1].text


def test_broken_and_huge_files_are_refused_in_words() -> None:
    """A broken file would take its reader down."""
    with pytest.raises(UnreadablePicture, match="no picture"):
        read_text(b"not a picture", MAX_PIXELS)
    file = io.BytesIO()
    Image.new("RGB", (100, 100)).save(file, "PNG")
    with pytest.raises(LimitExceeded, match="100 × 100"):
        read_text(file.getvalue(), max_pixels=99)
