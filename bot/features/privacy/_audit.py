"""The audit, for admins: who did what, when, to how much."""

from __future__ import annotations

import discord
from discord import ui

from bot.features.privacy._person import Asker
from bot.ui import ActionButton, OwnedView, Tone
from engine.schemas import AuditAction, AuditEntry, AuditPage

ENTRIES_A_PAGE = 20

SAID = {
    AuditAction.CONSENTED: "agreed to training",
    AuditAction.REFUSED_CONSENT: "said no to training",
    AuditAction.WITHDREW_CONSENT: "took back what they said about training",
    AuditAction.OPTED_OUT: "opted out of being remembered",
    AuditAction.OPTED_IN: "ended their opt-out",
    AuditAction.ALLOWED_TRAINING: "switched training on",
    AuditAction.NO_TRAINING: "switched training off",
    AuditAction.USED_MODEL: "had a trained model take over searching",
    AuditAction.WENT_BACK: "had the model from before search again",
    AuditAction.DELETED_MODEL: "deleted a trained model",
}


class AuditView(OwnedView):
    """A page of the audit, newest first, with buttons to older entries and back."""

    def __init__(self, asker: Asker) -> None:
        super().__init__(asker.member.id, asker.resources.live_views)
        self._asker = asker
        self._older: str | None = None

    async def show(self, interaction: discord.Interaction, cursor: str | None = None) -> None:
        """Draws the entries behind `cursor` as the answer to a deferred interaction."""
        page = await self._asker.resources.engine.audit(
            self._asker.library_id, cursor=cursor, limit=ENTRIES_A_PAGE
        )
        self._older = page.next_cursor
        self._draw(page, newest=cursor is None)
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await self.redraw(self)

    def _draw(self, page: AuditPage, *, newest: bool) -> None:
        self.clear_items()
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        lines = [describe_entry(entry) for entry in page.entries]
        text = "\n".join(lines) or "Nothing was deleted or changed yet."
        frame.add_item(ui.TextDisplay(f"### Audit\n{text}"))
        if not newest or page.next_cursor is not None:
            frame.add_item(self._buttons(newest=newest))
        self.add_item(frame)

    def _buttons(self, *, newest: bool) -> ui.ActionRow[OwnedView]:
        row: ui.ActionRow[OwnedView] = ui.ActionRow()
        row.add_item(
            ActionButton(
                self._show_newest,
                custom_id=self.custom_id("newest"),
                label="Newest",
                disabled=newest,
            )
        )
        row.add_item(
            ActionButton(
                self._show_older,
                custom_id=self.custom_id("older"),
                label="Older",
                disabled=self._older is None,
            )
        )
        return row

    async def _show_newest(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await self.show(interaction)

    async def _show_older(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await self.show(interaction, self._older)


def describe_entry(entry: AuditEntry) -> str:
    """One line: when, who, what, how much."""
    who = "Magpie" if entry.actor_id is None else f"<@{entry.actor_id}>"
    return f"{discord.utils.format_dt(entry.at, 'f')} · {who} {_what(entry)}"


def _what(entry: AuditEntry) -> str:
    match entry.action:
        case AuditAction.FORGOT:
            return f"deleted {_whose(entry)}: {entry.amount} items"
        case AuditAction.EXPIRED:
            return f"deleted what is older than the server keeps posts: {entry.amount} items"
        case AuditAction.OUTDATED_MODEL:
            return (
                f"noticed that a model has to be trained again: {entry.amount} of its items were "
                "deleted, edited, or are not to be learnt from any more"
            )
        case AuditAction.SET_RETENTION if entry.amount:
            return f"has posts kept for {entry.amount} days"
        case AuditAction.SET_RETENTION:
            return "has posts kept until they are deleted"
        case said:
            return SAID[said]


def _whose(entry: AuditEntry) -> str:
    where = f" in <#{entry.channel_id}>" if entry.channel_id is not None else ""
    if entry.person_id is None:
        return f"everything{where}"
    if entry.person_id == entry.actor_id:
        return f"everything of their own{where}"
    return f"everything of <@{entry.person_id}>{where}"
