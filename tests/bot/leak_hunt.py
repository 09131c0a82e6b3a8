"""Searches in random servers through the bot's own code, held against Discord's rules.

discord.py builds the server from the gateway's payloads and the asker from an interaction's; only
the two requests to Discord's REST API and the engine are answered here. The engine is the worst
one allowed: it honours the channels of the request, forgets nothing that was deleted, and tells
every place a content was posted at.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import discord
from pydantic import SecretStr

from bot.cdn import FileReader
from bot.channels import ChannelDirectory
from bot.command_sync import CommandMentions
from bot.errors import NotUnderstood
from bot.features.search._finding import find, only_visible
from bot.features.search._question import Question
from bot.resources import Resources
from bot.settings import BotSettings
from bot.tasks import BackgroundTasks
from bot.ui import LiveViews
from bot.viewers import EverybodyIn, OneViewer
from bot.visibility import Readable
from engine.client import EngineClient
from engine.schemas import (
    Band,
    Channel,
    Hit,
    ItemKind,
    Place,
    SearchAnswer,
    SearchRequest,
    Verdict,
)
from tests.bot.discords_rules import DiscordsRules
from tests.bot.layouts import GUILD, ME, THREADS, Kind, Layout, Payload

ITEMS = 8


@dataclass
class Tally:
    """What was seen of places: one per hit, place it was posted at, and answer.

    Attributes:
        searches: answers to one person.
        shares: answers to everybody in a channel.
        shown: places shown by either.
        leaks_in_searches: places, or authors of places, shown to a person who may not read there.
        leaks_in_shares: the same, shown to a channel one of whose members may not read there.
        denials: places kept from the one person who asked and may read there.
        withheld: places kept from a channel all of whose members could read there, by reason.
    """

    searches: int = 0
    shares: int = 0
    shown: int = 0
    leaks_in_searches: int = 0
    leaks_in_shares: int = 0
    denials: int = 0
    withheld: Counter[str] = field(default_factory=Counter)

    @property
    def leaks(self) -> int:
        """Leaks of either kind."""
        return self.leaks_in_searches + self.leaks_in_shares


SOMEBODY_COULD = "somebody with other roles or a timeout could see the one and not read the other"
OTHER_THREAD = "private threads are shared nowhere but in themselves"
UNEXPLAINED = "unexplained"


class LeakHunt:
    """One random server and what is remembered of it."""

    def __init__(self, layout: Layout, random: Random) -> None:
        self._layout = layout
        self._random = random
        self._rules = DiscordsRules(layout)
        self._hits = [_hit(n, list(layout.everywhere), random) for n in range(ITEMS)]
        self._engine = _Engine(self._hits, list(layout.everywhere))
        self._resources = _resources(self._engine)
        self._state = _state(layout)

    async def search(self, tally: Tally) -> None:
        """Somebody searches somewhere; nothing but what they may read is shown, and all of it."""
        person = self._random.choice(list(self._layout.people.values()))
        asked_in, scope = self._somewhere(), self._random.choice([None, None, self._somewhere()])
        viewer = OneViewer.of(self._interaction(person, asked_in), self._resources.directory)
        question = Question(text="it", channel_id=int(scope["id"]) if scope else None)
        try:
            shown = (await find(question, viewer, self._resources)).hits
        except NotUnderstood:
            shown = []
        nsfw = self._rules.is_nsfw(asked_in)
        allowed = {
            place_id
            for place_id, place in self._layout.existing.items()
            if self._rules.reads(person, place) and (nsfw or not self._rules.is_nsfw(place))
        }
        tally.searches += 1
        tally.leaks_in_searches += _leaks(shown, allowed)
        in_scope = {each for each in allowed if scope is None or self._is_within(each, scope)}
        findable = [hit for hit in self._hits if _channel_ids(hit) & in_scope]
        tally.shown += sum(len(_channel_ids(hit)) for hit in shown)
        tally.denials += len(_pairs(findable, allowed) - _pairs(shown, allowed))

    async def share(self, tally: Tally) -> None:
        """Everything is shared somewhere; nothing is shown that a member there may not read."""
        target = self._random.choice(list(self._layout.existing.values()) or [None])
        if target is None:
            return
        person = self._random.choice(list(self._layout.people.values()))
        channel = self._interaction(person, target).channel
        assert isinstance(channel, Readable)
        shown = await only_visible(self._hits, EverybodyIn(channel, self._resources.directory))
        audience = [each for each in self._layout.people.values() if self._rules.sees(each, target)]
        nsfw = self._rules.is_nsfw(target)
        allowed = {
            place_id
            for place_id, place in self._layout.existing.items()
            if (nsfw or not self._rules.is_nsfw(place))
            and all(self._rules.reads(each, place) for each in audience)
        }
        tally.shares += 1
        tally.leaks_in_shares += _leaks(shown, allowed)
        tally.shown += sum(len(_channel_ids(hit)) for hit in shown)
        for _, place_id in _pairs(self._hits, allowed) - _pairs(shown, allowed):
            tally.withheld[self._reason(target, self._layout.existing[place_id])] += 1

    def disagreements(self) -> list[tuple[Payload, Payload]]:
        """Persons and channels about whose sight and history discord.py thinks otherwise."""
        guild = self._state._get_guild(GUILD)
        return [
            (person, place)
            for person in self._layout.people.values()
            for channel in guild.channels
            if (place := self._layout.existing.get(channel.id)) is not None
            and _reads(channel, self._interaction(person, place).user)
            != self._rules.reads(person, place)
        ]

    def _somewhere(self) -> Payload:
        return self._random.choice(list(self._layout.everywhere.values()))

    def _is_within(self, place_id: int, scope: Payload) -> bool:
        place = self._layout.everywhere[place_id]
        of_thread = place["type"] in THREADS and place["parent_id"] == scope["id"]
        return place["id"] == scope["id"] or of_thread

    def _reason(self, target: Payload, place: Payload) -> str:
        if place["type"] == Kind.PRIVATE_THREAD and place["id"] != target["id"]:
            return OTHER_THREAD
        could = self._rules.anybody_could_see_only(target, place)
        return SOMEBODY_COULD if could else UNEXPLAINED

    def _interaction(self, person: Payload, place: Payload) -> discord.Interaction:
        data: Any = {
            "id": "900",
            "application_id": str(ME),
            "type": 2,
            "token": "token",
            "version": 1,
            "attachment_size_limit": 0,
            "guild_id": str(GUILD),
            "channel": {k: v for k, v in place.items() if k != "permission_overwrites"},
            "member": person | {"permissions": "0"},
        }
        return discord.Interaction(data=data, state=self._state)


def _reads(channel: Any, member: Any) -> bool:
    permissions = channel.permissions_for(member)
    is_voice = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    sees = permissions.view_channel and (permissions.connect or not is_voice)
    return bool(sees and permissions.read_message_history)


class _Engine(EngineClient):
    """Remembers some contents and where they were posted."""

    def __init__(self, hits: list[Hit], channel_ids: list[int]) -> None:
        self._hits = hits
        self._channel_ids = channel_ids

    async def channels(self, library_id: str) -> list[Channel]:
        return [
            Channel(library_id=library_id, channel_id=str(each), watched=True)
            for each in self._channel_ids
        ]

    async def search(self, request: SearchRequest, _pictures: Any = ()) -> SearchAnswer:
        asked = {int(each) for each in request.channel_ids or []}
        hits = [hit for hit in self._hits if _channel_ids(hit) & asked]
        verdict = Verdict.OK if hits else Verdict.NO_GOOD_MATCH
        return SearchAnswer(search_id="s", verdict=verdict, hits=hits, took_ms={})


class _Rest:
    """The two requests that seeing takes."""

    _HTTPClient__session = None

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    async def get_channel(self, channel_id: int) -> Payload:
        """Whatever exists; a thread whose parent is hidden from the bot is served too."""
        gone = {int(each["id"]) for each in self._layout.deleted}
        if channel_id in gone or channel_id not in self._layout.everywhere:
            raise _unknown("channel")
        return self._layout.everywhere[channel_id]

    async def get_thread_member(self, thread_id: int, person_id: int) -> Payload:
        """A membership."""
        if person_id not in self._layout.joined[thread_id]:
            raise _unknown("member")
        joined_at = "2026-01-01T00:00:00+00:00"
        return {
            "id": str(thread_id),
            "user_id": str(person_id),
            "join_timestamp": joined_at,
            "flags": 0,
        }


def _state(layout: Layout) -> Any:
    """discord.py's state after the server came and some channels went."""
    state: Any = discord.Client(intents=discord.Intents(guilds=True))._connection
    state.http = _Rest(layout)
    user: Any = {"id": str(ME), "username": "me", "avatar": None, "discriminator": "0"}
    state.user = discord.ClientUser(state=state, data=user)
    state._add_guild_from_data(layout.guild)
    for each in layout.deleted:
        kind = "thread" if each["type"] in THREADS else "channel"
        state.parsers[f"{kind}_delete".upper()](each)
    return state


