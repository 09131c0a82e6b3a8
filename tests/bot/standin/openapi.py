"""Checks recorded REST traffic against Discord's own OpenAPI description.

The file is not part of this repository. It is looked for in `MAGPIE_DISCORD_SPEC`, then beside
the repository; where it is missing, the tests that need it are skipped and say so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema.validators import validator_for

from bot.standin.traffic import RecordedRequest

SPEC_VARIABLE = "MAGPIE_DISCORD_SPEC"
_BESIDE_REPOSITORY = Path("shared") / "discord-api-spec" / "openapi.json"
_ROOT = "discord"


def spec_file() -> Path | None:
    """Where the description lies, if anywhere."""
    named = os.environ.get(SPEC_VARIABLE)
    if named:
        return Path(named)
    beside = Path(__file__).resolve().parents[4] / _BESIDE_REPOSITORY
    return beside if beside.is_file() else None


def load_check() -> OpenApiCheck | None:
    """Read the description; None without one."""
    file = spec_file()
    return None if file is None else OpenApiCheck(json.loads(file.read_text()))


class OpenApiCheck:
    """Validates request bodies and answers by route, method and status."""

    def __init__(self, spec: dict[str, Any]) -> None:
        _relax(spec)
        self._spec = spec
        self._validators: dict[str, jsonschema.protocols.Validator] = {}

    def check_all(self, requests: Iterable[RecordedRequest]) -> None:
        """Check every request and its answer.

        Raises:
            AssertionError: something does not fit; all misfits are listed.
        """
        misfits = [text for one in requests for text in self.misfits(one)]
        assert not misfits, "\n".join(misfits)

    def misfits(self, one: RecordedRequest) -> list[str]:
        """What of one exchange does not fit the description."""
        operation = self._spec["paths"].get(one.route, {}).get(one.method.lower())
        if operation is None:
            return [f"{one.method} {one.route} is not in Discord's description"]
        place = f"#/paths/{_escaped(one.route)}/{one.method.lower()}"
        found: list[str] = []
        accepted = one.status < 400
        if accepted and isinstance(one.payload, dict | list) and "requestBody" in operation:
            kind = "multipart/form-data" if one.files else "application/json"
            kinds = operation["requestBody"]["content"]
            kind = kind if kind in kinds else "application/json"
            where = f"{place}/requestBody/content/{_escaped(kind)}/schema"
            found += self._errors(where, one.payload, f"{one.method} {one.route} request")
        found += self._answer_misfits(one, operation, place)
        return found

    def _answer_misfits(
        self, one: RecordedRequest, operation: dict[str, Any], place: str
    ) -> list[str]:
        name = f"{one.method} {one.route} answer {one.status}"
        status = str(one.status)
        if status not in operation["responses"]:
            status = "4XX" if 400 <= one.status < 500 else status
        if one.status >= 500:
            return []
        if status not in operation["responses"]:
            return [f"{name}: this status is not described"]
        if one.answer is None:
            content = operation["responses"][status].get("content")
            return [f"{name}: a body is described, none was sent"] if content else []
        response = operation["responses"][status]
        if "$ref" in response:
            where = f"{response['$ref']}/content/application~1json/schema"
        else:
            where = f"{place}/responses/{status}/content/application~1json/schema"
        return self._errors(where, one.answer, name)

    def _errors(self, where: str, instance: Any, name: str) -> list[str]:
        validator = self._validators.get(where)
        if validator is None:
            schema = dict(self._spec) | {"$ref": where}
            validator = validator_for(schema, jsonschema.Draft202012Validator)(schema)
            self._validators[where] = validator
        return [
            f"{name}: {best.json_path}: {best.message[:400]}"
            for error in validator.iter_errors(instance)
            for best in [_deepest(error)]
        ]


def _deepest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """The misfit that says most: down the branch of a union whose `type` the instance has."""
    while error.context:
        branches: dict[Any, list[jsonschema.ValidationError]] = {}
        for one in error.context:
            branches.setdefault(one.schema_path[0], []).append(one)
        likely = min(branches.values(), key=_type_misfits)
        error = max(likely, key=lambda one: len(one.absolute_path))
    return error


def _type_misfits(branch: list[jsonschema.ValidationError]) -> tuple[int, int]:
    wrong_type = sum(
        list(one.relative_path)[-1:] == ["type"] or one.validator == "type" for one in branch
    )
    return wrong_type, len(branch)


def _escaped(part: str) -> str:
    return (
        part.replace("~", "~0").replace("/", "~1").replace("%", "%25")
        .replace("{", "%7B").replace("}", "%7D")
    )  # fmt: skip


def _relax(spec: dict[str, Any]) -> None:
    """Correct the description where Discord itself does not keep to it.

    Snowflakes are accepted as integers in requests; the codes of single fields' errors are texts:
    https://discord.com/developers/docs/reference#error-messages
    """
    schemas = spec["components"]["schemas"]
    schemas["SnowflakeType"] = {"type": ["string", "integer"]}
    field_error = {"type": "object", "properties": {"code": {"type": "string"}}}
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = field_error
