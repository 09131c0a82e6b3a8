"""`magpie label` against a running engine."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.bot.shell.conftest import Magpie, answer, png


@pytest.fixture
def library() -> str:
    """A library no other test uses."""
    return uuid.uuid4().hex


def test_set_is_created_and_listed(magpie: Magpie, data: Path, library: str) -> None:
    """A task could not be set up from a script."""
    where = ("--library", library, "--data", data)
    classes = ("--class", "cat", "--class", 'the "other" 🐕')
    made = answer(magpie("label", "create", "animals", *classes, "--multi", *where, "--json"))
    assert [each["name"] for each in made["classes"]] == ["cat", 'the "other" 🐕']
    [listed] = answer(magpie("label", "sets", *where, "--json"))["labelsets"]
    assert (listed["name"], listed["kind"], listed["multi_label"]) == ("animals", "image", True)
    assert "animals" in magpie("label", "sets", *where).stdout


def test_second_set_of_a_name_is_refused_in_one_line(
    magpie: Magpie, data: Path, library: str
) -> None:
    """A script that runs twice would leave two sets of one name."""
    command = ("label", "create", "animals", "--library", library, "--data", data)
    assert magpie(*command).exit_code == 0
    again = magpie(*command)
    assert again.exit_code == 1
    assert "animals" in again.stderr
    assert again.stderr.count("\n") == 1


def test_unknown_set_names_those_there_are(magpie: Magpie, data: Path, library: str) -> None:
    """Whoever mistypes a name would have to look it up."""
    where = ("--library", library, "--data", data)
    magpie("label", "create", "animals", *where)
    result = magpie("label", "give", "cat", "x", "--set", "animal", *where)
    assert result.exit_code == 1
    assert "There is “animals”." in result.stderr


def test_items_are_labelled_by_their_ids(
    magpie: Magpie, data: Path, library: str, tmp_path: Path
) -> None:
    """What a search finds could not be labelled by a script; one bad id would spoil the rest."""
    where = ("--library", library, "--data", data)
    (tmp_path / "red.png").write_bytes(png("red"))
    magpie("index", tmp_path, *where)
    image = ("--image", tmp_path / "red.png")
    [hit] = answer(magpie("search", *image, "--top-k", 1, *where, "--json"))["hits"]
    magpie("label", "create", "colours", "--class", "red", *where)
    gone = str(uuid.uuid4())
    given = answer(
        magpie("label", "give", "RED", hit["item_id"], gone, "--set", "Colours", *where, "--json")
    )
    assert given["labelled"] == 1
    assert [each["item_id"] for each in given["refused"]] == [gone]
    [listed] = answer(magpie("label", "sets", *where, "--json"))["labelsets"]
    assert listed["labelled"] == 1


def test_folders_named_for_classes_are_indexed_and_labelled(
    magpie: Magpie, data: Path, library: str, tmp_path: Path
) -> None:
    """A collection that is sorted already would have to be labelled again by hand."""
    where = ("--library", library, "--data", data)
    for name in ("red", "blue", "crème brûlée"):
        (tmp_path / name).mkdir()
        for number in range(2):
            (tmp_path / name / f"{number}.png").write_bytes(png("red") + bytes([number]))
    (tmp_path / "blue" / "notes.zip").write_bytes(b"PK")
    (tmp_path / "stray.png").write_bytes(png("green"))
    magpie("label", "create", "colours", "--class", "red", "--class", "blue", *where)
    command = ("label", "import", tmp_path, "--set", "colours", *where, "--json")

    first = answer(magpie(*command))
    assert (first["imported"], first["unchanged"]) == (4, 0)
    reasons = {Path(each["path"]).name: each["reason"] for each in first["refused"]}
    assert reasons["notes.zip"] == "not a picture or document"
    assert "named for its class" in reasons["stray.png"]
    assert "crème brûlée" in reasons["0.png"]

    again = answer(magpie(*command, "--create-classes"))
    assert (again["imported"], again["unchanged"]) == (2, 4)


def test_export_is_imported_again_without_a_change(
    magpie: Magpie, data: Path, library: str, tmp_path: Path
) -> None:
    """What was exported for safety could not be brought back."""
    where = ("--library", library, "--data", data)
    (tmp_path / "in" / "red").mkdir(parents=True)
    (tmp_path / "in" / "red" / "0.png").write_bytes(png("red"))
    magpie("label", "create", "colours", *where)
    magpie("label", "import", tmp_path / "in", "--set", "colours", "--create-classes", *where)
    out = tmp_path / "labels.csv"
    exported = magpie(
        "label", "export", "--set", "colours", "--format", "csv", "--out", out, *where
    )
    assert exported.exit_code == 0, exported.output

    header, row = out.read_text().splitlines()
    bad = "\n".join([header, row, row.replace("red", "x")])
    (tmp_path / "bad.csv").write_text(bad)
    refused = tmp_path / "refused.csv"
    command = ("label", "import", tmp_path / "bad.csv", "--set", "colours", "--refused", refused)
    again = answer(magpie(*command, *where, "--json"))
    assert (again["imported"], again["unchanged"]) == (0, 1)
    assert [each["row"] for each in again["refused"]] == [3]
    assert "x" in again["refused"][0]["reason"]
    assert refused.read_text().startswith("row,reason,")


def test_progress_is_told_and_drawn(
    magpie: Magpie, data: Path, library: str, tmp_path: Path
) -> None:
    """Nobody could see from a terminal how far a set is."""
    where = ("--library", library, "--data", data)
    magpie("label", "create", "colours", "--class", "red", *where)
    picture = tmp_path / "progress.png"
    told = magpie("label", "progress", "--set", "colours", "--picture", picture, *where)
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("0 labelled, 0 disputed")
    assert picture.read_bytes().startswith(b"\x89PNG")
