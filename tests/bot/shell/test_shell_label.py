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
