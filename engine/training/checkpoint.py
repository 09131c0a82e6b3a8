"""What a training has learnt so far, in one file, so that another process goes on bit for bit.

Weights, buffers and the optimizer's moments as tensors, all else as JSON in the file's metadata.
No generator's state is among them: every draw is seeded by its place in the training.
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
WEIGHTS, MOMENTS = "network.", "optimizer."


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


def save_state(
    path: Path, state: State, network: nn.Module, optimizer: torch.optim.Optimizer
) -> None:
    """Writes all that is needed to go on.

    Raises:
        StorageFailed: there is no room for it; the file from before is still there.
    """
    tensors = {f"{WEIGHTS}{name}": each for name, each in network.state_dict().items()}
    for number, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"{MOMENTS}{number}.{name}": each for name, each in moments.items()}
    contiguous = {name: each.contiguous() for name, each in tensors.items()}
    write_atomically(path, save(contiguous, {STATE: json.dumps(asdict(state))}))


def load_state(path: Path, network: nn.Module, optimizer: torch.optim.Optimizer) -> State:
    """Reads what `save_state` wrote into a network and an optimizer of the same shape."""
    with safe_open(path, "pt") as file:
        state = State(**json.loads(file.metadata()[STATE]))
    tensors = load_file(path)
    network.load_state_dict(
        {
            name.removeprefix(WEIGHTS): each
            for name, each in tensors.items()
            if name.startswith(WEIGHTS)
        }
    )
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, each in tensors.items():
        if name.startswith(MOMENTS):
            number, _, key = name.removeprefix(MOMENTS).partition(".")
            moments.setdefault(int(number), {})[key] = each
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
    return state


def save_weights(path: Path, network: nn.Module) -> None:
    """Writes a network's weights and buffers alone.

    Raises:
        StorageFailed: there is no room for them; the file from before is still there.
    """
    write_atomically(path, save({k: v.contiguous() for k, v in network.state_dict().items()}))


def load_weights(path: Path, network: nn.Module) -> None:
    """Reads what `save_weights` wrote."""
    network.load_state_dict(load_file(path))
