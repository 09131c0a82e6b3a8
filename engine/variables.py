"""Environment variables that are meant as settings and would be ignored."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic_settings import BaseSettings

LIKENESS = 0.7
"""Least `difflib` ratio of a misspelt name to the real one.

What a cluster adds for a service that is called as the prefix (``ENGINE_SERVICE_HOST``,
``ENGINE_PORT_8701_TCP``) is further from all of them, and nothing that an operator could mend.
"""


def misspelt(settings: type[BaseSettings], environment: Mapping[str, str]) -> str | None:
    """A sentence about a variable that is nearly a setting; None where there is no such one."""
    prefix = settings.model_config["env_prefix"]
    known = [name.upper() for name in settings.model_fields]
    for variable in sorted(environment):
        name = variable.upper().removeprefix(prefix)
        if name in known or not variable.upper().startswith(prefix):
            continue
        for nearest in get_close_matches(name, known, n=1, cutoff=LIKENESS):
            return f"{variable} is no setting; {prefix}{nearest} is. Correct its name, or unset it."
    return None
