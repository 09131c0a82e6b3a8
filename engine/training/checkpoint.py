"""What a training has learnt so far, in one file, so that another process goes on bit for bit.

Weights, the best of them and the optimizer's moments as tensors, all else as JSON in the file's
metadata. No generator's state is among them: every draw is seeded by its place in the training.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import nn

from engine.training.files import write_atomically

STATE = "state"
BEST, PRESENT, MOMENTS = "best.", "present.", "optimizer."


@dataclass
class State:
    """Where a training stands.

    Attributes:
        epoch: epochs done.
        step: steps done of the present epoch.
        loss_sum: of those steps.
        part_rows: rows in one forward and backward; less than a batch after memory ran out.
        best: validation accuracy of the weights that are kept; None before there are any.
        halted: why it ended early, in a sentence.
    """

    part_rows: int
    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    train_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    best: float | None = None
    halted: str = ""


Weights = dict[str, torch.Tensor]
"""A network's parameters and buffers by name, on the CPU."""


def weights_of(network: nn.Module) -> Weights:
    """A copy of what a network has learnt."""
    return {name: each.detach().cpu().clone() for name, each in network.state_dict().items()}


def save_training(
    path: Path,
    state: State,
    best: Weights,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
) -> None:
    """Writes all that is needed to go on.

    Raises:
        StorageFailed: there is no room for it; the file from before is still there.
    """
    tensors = {f"{BEST}{name}": each for name, each in best.items()}
    tensors |= {f"{PRESENT}{name}": each for name, each in network.state_dict().items()}
    for number, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"{MOMENTS}{number}.{name}": each for name, each in moments.items()}
    _write(path, tensors, state)


def load_training(
    path: Path, network: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[State, Weights]:
    """Reads what `save_training` wrote into a network and an optimizer of the same shape.

    Returns:
        Where the training stands, and the best weights so far.
    """
    tensors = load_file(path)
    network.load_state_dict(_named(tensors, PRESENT))
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, each in _named(tensors, MOMENTS).items():
        number, _, key = name.partition(".")
        moments.setdefault(int(number), {})[key] = each
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
    return _state(path), _named(tensors, BEST)


def save_learnt(path: Path, state: State, best: Weights) -> None:
    """Writes how a training ended, and its best weights by the network's own names.

    Raises:
        StorageFailed: there is no room for it.
    """
    _write(path, best, state)


def load_learnt(path: Path) -> tuple[State, Weights]:
    """Reads what `save_learnt` wrote."""
    return _state(path), load_file(path)


def _write(path: Path, tensors: Weights, state: State) -> None:
    contiguous = {name: each.contiguous() for name, each in tensors.items()}
    write_atomically(path, save(contiguous, {STATE: json.dumps(asdict(state))}))


def _state(path: Path) -> State:
    with safe_open(path, "pt") as file:
        return State(**json.loads(file.metadata()[STATE]))


def _named(tensors: Weights, prefix: str) -> Weights:
    return {
        name.removeprefix(prefix): each for name, each in tensors.items() if name.startswith(prefix)
    }
