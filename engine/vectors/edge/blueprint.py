"""Edge objects as they travel to the index's process.

Edge's own objects cannot be pickled, and `qdrant_client`'s models are too slow to import there.
The engine therefore draws up what is to be built; the process builds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import qdrant_edge


@dataclass(frozen=True, slots=True)
class Make:
    """An object to be built.

    Attributes:
        kind: its name within `qdrant_edge`, such as ``Filter`` or ``Query.Nearest``.
        fields: the keyword arguments of its constructor; they may hold further blueprints.
    """

    kind: str
    fields: Mapping[str, object] = field(default_factory=dict)


def build(part: object) -> Any:  # noqa: ANN401 - whatever Edge's constructors return
    """Builds a blueprint, and those within its lists and fields; all else stays as it is."""
    if isinstance(part, Make):
        constructor = reduce(getattr, part.kind.split("."), qdrant_edge)
        return constructor(**{name: build(value) for name, value in part.fields.items()})  # type: ignore[operator]
    if isinstance(part, list):
        return [build(each) for each in part]
    if isinstance(part, dict):
        return {name: build(value) for name, value in part.items()}
    return part