NO_FILES = cast("FileReader", None)  # searching by words downloads nothing


def _resources(engine: EngineClient) -> Resources:
    settings = BotSettings(
        discord_token=SecretStr("token"),
        engine_url="http://127.0.0.1",
        engine_token=SecretStr("token"),
    )
    return Resources(
        settings=settings,
        engine=engine,
        files=NO_FILES,
        directory=ChannelDirectory(),
        tasks=BackgroundTasks(),
        live_views=LiveViews(settings.gallery_timeout_s),
        mentions=CommandMentions(),
        sees_content=True,
    )


def _hit(number: int, channel_ids: list[int], random: Random) -> Hit:
    """A content posted at one to three places; its author is named after the first of them."""
    posted_at = random.sample(channel_ids, min(random.randint(1, 3), len(channel_ids)))
    places = [
        Place(library_id=str(GUILD), channel_id=str(each), message_id=str(1000 + 10 * number + n))
        for n, each in enumerate(posted_at)
    ]
    return Hit(
        item_id=str(number),
        kind=ItemKind.TEXT,
        score=1.0,
        band=Band.STRONG,
        place=places[0],
        places=places,
        author_id=places[0].channel_id,
        author_name="somebody",
        posted_at=datetime.now(UTC),
        passage="it",
    )


def _channel_ids(hit: Hit) -> set[int]:
    return {int(place.channel_id) for place in hit.places}


def _pairs(hits: list[Hit], channel_ids: set[int]) -> set[tuple[str, int]]:
    """Every content and place of it that is among `channel_ids`."""
    return {(hit.item_id, each) for hit in hits for each in _channel_ids(hit) & channel_ids}


def _leaks(shown: list[Hit], allowed: set[int]) -> int:
    """Places shown without right, and authors told of who posted where they may not read."""
    told = [{*_channel_ids(hit), int(hit.place.channel_id)} for hit in shown]
    told += [{int(hit.author_id)} for hit in shown if hit.author_id]
    return sum(len(channel_ids - allowed) for channel_ids in told)


def _unknown(what: str) -> discord.NotFound:
    response: Any = SimpleNamespace(status=404, reason="Not Found")
    return discord.NotFound(response, f"unknown {what}")
