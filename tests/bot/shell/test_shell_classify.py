"""`magpie classify` against a running engine."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.bot.shell.conftest import Magpie, answer, png
from tests.e2e.conftest import PICTURES


def test_names_alone_tell_pictures_and_texts(magpie: Magpie, data: Path) -> None:
    """Nothing could be classified before somebody has labelled."""
    pizza = PICTURES / "a-slice-of-pizza.webp"
    bike = PICTURES / "a-bicycle-on-the-road.webp"
    names = ("--classes", "a slice of pizza, a bicycle")
    said = answer(magpie("classify", pizza, bike, *names, "--data", data, "--json"))["answers"]
    assert [each["input"] for each in said] == [str(pizza), str(bike)]
    assert [each["choices"][0]["name"] for each in said] == ["a slice of pizza", "a bicycle"]
    told = magpie("classify", pizza, *names, "--data", data)
    assert "a slice of pizza" in told.stdout
    assert told.exit_code == 0


def test_label_set_is_gone_by(magpie: Magpie, data: Path, tmp_path: Path) -> None:
    """What the team has labelled would not help a script."""
    where = ("--library", uuid.uuid4().hex, "--data", data)
    for colour in ("red", "blue"):
        (tmp_path / colour).mkdir()
        for number in range(3):
            (tmp_path / colour / f"{number}.png").write_bytes(png(colour) + bytes([number]))
    magpie("label", "create", "colours", *where)
    magpie("label", "import", tmp_path, "--set", "colours", "--create-classes", *where)
    magpie("index", tmp_path, *where)
    query = tmp_path / "red" / "0.png"
    [said] = answer(magpie("classify", query, "--set", "Colours", *where, "--json"))["answers"]
    assert {each["name"] for each in said["choices"]} == {"red", "blue"}
    assert said["report"]["sentence"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give pictures, or a text"),
        (("--text", "hello"), "either --set NAME or --classes"),
        (("--text", "hello", "--classes", "one"), "at least two names"),
    ],
)
def test_wrong_usage_is_told(
    magpie: Magpie, data: Path, arguments: tuple[str, ...], said: str
) -> None:
    """A script would go on with an answer to another question."""
    result = magpie("classify", *arguments, "--data", data)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_file_that_is_no_picture_is_named(magpie: Magpie, data: Path, tmp_path: Path) -> None:
    """Of a hundred files, nobody could tell which one ended the command."""
    (tmp_path / "odd.png").write_bytes(b"no picture")
    result = magpie("classify", tmp_path / "odd.png", "--classes", "a,b", "--data", data)
    assert result.exit_code == 1
    assert "odd.png" in result.stderr
    assert result.stderr.count("\n") == 1
