"""`magpie evaluate`: trained models judged again, and asked about what nobody has labelled."""

from bot.shell.evaluate.command import evaluate

__all__ = ["evaluate"]
