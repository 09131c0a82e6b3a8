"""Networks to learn pictures with, as people type them."""

from __future__ import annotations

from discord import app_commands

from bot.errors import NotUnderstood

KNOWN = ("vgg16", "resnet50", "inception_v3", "timm/resnet18", "timm/vit_base_patch16_224")


def read_backbone(typed: str) -> str:
    """The network named, as it was typed.

    Raises:
        NotUnderstood: it names a file, and those on the engine's machine are the operator's.
    """
    name = typed.strip()
    if "@" in name:
        raise NotUnderstood(
            "A file of weights can only be named at the shell: `magpie train start --backbone`. "
            "I started no training."
        )
    return name


def suggest_backbones(typed: str) -> list[app_commands.Choice[str]]:
    """Some of the networks there are."""
    begun = typed.strip().casefold()
    return [app_commands.Choice(name=each, value=each) for each in KNOWN if begun in each]
