"""Commands are registered when they have changed, and only then."""

from __future__ import annotations

from tests.bot.conftest import FakeChat


async def test_restart_registers_nothing_again(chat: FakeChat) -> None:
    """Discord refuses more than 200 registrations a day."""

    def registrations() -> int:
        return sum(request.method == "PUT" for request in chat.standin.requests)

    assert registrations() == 1
    await chat.restart_bot()
    assert registrations() == 1


async def test_development_commands_go_to_one_server(chat: FakeChat) -> None:
    """A developer would wait for, and disturb, every server with unfinished commands."""
    guild = chat.standin.world.guild.id
    chat.changes["development_guild_id"] = int(guild)
    await chat.restart_bot()
    assert any(
        request.method == "PUT" and f"/guilds/{guild}/commands" in request.path
        for request in chat.standin.requests
    )


async def test_commands_have_german_names_and_descriptions(chat: FakeChat) -> None:
    """Somebody whose Discord speaks German would have to guess what an English command does."""
    registered = {command["name"]: command for command in chat.standin.world.commands}
    search = registered["search"]
    assert search["name_localizations"] == {"de": "suche"}
    assert search["description_localizations"]["de"].startswith("Findet Bilder")
    options = {option["name"]: option for option in search["options"]}
    assert options["in"]["description_localizations"] == {
        "de": "Nur aus diesem Kanal und seinen Threads"
    }
    names = [choice["name_localizations"]["de"] for choice in options["kind"]["choices"]]
    assert names == ["Bilder", "Nachrichten und Dokumente"]
    assert registered["Related messages"]["name_localizations"]["de"] == "Verwandte Nachrichten"
