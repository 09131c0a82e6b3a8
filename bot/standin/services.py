"""The parts of a running stand-in, built together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.standin.answers import Answers
from bot.standin.attachments import Attachments
from bot.standin.chat import Chat
from bot.standin.command_data import CommandData
from bot.standin.commands import Commands
from bot.standin.events import EventHub
from bot.standin.files import FileStore, UrlSigner
from bot.standin.gateway import Gateway
from bot.standin.ids import Ids
from bot.standin.interactions import Interactions
from bot.standin.pulse import Pulse
from bot.standin.reactions import Reactions
from bot.standin.rendering import Renderer
from bot.standin.threads import Threads
from bot.standin.traffic import Traffic
from bot.standin.world import World


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that people, routes and tests work with."""

    world: World
    hub: EventHub
    pulse: Pulse
    files: FileStore
    signer: UrlSigner
    renderer: Renderer
    ids: Ids
    attachments: Attachments
    threads: Threads
    reactions: Reactions
    chat: Chat
    gateway: Gateway
    commands: Commands
    command_data: CommandData
    interactions: Interactions
    answers: Answers
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class Conduct:
    """How strict the stand-in is, and by which clock.

    Attributes:
        allowed_intents: the privileged intents switched on in the developer portal.
        deadline_s: how long the bot has to acknowledge an interaction.
        token_lifetime_s: how long an interaction's token is good.
        url_lifetime_s: how long an attachment's address is good.
    """

    clock: Callable[[], float]
    allowed_intents: int
    deadline_s: float
    token_lifetime_s: float
    url_lifetime_s: float


def build_services(world: World, files_folder: Path | None, conduct: Conduct) -> Services:
    """Connect the parts around a world."""
    hub, pulse, files = EventHub(), Pulse(), FileStore(files_folder)
    signer = UrlSigner(world.cdn_secret, conduct.clock, conduct.url_lifetime_s)
    renderer = Renderer(world, signer)
    ids = Ids(world, conduct.clock)
    threads, attachments = Threads(world, hub, ids), Attachments(world, files, ids)
    chat = Chat(world, hub, ids, attachments, threads)
    gateway = Gateway(world, renderer, hub, conduct.allowed_intents)
    interactions = Interactions(
        world,
        renderer,
        gateway,
        hub,
        ids,
        deadline_s=conduct.deadline_s,
        token_lifetime_s=conduct.token_lifetime_s,
    )
    hub.listen(lambda _event: pulse.beat())
    return Services(
        world=world,
        hub=hub,
        pulse=pulse,
        files=files,
        signer=signer,
        renderer=renderer,
        ids=ids,
        attachments=attachments,
        threads=threads,
        reactions=Reactions(world, hub),
        chat=chat,
        gateway=gateway,
        commands=Commands(world, hub, ids),
        command_data=CommandData(world, renderer),
        interactions=interactions,
        answers=Answers(chat, interactions),
        traffic=Traffic(),
    )
