"""25 everyday categories, each some of Unicode's emoji subgroups, for zero-shot classification."""

from typing import Final

CATEGORIES: Final[dict[str, tuple[str, ...]]] = {
    "a smiling face": ("face-smiling", "face-affection", "face-tongue"),
    "a sad or worried face": ("face-concerned", "face-unwell", "face-negative"),
    "a heart": ("heart",),
    "a hand gesture": (
        "hand-fingers-open",
        "hand-fingers-partial",
        "hand-single-finger",
        "hand-fingers-closed",
        "hands",
    ),
    "a person at work": ("person-role",),
    "a person doing sports": ("person-sport",),
    "a family": ("family",),
    "a mammal": ("animal-mammal",),
    "a bird": ("animal-bird",),
    "a sea animal": ("animal-marine", "food-marine"),
    "an insect": ("animal-bug",),
    "a plant or flower": ("plant-flower", "plant-other"),
    "a fruit": ("food-fruit",),
    "a vegetable": ("food-vegetable",),
    "a meal": ("food-prepared", "food-asian"),
    "something sweet": ("food-sweet",),
    "a drink": ("drink",),
    "a building": ("place-building", "place-religious"),
    "a vehicle": ("transport-ground",),
    "a clock or watch": ("time",),
    "the sky and weather": ("sky & weather",),
    "clothing": ("clothing",),
    "a musical instrument": ("musical-instrument", "music"),
    "a tool": ("tool",),
    "the flag of a country": ("country-flag",),
}


def category_row(subgroup: str) -> int:
    """Which category a subgroup belongs to, -1 for none of them."""
    for row, subgroups in enumerate(CATEGORIES.values()):
        if subgroup in subgroups:
            return row
    return -1
