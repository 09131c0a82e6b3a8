"""What the image tower learns to point at: the text features of all names, keywords, captions."""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import nn

from engine.starter.concepts import Concept
from engine.starter.distill import padded_tokenizer, read_tokenizer, tokenise
from engine.starter.folder import encode_tokens

_NAME, _KEYWORDS, _NEIGHBOURS = 0.55, 0.2, 0.25
"""Shares of a picture's target: its own name, its keywords, the other names of like meaning."""

_NEIGHBOUR_TEMPERATURE = 0.07


class NameBank:
    """What the teacher makes of all names and keywords, and the text tower of scenes' captions.

    Args:
        text_dir: the folder of the lesson and the text tower.
        text_tower: open_clip's, fixed.
        concepts: in the sampler's order, emoji before icons.
    """

    def __init__(self, text_dir: Path, text_tower: nn.Module, concepts: list[Concept]) -> None:
        texts = json.loads((text_dir / "texts.json").read_text("utf-8"))
        row_of = {text: row for row, text in enumerate(texts)}
        targets = torch.from_numpy(np.load(text_dir / "lesson.npz")["targets"])
        emoji = [concept for concept in concepts if concept.category]
        keywords = sorted({keyword for concept in emoji for keyword in concept.keywords})
        self._names = targets[[row_of[concept.name] for concept in concepts]]  # (N, D)
        self._keywords = targets[[row_of[keyword] for keyword in keywords]]  # (K, D)
        self._meant = _keyword_shares(emoji, keywords)  # (E, K)
        self._tower = text_tower.eval()
        self._tokenizer = padded_tokenizer(read_tokenizer(text_dir))

    @torch.no_grad()
    def encode(self, captions: list[str]) -> torch.Tensor:
        """Text features of captions: float32 (n, D), L2-normalised."""
        return F.normalize(encode_tokens(self._tower, tokenise(self._tokenizer, captions)), dim=-1)

    def lesson(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The words that pictures are told apart by, and how much each of them is meant.

        Args:
            rows: the concept of each picture, int64 (B,).

        Returns:
            Text features float32 (n, D), L2-normalised, of all emoji names, of the pictures' icon
            names and of all keywords; and float32 (B, n), whose rows sum to 1.
        """
        emoji_count = len(self._meant)
        is_icon = rows >= emoji_count
        names = torch.cat([self._names[:emoji_count], self._names[rows[is_icon]]])
        own = rows.clone()
        own[is_icon] = emoji_count + torch.arange(int(is_icon.sum()))
        is_own = F.one_hot(own, len(names)).bool()
        likeness = (names[own] @ names.T / _NEIGHBOUR_TEMPERATURE).masked_fill(is_own, -torch.inf)
        named = _NAME * is_own + _NEIGHBOURS * likeness.softmax(dim=-1)
        keyed = torch.zeros(len(rows), len(self._keywords))
        keyed[~is_icon] = _KEYWORDS * self._meant[rows[~is_icon]]
        meant = torch.cat([named, keyed], dim=1)
        return torch.cat([names, self._keywords]), meant / meant.sum(dim=1, keepdim=True)


def _keyword_shares(emoji: list[Concept], keywords: list[str]) -> torch.Tensor:
    """Float32 (E, K): each emoji's keywords in equal parts, 1 in all; 0 for one without any."""
    column_of = {keyword: column for column, keyword in enumerate(keywords)}
    shares = torch.zeros(len(emoji), len(keywords))
    for row, concept in enumerate(emoji):
        for keyword in concept.keywords:
            shares[row, column_of[keyword]] = 1 / len(concept.keywords)
    return shares
