"""The chat page's backend, spoken to as the page does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands, ui
from discord.ext import commands

from bot.standin import StandIn
from tests.bot.standin.conftest import ConnectBot
from tests.bot.standin.pictures import png

Interaction = discord.Interaction[commands.Bot]


class Page:
    """One open chat page."""

    def __init__(self, session: aiohttp.ClientSession, person: str) -> None:
        self._session = session
        self._person = {"as": person}
        self.socket: aiohttp.ClientWebSocketResponse

    async def get(self, path: str, **query: str) -> Any:
        """Read."""
        async with self._session.get(path, params=self._person | query) as response:
            return await response.json()

    async def do(self, verb: str, files: dict[str, bytes] | None = None, **payload: Any) -> Any:
        """Act; give the answer, with the status when it is an error."""
        data: Any = aiohttp.FormData(quote_fields=False)
        data.add_field("payload_json", json.dumps(payload), content_type="application/json")
        for index, (name, content) in enumerate((files or {}).items()):
            data.add_field(f"files[{index}]", content, filename=name)
        sent: dict[str, Any] = {"data": data} if files else {"json": payload}
        url = f"/standin/{verb}"
        async with self._session.post(url, params=self._person, **sent) as response:
            answer = await response.json()
            return answer if response.ok else (response.status, answer["error"])

    async def event(self, name: str) -> Any:
        """The next event of a kind."""
        while True:
            event = await self.socket.receive_json(timeout=5)
            if event["t"] == name:
                return event["d"]


@pytest.fixture
async def pages(standin: StandIn) -> AsyncIterator[dict[str, Page]]:
    """Pages of Alice, Bob and Dave."""
    async with aiohttp.ClientSession(standin.url) as session:
        opened = {name: Page(session, name) for name in ("alice", "bob", "dave")}
        for name, page in opened.items():
            page.socket = await session.ws_connect(f"/standin/ws?as={name}")
        yield opened
        for page in opened.values():
            await page.socket.close()


async def test_snapshot_is_what_the_person_may_see(
    standin: StandIn, pages: dict[str, Page]
) -> None:
    """The page would show channels to people who may not see them."""
    alice, dave = (
        await pages["alice"].get("/standin/state"),
        await pages["dave"].get("/standin/state"),
    )

    assert [one["name"] for one in alice["guild"]["channels"]] == [
        "general", "design", "incidents", "leads", "after-dark"
    ]  # fmt: skip
    assert [one["name"] for one in alice["guild"]["threads"]] == ["logo-ideas"]
    assert "leads" not in {one["name"] for one in dave["guild"]["channels"]}
    assert dave["guild"]["threads"] == []
    assert alice["me"]["username"] == "alice"
    assert alice["bot_connected"] is False
    assert alice["dms"][0]["recipients"][0]["username"] == "Magpie"
    assert int(alice["guild"]["channels"][0]["permissions"]) & 1 << 11


async def test_what_is_said_reaches_those_who_see_it(
    standin: StandIn, pages: dict[str, Page]
) -> None:
    """Private messages would show up on an outsider's page."""
    leads, general = standin.admin.channel("leads").id, standin.admin.channel("general").id

    said = await pages["alice"].do(
        "say", {"my cat.png": png()}, channel_id=leads, content="secret", nonce="n1"
    )
    await pages["alice"].do("say", channel_id=general, content="open")

    heard = await pages["alice"].event("MESSAGE_CREATE")
    assert (heard["id"], heard["content"], heard["nonce"]) == (said["id"], "secret", "n1")
    assert heard["attachments"][0]["filename"] == "my_cat.png"
    assert heard["attachments"][0]["url"].startswith("/attachments/")
    picture = await pages["alice"]._session.get(heard["attachments"][0]["url"])
    assert await picture.read() == png()
    assert (await pages["dave"].event("MESSAGE_CREATE"))["content"] == "open"
    assert await pages["dave"].do("say", channel_id=leads, content="hi") == (
        403,
        "This channel does not exist, or you cannot see it.",
    )


async def test_messages_are_paged_edited_deleted_reacted(
    standin: StandIn, pages: dict[str, Page]
) -> None:
    """The page could not show the past, or keep up with changes."""
    bob = pages["bob"]
    channel_id = standin.admin.channel("general").id
    ids = [(await bob.do("say", channel_id=channel_id, content=f"{n}"))["id"] for n in range(5)]
    path = f"/standin/channels/{channel_id}/messages"

    newest = await bob.get(path, limit="2")
    older = await bob.get(path, limit="2", before=newest[-1]["id"])
    place = {"channel_id": channel_id, "message_id": ids[0]}
    edited = await bob.do("edit", **place, content="zero")
    await bob.do("react", **place, emoji="👍")
    one = await bob.get(f"{path}/{ids[0]}")
    await bob.do("delete", **place)

    assert [m["content"] for m in newest + older] == ["4", "3", "2", "1"]
    assert edited["content"] == "zero"
    assert one["reactions"][0]["me"] is True
    assert (await bob.event("MESSAGE_REACTION_ADD"))["message_id"] == ids[0]
    assert (await bob.event("MESSAGE_DELETE"))["id"] == ids[0]
    assert (await bob.do("delete", **place))[0] == 404


