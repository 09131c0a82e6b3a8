"""Low-rank adapters on the tower that serves (LoRA, Hu et al. 2022), through peft."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.methods.fine_tuning import (
    STEPS,
    classifier_on,
    start_from_probe,
    taught,
)
from engine.training.snapshot import Split

if TYPE_CHECKING:
    from peft import PeftModel
    from torch import nn

    from engine.training.networks import NetworkPredictor

RANK = 8
SCALE = 16
"""peft multiplies the adapters' product by 16 / 8: the paper's α, left alone as it advises."""

ADAPTERS_PEAK = 1e-3


class LoraMethod:
    """Products of two thin matrices are learnt, and added to layers that stay as they are.

    The classifier starts as a linear probe, as in LP-FT.
    """

    def run(self, data: TrainingData, context: RunContext) -> NetworkPredictor:
        """Trains adapters and classifier, and adds the adapters into the tower."""
        import torch

        from engine.training.networks import ClassificationLesson

        rows = data.rows(Split.TRAIN)
        torch.manual_seed(context.seed)
        adapted = with_adapters(data.backbone.tower())
        network = classifier_on(adapted, data)
        start_from_probe(network, data)
        lesson = ClassificationLesson(
            network, data, rows, tower_peak=ADAPTERS_PEAK, layer_decay=1.0
        )
        predictor = taught(lesson, data, rows, STEPS, context)
        network.tower = adapted.merge_and_unload()
        return predictor


def with_adapters(tower: nn.Module) -> PeftModel:
    """A tower whose adapters alone are trained; they change nothing yet."""
    from peft import LoraConfig, get_peft_model

    names = (re.escape(name) for name, module in tower.named_modules() if _adaptable(module))
    config = LoraConfig(r=RANK, lora_alpha=SCALE, target_modules="|".join(names))
    return get_peft_model(tower, config)


def _adaptable(module: nn.Module) -> bool:
    """Whether peft can adapt a layer, and add what it has learnt into it afterwards.

    The output layer of torch's attention is adapted with the rest of it.
    """
    from torch import nn
    from torch.nn.modules.linear import NonDynamicallyQuantizableLinear

    if isinstance(module, nn.Conv2d):
        return module.groups == 1
    if isinstance(module, NonDynamicallyQuantizableLinear):
        return False
    return isinstance(module, nn.Linear | nn.MultiheadAttention)
