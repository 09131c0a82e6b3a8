"""Shows in chat how far jobs are: one message each, edited for as long as the job runs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import discord
from discord.ext import commands

from bot.features.training._live_examples import LiveExamples
from bot.features.training._progress_view import (
    REPORTS,
    CancelButton,
    ProgressView,
    job_shown_in,
)
from bot.features.training._training import Training
from bot.features.training._watching import watched
from bot.features.training._words import describe_cancelled
from bot.patience import patiently
from bot.ui import Notice, Tone, show_error
from engine.client import EngineCallFailed, EngineRefused
from engine.client.jobs_client import ENDS
from engine.schemas import Job, JobState

log = logging.getLogger(__name__)

MOST_RESUMED = 20
LOOK_BACK = timedelta(days=1)
CLOCKS_DIFFER_BY = timedelta(minutes=2)
MESSAGES_SEARCHED = 100
EPOCHS_OF_A_CURVE = 2


class TrainingReports(commands.Cog, name=REPORTS):
    """Keeps the messages of jobs true.

    Nothing about them is stored: which channel a job is shown in is known to the engine, and a
    message names its job in its button. So after a restart of the bot they are found again.
    """

    def __init__(self, bot: commands.Bot, training: Training) -> None:
        self._bot = bot
        self._training = training
        self._resources = training.resources
        self._resumed: set[int] = set()

    async def cog_load(self) -> None:
        """Listens to the button of every message there is."""
        self._bot.add_dynamic_items(CancelButton)

    async def cog_unload(self) -> None:
        """Listens no more."""
        self._bot.remove_dynamic_items(CancelButton)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Goes on with the messages of the bot that ran before this one."""
        for guild in self._bot.guilds:
            if guild.id not in self._resumed:
                self._resumed.add(guild.id)
                self._resources.tasks.start(self._resume(guild), name=f"jobs of {guild.id}")

    async def post(self, job: Job, channel: discord.abc.Messageable) -> None:
        """Posts the message of a job, and keeps it true until the job has ended."""
        self._follow(job.job_id, await channel.send(view=ProgressView(job)))

    async def cancel(self, interaction: discord.Interaction, job_id: str) -> None:
        """Answers a press of the button; every failure is told to the person."""
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
            job = await self._training.cancel(interaction.user, job_id)
            view = Notice(describe_cancelled(job), Tone.GOOD)
            await interaction.edit_original_response(view=view)
        except Exception as error:  # noqa: BLE001  edge of the event: the person must hear of it
            await show_error(interaction, error)

    def _follow(self, job_id: str, message: discord.Message) -> None:
        self._resources.tasks.start(self._report(job_id, message), name=f"progress of {job_id}")

    async def _report(self, job_id: str, message: discord.Message) -> None:
        examples = LiveExamples(message.channel, self._resources)
        try:
            async for job in watched(self._resources.engine, job_id, self._resources.settings):
                lines = await examples.lines(job.progress.examples)
                view = ProgressView(job, await self._curve(job), lines)
                await _show(message, view, view.files)
        except discord.NotFound:
            log.info("The message of job %s was deleted, so nothing is reported there", job_id)
        except EngineRefused as refusal:
            await _show(message, Notice(str(refusal), Tone.SORRY))

    async def _curve(self, job: Job) -> bytes | None:
        if job.state is not JobState.RUNNING or len(job.progress.train_loss) < EPOCHS_OF_A_CURVE:
            return None
        try:
            return await self._resources.engine.jobs.curve(job.job_id)
        except EngineCallFailed as failure:  # such as the next method having begun meanwhile
            log.info("The message of job %s has no curve: %s", job.job_id, failure)
            return None

    async def _resume(self, guild: discord.Guild) -> None:
        """Finds the messages of jobs that go on, and of those that ended unseen."""
        engine, settings = self._resources.engine, self._resources.settings
        page = await patiently(
            partial(engine.jobs.jobs, str(guild.id), limit=MOST_RESUMED), settings
        )
        oldest = discord.utils.utcnow() - LOOK_BACK
        for job in page.jobs:
            if not job.channel_id or (job.ended_at is not None and job.ended_at < oldest):
                continue
            try:
                await self._resume_one(job, guild)
            except discord.HTTPException as failure:
                log.warning("The message of job %s is not to be had: %s", job.job_id, failure)

    async def _resume_one(self, job: Job, guild: discord.Guild) -> None:
        channel = await self._resources.directory.find(guild, int(job.channel_id))
        if channel is None or isinstance(channel, discord.ForumChannel):
            return
        posted = channel.history(
            after=job.created_at - CLOCKS_DIFFER_BY, limit=MESSAGES_SEARCHED, oldest_first=True
        )
        async for message in posted:
            if message.author == guild.me and job_shown_in(message) == job.job_id:
                self._follow(job.job_id, message)
                return
        if job.state not in ENDS:
            await self.post(job, channel)


async def _show(
    message: discord.Message, view: discord.ui.LayoutView, files: Sequence[discord.File] = ()
) -> None:
    """Edits a message; a failed edit does not stop the next one.

    Raises:
        NotFound: the message is gone.
    """
    try:
        await message.edit(view=view, attachments=files)
    except discord.NotFound:
        raise
    except discord.HTTPException as failure:
        log.info("The message %s could not be edited: %s", message.id, failure)
