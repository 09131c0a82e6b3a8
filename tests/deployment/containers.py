"""The compose file and the Dockerfile, read for the tests beside this."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]

COMPOSE_SPEC = json.loads((Path(__file__).parent / "compose-spec.json").read_bytes())
"""The Compose Specification's own schema (github.com/compose-spec/compose-spec, Apache-2.0), as the
package check-jsonschema 0.39.0 brings it."""


def dockerfile_lists(instruction: str) -> list[list[str]]:
    """What follows each `instruction` that is written as a list, such as ``CMD ["engine"]``."""
    lists = re.findall(rf"^{instruction} (\[.*\])$", DOCKERFILE, re.MULTILINE)
    return [json.loads(found) for found in lists]


def dockerfile_variables() -> set[str]:
    """The names that ``ENV`` sets in any stage."""
    blocks = re.findall(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
    return {name for block in blocks for name in re.findall(r"(?:^|\s)([A-Z_]+)=", block)}
