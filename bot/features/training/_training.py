"""Jobs of a server, as far as somebody may start, stop, or know of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
from discord import app_commands

from bot.errors import EngineObjected, NotUnderstood
from bot.features.labels import Labelling
from bot.outdated import outdated_models
from bot.quote import escape, shortened
from bot.trainers import may_train, require_trainer
from engine.client import EngineBusy
from engine.client.jobs_client import ENDS
from engine.schemas import Comparison, Job, LabelSet, ModelCard, NewJob, TrainingMethod

MOST_LISTED = 50
MOST_SEARCHED = 500
MOST_SUGGESTIONS = 25
MOST_NAME_CHARS = 100


class Training:
    """What every way to start, stop and look at training ends in.

    Args:
        labelling: knows the label sets, and who may know of them.
    """

    def __init__(self, labelling: Labelling) -> None:
        self.resources = labelling.resources
        self.sets = labelling.sets
        self._jobs = labelling.resources.engine.jobs

    async def start(
        self,
        interaction: discord.Interaction,
        labelset: LabelSet,
        methods: list[TrainingMethod],
        backbone: str = "",
    ) -> Job:
        """Orders a job for whoever used a command; the same use twice is one job.

        Raises:
            NotForYou: they may not train.
            EngineObjected: as many jobs as may wait already.
            EngineRefused: the set cannot be trained on; the reason says what is missing.
        """
        member = require_trainer(interaction.user)
        new = NewJob(
            labelset_id=labelset.labelset_id,
            methods=methods,
            backbone=backbone,
            asked_by=str(member.id),
            channel_id=str(interaction.channel_id),
        )
        try:
            return await self._jobs.start(new, idempotency_key=f"train-{interaction.id}")
        except EngineBusy as refusal:
            raise EngineObjected(f"I started no training. {refusal}") from refusal

    async def cancel(self, who: discord.abc.User, wanted: str) -> Job:
        """Stops a job; one that is being stopped or has ended stays as it is.

        Args:
            who: wants that.
            wanted: the job's id, or the name of its label set.

        Raises:
            NotForYou: they may not.
            NotUnderstood: the server has no such job.
        """
        member = require_trainer(who)
        return await self._jobs.cancel((await self._job(member.guild, wanted)).job_id)

    async def known_to(self, who: discord.abc.User) -> list[Job]:
        """The newest jobs on the label sets that somebody may know of.

        Raises:
            NotForYou: not in a server.
        """
        sets = await self.sets.known_to(who, include_archived=True)
        if not sets:
            return []
        known = {each.labelset_id for each in sets}
        page = await self._jobs.jobs(sets[0].library_id, limit=MOST_LISTED)
        return [job for job in page.jobs if job.labelset_id in known]

    async def outdated(self, who: discord.abc.User) -> list[ModelCard]:
        """The models to be trained again, on the label sets that somebody may know of.

        Raises:
            NotForYou: not in a server.
        """
        sets = await self.sets.known_to(who, include_archived=True)
        known = {each.labelset_id for each in sets}
        if not known:
            return []
        found = await outdated_models(self.resources.engine, sets[0].library_id)
        return [card for card in found if card.labelset_id in known]

    async def compared(self, labelset: LabelSet) -> tuple[Job, Comparison]:
        """The newest job on a set that ended with a comparison, and that.

        Raises:
            NotUnderstood: there is none.
        """
        async for job in self._newest_first(labelset.library_id):
            if job.labelset_id == labelset.labelset_id and job.comparison is not None:
                return job, job.comparison
        start = self.resources.mentions.of("train start")
        raise NotUnderstood(
            f"Nothing has been compared on **{escape(labelset.name)}** yet. {start} does that."
        )

    async def suggest_open(
        self, who: discord.abc.User, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The jobs that somebody may stop, by the names of their sets."""
        if not isinstance(who, discord.Member) or not may_train(who):
            return []
        page = await self._jobs.jobs(str(who.guild.id), limit=MOST_LISTED)
        found = [
            job
            for job in page.jobs
            if job.state not in ENDS and typed.strip().casefold() in job.labelset_name.casefold()
        ]
        return [
            app_commands.Choice(name=_choice_name(job), value=job.job_id)
            for job in found[:MOST_SUGGESTIONS]
        ]

    async def _job(self, guild: discord.Guild, wanted: str) -> Job:
        page = await self._jobs.jobs(str(guild.id), limit=MOST_LISTED)
        open_first = sorted(page.jobs, key=lambda job: job.state in ENDS)
        key = wanted.strip().casefold()
        for job in open_first:
            if key in (job.job_id, job.labelset_name.casefold()):
                return job
        status = self.resources.mentions.of("train status")
        raise NotUnderstood(
            f"I know no training job “{escape(shortened(wanted, MOST_NAME_CHARS))}” here. "
            f"{status} shows those there are."
        )

    async def _newest_first(self, library_id: str) -> AsyncIterator[Job]:
        cursor: str | None = None
        for _ in range(MOST_SEARCHED // MOST_LISTED):
            page = await self._jobs.jobs(library_id, cursor=cursor, limit=MOST_LISTED)
            for job in page.jobs:
                yield job
            cursor = page.next_cursor
            if cursor is None:
                return


def _choice_name(job: Job) -> str:
    name = shortened(job.labelset_name, MOST_NAME_CHARS - 40)
    return f"{name} · {job.state.value}, {job.progress.share:.0%} · {job.job_id[:8]}"
