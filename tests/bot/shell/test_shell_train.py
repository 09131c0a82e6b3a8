"""`magpie train` against a running engine, its worker and real training."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from tests.bot.shell.conftest import Magpie, answer
from tests.engine.api.conftest import png

EACH = 5


@pytest.fixture
def where(magpie: Magpie, data: Path, tmp_path: Path) -> tuple[object, ...]:
    """A library with a set “colours” that can be trained on, as options."""
    where = ("--library", uuid.uuid4().hex, "--data", data)
    for place, name in enumerate(("red", "blue")):
        (tmp_path / "in" / name).mkdir(parents=True)
        for n in range(EACH):
            (tmp_path / "in" / name / f"{n}.png").write_bytes(png(100 * place + n))
    magpie("label", "create", "colours", *where)
    given = ("--set", "colours", "--create-classes", *where, "--json")
    assert answer(magpie("label", "import", tmp_path / "in", *given))["imported"] == 2 * EACH
    return where


def test_training_ends_with_a_comparison(
    magpie: Magpie, where: tuple[object, ...], tmp_path: Path
) -> None:
    """A script could not train, find the job again, keep its report, or use the model."""
    methods = ("--method", "prototype", "--method", "zero_shot")
    job = answer(magpie("train", "start", "--set", "colours", *methods, *where, "--json"))
    assert job["state"] == "succeeded", job["reason"]
    compared = [result["method"] for result in job["comparison"]["results"]]
    assert compared == ["zero_shot", "prototype"]

    [listed] = answer(magpie("train", "list", *where, "--json"))["jobs"]
    assert listed["job_id"] == job["job_id"]
    shown = magpie("train", "status", job["job_id"][:8], *where)
    assert shown.exit_code == 0, shown.output
    assert job["comparison"]["sentence"] in shown.stdout
    out = tmp_path / "comparison.csv"
    written = magpie("train", "compare", "--format", "csv", "--out", out, *where)
    assert written.exit_code == 0, written.output
    assert out.read_text().startswith("method,")

    judged = magpie("evaluate", job["job_id"][:8], "--set", "colours", *where)
    assert judged.exit_code == 1
    assert "has learnt from all" in judged.stderr  # of so few, everything is learnt from
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    files = (tmp_path / "in" / "red" / "0.png", broken)
    asked = answer(magpie("evaluate", job["job_id"][:8], *files, "--predict", *where, "--json"))
    known, refused = asked["answers"]
    assert {choice["name"] for choice in known["choices"]} == {"red", "blue"}
    assert (refused["choices"], refused["input"]) == ([], str(broken))
    assert "can be read" in refused["refused"]
    _the_model_is_there(magpie, where, job["job_id"])


@pytest.mark.slow
def test_a_manifest_repeats_a_job(
    magpie: Magpie, where: tuple[object, ...], data: Path, tmp_path: Path
) -> None:
    """Nobody could check a number that a team was told; or a repetition would quietly differ."""
    start = ("train", "start", "--set", "colours", "--method", "probe", "--seed", "3")
    job = answer(magpie(*start, *where, "--json"))
    file = tmp_path / "job.json"
    given = magpie("train", "manifest", job["job_id"][:8], "--out", file, *where)
    assert given.exit_code == 0, given.output
    manifest = json.loads(file.read_text())
    assert {"magpie", "torch", "python"} <= set(manifest["versions"])
    assert (manifest["seed"], manifest["device"]) == (3, "cpu")
    assert manifest["snapshot"] == job["comparison"]["snapshot"]

    file.write_text(json.dumps(manifest | {"versions": manifest["versions"] | {"torch": "1.0"}}))
    again = answer(magpie("train", "repeat", file, "--data", data, "--json"))
    assert again["job_id"] != job["job_id"]
    assert "(then 1.0)" in again["reason"]
    for each in (job, again):
        del each["comparison"]["results"][0]["took_s"]
    assert again["comparison"] == job["comparison"]

    file.write_text(json.dumps(manifest | {"snapshot": "0" * 64}))
    refused = magpie("train", "--from-manifest", file, "--data", data)
    assert refused.exit_code == 1
    assert "The snapshot 000000000000 is not here" in refused.stderr


def test_what_is_no_manifest_is_said(magpie: Magpie, data: Path, tmp_path: Path) -> None:
    """A wrong file would end in a page of validation errors."""
    (tmp_path / "report.json").write_text("{}")
    refused = magpie("train", "--from-manifest", tmp_path / "report.json", "--data", data)
    assert refused.exit_code == 1
    assert "is no manifest of a job" in refused.stderr
    assert magpie("train", "--data", data).exit_code == 2


def _the_model_is_there(magpie: Magpie, where: tuple[object, ...], model_id: str) -> None:
    """Asserts that the model of a job is listed, shown, not used against its verdict, and goes."""
    page = answer(magpie("models", "list", *where, "--json"))
    assert [each["model_id"] for each in page["models"]] == [model_id]
    assert {each["kind"] for each in page["serving"]} == {"image", "text"}
    for command in (("list",), ("show", model_id[:8])):
        shown = magpie("models", *command, *where)
        assert shown.exit_code == 0, shown.output
        assert "colours" in shown.stdout
    refused = magpie("models", "use", model_id[:8], *where)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "It changes no search" in refused.stderr
    assert answer(magpie("models", "delete", model_id[:8], *where, "--json"))["servable"] is False
    gone = magpie("models", "show", model_id[:8], *where)
    assert gone.exit_code == 1
    assert "There is no model" in gone.stderr


def test_a_cancelled_job_is_a_failure_to_scripts(magpie: Magpie, where: tuple[object, ...]) -> None:
    """A script would take a job that was stopped for one that has learnt something."""
    start = ("train", "start", "--set", "colours", "--method", "from_scratch", "--detach")
    job = answer(magpie(*start, *where, "--json"))
    cancelled = answer(magpie("train", "cancel", *where, "--json"))
    assert (cancelled["job_id"], cancelled["state"]) == (job["job_id"], "cancelled")
    assert magpie("train", "status", "--wait", *where).exit_code == 1
    compared = magpie("train", "compare", *where)
    assert compared.exit_code == 1
    assert "no such job" in compared.stderr


def test_a_refusal_says_what_is_missing_in_one_line(magpie: Magpie, data: Path) -> None:
    """Whoever has too few labels would not learn what to do."""
    where = ("--library", uuid.uuid4().hex, "--data", data)
    magpie("label", "create", "colours", "--class", "red", "--class", "blue", *where)
    refused = magpie("train", "start", "--set", "colours", *where)
    assert refused.exit_code == 1
    assert "red 0, blue 0" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_an_unknown_method_is_wrong_usage(magpie: Magpie, data: Path) -> None:
    """A typing mistake would start an engine and fail much later."""
    result = magpie("train", "start", "--set", "x", "--method", "magic", "--data", data)
    assert result.exit_code == 2
    assert "fine_tuning" in result.stderr
