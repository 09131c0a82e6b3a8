"""`index`, `search`, `verify` and `reindex` against a running engine."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from tests.bot.shell.conftest import Magpie, answer, png


@pytest.fixture
def library() -> str:
    """A library no other test uses."""
    return uuid.uuid4().hex


def test_index_lists_what_it_refuses_and_takes_the_rest(
    magpie: Magpie, data: Path, library: str, mixed_folder: Path
) -> None:
    """One bad file would end the run, or vanish without a word."""
    command = ("index", mixed_folder, "--library", library, "--data", data, "--json")
    first = answer(magpie(*command))
    again = answer(magpie(*command))

    assert set(first) == {"indexed", "unchanged", "refused", "took_s"}
    assert (first["indexed"], first["unchanged"]) == (4, 0)
    reasons = {Path(each["path"]).name: each["reason"] for each in first["refused"]}
    assert list(reasons) == ["archive.zip", "cut.pdf", "text.png"]
    assert reasons["archive.zip"] == "not a picture or document"
    assert "PDF" in reasons["cut.pdf"]
    assert "no picture" in reasons["text.png"]
    assert (again["indexed"], again["unchanged"]) == (0, 4)


def test_note_is_quoted_with_its_heading_and_line(
    magpie: Magpie, data: Path, library: str, mixed_folder: Path
) -> None:
    """A hit in a long file would not say where in it to look."""
    magpie("index", mixed_folder / "note.md", "--library", library, "--data", data)
    search = ("search", "where is the bicycle key", "--library", library, "--data", data)
    [hit] = answer(magpie(*search, "--kind", "text", "--json"))["hits"]
    assert "The key of the bicycle shed" in hit["passage"]
    assert hit["location"]["heading"] == "Bicycles"


def test_changed_file_is_indexed_anew_and_found_by_its_new_words(
    magpie: Magpie, data: Path, library: str, tmp_path: Path
) -> None:
    """An edited note would be found by what it used to say."""
    note = tmp_path / "note.txt"
    index = ("index", note, "--library", library, "--data", data, "--json")
    search = ("search", "--library", library, "--data", data, "--kind", "text", "--json")
    note.write_text("The key of the bicycle shed hangs in the hall.")
    magpie(*index)
    note.write_text("Invoices are due within thirty days of delivery.")
    assert answer(magpie(*index))["indexed"] == 1

    found = answer(magpie(*search, "when must invoices be paid?"))
    assert found["verdict"] == "ok"
    [hit] = found["hits"]
    assert hit["path"] == str(note)
    assert hit["kind"] == "text"
    assert "thirty days" in hit["passage"]
    assert {"item_id", "score", "band"} <= set(hit)
    assert "total" in found["took_ms"]


def test_picture_finds_itself(magpie: Magpie, data: Path, library: str, mixed_folder: Path) -> None:
    """`--image` would search by something else than the picture."""
    magpie("index", mixed_folder, "--library", library, "--data", data)
    found = answer(
        magpie(
            *("search", "--image", mixed_folder / "red.png", "--top-k", 1),
            *("--library", library, "--data", data, "--json"),
        )
    )
    assert [hit["path"] for hit in found["hits"]] == [str(mixed_folder / "red.png")]


def test_table_names_the_file_and_empty_library_says_so(
    magpie: Magpie, data: Path, library: str, tmp_path: Path
) -> None:
    """A person would read JSON, or nothing at all."""
    note = tmp_path / "[odd] name.txt"
    note.write_text("The key of the bicycle shed hangs in the hall.")
    search = ("search", "where is the bicycle key", "--library", library, "--data", data)
    assert magpie(*search).stdout == "No good match.\n"
    indexed = magpie("index", note, "--library", library, "--data", data)
    assert indexed.stdout.startswith("1 indexed, 0 unchanged, 0 refused, in ")
    assert str(note) in magpie(*search).stdout


def test_image_that_is_none_is_refused_in_one_line(
    magpie: Magpie, data: Path, mixed_folder: Path
) -> None:
    """A traceback would meet whoever mistypes a file name."""
    result = magpie("search", "--image", mixed_folder / "text.png", "--data", data)
    assert result.exit_code == 1
    assert result.stderr.startswith("magpie: ")
    assert result.stderr.count("\n") == 1


def test_verify_finds_everything_in_order(magpie: Magpie, data: Path) -> None:
    """`verify` would raise an alarm for nothing."""
    assert answer(magpie("verify", "--rehash", "--data", data, "--json"))["clean"] is True


def test_reindex_makes_every_vector_anew(
    magpie: Magpie, data: Path, library: str, mixed_folder: Path
) -> None:
    """After a fault of the disk, vectors could only be had again by starting from nothing."""
    magpie("index", mixed_folder, "--library", library, "--data", data)
    assert answer(magpie("reindex", "--data", data, "--json"))["embedded"] > 0
    assert answer(magpie("verify", "--data", data, "--json"))["clean"] is True


def test_doctor_finds_nothing_broken(magpie: Magpie, data: Path) -> None:
    """`doctor` would send people after problems they do not have."""
    report = answer(magpie("doctor", "--data", data, "--json"))
    assert report["ok"] is True
    names = {check["name"]: check["state"] for check in report["checks"]}
    assert {"data folder", "disk", "engine", "models", "device", "engine token"} <= set(names)
    assert set(names.values()) <= {"ok", "warning"}


def test_wrong_owner_token_is_said_in_one_line(
    magpie: Magpie, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong variable would look like an empty library."""
    monkeypatch.setenv("ENGINE_OWNER_TOKEN", "wrong")
    result = magpie("search", "dog", "--data", data)
    assert result.exit_code == 1
    assert "token" in result.stderr


def test_doctor_names_a_wrong_owner_token(
    magpie: Magpie, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`doctor` would find nothing while every other command is refused."""
    monkeypatch.setenv("ENGINE_OWNER_TOKEN", "wrong")
    result = magpie("doctor", "--data", data, "--json")
    assert result.exit_code == 1
    checks = json.loads(result.stdout)["checks"]
    broken = [check for check in checks if check["state"] == "broken"]
    assert [check["name"] for check in broken] == ["owner's token"]
    assert "ENGINE_OWNER_TOKEN" in broken[0]["fix"]


def test_many_files_arrive_once_each(
    magpie: Magpie, data: Path, library: str, tmp_path: Path
) -> None:
    """Uploads at the same time would lose or double files."""
    for number in range(40):
        (tmp_path / f"{number}.txt").write_text(f"Note number {number}.")
    (tmp_path / "colour.png").write_bytes(png("green"))
    counted = answer(magpie("index", tmp_path, "--library", library, "--data", data, "--json"))
    assert counted["indexed"] == 41
