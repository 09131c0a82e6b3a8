"""What the sample pictures show: a list to read and to extend.

Each scene is a file name, which is also its caption, a ground, and the things on it.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Thing:
    """One pictogram of the set ``fluent-emoji``, its middle and size in parts of the width."""

    icon: str
    x: float = 0.5
    y: float = 0.5
    size: float = 0.6
    turn_deg: float = 0.0


@dataclass(frozen=True)
class DemoScene:
    """A picture to draw; ``ground`` names one of the grounds, optionally with a colour."""

    slug: str
    ground: str
    things: tuple[Thing, ...]


def _scene(slug: str, ground: str, *things: Thing) -> DemoScene:
    return DemoScene(slug, ground, things)


def _alone(icon: str, turn_deg: float = 0.0) -> Thing:
    return Thing(icon, 0.5, 0.5, 0.8, turn_deg)


def _beside(left: str, right: str, size: float = 0.48) -> tuple[Thing, ...]:
    return Thing(left, 0.28, 0.54, size, -4), Thing(right, 0.72, 0.54, size, 4)


def _row(icon: str) -> tuple[Thing, ...]:
    return tuple(Thing(icon, x, 0.5 + 0.05 * (x == 0.5), 0.33) for x in (0.2, 0.5, 0.8))


SCENES: Final = (
    _scene("a purple umbrella in the rain", "rain", _alone("umbrella", -8)),
    _scene("two cats on a sofa", "studio #f6d9c6", *_beside("cat", "black-cat")),
    _scene("a birthday cake on a striped ground", "stripes #f9c6d4", _alone("birthday-cake")),
    _scene("a dog in a meadow", "meadow", Thing("dog", 0.5, 0.6, 0.68)),
    _scene("a rocket in the night sky", "night", _alone("rocket", 6)),
    _scene("a sailboat at sea", "sea", Thing("sailboat", 0.5, 0.46, 0.68)),
    _scene("a whale in the ocean", "sea", Thing("spouting-whale", 0.5, 0.56, 0.74)),
    _scene("a cup of coffee on a desk", "desk", _alone("hot-beverage")),
    _scene("a laptop and a cup of coffee", "desk", *_beside("laptop", "hot-beverage")),
    _scene("a slice of pizza", "dots #e8b04b", _alone("pizza")),
    _scene("three hamburgers", "studio #ffe08a", *_row("hamburger")),
    _scene("a bowl of noodles", "studio #d7ecd9", _alone("steaming-bowl")),
    _scene("sushi for lunch", "stripes #cfe3f2", _alone("sushi")),
    _scene("a bicycle on the road", "road", Thing("bicycle", 0.5, 0.58, 0.7)),
    _scene("a red car on the road", "road", Thing("automobile", 0.5, 0.6, 0.68)),
    _scene("a bus and a taxi", "road", *_beside("bus", "taxi", 0.38)),
    _scene("a train in the mountains", "mountains", Thing("locomotive", 0.5, 0.66, 0.59)),
    _scene("an airplane above the clouds", "clouds", _alone("airplane")),
    _scene("a tent in the mountains", "mountains", Thing("tent", 0.5, 0.7, 0.54)),
    _scene("a palm tree on the beach at sunset", "sunset", Thing("palm-tree", 0.42, 0.55, 0.81)),
    _scene("a snowman in winter", "snow", Thing("snowman", 0.5, 0.58, 0.76)),
    _scene("a fox in the snow", "snow", Thing("fox", 0.5, 0.62, 0.59)),
    _scene("a penguin on ice", "snow", Thing("penguin", 0.5, 0.6, 0.68)),
    _scene(
        "a christmas tree with presents",
        "snow",
        Thing("christmas-tree", 0.46, 0.48, 0.66),
        Thing("wrapped-gift", 0.76, 0.78, 0.32),
    ),
    _scene(
        "a full moon and an owl at night",
        "night",
        Thing("full-moon", 0.72, 0.28, 0.41),
        Thing("owl", 0.36, 0.62, 0.5),
    ),
    _scene("a campfire at night", "night", Thing("fire", 0.5, 0.64, 0.59)),
    _scene("fireworks over the city", "night", Thing("fireworks", 0.5, 0.46, 0.84)),
    _scene("a rainbow after the rain", "clouds", Thing("rainbow", 0.5, 0.56, 0.84)),
    _scene("a thunderstorm", "rain", Thing("cloud-with-lightning-and-rain", 0.5, 0.46, 0.84)),
    _scene("a sunflower in a meadow", "meadow", Thing("sunflower", 0.5, 0.5, 0.78)),
    _scene("a bouquet of flowers", "studio #f3d7ee", _alone("bouquet")),
    _scene("a potted plant on the windowsill", "studio #d9efe4", _alone("potted-plant")),
    _scene(
        "a butterfly on a flower",
        "meadow",
        Thing("hibiscus", 0.58, 0.66, 0.5),
        Thing("butterfly", 0.38, 0.34, 0.49, -12),
    ),
    _scene("a bee and a honey pot", "dots #ffd766", *_beside("honeybee", "honey-pot")),
    _scene(
        "an elephant and a mouse",
        "meadow",
        Thing("elephant", 0.36, 0.54, 0.58),
        Thing("mouse", 0.8, 0.76, 0.27),
    ),
    _scene("a lion in the savanna", "sunset", Thing("lion", 0.5, 0.6, 0.68)),
    _scene("a parrot in the jungle", "meadow", Thing("parrot", 0.5, 0.48, 0.76)),
    _scene("an octopus under water", "water", _alone("octopus")),
    _scene(
        "tropical fish under water",
        "water",
        Thing("tropical-fish", 0.34, 0.4, 0.5),
        Thing("fish", 0.7, 0.64, 0.46),
    ),
    _scene("a turtle on the beach", "sunset", Thing("turtle", 0.5, 0.74, 0.49)),
    _scene("a guitar on a stage", "studio #6d4b8f", _alone("guitar", 8)),
    _scene(
        "a piano keyboard and musical notes",
        "studio #c9d6f5",
        *_beside("musical-keyboard", "musical-notes"),
    ),
    _scene("headphones on a desk", "desk", _alone("headphone")),
    _scene("a camera on a wooden table", "desk", _alone("camera", -5)),
    _scene("a video game controller", "dots #8f7bd6", _alone("video-game")),
    _scene("a soccer ball on the grass", "meadow", Thing("soccer-ball", 0.5, 0.68, 0.46)),
    _scene("a basketball and a trophy", "studio #ffd9b0", *_beside("basketball", "trophy")),
    _scene("a gold medal for the winner", "stripes #cfe0ff", _alone("1st-place-medal")),
    _scene("running shoes", "studio #d3f0ea", _alone("running-shoe")),
    _scene("a chef with a frying pan", "studio #ffe9c9", *_beside("cook", "cooking")),
    _scene("strawberries and a piece of cake", "dots #f7b6c2", *_beside("strawberry", "shortcake")),
    _scene("a green apple and a banana", "stripes #e6f2c4", *_beside("green-apple", "banana")),
    _scene("an avocado", "studio #dcedc1", _alone("avocado")),
    _scene("an ice cream in summer", "clouds", Thing("soft-ice-cream", 0.5, 0.5, 0.81)),
    _scene(
        "a glass of red wine and cheese", "studio #e8d5d0", *_beside("wine-glass", "cheese-wedge")
    ),
    _scene("cheers with two beers", "dots #e0a83c", _alone("clinking-beer-mugs")),
    _scene(
        "a party with balloons and confetti",
        "dots #b9d8ff",
        Thing("balloon", 0.3, 0.4, 0.5),
        Thing("party-popper", 0.68, 0.62, 0.5),
    ),
    _scene("books and glasses", "desk", *_beside("books", "glasses")),
    _scene("a light bulb, a new idea", "whiteboard", Thing("light-bulb", 0.5, 0.48, 0.62)),
    _scene("a calendar and a clock", "whiteboard", *_beside("calendar", "alarm-clock", 0.36)),
    _scene(
        "a robot saying hello",
        "studio #cfe8f7",
        Thing("robot", 0.42, 0.56, 0.5),
        Thing("waving-hand", 0.8, 0.4, 0.35),
    ),
    _scene("a toolbox and a wrench", "studio #dfe3e8", *_beside("toolbox", "wrench")),
    _scene(
        "a bar chart going up",
        "chart bars",
    ),
    _scene("a line chart of three series", "chart lines"),
    _scene("a pie chart", "chart pie"),
    _scene("a flow chart on a whiteboard", "chart flow"),
)
