"""Asks the engine for a map of what somebody may read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import NotUnderstood
from bot.places import MESSAGE_LINK, remembered_in
from bot.resources import Resources
from bot.viewers import Viewers
from engine.schemas import ItemKind, LabelSet, LibraryMap, MapRequest, MapView, ModelCard

BESIDE = [MapView.PIXELS, MapView.FEATURES]
BEFORE_AND_AFTER = [MapView.FEATURES, MapView.TRAINED]


@dataclass(frozen=True)
class Wanted:
    """What to map.

    Attributes:
        labelset: gives items their colours.
        model: a trained one, to be shown beside the one that serves.
    """

    kind: ItemKind
    labelset: LabelSet | None = None
    model: ModelCard | None = None


@dataclass(frozen=True)
class DrawnMap:
    """A map, and the same as a PNG."""

    map: LibraryMap
    picture: bytes


async def draw(wanted: Wanted, viewers: Viewers, resources: Resources) -> DrawnMap:
    """Draws a map of the channels that the viewers may read now.

    Raises:
        NotUnderstood: nothing is remembered, or nothing that they may read.
        EngineCallFailed: the engine cannot draw it.
    """
    guild = viewers.guild
    known = await remembered_in(guild, resources.engine)
    readable = await viewers.readable(known, for_show=True)
    if not readable:
        raise NotUnderstood(
            "I remember nothing here that you may read. An admin can start with "
            f"{resources.mentions.of('library watch')} in a channel."
        )
    request = MapRequest(
        library_id=str(guild.id),
        channel_ids=[str(channel.id) for channel in readable],
        channel_names={str(channel.id): channel.name for channel in readable},
        kind=wanted.kind,
        views=BEFORE_AND_AFTER if wanted.model is not None else BESIDE,
        model_id=wanted.model.model_id if wanted.model is not None else None,
        labelset_id=wanted.labelset.labelset_id if wanted.labelset is not None else None,
        title=guild.name,
        message_link=MESSAGE_LINK,
    )
    drawn = await resources.engine.maps.make(request)
    return DrawnMap(drawn, await resources.engine.maps.picture(drawn.map_id))
