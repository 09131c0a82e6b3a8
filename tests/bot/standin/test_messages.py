"""Messages over gateway and REST, as discord.py sees them."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord.ext import commands

from bot.standin import Refused, StandIn
from bot.standin.permissions import Permission
from tests.bot.standin.bots import connected_bot, hearing
from tests.bot.standin.conftest import ConnectBot
from tests.bot.standin.pictures import png

WITHOUT_CONTENT = discord.Intents.default()


def from_person(message: discord.Message) -> bool:
    """Whether a person wrote a message."""
    return not message.author.bot


def text_channel(bot: commands.Bot, name: str) -> discord.TextChannel:
    """A channel of the bot's cache."""
    found = discord.utils.get(bot.guilds[0].text_channels, name=name)
    assert found is not None
    return found


async def test_history_pages_in_order(standin: StandIn, connect: ConnectBot) -> None:
    """A backfill would miss messages or read them twice."""
    alice = standin.human("Alice")
    start = datetime.now(UTC) - timedelta(days=30)
    for day in range(25):
        await alice.say("general", f"day {day}", at=start + timedelta(days=day))
    channel = text_channel(await connect(), "general")

    newest = [m.content async for m in channel.history(limit=5)]
    oldest = [m async for m in channel.history(limit=None, oldest_first=True)]
    around = [m.content async for m in channel.history(around=oldest[10], limit=5)]
    after = [m.content async for m in channel.history(after=oldest[22])]

    assert newest == ["day 24", "day 23", "day 22", "day 21", "day 20"]
    assert [m.content for m in oldest] == [f"day {day}" for day in range(25)]
    assert around == ["day 12", "day 11", "day 10", "day 9", "day 8"]
    assert after == ["day 23", "day 24"]
    assert abs(oldest[0].created_at - start) < timedelta(seconds=1)


async def test_edits_and_deletes_are_heard(standin: StandIn, connect: ConnectBot) -> None:
    """A deleted picture would stay in search."""
    bot = await connect()
    bob = standin.human("Bob")
    first = await bob.say("general", "one")
    second = await bob.say("general", "two")

    async with hearing(bot, "raw_message_edit") as edited:
        await bob.edit(first, "one, edited")
    async with hearing(bot, "raw_message_delete") as deleted:
        await bob.delete(first)
    async with hearing(bot, "raw_bulk_message_delete") as purged:
        third = await bob.say("general", "three")
        await text_channel(bot, "general").delete_messages(
            [discord.Object(int(second.id)), discord.Object(int(third.id))]
        )

    assert edited.value.message.content == "one, edited"
    assert edited.value.message.edited_at is not None
    assert deleted.value.message_id == int(first.id)
    assert purged.value.message_ids == {int(second.id), int(third.id)}
    assert standin.messages("general") == []


async def test_content_is_hidden_without_the_intent(standin: StandIn) -> None:
    """The bot would seem to work without the intent that it needs in earnest."""
    alice = standin.human("Alice")
    async with connected_bot(standin, intents=WITHOUT_CONTENT) as bot:
        assert bot.user is not None
        ordinary = await text_channel(bot, "general").send("posted by the bot")
        kept = standin.messages("general")[-1]
        picture = [("cat.png", png())]

        async def seen(content: str, *, reply: bool = False, mention: bool = True) -> str:
            async with hearing(bot, "message", from_person) as heard:
                target = kept if reply else None
                await alice.say("general", content, files=picture, reply_to=target, mention=mention)
            assert len(heard.value.attachments) == (1 if heard.value.content else 0)
            return str(heard.value.content)

        assert ordinary.content == "posted by the bot"
        assert await seen("secret") == ""
        assert await seen(f"{bot.user.mention} hello") == f"{bot.user.mention} hello"
        assert await seen("pinged reply", reply=True) == "pinged reply"
        assert await seen("silent reply", reply=True, mention=False) == ""
        async with hearing(bot, "message", lambda m: m.guild is None) as direct:
            await alice.say(alice.direct(), "between us")
        assert direct.value.content == "between us"


async def test_portal_switch_hides_content_over_rest() -> None:
    """A backfill would read what Discord would not show it."""
    async with await StandIn.start(allowed_intents=0) as standin:
        await standin.human("Alice").say("general", "secret")
        async with connected_bot(standin, intents=WITHOUT_CONTENT) as bot:
            history = [m.content async for m in text_channel(bot, "general").history()]
        assert history == [""]


