"""Uploads that may not be kept, and what has been kept long enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.blobs import sha256_of
from engine.catalogue import Put
from engine.ingest import expiry, item_index
from engine.schemas import (
    Acknowledged,
    AuditAction,
    ForgetRequest,
    ItemKind,
    PersonUpdate,
    Retention,
)
from tests.engine.ingest.fakes import picture_file
from tests.engine.ingest.rig import Rig

OPTED_OUT = PersonUpdate(opted_out=True)


async def test_a_picture_of_somebody_who_opted_out_is_never_decoded_or_written(rig: Rig) -> None:
    """Broken: the picture lies on disk, or in a decoder, although its author forbade it."""
    await rig.catalogue.people.update("lib", "ann", OPTED_OUT)
    ack = await rig.post_picture("cat")
    assert (ack.status, ack.kind) == (Acknowledged.NOT_KEPT, ItemKind.IMAGE)
    assert rig.pictures.decoded == 0
    assert await rig.blobs.shards() == []
    assert (await rig.post_text("hello")).status is Acknowledged.NOT_KEPT
    assert (await rig.catalogue.items.status("lib")).texts == 0


async def test_an_opt_out_during_an_upload_takes_the_picture_off_the_disk(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: a picture written a moment before its author opted out stays without a row."""
    put = rig.catalogue.items.put

    async def opt_out_first(content: object) -> Put:
        await rig.catalogue.people.update("lib", "ann", OPTED_OUT)
        return await put(content)  # type: ignore[arg-type]

    monkeypatch.setattr(rig.catalogue.items, "put", opt_out_first)
    assert (await rig.post_picture("cat")).status is Acknowledged.NOT_KEPT
    sha256 = await sha256_of(picture_file("cat"))
    assert not await rig.blobs.exists(sha256)
    assert await rig.blobs.get_thumbnail(sha256) is None


async def test_what_is_known_stays_as_it_is_for_somebody_who_opted_out(rig: Rig) -> None:
    """Broken: opting out without deleting deletes after all, at the next backfill."""
    await rig.post_picture("cat")
    await rig.catalogue.people.update("lib", "ann", OPTED_OUT)
    assert (await rig.post_picture("cat")).status is Acknowledged.UNCHANGED
    assert (await rig.verifier.verify()).missing_blobs == []


async def test_an_edit_by_somebody_who_opted_out_leaves_nothing(rig: Rig) -> None:
    """Broken: the words somebody replaced stay findable, or their vectors for ever."""
    await rig.post_text("old words")
    await rig.post_picture("cat", "m2")
    await rig.embed()
    await rig.catalogue.people.update("lib", "ann", OPTED_OUT)
    assert (await rig.post_text("new words")).status is Acknowledged.NOT_KEPT
    assert (await rig.post_picture("dog", "m2")).status is Acknowledged.NOT_KEPT
    await rig.recover()
    assert await rig.points() == {}
    assert not await rig.blobs.exists(await sha256_of(picture_file("cat")))
    assert (await rig.verifier.verify()).clean


async def test_forgetting_a_person_is_in_the_audit(rig: Rig) -> None:
    """Broken: nobody can show that what had to be deleted was."""
    await rig.post_text("hello")
    request = ForgetRequest(library_id="lib", author_id="ann", asked_by="ann")
    await rig.forgetter.forget(request)
    await rig.forgetter.forget(request)
    page = await rig.catalogue.audit.page("lib")
    assert [(e.action, e.actor_id, e.person_id, e.amount) for e in page.entries] == [
        (AuditAction.FORGOT, "ann", "ann", 0),
        (AuditAction.FORGOT, "ann", "ann", 1),
    ]


async def test_messages_deleted_in_discord_are_not_in_the_audit(rig: Rig) -> None:
    """Broken: the audit becomes a list of who takes back what."""
    await rig.post_text("hello")
    await rig.forgetter.forget(ForgetRequest(library_id="lib", message_id="m"))
    await rig.forgetter.forget(ForgetRequest(library_id="lib", channel_id="never known"))
    assert (await rig.catalogue.audit.page("lib")).entries == []


async def test_posts_older_than_the_retention_expire(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: a server's limit is not kept, or one large library holds up everything else."""
    monkeypatch.setattr(item_index, "PAGE", 2)
    monkeypatch.setattr(expiry, "PAGES_A_LIBRARY", 2)
    for n in range(7):
        await rig.post_text(f"message {n}", f"m{n}")
    await rig.embed()
    await rig.catalogue.retention.put("lib", Retention(days=1), asked_by="erin")
    assert await rig.expiry.forget_expired(now=datetime.now(UTC)) == 4
    assert (await rig.catalogue.items.status("lib")).texts == 3
    await rig.reconciler.round()
    assert await rig.points() == {}
    expired = [
        (entry.actor_id, entry.amount)
        for entry in (await rig.catalogue.audit.page("lib")).entries
        if entry.action is AuditAction.EXPIRED
    ]
    assert expired == [(None, 3), (None, 4)]


async def test_what_is_young_enough_does_not_expire(rig: Rig) -> None:
    """Broken: setting a limit deletes posts that are within it."""
    await rig.post_text("hello")
    await rig.catalogue.retention.put("lib", Retention(days=36_500), asked_by="erin")
    await rig.expiry.forget_expired(now=datetime.now(UTC))
    await rig.expiry.forget_expired(now=datetime.now(UTC) + timedelta(days=1))
    assert (await rig.catalogue.items.status("lib")).texts == 1
