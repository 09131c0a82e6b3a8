"""The three encoder sets a data folder can be started with, and where the shipped one lies."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from engine.encoders.sentence import MINILM
from engine.errors import ModelUnavailable
from engine.schemas import Profile

STARTER = "starter"
"""Stands for the CLIP model that ships with the package, wherever that is installed."""


@dataclass(frozen=True)
class EncoderChoice:
    """Which models serve. Plain names, so that they can be kept in the catalogue.

    Attributes:
        clip: `STARTER`, or any name or folder that `engine.encoders.clip` takes.
        sentence: any name or folder that `engine.encoders.sentence` takes.
    """

    clip: str
    sentence: str

    @property
    def clip_source(self) -> str:
        """What `engine.encoders.clip` takes for it.

        Raises:
            ModelUnavailable: the starter is missing from this installation.
        """
        return str(starter_folder()) if self.clip == STARTER else self.clip


PROFILES = {
    Profile.STARTER: EncoderChoice(clip=STARTER, sentence=MINILM),
    Profile.STANDARD: EncoderChoice(clip="ViT-B-16-SigLIP2/webli", sentence=MINILM),
    Profile.BEST: EncoderChoice(clip="ViT-SO400M-16-SigLIP2-384/webli", sentence="BAAI/bge-m3"),
}


def choose(
    profile: Profile, *, clip_model: str | None = None, sentence_model: str | None = None
) -> EncoderChoice:
    """The profile's models, or those named instead."""
    preset = PROFILES[profile]
    return EncoderChoice(clip_model or preset.clip, sentence_model or preset.sentence)


def starter_folder() -> Path:
    """Where the shipped CLIP model lies.

    Raises:
        ModelUnavailable: it is missing from this installation.
    """
    folder = Path(str(files("engine"))) / "starter" / "weights"
    if not folder.is_dir():
        raise ModelUnavailable(
            "The starter model is missing from this installation; install Magpie again, or name "
            "another model in ENGINE_CLIP_MODEL."
        )
    return folder
