"""Labels in files: every format, and names that no system chokes on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from zipfile import ZipFile

import pytest

from engine.client.label_files import read_label_file
from engine.labels.export_archives import CocoWriter, FolderWriter, HuggingFaceWriter
from engine.labels.export_items import ExportedItem, ExportedLabel, LabelWriter
from engine.labels.export_names import MAX_NAME_BYTES, folder_names, picture_name
from engine.labels.export_tables import CsvWriter, JsonlWriter
from engine.schemas import Draw, Item, ItemKind, LabelMethod, Place
from tests.engine.api.conftest import png

GIVEN = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
NASTY = [
    "../../etc/passwd",
    "cats/dogs",
    'say "cheese"',
    "🐱‍👤 ninja",
    "NUL",
    "nul.txt",
    "..",
    "a" * 100,
    "猫" * 100,
]


def _item(name: str, *, sha256: str = "", text: str | None = None) -> Item:
    return Item(
        item_id=name,
        kind=ItemKind.IMAGE if text is None else ItemKind.TEXT,
        place=Place(library_id="l", channel_id="c", message_id=name),
        author_id="",
        author_name="",
        posted_at=GIVEN,
        filename=f"{name}.JPG" if text is None else "",
        path=f"/photos/{name}.JPG",
        sha256=sha256 or f"sha-{name}",
        size_bytes=1,
        width_px=48,
        height_px=40,
        text=text,
        embedded=True,
    )


def _exported(
    name: str,
    *votes: Sequence[str],
    consensus: Sequence[str] = (),
    sha256: str = "",
    text: str | None = None,
) -> ExportedItem:
    labels = [
        ExportedLabel(
            classes, f"person {n}", LabelMethod.SESSION, Draw.RANDOM if n else None, GIVEN
        )
        for n, classes in enumerate(votes)
    ]
    item = _item(name, sha256=sha256, text=text)
    return ExportedItem(
        item, labels, consensus, text or "", b"" if text else f"jpeg {name}".encode()
    )


def _written(make: Callable[[io.BytesIO], LabelWriter], *items: ExportedItem) -> bytes:
    file = io.BytesIO()
    writer = make(file)
    for item in items:
        writer.add(item)
    writer.finish()
    return file.getvalue()


def _unpacked(archive: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive)) as files:
        assert files.testzip() is None
        return {name: files.read(name) for name in files.namelist()}


@pytest.mark.parametrize("writer", [JsonlWriter, CsvWriter])
def test_a_table_says_everything_and_can_be_read_back(
    writer: Callable[[io.BytesIO], LabelWriter],
) -> None:
    """Labels exported as a copy could not be put back."""
    items = [
        _exported(f"{n}", [name], [name, "[x]"], consensus=[name]) for n, name in enumerate(NASTY)
    ]
    suffix = "jsonl" if writer is JsonlWriter else "csv"
    read = read_label_file(_written(writer, *items), f"labels.{suffix}")
    assert read.refused == []
    assert [row.classes for row in read.rows] == [c for n in NASTY for c in ([n], [n, "[x]"])]
    assert {(row.labelled_by, row.drawn) for row in read.rows} == {
        ("person 0", None),
        ("person 1", Draw.RANDOM),
    }
    assert {(row.method, row.given_at) for row in read.rows} == {(LabelMethod.SESSION, GIVEN)}
    assert {row.item_id for row in read.rows} == {str(n) for n in range(len(NASTY))}


def test_folders_hold_what_is_settled_and_the_list_holds_all() -> None:
    """A disputed picture would be taught as one class, or its labels lost."""
    archive = _unpacked(
        _written(
            lambda file: FolderWriter(file, ["cat", "dog"]),
            _exported("a", ["cat"], ["cat"], consensus=["cat"]),
            _exported("b", ["cat"], ["dog"]),
            _exported("c", ["cat", "dog"], consensus=["cat", "dog"]),
            _exported("d", ["cat"], consensus=["cat"], sha256="sha-a"),
        )
    )
    assert set(archive) == {"cat/sha-a.jpg", "cat/sha-c.jpg", "dog/sha-c.jpg", "labels.jsonl"}
    assert archive["cat/sha-a.jpg"] == b"jpeg a"
    assert len(archive["labels.jsonl"].splitlines()) == 6


def test_texts_are_files_too() -> None:
    """A set of messages could not be exported for other tools."""
    archive = _unpacked(
        _written(
            lambda file: FolderWriter(file, ["bug"]),
            _exported("a", ["bug"], consensus=["bug"], text="It is down."),
        )
    )
    assert archive["bug/sha-a.txt"] == b"It is down."


def test_no_name_leads_out_of_the_archive_or_breaks_a_system() -> None:
    """Unpacking would write over files elsewhere, or fail on Windows."""
    folders = folder_names([*NASTY, "Cat", "cat", "CAT", "", " . "])
    assert len({folder.casefold() for folder in folders.values()}) == len(folders)
    for folder in folders.values():
        assert PurePosixPath(folder).parts == (folder,)
        assert folder not in {"", ".", ".."}
        assert len(folder.encode()) <= MAX_NAME_BYTES + len(" (2)")
        assert not set(folder) & set('<>:"/\\|?*')
    assert folders["🐱‍👤 ninja"] == "🐱‍👤 ninja"
    assert folders["NUL"] == "_NUL"
    assert (folders["cat"], folders["CAT"]) == ("cat (2)", "CAT (3)")


def test_a_picture_without_a_name_is_named_by_its_content() -> None:
    """Tools that go by the ending would pass the picture over."""
    nameless = _item("x").model_copy(update={"filename": "", "path": "C:\\photos\\readme"})
    assert picture_name(nameless, png(1)) == "sha-x.png"
    assert picture_name(nameless, b"no picture") == "sha-x.png"
    assert picture_name(_item("x"), png(1)) == "sha-x.jpg"


def test_coco_is_what_its_readers_expect() -> None:
    """Annotations would point at nothing, or twice at one picture."""
    archive = _unpacked(
        _written(
            lambda file: CocoWriter(file, "Pets 🐾", ["cat", "dog", "cow"]),
            _exported("a", ["cat"], consensus=["cat"]),
            _exported("b", ["cat"], ["dog"]),
            _exported("c", ["cat", "dog"], consensus=["cat", "dog"]),
            _exported("d", ["cat"], consensus=["cat"], sha256="sha-a"),
        )
    )
    coco = json.loads(archive["annotations.json"])
    assert [each["name"] for each in coco["categories"]] == ["cat", "dog", "cow"]
    images = {each["id"]: each["file_name"] for each in coco["images"]}
    assert {f"images/{name}" for name in images.values()} == {n for n in archive if "/" in n}
    assert [(images[each["image_id"]], each["category_id"]) for each in coco["annotations"]] == [
        ("sha-a.jpg", 1),
        ("sha-c.jpg", 1),
        ("sha-c.jpg", 2),
    ]
    assert (coco["images"][0]["width"], coco["images"][0]["height"]) == (48, 40)


@pytest.mark.parametrize("kind", list(ItemKind))
def test_hugging_face_finds_rows_by_its_card(kind: ItemKind) -> None:
    """`load_dataset` would find no data in the folder."""
    text = "It is down." if kind is ItemKind.TEXT else None
    archive = _unpacked(
        _written(
            lambda file: HuggingFaceWriter(file, "Bugs: “ours”", kind, multi_label=False),
            _exported("a", ["bug"], consensus=["bug"], text=text),
            _exported("b", ["bug"], ["wish"], text=text),
        )
    )
    rows = archive["data/train.jsonl" if text else "train/metadata.jsonl"].splitlines()
    named = {"text": text} if text else {"file_name": "sha-a.jpg"}
    assert [json.loads(row) for row in rows] == [{**named, "label": "bug"}]
    assert archive["README.md"].startswith(b"---\npretty_name: ")
    assert ("train/sha-a.jpg" in archive) == (text is None)


@pytest.mark.parametrize(
    "make",
    [
        JsonlWriter,
        CsvWriter,
        lambda file: FolderWriter(file, ["cat"]),
        lambda file: CocoWriter(file, "Pets", ["cat"]),
        lambda file: HuggingFaceWriter(file, "Pets", ItemKind.IMAGE, multi_label=False),
    ],
)
def test_the_same_labels_are_the_same_bytes(make: Callable[[io.BytesIO], LabelWriter]) -> None:
    """A copy could not be told from a change, in version control or by its checksum."""
    items = [_exported(name, ["cat"], consensus=["cat"]) for name in "abc"]
    assert _written(make, *items) == _written(make, *items)


def test_a_spreadsheet_shows_names_as_they_are() -> None:
    """Whoever opens the file would see brackets and escapes instead of classes."""
    written = _written(CsvWriter, _exported("a", ["🐱 cat"], consensus=["🐱 cat"]))
    (row,) = csv.DictReader(io.StringIO(written.decode()))
    assert (row["classes"], row["consensus"]) == ("🐱 cat", "🐱 cat")