async def test_bot_is_kept_out_where_it_lacks_permission(
    standin: StandIn, connect: ConnectBot
) -> None:
    """Missing permissions would show up only on the real Discord."""
    bot = await connect()
    bot_id = standin.world.bot_id
    said = await standin.human("Alice").say("leads", "for leads")
    leads, general = text_channel(bot, "leads"), text_channel(bot, "general")

    standin.admin.set_overwrite("leads", bot_id, deny=Permission.VIEW_CHANNEL)
    standin.admin.set_overwrite("general", bot_id, deny=Permission.SEND_MESSAGES)
    with pytest.raises(discord.Forbidden) as unseen:
        await leads.fetch_message(int(said.id))
    with pytest.raises(discord.Forbidden) as unsendable:
        await general.send("hello")
    standin.admin.set_overwrite("general", bot_id, deny=Permission.READ_MESSAGE_HISTORY)
    await standin.human("Alice").say("general", "unread")

    assert unseen.value.code == 50001
    assert unsendable.value.code == 50013
    assert [m async for m in general.history()] == []


async def test_unseen_channels_send_no_events(standin: StandIn, connect: ConnectBot) -> None:
    """The bot would index what it must not see."""
    bot = await connect()
    standin.admin.set_overwrite("leads", standin.world.bot_id, deny=Permission.VIEW_CHANNEL)

    async with hearing(bot, "message") as heard:
        await standin.human("Alice").say("leads", "secret")
        await standin.human("Alice").say("general", "open")

    assert heard.value.content == "open"


async def test_others_messages_are_out_of_reach(standin: StandIn, connect: ConnectBot) -> None:
    """The bot could edit what people wrote, which Discord forbids."""
    said = await standin.human("Bob").say("general", "mine")
    message = await text_channel(await connect(), "general").fetch_message(int(said.id))

    with pytest.raises(discord.Forbidden) as error:
        await message.edit(content="yours")

    assert error.value.code == 50005


async def test_files_sent_and_replaced(standin: StandIn, connect: ConnectBot) -> None:
    """Pictures of an edited message would be mixed up."""
    channel = text_channel(await connect(), "general")
    one, two = (discord.File(tmp, name) for tmp, name in ((_file(), "1.png"), (_file(), "2.png")))

    sent = await channel.send("pictures", files=[one, two])
    kept = await sent.edit(attachments=[sent.attachments[1], discord.File(_file(), "3.png")])

    assert [a.filename for a in kept.attachments] == ["2.png", "3.png"]
    assert await kept.attachments[1].read() == png()


async def test_embeds_show_uploaded_pictures(standin: StandIn, connect: ConnectBot) -> None:
    """An embed with an uploaded picture would stay empty."""
    channel = text_channel(await connect(), "general")
    embed = discord.Embed(title="Hit", description="text", color=0x123456)
    embed.set_image(url="attachment://my cat.png")
    embed.add_field(name="score", value="0.9")

    sent = await channel.send(embed=embed, file=discord.File(_file(), "my cat.png"))

    assert sent.attachments == []
    assert str(sent.embeds[0].image.url).startswith("https://cdn.discordapp.com/attachments/")
    assert sent.embeds[0].image.width == 4


async def test_reactions_both_ways(standin: StandIn, connect: ConnectBot) -> None:
    """Labels given by reaction would be lost."""
    bot = await connect()
    carol = standin.human("Carol")
    said = await carol.say("general", "react to me")

    async with hearing(bot, "raw_reaction_add") as added:
        await carol.react(said, "👍")
    async with hearing(bot, "raw_reaction_remove") as removed:
        await carol.react(said, "👍", on=False)
    message = await text_channel(bot, "general").fetch_message(int(said.id))
    await message.add_reaction("🐦")
    again = await text_channel(bot, "general").fetch_message(int(said.id))

    assert (str(added.value.emoji), str(added.value.member)) == ("👍", "carol")
    assert removed.value.user_id == int(carol.id)
    assert [(str(r.emoji), r.count, r.me) for r in again.reactions] == [("🐦", 1, True)]
    assert [user.name async for user in again.reactions[0].users()] == ["Magpie"]


