"""How well text in pictures is read: ``python -m benchmarks.quality.ocr``.

Sentences are drawn into pictures as screenshots and memes show them, and read by the engine's own
reader. In photographs and pictograms without text, whatever is read is false. Needs Debian's
fonts-dejavu-core, fonts-dejavu-extra and fonts-liberation, and MAGPIE_BENCH_DATA.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.quality.damage import Damage, re_encode
from benchmarks.quality.measures import mean_of
from benchmarks.quality.rig import read_picture, sample_pictures
from benchmarks.quality.sets import photographs
from benchmarks.report import write_section
from engine.ocr import MIN_CONFIDENCE, MIN_LETTERS, Line, read_lines
from engine.search.reference import reference_texts

SEED = 5
FONTS_FOLDER = Path("/usr/share/fonts/truetype")
FONTS = {
    "sans": "liberation/LiberationSans-Regular.ttf",
    "serif": "dejavu/DejaVuSerif.ttf",
    "monospace": "dejavu/DejaVuSansMono.ttf",
    "bold": "dejavu/DejaVuSans-Bold.ttf",
}
SIZES_PX = (9, 11, 14, 20, 40)
SENTENCES = 3
WIDTH_PX = 1000
CONFIDENCES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
"""RapidOCR itself drops what is below 0.5."""

WITH_TEXT = {
    "Great_Pyrenees",
    "accordion",
    "barracouta",
    "comic_book",
    "dishrag",
    "dugong",
    "garbage_truck",
    "harmonica",
    "iPod",
    "lipstick",
    "photocopier",
    "pop_bottle",
    "quill",
    "sea_snake",
    "snail",
    "submarine",
}
"""Photographs in which something was read and something is written: signs, books, watermarks."""

Ground = Callable[[tuple[int, int], random.Random], Image.Image]


def plain(colour: str) -> Ground:
    """A picture of one colour."""
    return lambda size, _state: Image.new("RGB", size, colour)


def photograph(size: tuple[int, int], state: random.Random) -> Image.Image:
    """A darkened, blurred photograph, as behind the words of a meme."""
    pixels = Image.fromarray(read_picture(state.choice(photographs())))
    return pixels.resize(size).filter(ImageFilter.GaussianBlur(2)).point(lambda value: value // 2)


def photographed(picture: Image.Image, state: random.Random) -> Image.Image:
    """A screen as a telephone sees it: tilted, out of focus, noisy, JPEG."""
    tilted = picture.rotate(state.uniform(-4, 4), Image.Resampling.BICUBIC, fillcolor="#444444")
    blurred = np.asarray(tilted.filter(ImageFilter.GaussianBlur(1)))
    noise = np.random.default_rng(state.getrandbits(32)).normal(0, 12, blurred.shape)
    noisy = Image.fromarray(np.clip(blurred + noise, 0, 255).astype(np.uint8))
    return re_encode(40)(noisy, state)


@dataclass(frozen=True)
class Look:
    """How a text is shown.

    Attributes:
        after: what happens to the picture before it is posted.
    """

    ink: str
    ground: Ground
    after: Damage | None = None


LOOKS = {
    "dark on light": Look("#1a1a1a", plain("#ffffff")),
    "light on dark": Look("#dcddde", plain("#36393f")),
    "grey on white, contrast 2.3": Look("#aaaaaa", plain("#ffffff")),
    "white on a photograph": Look("#ffffff", photograph),
    "dark on light, JPEG 30": Look("#1a1a1a", plain("#ffffff"), after=re_encode(30)),
    "dark on light, photographed": Look("#1a1a1a", plain("#ffffff"), after=photographed),
    "light on dark, JPEG 15": Look("#dcddde", plain("#36393f"), after=re_encode(15)),
}


@dataclass(frozen=True)
class Reading:
    """What was drawn into a picture, and what was read in it."""

    font: str
    size_px: int
    look: str
    drawn: Counter[str]
    lines: list[Line]

    def found(self, confidence: float) -> float:
        """The share of the drawn words that were read."""
        return (self.drawn & words(kept(self.lines, confidence))).total() / self.drawn.total()

    def false(self, confidence: float) -> float:
        """The share of the words read that were not drawn; 0 where none was read."""
        read = words(kept(self.lines, confidence))
        return (read - self.drawn).total() / max(1, read.total())


def words(text: str) -> Counter[str]:
    """How often each word stands in a text."""
    return Counter(re.findall(r"\w+", text.casefold()))


def kept(lines: Iterable[Line], confidence: float) -> str:
    """The text that is served when so much confidence is asked for; see `engine.ocr.read_text`."""
    text = "\n".join(line.text for line in lines if line.confidence >= confidence)
    return text if sum(character.isalnum() for character in text) >= MIN_LETTERS else ""


def drawn(
    sentences: Sequence[str], font: str, size_px: int, look: Look, state: random.Random
) -> Image.Image:
    """The sentences below each other, wrapped to the width."""
    face = ImageFont.truetype(FONTS_FOLDER / FONTS[font], size_px)
    lines = [line for sentence in sentences for line in wrapped(sentence, face)]
    picture = look.ground((WIDTH_PX, 40 + 2 * size_px * len(lines)), state)
    pen = ImageDraw.Draw(picture)
    for n, line in enumerate(lines):
        pen.text((20, 20 + 2 * size_px * n), line, fill=look.ink, font=face)
    return picture if look.after is None else look.after(picture, state)


def wrapped(sentence: str, face: ImageFont.FreeTypeFont) -> list[str]:
    """A sentence in lines that fit."""
    lines = [""]
    for word in sentence.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) > WIDTH_PX - 40:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def read_drawn() -> list[Reading]:
    """Every font in every size and look, with sentences of its own."""
    state = random.Random(SEED)
    sentences = reference_texts()
    readings = []
    for font, size_px, look in product(FONTS, SIZES_PX, LOOKS):
        chosen = state.sample(sentences, SENTENCES)
        picture = drawn(chosen, font, size_px, LOOKS[look], state)
        readings.append(Reading(font, size_px, look, words(" ".join(chosen)), read_lines(picture)))
    return readings


def row(name: str, share: Callable[[float], float]) -> str:
    """A share for each confidence that could be asked for."""
    return f"| {name} | {' | '.join(f'{share(each):.3f}' for each in CONFIDENCES)} |"


def recall_rows(readings: Sequence[Reading]) -> list[str]:
    """What is read of all pictures, and of those of each size, look and font."""
    groups: list[tuple[str, list[Reading]]] = [("**all**", list(readings))]
    groups += [
        (f"{size} px", [each for each in readings if each.size_px == size]) for size in SIZES_PX
    ]
    groups += [(look, [each for each in readings if each.look == look]) for look in LOOKS]
    groups += [(font, [each for each in readings if each.font == font]) for font in FONTS]
    return [recall_row(name, group) for name, group in groups]


def recall_row(name: str, readings: Sequence[Reading]) -> str:
    """What is read of some pictures."""
    return row(name, lambda least: float(np.mean([each.found(least) for each in readings])))


def false_row(name: str, pictures: Sequence[list[Line]]) -> str:
    """How many of the pictures get a text though nothing is written in them."""
    return row(
        f"{len(pictures)} {name} that get a text",
        lambda least: float(np.mean([bool(kept(lines, least)) for lines in pictures])),
    )


def section(
    readings: Sequence[Reading], photos: Sequence[list[Line]], samples: Sequence[list[Line]]
) -> str:
    """The results as markdown."""
    head = f"| {' | '.join(f'{each:g}' for each in CONFIDENCES)} |\n{'|---' * 9}|"
    served = mean_of([each.found(MIN_CONFIDENCE) for each in readings])
    return f"""## Text in pictures

