"""What a person would type for a picture: captions for one pictogram, several, or two together."""

import random
from typing import Final

TEMPLATES: Final = (
    "{name}",
    "{a_name}",
    "a picture of {a_name}",
    "a drawing of {a_name}",
    "an icon of {a_name}",
    "{name} emoji",
    "a photo of {a_name}",
    "there is {a_name} here",
)
_PAIRS: Final = (
    "{left} and {right}",
    "{left} with {right}",
    "{left} next to {right}",
    "{left} to the left of {right}",
    "a picture of {left} and {right}",
)
_COUNTS: Final = {2: "two", 3: "three", 4: "four"}
_SOUNDS_LIKE_CONSONANT: Final = ("uni", "use", "euro", "one")
_NO_ARTICLE: Final = ("flag of", "keycap", "people", "men ", "women ")


def with_article(name: str) -> str:
    """'umbrella' reads 'an umbrella'; plurals and flags stay as they are."""
    if name.endswith("s") and not name.endswith("ss"):
        return name
    if name.startswith("flag of"):
        return f"the {name}"
    if name.startswith(_NO_ARTICLE):
        return name
    spoken_vowel = name[:1].lower() in "aeiou" and not name.startswith(_SOUNDS_LIKE_CONSONANT)
    return f"{'an' if spoken_vowel else 'a'} {name}"


def plural(name: str) -> str:
    """'cherry' reads 'cherries'. Good enough for captions, not for a dictionary."""
    if name.endswith("s"):
        return name
    if name.endswith(("x", "ch", "sh")):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"


def caption(name: str, template: str) -> str:
    """Put a name into one of ``TEMPLATES``."""
    return template.format(name=name, a_name=with_article(name))


def pair_caption(left: str, right: str, rng: random.Random) -> str:
    """Describe two things side by side."""
    template = rng.choice(_PAIRS)
    return template.format(left=with_article(left), right=with_article(right))


def count_caption(name: str, count: int) -> str:
    """Describe two to four of the same thing: 'three cherries'."""
    return f"{_COUNTS[count]} {plural(name)}"
