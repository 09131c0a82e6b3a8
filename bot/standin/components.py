"""The component tree of a message or modal: walking it, and the form in which it is kept.

https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any

from bot.standin.world import Json


class ComponentType(IntEnum):
    """https://discord.com/developers/docs/components/reference#component-object-component-types."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19


SELECTS = frozenset(
    {
        ComponentType.STRING_SELECT,
        ComponentType.USER_SELECT,
        ComponentType.ROLE_SELECT,
        ComponentType.MENTIONABLE_SELECT,
        ComponentType.CHANNEL_SELECT,
    }
)
LINK_STYLE = 5

_DEFAULTS: dict[int, Json] = {
    ComponentType.STRING_SELECT: {"min_values": 1, "max_values": 1},
    ComponentType.USER_SELECT: {"min_values": 1, "max_values": 1},
    ComponentType.ROLE_SELECT: {"min_values": 1, "max_values": 1},
    ComponentType.MENTIONABLE_SELECT: {"min_values": 1, "max_values": 1},
    ComponentType.CHANNEL_SELECT: {"min_values": 1, "max_values": 1},
    ComponentType.THUMBNAIL: {"description": None, "spoiler": False},
    ComponentType.FILE: {"spoiler": False},
    ComponentType.SEPARATOR: {"divider": True, "spacing": 1},
    ComponentType.CONTAINER: {"accent_color": None, "spoiler": False},
}
_GALLERY_ITEM_DEFAULTS: Json = {"description": None, "spoiler": False}


def children(component: Json) -> list[Json]:
    """What a component directly contains, the accessory of a section included."""
    found: list[Json] = list(component.get("components") or [])
    found += [component[key] for key in ("accessory", "component") if component.get(key)]
    return found


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Every component of a tree, parents first, in the order of reading."""
    for component in components:
        yield component
        yield from walk(children(component))


def find(components: Iterable[Json], custom_id: str) -> Json | None:
    """The component that answers to a custom id."""
    return next((c for c in walk(components) if c.get("custom_id") == custom_id), None)


def media(components: Iterable[Json]) -> Iterator[Json]:
    """Every media object (`{"url": …}`) of a tree; changing it changes the tree."""
    for component in walk(components):
        if component["type"] == ComponentType.MEDIA_GALLERY:
            yield from (item["media"] for item in component["items"])
        elif component["type"] == ComponentType.THUMBNAIL:
            yield component["media"]
        elif component["type"] == ComponentType.FILE:
            yield component["file"]


def texts(components: Iterable[Json]) -> list[str]:
    """The text displays of a tree."""
    return [c["content"] for c in walk(components) if c["type"] == ComponentType.TEXT_DISPLAY]


def normalised(components: Iterable[Json]) -> list[Json]:
    """A copy as Discord keeps it: defaults filled in, nulls dropped, every component numbered."""
    tree: list[Json] = [copy.deepcopy(component) for component in components]
    taken = {c["id"] for c in walk(tree) if c.get("id")}
    next_id = 1
    for component in walk(tree):
        _fill_in(component)
        if not component.get("id"):
            while next_id in taken:
                next_id += 1
            component["id"] = next_id
            taken.add(next_id)
    return tree


def _fill_in(component: Json) -> None:
    _drop_nulls(component)
    for part in (component.get("emoji"), *(component.get("options") or [])):
        _drop_nulls(part or {})
    _set_defaults(component, _DEFAULTS.get(component["type"], {}))
    if component["type"] == ComponentType.MEDIA_GALLERY:
        for item in component["items"]:
            _set_defaults(item, _GALLERY_ITEM_DEFAULTS)


def _drop_nulls(target: Json) -> None:
    for key in [key for key, value in target.items() if value is None]:
        del target[key]


def _set_defaults(target: Json, defaults: dict[str, Any]) -> None:
    for key, value in defaults.items():
        target.setdefault(key, value)
