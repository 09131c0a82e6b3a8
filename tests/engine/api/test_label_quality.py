"""Progress, disputes, mistakes, export and import over HTTP."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Mapping, Sequence
from zipfile import ZipFile

import httpx
import pytest
from PIL import Image

from engine.client import EngineClient, EngineRefused
from engine.client.label_files import read_label_file
from engine.schemas import (
    Draw,
    ExportFormat,
    ExportRequest,
    ForgetRequest,
    ImportRequest,
    ItemKind,
    LabelMethod,
    LabelOutcome,
    LabelSet,
    NewItem,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    PersonUpdate,
    ReviewRequest,
    TrainingUpdate,
)
from tests.engine.api.conftest import picture_item, png, text_item
from tests.engine_process import EngineProcess

BUGS = ["the server is down", "login fails with an error", "the app crashes", "page not found"]
WISHES = ["please add a dark theme", "a calendar would be nice", "could you add maps", "more fonts"]
EVERYTHING = ReviewRequest(channel_ids=None)


async def _team_set(
    client: EngineClient, library: str, kind: ItemKind, names: Sequence[str]
) -> LabelSet:
    await client.library(library, wait_embedded_s=30)
    return await client.labels.create(
        NewLabelSet(
            library_id=library,
            name="Which?",
            kind=kind,
            classes=[NewLabelClass(name=name) for name in names],
            asked_by="erin",
        )
    )


async def _say(
    client: EngineClient, labelset: LabelSet, person: str, said: Mapping[str, str]
) -> None:
    """Gives labels: class names by item id; an empty name skips."""
    ids = {each.name: each.class_id for each in labelset.classes}
    for name in sorted(set(said.values())):
        ack = await client.labels.give(
            NewLabels(
                labelset_id=labelset.labelset_id,
                person_id=person,
                item_ids=[item_id for item_id, given in said.items() if given == name],
                outcome=LabelOutcome.LABELLED if name else LabelOutcome.SKIPPED,
                class_ids=[ids[name]] if name else [],
                method=LabelMethod.SESSION,
                drawn=Draw.RANDOM,
                channel_ids=None,
            )
        )
        assert ack.refused == []


@pytest.fixture
async def shades(client: EngineClient, library: str) -> tuple[LabelSet, list[str]]:
    """A set over eight pictures in two channels, and the ids of these."""
    acks = [
        await client.add_item(picture_item(library, str(n), f"c{n % 2}"), png(n)) for n in range(8)
    ]
    labelset = await _team_set(client, library, ItemKind.IMAGE, ["dark", "🌝 light", "../x"])
    return labelset, [ack.item_id for ack in acks]


async def _labelled(client: EngineClient, shades: tuple[LabelSet, list[str]]) -> str:
    """Three people label: they agree on all but two of eight."""
    labelset, ids = shades
    alike = {item_id: ("dark", "🌝 light")[n % 2] for n, item_id in enumerate(ids)}
    await _say(client, labelset, "ann", alike)
    await _say(client, labelset, "bob", {**alike, ids[0]: "🌝 light", ids[7]: ""})
    await _say(client, labelset, "cid", {ids[1]: "dark", ids[2]: "dark"})
    return labelset.labelset_id


async def test_progress_counts_classes_people_and_agreement(
    client: EngineClient, shades: tuple[LabelSet, list[str]]
) -> None:
    """A team would not know who did what, or whether they mean the same."""
    progress = await client.labels.progress(await _labelled(client, shades))
    assert (progress.labelled, progress.disputed) == (8, 2)
    counts = {each.name: (each.items, each.usable) for each in progress.classes}
    assert counts == {"dark": (3, 3), "🌝 light": (4, 4), "../x": (0, 0)}
    people = {each.person_id: each for each in progress.labellers}
    assert [people[name].labels for name in ("ann", "bob", "cid")] == [8, 7, 2]
    assert people["bob"].skipped == 1
    assert (people["ann"].agreement, people["cid"].agreement) == (1.0, 0.5)
    assert progress.agreement.overlap == 7
    assert "agreement on 7 items" in progress.agreement.meaning
    assert progress.curve.sentence.startswith("No estimate yet")


async def test_progress_comes_as_a_picture(
    client: EngineClient, shades: tuple[LabelSet, list[str]]
) -> None:
    """`/labels progress` would answer with an error."""
    picture = await client.labels.progress_picture(await _labelled(client, shades))
    with Image.open(io.BytesIO(picture)) as drawn:
        assert drawn.format == "PNG"


async def test_an_unknown_set_is_not_found(http: httpx.AsyncClient) -> None:
    """A mistyped id would be a stack trace."""
    for method, path, body in (
        ("GET", "progress", None),
        ("GET", "progress.png", None),
        ("POST", "disputes", {"channel_ids": []}),
        ("POST", "mistakes", {"channel_ids": []}),
        ("POST", "export", {"channel_ids": []}),
    ):
        answer = await http.request(method, f"labelsets/{uuid.uuid4()}/{path}", json=body)
        assert answer.status_code == 404, path
        assert answer.json()["code"] == "not_found"


async def test_disputes_come_undecided_first_and_page_by_page(
    client: EngineClient, shades: tuple[LabelSet, list[str]]
) -> None:
    """What most needs a third opinion would be lost among what is settled."""
    labelset_id = await _labelled(client, shades)
    _, ids = shades
    page = await client.labels.disputes(labelset_id, ReviewRequest(channel_ids=None, limit=1))
    assert [each.item.item_id for each in page.disputes] == [ids[0]]
    votes = {vote.person_id: vote.classes for vote in page.disputes[0].votes}
    assert votes == {"ann": ["dark"], "bob": ["🌝 light"]}
    rest = await client.labels.disputes(
        labelset_id, ReviewRequest(channel_ids=None, cursor=page.next_cursor)
    )
    assert [each.item.item_id for each in rest.disputes] == [ids[1]]
    assert rest.next_cursor is None


async def test_nothing_shows_what_the_asker_may_not_see(
    client: EngineClient, shades: tuple[LabelSet, list[str]], shared_engine: EngineProcess
) -> None:
    """Disputes and exports would show pictures of hidden channels."""
    labelset_id = await _labelled(client, shades)
    _, ids = shades
    seen = ReviewRequest(channel_ids=["c1"])
    blind = ReviewRequest(channel_ids=[])
    async with shared_engine.client("bot") as bot:
        page = await bot.labels.disputes(labelset_id, seen)
        assert [each.item.item_id for each in page.disputes] == [ids[1]]
        assert (await bot.labels.disputes(labelset_id, blind)).disputes == []
        assert (await bot.labels.mistakes(labelset_id, blind)).mistakes == []
        exported = await bot.labels.export(labelset_id, ExportRequest(channel_ids=["c1"]))
        assert {json.loads(line)["item_id"] for line in exported.splitlines()} == set(ids[1::2])
        assert await bot.labels.export(labelset_id, ExportRequest(channel_ids=[])) == b""
        for refused in (
            bot.labels.disputes(labelset_id, EVERYTHING),
            bot.labels.mistakes(labelset_id, EVERYTHING),
            bot.labels.export(labelset_id, ExportRequest(channel_ids=None)),
        ):
            with pytest.raises(EngineRefused, match="name the channels"):
                await refused


async def test_what_was_deleted_is_in_no_answer(
    client: EngineClient, shades: tuple[LabelSet, list[str]]
) -> None:
    """Whoever deleted their picture would find it in the next export."""
    labelset_id = await _labelled(client, shades)
    labelset, ids = shades
    await client.labels.progress(labelset_id)
    await client.forget(ForgetRequest(library_id=labelset.library_id, message_id="0"))
    assert (await client.labels.progress(labelset_id)).labelled == 7
    page = await client.labels.disputes(labelset_id, EVERYTHING)
    assert [each.item.item_id for each in page.disputes] == [ids[1]]
    exported = await client.labels.export(labelset_id, ExportRequest(channel_ids=None))
    assert ids[0].encode() not in exported


@pytest.mark.parametrize("export_format", [ExportFormat.JSONL, ExportFormat.CSV])
async def test_exported_and_imported_labels_are_the_same(
    client: EngineClient, shades: tuple[LabelSet, list[str]], export_format: ExportFormat
) -> None:
    """A backup of the labels would be worth nothing on the day it is needed."""
    labelset_id = await _labelled(client, shades)
    labelset, _ = shades
    request = ExportRequest(format=export_format, channel_ids=None)
    exported = await client.labels.export(labelset_id, request)
    read = read_label_file(exported, f"labels.{export_format.value}")
    assert (len(read.rows), read.refused) == (17, [])
    copy = await client.labels.create(
        NewLabelSet(library_id=labelset.library_id, name="Copy", kind=ItemKind.IMAGE)
    )
    rows = ImportRequest(person_id="erin", channel_ids=None, create_classes=True, rows=read.rows)
    report = await client.labels.import_rows(copy.labelset_id, rows)
    assert (report.imported, report.refused) == (17, [])
    back = await client.labels.export(copy.labelset_id, request)
    assert sorted(back.splitlines()) == sorted(exported.splitlines())
    again = await client.labels.import_rows(copy.labelset_id, rows)
    assert (again.imported, again.unchanged) == (0, 17)


async def test_bad_rows_come_back_and_good_ones_go_in(
    client: EngineClient, shades: tuple[LabelSet, list[str]], shared_engine: EngineProcess
) -> None:
    """One typing error would cost the whole file."""
    labelset, ids = shades
    out = io.StringIO()
    csv.writer(out).writerows(
        [["item_id", "class"], [ids[0], "dark"], [ids[1], "drak"], ["", "dark"], [ids[2], "Dark"]]
    )
    read = read_label_file(out.getvalue().encode(), "labels.csv")
    request = ImportRequest(person_id="erin", channel_ids=["c0", "c1"], rows=read.rows)
    async with shared_engine.client("bot") as bot:
        report = await bot.labels.import_rows(labelset.labelset_id, request)
        with pytest.raises(EngineRefused, match="name the channels"):
            await bot.labels.import_rows(
                labelset.labelset_id, request.model_copy(update={"channel_ids": None})
            )
    assert (report.imported, [each.row for each in read.refused]) == (2, [4])
    assert [(each.row, "no class “drak”" in each.reason) for each in report.refused] == [(3, True)]
    labels = [label async for label in client.labels.labels(labelset.labelset_id)]
    assert {label.method for label in labels} == {LabelMethod.IMPORT}


async def test_archives_hold_the_originals(
    client: EngineClient, shades: tuple[LabelSet, list[str]]
) -> None:
    """Other tools could not train on what a team has labelled."""
    labelset_id = await _labelled(client, shades)
    for export_format, count in (
        (ExportFormat.FOLDER, 7 + 1),
        (ExportFormat.COCO, 7 + 2),
        (ExportFormat.HUGGING_FACE, 7 + 3),
    ):
        request = ExportRequest(format=export_format, channel_ids=None)
        exported = await client.labels.export(labelset_id, request)
        with ZipFile(io.BytesIO(exported)) as archive:
            names = archive.namelist()
            assert len(names) == count
            pictures = [name for name in names if name.endswith(".png")]
            assert archive.read(pictures[0]).startswith(b"\x89PNG")
            assert len(archive.read("labels.jsonl").splitlines()) == 17


@pytest.fixture
async def messages(client: EngineClient, library: str) -> tuple[LabelSet, dict[str, str]]:
    """A set over messages by one author, with what each rightly is."""
    acks = {}
    for n in range(10):
        for name, starts in (("bug", BUGS), ("wish", WISHES)):
            item = text_item(library, f"{name}{n}", f"{starts[n % 4]}, number {n}")
            author = NewItem.model_validate({**item.model_dump(), "author_id": "zoe"})
            acks[(await client.add_item(author)).item_id] = name
    labelset = await _team_set(client, library, ItemKind.TEXT, ["bug", "wish"])
    return labelset, acks


async def test_a_slip_is_found_once_its_author_lets_it_be_learnt_from(
    client: EngineClient, messages: tuple[LabelSet, dict[str, str]]
) -> None:
    """A wrong label would stay, or somebody's messages would be learnt from without leave."""
    labelset, truth = messages
    slip = next(item_id for item_id, name in truth.items() if name == "wish")
    await _say(client, labelset, "ann", {**truth, slip: "bug"})
    before = await client.labels.mistakes(labelset.labelset_id, EVERYTHING)
    assert before.mistakes == []
    assert before.hint.startswith("Too few to tell")
    await client.set_training(labelset.library_id, TrainingUpdate(enabled=True))
    progress = await client.labels.progress(labelset.labelset_id)
    assert progress.unusable == {"their authors have not agreed to training yet": 20}
    await client.update_person(labelset.library_id, "zoe", PersonUpdate(training_consent=True))
    after = await client.labels.mistakes(labelset.labelset_id, EVERYTHING)
    assert after.mistakes[0].item.item_id == slip
    assert (after.mistakes[0].given, after.mistakes[0].likely) == ("bug", "wish")
    assert after.hint == ""
    hidden = await client.labels.mistakes(labelset.labelset_id, ReviewRequest(channel_ids=["x"]))
    assert hidden.mistakes == []


async def test_texts_leave_as_texts(
    client: EngineClient, messages: tuple[LabelSet, dict[str, str]]
) -> None:
    """Messages would be exported as ids that mean nothing elsewhere, or as pictures."""
    labelset, truth = messages
    await _say(client, labelset, "ann", truth)
    request = ExportRequest(format=ExportFormat.HUGGING_FACE, channel_ids=None)
    exported = await client.labels.export(labelset.labelset_id, request)
    with ZipFile(io.BytesIO(exported)) as archive:
        rows = [json.loads(line) for line in archive.read("data/train.jsonl").splitlines()]
    assert len(rows) == 20
    assert {row["label"] for row in rows if "theme" in row["text"]} == {"wish"}
    coco = ExportRequest(format=ExportFormat.COCO, channel_ids=None)
    with pytest.raises(EngineRefused, match="COCO describes pictures"):
        await client.labels.export(labelset.labelset_id, coco)
