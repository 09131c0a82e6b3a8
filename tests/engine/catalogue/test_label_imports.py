"""Labels from files, as the catalogue takes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from engine.catalogue import Catalogue
from engine.errors import BadRequest
from engine.schemas import (
    Draw,
    ImportReport,
    ImportRequest,
    ImportRow,
    LabelClassUpdate,
    LabelMethod,
    LabelSet,
    LabelSetUpdate,
    MergeRequest,
)
from tests.engine.catalogue.contents import picture, place, text
from tests.engine.catalogue.test_labels import PETS, classes, pictures

GIVEN = datetime(2020, 5, 6, tzinfo=UTC)


async def _import(
    catalogue: Catalogue,
    labelset: LabelSet,
    rows: Sequence[ImportRow],
    *,
    channel_ids: list[str] | None = None,
    create_classes: bool = False,
) -> ImportReport:
    request = ImportRequest(
        person_id="erin", channel_ids=channel_ids, create_classes=create_classes, rows=list(rows)
    )
    return await catalogue.label_imports.import_rows(labelset.labelset_id, request)


async def test_good_rows_go_in_and_37_bad_ones_come_back(catalogue: Catalogue) -> None:
    """One slip would cost a whole file, or go unnoticed in it."""
    pets = await catalogue.labelsets.create(PETS)
    ids = await pictures(catalogue, 5)
    rows = [
        ImportRow(row=n, item_id=ids[n % 5], classes=["cat"], labelled_by=f"p{n // 5}")
        for n in range(1_000)
    ]
    for n in range(0, 370, 10):
        bad: list[dict[str, object]] = [
            {"item_id": "gone"},
            {"classes": ["cow"]},
            {"classes": ["cat", "dog"]},
            {"classes": []},
            {"item_id": None, "path": ""},
        ]
        rows[n] = rows[n].model_copy(update=bad[n // 10 % 5])
    report = await _import(catalogue, pets, rows)
    assert report.imported == 1_000 - 37
    assert [each.row for each in report.refused] == list(range(0, 370, 10))
    assert {each.reason for each in report.refused} == {
        "There is no such item in the library (any more).",
        "“Pets” has no class “cow”. Add it, or let the import.",
        "“Pets” takes one class an item.",
        "A label names a class.",
    }
    again = await _import(catalogue, pets, rows)
    assert (again.imported, again.unchanged, len(again.refused)) == (0, 1_000 - 37, 37)


async def test_what_a_row_says_is_kept(catalogue: Catalogue) -> None:
    """A copy put back would say that everything was labelled today, by whoever put it back."""
    pets = await catalogue.labelsets.create(PETS)
    (item_id,) = await pictures(catalogue, 1)
    row = ImportRow(
        row=1,
        item_id=item_id,
        classes=[" DOG "],
        labelled_by="ann",
        given_at=GIVEN,
        method=LabelMethod.SESSION,
        drawn=Draw.RANDOM,
    )
    await _import(catalogue, pets, [row])
    (label,) = (await catalogue.labels.page(pets.labelset_id)).labels
    assert (label.person_id, label.given_at) == ("ann", GIVEN)
    assert (label.method, label.drawn) == (LabelMethod.SESSION, Draw.RANDOM)
    assert label.class_ids == [classes(pets)["Dog"]]
    await _import(catalogue, pets, [ImportRow(row=1, item_id=item_id, classes=["cat"])])
    newest = (await catalogue.labels.page(pets.labelset_id)).labels[0]
    assert (newest.person_id, newest.method) == ("erin", LabelMethod.IMPORT)


async def test_items_are_named_by_content_or_path_too(catalogue: Catalogue) -> None:
    """Labels made elsewhere know nothing of the engine's ids."""
    pets = await catalogue.labelsets.create(PETS)
    (first, second) = await pictures(catalogue, 2)
    items = await catalogue.items.get_many([first, second])
    report = await _import(
        catalogue,
        pets,
        [
            ImportRow(row=1, sha256=items[first].sha256.upper(), classes=["cat"]),
            ImportRow(row=2, path="nowhere.png", classes=["cat"]),
        ],
    )
    assert (report.imported, [each.row for each in report.refused]) == (1, [2])
    (label,) = (await catalogue.labels.page(pets.labelset_id)).labels
    assert label.item_id == first


async def test_nothing_outside_what_the_asker_sees_is_labelled(catalogue: Catalogue) -> None:
    """An import would tell which pictures hidden channels hold."""
    pets = await catalogue.labelsets.create(PETS)
    hidden = await catalogue.items.put(picture(b"secret", place("h", channel_id="hidden")))
    note = await catalogue.items.put(text("a note", place("t")))
    sha256 = (await catalogue.items.get(hidden.item_id)).sha256
    rows = [
        ImportRow(row=1, item_id=hidden.item_id, classes=["cat"]),
        ImportRow(row=2, sha256=sha256, classes=["cat"]),
        ImportRow(row=3, item_id=note.item_id, classes=["cat"]),
    ]
    for channel_ids in (["c"], []):
        report = await _import(catalogue, pets, rows, channel_ids=channel_ids)
        assert [each.row for each in report.refused] == [1, 2, 3]
        lost = "There is no such item in the library (any more)."
        assert [each.reason for each in report.refused[:2]] == [lost, lost]
    assert (await catalogue.labels.page(pets.labelset_id)).labels == []


async def test_classes_are_created_only_when_wanted(catalogue: Catalogue) -> None:
    """A slip in a name would be a new class, or a new data set could not be brought in."""
    pets = await catalogue.labelsets.create(PETS)
    ids = await pictures(catalogue, 3)
    rows = [
        ImportRow(row=1, item_id=ids[0], classes=["🐄 cow"]),
        ImportRow(row=2, item_id=ids[1], classes=["🐄 COW"]),
        ImportRow(row=3, item_id=ids[2], classes=["x" * 101]),
    ]
    report = await _import(catalogue, pets, rows, create_classes=True)
    assert (report.imported, [each.row for each in report.refused]) == (2, [3])
    assert "1 to 100 characters" in report.refused[0].reason
    after = await catalogue.labelsets.get(pets.labelset_id)
    assert [each.name for each in after.classes] == ["Cat", "Dog", "🐄 cow"]


async def test_old_names_count_as_what_became_of_them(catalogue: Catalogue) -> None:
    """A file from before two classes were merged could not be imported."""
    pets = await catalogue.labelsets.create(PETS)
    (item_id,) = await pictures(catalogue, 1)
    ids = classes(pets)
    await catalogue.labelsets.merge_class(
        pets.labelset_id, ids["Dog"], MergeRequest(into=ids["Cat"])
    )
    await _import(catalogue, pets, [ImportRow(row=1, item_id=item_id, classes=["dog"])])
    (label,) = (await catalogue.labels.page(pets.labelset_id)).labels
    assert label.class_ids == [ids["Cat"]]
    archived = LabelClassUpdate(archived=True)
    await catalogue.labelsets.update_class(pets.labelset_id, ids["Cat"], archived)
    report = await _import(catalogue, pets, [ImportRow(row=1, item_id=item_id, classes=["cat"])])
    assert "not a class in use" in report.refused[0].reason


async def test_an_archived_set_takes_no_import(catalogue: Catalogue) -> None:
    """Labels would go into a set that nobody looks at any more."""
    pets = await catalogue.labelsets.create(PETS)
    await catalogue.labelsets.update(pets.labelset_id, LabelSetUpdate(archived=True))
    with pytest.raises(BadRequest, match="archived"):
        await _import(catalogue, pets, [ImportRow(row=1, item_id="x", classes=["cat"])])
