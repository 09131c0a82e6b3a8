"""Bringing the text tower to the finished image tower: the last, short stage.

The image tower learns the teacher's text features of the names, which the distilled text tower
only comes near to. Here the text tower learns to point at what the image tower makes of the
trained emoji, while the distillation goes on, so that all other words keep their places.
"""

import logging
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import nn

from engine.starter.captions import TEMPLATES, caption
from engine.starter.concepts import Concept
from engine.starter.distill import (
    distillation_loss,
    load_lesson,
    padded_tokenizer,
    read_tokenizer,
    tokenise,
)
from engine.starter.folder import encode_tokens, write_folder
from engine.starter.render import Glyph, GlyphCache, load_cache, trained_glyphs
from engine.starter.scenes import GlyphBank
from engine.starter.schedule import TimeBudget, learning_rate

log = logging.getLogger(__name__)

SEED = 13
_NAMES, _KEYWORDS, _TEXTS = 128, 96, 128
"""Per step: emoji names and keywords to point at their drawings, other texts to keep in place."""

_PEAK_LR = 6e-4
_LOGIT_SCALE = 30.0


def align_text_tower(work: Path, folder: Path, minutes: float) -> None:
    """Tune the text tower of an exported folder for some minutes and write it back.

    Args:
        work: the work folder, for glyphs and the text lesson.
        folder: an open_clip folder that ``export`` wrote.
        minutes: how long.
    """
    import open_clip  # type: ignore[import-untyped]

    torch.manual_seed(SEED)
    cache = load_cache(work / "cache")
    model: Any = open_clip.create_model_from_pretrained(f"local-dir:{folder}")[0]
    keys, prototypes = drawing_prototypes(model.visual, cache, GlyphBank.shrink(cache))
    tokenizer = read_tokenizer(work / "text")
    fast = padded_tokenizer(tokenizer)
    words, meant = words_and_what_they_mean([cache.concepts[key] for key in keys])
    tokens = torch.stack(
        [tokenise(fast, [caption(word, template) for word in words]) for template in TEMPLATES]
    )  # (T, W, 24)
    lesson = load_lesson(work / "text")
    tower: nn.Module = model.text.train()
    optimizer = torch.optim.AdamW(tower.parameters(), lr=_PEAK_LR, weight_decay=0.01)
    budget, step = TimeBudget(minutes * 60), 0
    while not budget.spent:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(budget.progress, _PEAK_LR)
        names = torch.randperm(len(keys))[:_NAMES]
        keywords = len(keys) + torch.randperm(len(words) - len(keys))[:_KEYWORDS]
        rows = torch.cat([names, keywords])
        # Half of the words bare, half in a template of chance.
        template = torch.randint(len(TEMPLATES), (len(rows),)) * torch.randint(2, (len(rows),))
        pointed = F.normalize(encode_tokens(tower, tokens[template, rows]), dim=-1)
        pointing = F.cross_entropy(_LOGIT_SCALE * pointed @ prototypes.T, meant[rows])
        kept = lesson[torch.randint(len(lesson.tokens), (_TEXTS,))]
        keeping = distillation_loss(encode_tokens(tower, kept.tokens), kept.targets)
        optimizer.zero_grad()
        (pointing + keeping).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 50 == 0:
            log.info(
                "align step %d pointing %.3f keeping %.3f", step, pointing.item(), keeping.item()
            )
    write_folder(model, tokenizer, folder)


def words_and_what_they_mean(concepts: list[Concept]) -> tuple[list[str], torch.Tensor]:
    """All names, then all keywords, and which of the concepts each stands for.

    Returns:
        W words, and float32 (W, N) whose rows sum to 1.
    """
    by_keyword: dict[str, list[int]] = defaultdict(list)
    for row, concept in enumerate(concepts):
        for keyword in concept.keywords:
            by_keyword[keyword].append(row)
    meant = torch.zeros(len(by_keyword), len(concepts))
    for word_row, concept_rows in enumerate(by_keyword.values()):
        meant[word_row, concept_rows] = 1 / len(concept_rows)
    names = [concept.name for concept in concepts]
    return names + list(by_keyword), torch.cat([torch.eye(len(concepts)), meant])


@torch.no_grad()
def drawing_prototypes(
    visual: nn.Module, cache: GlyphCache, bank: GlyphBank
) -> tuple[list[str], torch.Tensor]:
    """The mean features of every trained emoji over its trained drawings, on white.

    Returns:
        The concepts' keys and their prototypes, float32 (N, D), L2-normalised.
    """
    visual.eval()
    drawings: dict[str, list[Glyph]] = defaultdict(list)
    for glyph in trained_glyphs(cache):
        if cache.concepts[glyph.concept].category:
            drawings[glyph.concept].append(glyph)
    means = [visual(_on_white(bank, glyphs) * 2 - 1) for glyphs in drawings.values()]
    unit = [F.normalize(F.normalize(part, dim=-1).mean(dim=0), dim=-1) for part in means]
    return list(drawings), torch.stack(unit)


def _on_white(bank: GlyphBank, glyphs: list[Glyph]) -> torch.Tensor:
    """Float32 (n, 3, 64, 64) in 0..1; glyphs of one colour are black."""
    pictures = []
    for glyph in glyphs:
        if glyph.mono:
            pictures.append((1 - bank.mono[glyph.row].float() / 255).expand(3, -1, -1))
        else:
            rgba = bank.colour[glyph.row].float() / 255
            pictures.append(rgba[:3] + 1 - rgba[3:])
    return torch.stack(pictures)
