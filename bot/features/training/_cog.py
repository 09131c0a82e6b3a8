"""`/train`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import PermissionsMissing
from bot.features.training._backbones import read_backbone, suggest_backbones
from bot.features.training._comparison_view import ComparisonView
from bot.features.training._methods import read_methods, suggest_methods
from bot.features.training._reports import TrainingReports
from bot.features.training._training import Training
from bot.features.training._words import describe_all, describe_cancelled
from bot.quote import escape
from bot.reporting import reporting_channel
from bot.trainers import require_trainer
from bot.ui import Notice, Tone
from engine.schemas import ReportFormat

SetName = app_commands.Range[str, 1, 100]

Suggestions = list[app_commands.Choice[str]]


@app_commands.guild_only()
class TrainCog(
    commands.GroupCog, group_name="train", group_description="Learn from what a team has labelled"
):
    """The commands of `/train`."""

    def __init__(self, training: Training, reports: TrainingReports) -> None:
        self._training = training
        self._reports = reports

    @app_commands.command(description="Train on a label set, and compare ways to learn it")
    @app_commands.rename(labelset="set")
    @app_commands.describe(
        labelset="The label set",
        methods="Ways to learn, with commas: tfidf, probe; left out, I choose what suits",
        backbone="A network to learn pictures with: resnet50; left out, the one that searches",
    )
    async def start(
        self,
        interaction: discord.Interaction,
        labelset: SetName,
        methods: app_commands.Range[str, 1, 200] = "",
        backbone: app_commands.Range[str, 1, 100] = "",
    ) -> None:
        """Orders a job, and shows how far it is in a message of its own."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        member = require_trainer(interaction.user)
        channel = reporting_channel(interaction, "start training", "started no training")
        wanted, network = read_methods(methods), read_backbone(backbone)
        chosen = await self._training.sets.named(member, labelset)
        job = await self._training.start(interaction, chosen, wanted, network)
        name = f"**{escape(chosen.name)}**"
        try:
            await self._reports.post(job, channel)
        except discord.HTTPException as failure:
            status = self._training.resources.mentions.of("train status")
            raise PermissionsMissing(
                f"I am training on {name}, but Discord does not let me report here. {status} shows "
                "how far it is."
            ) from failure
        text = (
            f"I am training on {name}, and report in the message below. It goes on whatever is "
            "restarted meanwhile."
        )
        await interaction.edit_original_response(view=Notice(text, Tone.GOOD))

    @app_commands.command(description="What is being trained, and what has ended last")
    async def status(self, interaction: discord.Interaction) -> None:
        """Lists the jobs on the sets that the person may know of."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        jobs = await self._training.known_to(interaction.user)
        outdated = await self._training.outdated(interaction.user)
        await interaction.edit_original_response(view=Notice(describe_all(jobs, outdated)))

    @app_commands.command(description="Stop training; what it has reached is kept")
    @app_commands.describe(job="The job, or its label set")
    async def cancel(
        self, interaction: discord.Interaction, job: app_commands.Range[str, 1, 100]
    ) -> None:
        """Stops a job; twice is no error."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        stopped = await self._training.cancel(interaction.user, job)
        view = Notice(describe_cancelled(stopped), Tone.GOOD)
        await interaction.edit_original_response(view=view)

    @app_commands.command(description="Which way to learn a label set was best, and how sure it is")
    @app_commands.rename(labelset="set")
    @app_commands.describe(labelset="The label set")
    async def compare(self, interaction: discord.Interaction, labelset: SetName) -> None:
        """Shows the latest comparison on a set."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await self._training.sets.named(interaction.user, labelset)
        job, comparison = await self._training.compared(chosen)
        jobs = self._training.resources.engine.jobs
        picture = await jobs.report(job.job_id, ReportFormat.PNG)
        view = ComparisonView(job, comparison, picture, interaction.user.id, self._training)
        await view.show(interaction)

    @start.autocomplete("labelset")
    @compare.autocomplete("labelset")
    async def _suggest_sets(self, interaction: discord.Interaction, typed: str) -> Suggestions:
        """The sets the person may know of."""
        return await self._training.sets.suggest(interaction.user, typed)

    @start.autocomplete("methods")
    async def _suggest_methods(self, _interaction: discord.Interaction, typed: str) -> Suggestions:
        """The methods there are."""
        return suggest_methods(typed)

    @start.autocomplete("backbone")
    async def _suggest_backbones(
        self, _interaction: discord.Interaction, typed: str
    ) -> Suggestions:
        """Some of the networks there are."""
        return suggest_backbones(typed)

    @cancel.autocomplete("job")
    async def _suggest_jobs(self, interaction: discord.Interaction, typed: str) -> Suggestions:
        """The jobs the person may stop."""
        return await self._training.suggest_open(interaction.user, typed)
