"""Limits that Discord enforces and its OpenAPI description does not state."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.standin import StandIn

TEXT = {"type": 10, "content": "x"}
V2 = 1 << 15


def button(custom_id: str = "a", **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id} | more


def row(*components: dict[str, Any]) -> dict[str, Any]:
    """An action row."""
    return {"type": 1, "components": list(components)}


OPTIONS = [{"label": f"{n}", "value": f"{n}"} for n in range(26)]


def command(**more: Any) -> list[dict[str, Any]]:
    """One slash command."""
    return [{"type": 1, "name": "find", "description": "Find"} | more]


BAD_MESSAGES = {
    "long content": {"content": "x" * 2001},
    "empty": {"content": ""},
    "eleven embeds": {"embeds": [{"title": "t"}] * 11},
    "embeds of 6002 characters": {"embeds": [{"description": "x" * 3001}] * 2},
    "empty field value": {"embeds": [{"fields": [{"name": "n", "value": " "}]}]},
    "26 fields": {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
    "six rows": {"content": "x", "components": [row(button(f"{n}")) for n in range(6)]},
    "six buttons": {"content": "x", "components": [row(*[button(f"{n}") for n in range(6)])]},
    "empty row": {"content": "x", "components": [row()]},
    "doubled custom id": {"content": "x", "components": [row(button("a"), button("a"))]},
    "long custom id": {"content": "x", "components": [row(button("a" * 101))]},
    "long label": {"content": "x", "components": [row(button(label="x" * 81))]},
    "bare button": {"content": "x", "components": [row(button(label=None))]},
    "link with custom id": {"content": "x", "components": [row(button(style=5, url="https://a.b"))]},
    "26 select options": {
        "content": "x",
        "components": [row({"type": 3, "custom_id": "s", "options": OPTIONS})],
    },
    "V2 component without the flag": {"content": "x", "components": [TEXT]},
    "content beside V2": {"content": "x", "flags": V2, "components": [TEXT]},
    "embeds beside V2": {"embeds": [{"title": "t"}], "flags": V2, "components": [TEXT]},
    "41 components": {"flags": V2, "components": [TEXT] * 41},
    "41 nested components": {"flags": V2, "components": [{"type": 17, "components": [TEXT] * 40}]},
    "4001 characters of text": {"flags": V2, "components": [TEXT, TEXT | {"content": "x" * 4000}]},
    "eleven pictures": {
        "flags": V2,
        "components": [{"type": 12, "items": [{"media": {"url": "https://a.b/c.png"}}] * 11}],
    },
    "missing attachment": {
        "flags": V2,
        "components": [{"type": 12, "items": [{"media": {"url": "attachment://no.png"}}]}],
    },
    "section without accessory": {"flags": V2, "components": [{"type": 9, "components": [TEXT]}]},
    "container in container": {
        "flags": V2,
        "components": [{"type": 17, "components": [{"type": 17, "components": [TEXT]}]}],
    },
}  # fmt: skip

BAD_COMMANDS = {
    "upper-case name": command(name="Find"),
    "space in name": command(name="find it"),
    "no description": command(description=""),
    "long description": command(description="x" * 101),
    "upper-case translated name": command(name_localizations={"de": "Suche"}),
    "long translated description": command(description_localizations={"de": "x" * 101}),
    "doubled name": command() * 2,
    "required after optional": command(
        options=[
            {"type": 3, "name": "a", "description": "a"},
            {"type": 3, "name": "b", "description": "b", "required": True},
        ]
    ),
    "26 options": command(
        options=[{"type": 3, "name": f"o{n}", "description": "o"} for n in range(26)]
    ),
    "26 choices": command(
        options=[
            {
                "type": 3,
                "name": "a",
                "description": "a",
                "choices": [{"name": f"{n}", "value": f"{n}"} for n in range(26)],
            }
        ]
    ),
    "menu with description": command(type=3, name="Find similar"),
    "16 menus": [{"type": 3, "name": f"Menu {n}"} for n in range(16)],
}


@pytest.fixture
async def rest(standin: StandIn) -> Any:
    """Bare REST requests with the bot's token."""
    headers = {"Authorization": f"Bot {standin.token}"}
    async with aiohttp.ClientSession(f"{standin.url}api/v10/", headers=headers) as session:
        yield session