async def test_command_from_picker_to_private_answer(
    standin: StandIn, pages: dict[str, Page], connect: ConnectBot
) -> None:
    """A newcomer could not search from the page."""

    class Buttons(ui.View):
        @ui.button(label="More", custom_id="more")
        async def more(self, interaction: Interaction, _: ui.Button[Buttons]) -> None:
            await interaction.response.send_modal(Form())

    class Form(ui.Modal, title="More"):
        word = ui.Label[Any](text="Word", component=ui.TextInput(custom_id="word"))

        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            word = self.word.component
            assert isinstance(word, ui.TextInput)
            await interaction.response.send_message(word.value, ephemeral=True)

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Search")
        async def search(
            interaction: Interaction, text: str, image: discord.Attachment | None = None
        ) -> None:
            await interaction.response.defer(ephemeral=True)
            name = image.filename if image else "nothing"
            await interaction.followup.send(f"{text} {name}", view=Buttons())

        @search.autocomplete("text")
        async def suggest(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=current * 2, value=current)]

    await connect(prepare)
    alice = pages["alice"]
    channel_id = standin.admin.channel("general").id
    command = (await alice.get("/standin/state"))["commands"][0]
    asked = {"channel_id": channel_id, "command_id": command["id"], "path": []}

    suggested = await alice.do("autocomplete", **asked, options={"text": "ha"}, focused="text")
    sent = await alice.do(
        "slash", {"c.png": png()}, **asked, options={"text": "cat", "image": 0}, nonce="7"
    )
    created = await alice.event("INTERACTION_CREATE")
    thinking = await alice.event("MESSAGE_CREATE")
    answer = await alice.event("MESSAGE_UPDATE")
    place = {"channel_id": channel_id, "message_id": answer["id"]}
    await alice.do("click", **place, custom_id="more")
    form = await alice.event("INTERACTION_MODAL_CREATE")
    await alice.do("submit", modal_id=form["id"], values={"word": "bird"})
    last = await alice.event("MESSAGE_CREATE")
    await alice.do("dismiss", **place)

    assert suggested["choices"] == [{"name": "haha", "value": "ha"}]
    assert created == {"id": sent["interaction_id"], "nonce": "7"}
    assert thinking["flags"] & (64 | 128) == 64 | 128
    assert (answer["content"], answer["flags"] & 128) == ("cat c.png", 0)
    assert answer["interaction_metadata"]["name"] == "search"
    assert last["content"] == "bird"
    assert (await alice.event("MESSAGE_DELETE"))["id"] == answer["id"]
    bobs = await pages["bob"].get(f"/standin/channels/{channel_id}/messages")
    assert bobs == []


async def test_page_hears_of_bot_commands_and_roles(
    standin: StandIn, pages: dict[str, Page], connect: ConnectBot
) -> None:
    """The page would show an old state until it is loaded anew."""

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(description="Answer")
        async def ping(interaction: Interaction) -> None:
            await interaction.response.send_message("pong")

    await connect(prepare)
    standin.admin.set_roles(standin.human("Dave").id, ["Leads"])

    assert (await pages["dave"].event("BOT_STATUS"))["connected"] is True
    assert [one["name"] for one in (await pages["dave"].event("COMMANDS"))["commands"]] == ["ping"]
    seen = (await pages["dave"].event("STATE"))["guild"]["channels"]
    assert "leads" in {one["name"] for one in seen}


async def test_command_without_a_bot_says_so(standin: StandIn, pages: dict[str, Page]) -> None:
    """The page would show a spinner for ever."""
    standin.world.commands.append(
        {"id": "1", "type": 1, "name": "ping", "description": "", "options": []}
    )
    channel_id = standin.admin.channel("general").id

    await pages["bob"].do("slash", channel_id=channel_id, command_id="1", options={})

    failure = await pages["bob"].event("INTERACTION_FAILURE")
    assert failure["reason"] == "The application did not respond"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Host": "evil.example"}),
        ("/standin/state?as=alice", {"Host": "evil.example"}),
        ("/standin/state?as=alice", {"Host": "discord.com"}),
        ("/standin/state?as=alice", {"Origin": "https://evil.example"}),
        ("/standin/ws?as=alice", {"Origin": "https://evil.example"}),
        ("/api/v10/users/@me", {"Origin": "https://evil.example"}),
        ("/standin/state?as=alice", {"Origin": "null"}),
    ],
)
async def test_foreign_pages_are_turned_away(
    standin: StandIn, path: str, headers: dict[str, str]
) -> None:
    """Any web site open in the same browser could read and write the chat."""
    async with (
        aiohttp.ClientSession(standin.url) as session,
        session.get(path, headers=headers) as response,
    ):
        assert response.status == 403
        assert (await response.json())["error"]


async def test_bad_requests_are_explained(standin: StandIn, pages: dict[str, Page]) -> None:
    """A mistake of the page would end in a stack trace."""
    bob = pages["bob"]

    assert (await bob.do("fly"))[0] == 404
    assert (await bob.do("say", content="x"))[1] == "The field “channel_id” is missing."
    async with bob._session.get("/standin/state?as=nobody") as response:
        assert "nobody" in (await response.json())["error"]
    async with bob._session.post("/standin/say?as=bob", data=b"{") as response:
        assert response.status == 400


async def test_page_files_are_served_and_nothing_else(standin: StandIn) -> None:
    """The page would stay blank, or files beside it could be read."""
    async with aiohttp.ClientSession(standin.url) as session:
        async with session.get("/") as response:
            assert response.status == 200
            assert response.content_type == "text/html"
        async with session.get("/..%2Ferrors.py") as response:
            assert response.status == 404