{len(readings)} pictures with {SENTENCES} sentences each: {len(FONTS)} fonts of Debian in
{len(SIZES_PX)} sizes and {len(LOOKS)} looks. As served (lines below a confidence of
{MIN_CONFIDENCE} are dropped), {served} of the words are read, letter by letter; by the least
confidence that could be asked for:

| share of words read {head}
{chr(10).join(recall_rows(readings))}

Of the words read, the share that was not drawn (misread letters, words run together); and of
pictures in which nothing is written, the share that gets a text all the same. ({len(WITH_TEXT)}
photographs with signs and watermarks are left out.) Single letters seen in fur and leaves are
dropped by asking for {MIN_LETTERS} letters and digits a picture.

| false {head}
{row("drawn pictures", lambda least: float(np.mean([each.false(least) for each in readings])))}
{false_row("photographs", photos)}
{false_row("pictograms", samples)}

Repeat: `MAGPIE_BENCH_DATA=… uv run --group dev python -m benchmarks.quality.ocr`
"""


def main() -> None:
    """Measures, prints and stores the section."""
    photos = [file for file in photographs() if file.stem not in WITH_TEXT]
    markdown = section(
        read_drawn(),
        [read_lines(Image.fromarray(read_picture(file))) for file in photos],
        [read_lines(Image.fromarray(pixels)) for pixels in sample_pictures().values()],
    )
    write_section("ocr", markdown)
    print(markdown)


if __name__ == "__main__":
    main()