@pytest.mark.parametrize("name", BAD_MESSAGES)
async def test_bad_messages_are_refused(
    standin: StandIn, rest: aiohttp.ClientSession, name: str
) -> None:
    """A message that Discord refuses would pass every test here."""
    channel = standin.admin.channel("general")

    async with rest.post(f"channels/{channel.id}/messages", json=BAD_MESSAGES[name]) as response:
        answer = await response.json()

    assert response.status == 400, answer
    assert answer["code"] == (50006 if name == "empty" else 50035)
    assert standin.messages("general") == []


@pytest.mark.parametrize("name", BAD_COMMANDS)
async def test_bad_commands_are_refused(
    standin: StandIn, rest: aiohttp.ClientSession, name: str
) -> None:
    """Commands that Discord refuses would pass every test here."""
    path = f"applications/{standin.world.application_id}/commands"

    async with rest.put(path, json=BAD_COMMANDS[name]) as response:
        answer = await response.json()

    assert (response.status, answer["code"]) == (400, 50035), answer
    assert standin.world.commands == []


@pytest.mark.parametrize(("asked", "told"), [("", False), ("?with_localizations=true", True)])
async def test_translations_are_told_when_asked_for(
    standin: StandIn, rest: aiohttp.ClientSession, asked: str, told: bool
) -> None:
    """A bot that compares without asking would register anew at every start on Discord only."""
    path = f"applications/{standin.world.application_id}/commands"
    await rest.put(path, json=command(name_localizations={"de": "suche"}))
    async with rest.get(f"{path}{asked}") as response:
        [listed] = await response.json()
    assert ("name_localizations" in listed) is told


async def test_problems_name_their_field(standin: StandIn, rest: aiohttp.ClientSession) -> None:
    """The error would not say what is wrong."""
    channel = standin.admin.channel("general")
    bad = {"embeds": [{"title": "x" * 257}]}

    async with rest.post(f"channels/{channel.id}/messages", json=bad) as response:
        answer = await response.json()

    problem = answer["errors"]["embeds"]["0"]["title"]["_errors"][0]
    assert problem == {
        "code": "BASE_TYPE_MAX_LENGTH",
        "message": "Must be 256 or fewer in length.",
    }


async def test_a_bad_edit_leaves_the_message(standin: StandIn, rest: aiohttp.ClientSession) -> None:
    """A refused edit would half happen."""
    channel = standin.admin.channel("general")
    good = {"flags": V2, "components": [TEXT]}
    async with rest.post(f"channels/{channel.id}/messages", json=good) as response:
        message = await response.json()

    path = f"channels/{channel.id}/messages/{message['id']}"
    async with rest.patch(path, json={"content": "text"}) as response:
        refused = response.status
    async with rest.patch(path, json={"components": []}) as response:
        emptied = response.status

    assert (refused, emptied) == (400, 400)
    assert standin.messages("general")[0].components[0]["content"] == "x"


async def test_text_must_go_before_a_layout_comes(
    standin: StandIn, rest: aiohttp.ClientSession
) -> None:
    """An edit from text to layout that Discord refuses would pass every test here."""
    path = f"channels/{standin.admin.channel('general').id}/messages"
    async with rest.post(path, json={"content": "text"}) as response:
        message = await response.json()
    layout = {"flags": V2, "components": [TEXT]}

    async with rest.patch(f"{path}/{message['id']}", json=layout) as response:
        with_text = response.status
    async with rest.patch(f"{path}/{message['id']}", json=layout | {"content": None}) as response:
        without = response.status

    assert (with_text, without) == (400, 200)


async def test_commands_keep_their_ids(standin: StandIn, rest: aiohttp.ClientSession) -> None:
    """Mentions of commands would break at every sync."""
    path = f"applications/{standin.world.application_id}/commands"
    ids = []
    for description in ("Find", "Find better"):
        async with rest.put(path, json=command(description=description)) as response:
            ids.append((await response.json())[0]["id"])

    assert ids[0] == ids[1]
    assert len(standin.world.commands) == 1