async def test_forwards_carry_their_message(standin: StandIn, connect: ConnectBot) -> None:
    """A forwarded picture would look like an empty message."""
    bot = await connect()
    alice = standin.human("Alice")
    original = await alice.say("design", "look", files=[("logo.png", png())])

    async with hearing(bot, "message", lambda m: m.channel.name == "general") as heard:
        await alice.forward(original, "general")

    snapshot = heard.value.message_snapshots[0]
    await alice.edit(original, "changed")
    kept = standin.messages("general")[-1].snapshots[0]
    assert (heard.value.content, kept.content) == ("", "look")
    assert (snapshot.content, snapshot.attachments[0].filename) == ("look", "logo.png")


async def test_replies_know_their_message(standin: StandIn, connect: ConnectBot) -> None:
    """Image-reply search would not find the picture that was replied to."""
    bot = await connect()
    picture = await standin.human("Alice").say("general", files=[("cat.png", png())])

    async with hearing(bot, "message", lambda m: m.author.name == "bob") as heard:
        await standin.human("Bob").reply(picture, f"<@{standin.world.bot_id}> like this")

    reference = heard.value.reference
    assert isinstance(reference.resolved, discord.Message)
    assert reference.resolved.attachments[0].filename == "cat.png"
    assert heard.value.mentions[0] == heard.value.guild.me


async def test_threads_inherit_and_private_ones_do_not(
    standin: StandIn, connect: ConnectBot
) -> None:
    """A private thread would be open to everybody who sees its channel."""
    bot = await connect()
    alice, bob = standin.human("Alice"), standin.human("Bob")

    async with hearing(bot, "thread_create") as created:
        public = await alice.open_thread("design", "open to designers")
    private = await alice.open_thread("design", "just us", private=True)
    async with hearing(bot, "message") as heard:
        await alice.say(public, "in the thread")

    assert created.value.name == "open to designers"
    assert heard.value.channel.parent.name == "design"
    assert bob.sees(public)
    assert not bob.sees(private)
    await alice.say(private, f"come in {bob.mention} {standin.human('Dave').mention}")
    assert bob.sees(private)
    assert not standin.human("Dave").sees(private)
    assert not standin.human("Dave").sees(public)


async def test_direct_messages(standin: StandIn, connect: ConnectBot) -> None:
    """The bot could not write to a person."""
    bot = await connect()
    bob = standin.human("Bob")
    user = await bot.fetch_user(int(bob.id))

    await user.send("privately")

    assert [m.content for m in bob.messages(bob.direct())] == ["privately"]
    assert not standin.human("Alice").sees(bob.direct())


async def test_people_keep_to_the_rules(standin: StandIn) -> None:
    """The page would let people do what Discord does not."""
    dave, bob = standin.human("Dave"), standin.human("Bob")
    said = await bob.say("general", "mine")

    with pytest.raises(Refused, match="cannot see"):
        await dave.say("leads", "let me in")
    with pytest.raises(Refused, match="2000"):
        await dave.say("general", "x" * 2001)
    with pytest.raises(Refused, match="empty"):
        await dave.say("general", "")
    with pytest.raises(Refused, match="own messages"):
        await dave.edit(said, "yours")
    with pytest.raises(Refused, match="own messages"):
        await dave.delete(said)
    with pytest.raises(Refused, match="too large"):
        await dave.say("general", files=[("big.bin", bytes(11 << 20))])
    await standin.human("Erin").delete(said)
    assert standin.messages("general") == []


async def test_role_changes_reach_the_bot(standin: StandIn, connect: ConnectBot) -> None:
    """Somebody who lost a role would go on finding private pictures."""
    bot = await connect()
    alice = standin.human("Alice")

    async with hearing(bot, "member_update") as heard:
        standin.admin.set_roles(alice.id, ["Design"])

    assert [role.name for role in heard.value.roles] == ["@everyone", "Design"]
    assert not alice.sees("leads")


async def test_typing_is_shown(standin: StandIn, connect: ConnectBot) -> None:
    """The page could not show that the bot is writing."""
    bot = await connect()

    async with hearing(bot, "raw_typing") as heard:
        await standin.human("Bob").type_in("general")
    async with text_channel(bot, "general").typing():
        await asyncio.sleep(0)

    assert heard.value.user_id == int(standin.human("Bob").id)


def _file() -> io.BytesIO:
    return io.BytesIO(png())
