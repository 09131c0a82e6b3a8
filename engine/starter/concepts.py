"""What the pictograms show: names, keywords and categories, and which concepts are held out."""

import random
import re
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

Split = Literal["trained", "held_out", "dropped"]

UNICODE_DIR = Path("/usr/share/unicode")
"""Where Debian's ``unicode-data`` and ``unicode-cldr-core`` keep their files."""

HELD_OUT_COUNT = 220
SPLIT_SEED = 20_26
_WORD = re.compile(r"[a-z]+")
_PLAIN_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "in",
        "of",
        "on",
        "the",
        "to",
        "with",
        "without",
        "face",
        "sign",
        "symbol",
        "button",
        "mark",
        "big",
        "empty",
        "fried",
        "full",
        "heavy",
        "high",
        "long",
        "low",
        "old",
        "right",
        "round",
        "small",
        "straight",
    ]
)
_NOT_HELD_OUT = frozenset(
    ["country-flag", "subdivision-flag", "keycap", "alphanum", "family", "time", "zodiac", "arrow"]
)


@dataclass(frozen=True)
class Concept:
    """One thing that pictograms show.

    Attributes:
        key: code points for an emoji ("1f431"), else "icon:" and the name.
        name: the caption.
        keywords: other words for it (CLDR), without the name.
        category: Unicode's emoji subgroup, "" for an icon that is no emoji.
        split: "held_out" concepts are only ever used for evaluation; "dropped" ones share a
            word with a held-out concept and are used for nothing.
    """

    key: str
    name: str
    keywords: tuple[str, ...] = ()
    category: str = ""
    split: Split = "trained"

    def to_json(self) -> dict[str, Any]:
        """The concept as plain JSON values; ``Concept(**d)`` reads them back."""
        return asdict(self)


def read_emoji_concepts(unicode_dir: Path = UNICODE_DIR) -> list[Concept]:
    """Read every fully qualified emoji without skin tones, named and described by CLDR."""
    names, keywords = _read_annotations(unicode_dir / "cldr" / "common")
    concepts = []
    category = ""
    for line in (unicode_dir / "emoji" / "emoji-test.txt").read_text("utf-8").splitlines():
        if line.startswith("# subgroup:"):
            category = line.partition(":")[2].strip()
        if "; fully-qualified" not in line:
            continue
        codepoints = line.partition(";")[0].split()
        if any(code.startswith("1F3F") and code >= "1F3FB" for code in codepoints):
            continue
        key = "-".join(code.lower() for code in codepoints if code != "FE0F")
        character = "".join(chr(int(code, 16)) for code in key.split("-"))
        name = _tidy(names.get(character) or line.partition(" E")[2].partition(" ")[2])
        others = tuple(k for k in keywords.get(character, ()) if k != name)
        concepts.append(Concept(key, name, others, category))
    return concepts


def read_old_names(unicode_dir: Path = UNICODE_DIR) -> dict[str, str]:
    """Unicode's own character names, which older sets use ("red apple"): name to code point."""
    lines = (unicode_dir / "UnicodeData.txt").read_text("utf-8").splitlines()
    fields = (line.split(";") for line in lines)
    return {name.lower(): code.lower() for code, name, *_ in fields}


def split_concepts(concepts: Iterable[Concept]) -> list[Concept]:
    """Choose the held-out concepts and drop whatever else would give them away.

    A held-out concept is drawn with all emoji that share its telling words, so that neither
    "umbrella with rain drops" nor an icon "umbrella closed" is trained on when "umbrella" is
    held out.
    """
    concepts = list(concepts)
    names_by_word = defaultdict(set)
    for concept in concepts:
        for word in telling_words(concept.name):
            if not concept.key.startswith("icon:"):
                names_by_word[word].add(concept.key)
    held_out = _draw_held_out(concepts, names_by_word)
    held_words = {
        word
        for concept in concepts
        if concept.key in held_out
        for word in telling_words(concept.name)
        if names_by_word[word] <= held_out
    }
    return [_with_split(concept, held_out, held_words) for concept in concepts]


def telling_words(name: str) -> set[str]:
    """The words of a name that say what it shows, in the singular."""
    return {
        word.removesuffix("s") if len(word) > 3 else word
        for word in _WORD.findall(name.lower())
        if word not in _PLAIN_WORDS
    }


def _draw_held_out(concepts: list[Concept], names_by_word: dict[str, set[str]]) -> set[str]:
    candidates = [
        concept
        for concept in concepts
        if concept.category
        and concept.category not in _NOT_HELD_OUT
        and all(len(names_by_word[word]) <= 4 for word in telling_words(concept.name))
    ]
    category_size = Counter(concept.category for concept in candidates)
    taken_of: Counter[str] = Counter()
    random.Random(SPLIT_SEED).shuffle(candidates)  # noqa: S311 - a split, not a secret
    by_key = {concept.key: concept for concept in concepts}
    held_out: set[str] = set()
    for concept in candidates:
        if len(held_out) >= HELD_OUT_COUNT:
            break
        if taken_of[concept.category] > category_size[concept.category] / 4:
            continue
        family = {concept.key}.union(*(names_by_word[w] for w in telling_words(concept.name)))
        held_out |= family
        taken_of.update(by_key[key].category for key in family)
    return held_out


def _with_split(concept: Concept, held_out: set[str], held_words: set[str]) -> Concept:
    if concept.key in held_out:
        return replace(concept, split="held_out")
    if telling_words(concept.name) & held_words:
        return replace(concept, split="dropped")
    safe = tuple(k for k in concept.keywords if not telling_words(k) & held_words)
    return replace(concept, keywords=safe)


def _read_annotations(cldr_dir: Path) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    names: dict[str, str] = {}
    keywords: dict[str, tuple[str, ...]] = {}
    for folder in ("annotations", "annotationsDerived"):
        tree = ET.parse(cldr_dir / folder / "en.xml")  # noqa: S314 - Debian's own file
        for node in tree.iter("annotation"):
            character = node.attrib["cp"].replace("\ufe0f", "")
            text = node.text or ""
            if node.attrib.get("type") == "tts":
                names[character] = text
            else:
                keywords[character] = tuple(_tidy(part) for part in text.split("|"))
    return names, keywords


def _tidy(name: str) -> str:
    """'flag: France' reads 'flag of France' in a caption."""
    return re.sub(r"^flag: ", "flag of ", name.strip()).replace("“", "").replace("”", "")
