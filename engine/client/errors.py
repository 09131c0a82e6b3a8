"""What a call to the engine can raise.

Errors::

    EngineCallFailed
    ├── EngineAway            no answer: not running, unreachable or too slow
    ├── EngineWarmingUp       it runs, but its encoders are still loading
    ├── EngineBusy            a queue is full; `retry_after_s` says when to come back
    └── EngineRefused         the request was understood and refused; `problem` says why
"""

from __future__ import annotations

import httpx
from pydantic import ValidationError

from engine.schemas import Problem


class EngineCallFailed(Exception):
    """Root of what a call to the engine can raise; its text is a sentence for a person."""


class EngineAway(EngineCallFailed):
    """No answer: the engine is not running, unreachable or too slow."""


class EngineRefused(EngineCallFailed):
    """The engine understood the request and refused it.

    Attributes:
        problem: the RFC 9457 problem details it answered.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class EngineWarmingUp(EngineCallFailed):
    """The engine runs, but its encoders are still loading."""


class EngineBusy(EngineCallFailed):
    """A queue of the engine is full.

    Attributes:
        retry_after_s: seconds after which trying again makes sense.
    """

    def __init__(self, detail: str, retry_after_s: float) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


def failure_of(response: httpx.Response) -> EngineCallFailed:
    """What an answer that is no success means to the caller."""
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        return EngineAway(f"The engine answered HTTP {response.status_code} without a reason.")
    if problem.code == "not_ready":
        return EngineWarmingUp(problem.detail)
    if problem.code == "busy":
        return EngineBusy(problem.detail, problem.retry_after_s or 1.0)
    return EngineRefused(problem)
