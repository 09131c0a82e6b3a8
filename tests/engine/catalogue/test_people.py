"""What people want, what may be kept, how long, and the audit of it all."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.catalogue import Catalogue, Put, audit_row
from engine.errors import BadRequest
from engine.schemas import (
    Acknowledged,
    AuditAction,
    Feedback,
    ForgetRequest,
    ItemKind,
    PersonUpdate,
    Retention,
    StoredCount,
)
from tests.engine.catalogue.contents import POSTED_AT, picture, place, text

ANN = ForgetRequest(library_id="lib", author_id="ann")


async def actions(catalogue: Catalogue) -> list[tuple[AuditAction, str | None, int]]:
    """The audit of the library, oldest first: what, by whom, how much."""
    entries = (await catalogue.audit.page("lib")).entries
    return [(entry.action, entry.actor_id, entry.amount) for entry in reversed(entries)]


async def test_a_person_reads_all_that_is_stored_about_them(catalogue: Catalogue) -> None:
    """Broken: `/privacy show` leaves something out, or shows what others posted."""
    later = POSTED_AT + timedelta(days=9)
    await catalogue.items.put(text("a", place("m1")))
    await catalogue.items.put(text("b", place("m2"), posted_at=later))
    await catalogue.items.put(picture(b"p", place("m3", channel_id="d")))
    await catalogue.items.put(text("c", place("m4"), author_id="bob"))
    await catalogue.items.put(text("d", place("m5", library_id="another")))
    item_id = (await catalogue.items.put(text("e", place("m6"), author_id="bob"))).item_id
    await catalogue.feedback.add(
        Feedback(search_id="s", library_id="lib", item_id=item_id, person_id="ann", helpful=True)
    )
    ann = await catalogue.people.get("lib", "ann")
    assert ann.stored == [
        StoredCount(channel_id="c", kind=ItemKind.TEXT, count=2),
        StoredCount(channel_id="d", kind=ItemKind.IMAGE, count=1),
    ]
    assert (ann.oldest, ann.newest, ann.judgements) == (POSTED_AT, later, 1)
    assert (ann.training_consent, ann.opted_out) == (None, False)


async def test_it_is_kept_when_somebody_was_asked(catalogue: Catalogue) -> None:
    """Broken: people are asked for their consent again with every label."""
    await catalogue.people.update("lib", "ann", PersonUpdate(training_consent=False))
    asked = await catalogue.people.update("lib", "ann", PersonUpdate(consent_asked=True))
    assert asked.consent_asked_at is not None
    assert asked.training_consent is False
    assert await actions(catalogue) == [(AuditAction.REFUSED_CONSENT, "ann", 0)]
    await catalogue.people.update("lib", "ann", PersonUpdate(training_consent=True))
    ann = await catalogue.people.get("lib", "ann")
    assert ann.consent_asked_at == asked.consent_asked_at


async def test_consent_is_kept_with_its_time_and_can_be_taken_back(catalogue: Catalogue) -> None:
    """Broken: models learn from somebody who never agreed, or who agreed no longer."""
    for consent in (True, True, False, None):
        update = PersonUpdate(training_consent=consent)
        ann = await catalogue.people.update("lib", "ann", update)
        assert ann == await catalogue.people.get("lib", "ann")
        assert (ann.training_consent, ann.consent_at is None) == (consent, consent is None)
    assert [action for action, _, _ in await actions(catalogue)] == [
        AuditAction.CONSENTED,
        AuditAction.REFUSED_CONSENT,
        AuditAction.WITHDREW_CONSENT,
    ]


async def test_a_change_leaves_the_other_wish_alone(catalogue: Catalogue) -> None:
    """Broken: answering about training ends an opt-out."""
    await catalogue.people.update("lib", "ann", PersonUpdate(opted_out=True))
    ann = await catalogue.people.update("lib", "ann", PersonUpdate(training_consent=False))
    assert (ann.opted_out, ann.training_consent) == (True, False)


async def test_nothing_of_somebody_who_opted_out_is_stored(catalogue: Catalogue) -> None:
    """Broken: the engine stores what its author has forbidden, in this library or for others."""
    await catalogue.people.update("lib", "ann", PersonUpdate(opted_out=True))
    refused = await catalogue.items.put(picture(b"p"))
    assert (refused.status, refused.unreferenced) == (
        Acknowledged.NOT_KEPT,
        [picture(b"p").sha256],
    )
    others = [text("b", author_id="bob"), text("c", place(library_id="another"))]
    for content in others:
        assert (await catalogue.items.put(content)).status is Acknowledged.STORED
    assert not await catalogue.items.may_keep(text("d").described)


async def test_an_opt_out_stands_when_it_is_answered(catalogue: Catalogue) -> None:
    """Broken: an upload under way while somebody opts out is stored after they were told so."""
    puts = [catalogue.items.put(text("x", place(f"{n}"))) for n in range(9)]
    opting_out = catalogue.people.update("lib", "ann", PersonUpdate(opted_out=True))
    answers = await asyncio.gather(*puts[:5], opting_out, *puts[5:])
    statuses = [answer.status for answer in answers if isinstance(answer, Put)]
    assert statuses == [Acknowledged.STORED] * 5 + [Acknowledged.NOT_KEPT] * 4
    assert (await catalogue.items.status("lib")).texts == 5


async def test_a_message_edited_after_opting_out_takes_its_old_words_along(
    catalogue: Catalogue,
) -> None:
    """Broken: words that somebody has edited away stay findable because they opted out."""
    old = await catalogue.items.put(text("old words"))
    await catalogue.items.put(text("untouched", place("m2")))
    await catalogue.people.update("lib", "ann", PersonUpdate(opted_out=True))
    assert (await catalogue.items.put(text("new words"))).status is Acknowledged.NOT_KEPT
    assert await catalogue.items.get_many([old.item_id]) == {}
    again = text("untouched", place("m2"))
    assert (await catalogue.items.put(again)).status is Acknowledged.UNCHANGED
    kept = await catalogue.items.keep_nothing(place("m2"), again.sha256)
    assert kept.status is Acknowledged.UNCHANGED


async def test_what_was_posted_during_an_opt_out_stays_out(catalogue: Catalogue) -> None:
    """Broken: whoever comes back finds stored what they posted while nothing was to be."""
    await catalogue.people.update("lib", "ann", PersonUpdate(opted_out=True))
    ann = await catalogue.people.update("lib", "ann", PersonUpdate(opted_out=False))
    assert ann.kept_from is not None
    meanwhile = text("m", place("m1"), posted_at=ann.kept_from - timedelta(seconds=1))
    later = text("l", place("m2"), posted_at=ann.kept_from)
    assert (await catalogue.items.put(meanwhile)).status is Acknowledged.NOT_KEPT
    assert (await catalogue.items.put(later)).status is Acknowledged.STORED


async def test_the_forgotten_is_not_stored_again(catalogue: Catalogue) -> None:
    """Broken: a backfill brings back what somebody had deleted."""
    await catalogue.items.put(text("x"))
    await catalogue.people.update("lib", "ann", PersonUpdate(training_consent=True))
    while (await catalogue.items.forget(ANN, limit=9)).item_ids:
        pass
    assert (await catalogue.items.put(text("x"))).status is Acknowledged.NOT_KEPT
    ann = await catalogue.people.get("lib", "ann")
    assert (ann.stored, ann.training_consent, ann.consent_at) == ([], None, None)
    new = text("y", posted_at=datetime.now(UTC))
    assert (await catalogue.items.put(new)).status is Acknowledged.STORED


async def test_forgetting_one_channel_of_a_person_is_not_forgetting_them(
    catalogue: Catalogue,
) -> None:
    """Broken: deleting somebody's posts in one channel takes back their consent everywhere."""
    await catalogue.people.update("lib", "ann", PersonUpdate(training_consent=True))
    for narrowing in ({"channel_id": "c"}, {"before": POSTED_AT}):
        await catalogue.items.forget(ANN.model_copy(update=narrowing), limit=9)
    ann = await catalogue.people.get("lib", "ann")
    assert (ann.training_consent, ann.kept_from) == (True, None)


async def test_forgetting_files_without_an_author_keeps_the_library_usable(
    catalogue: Catalogue,
) -> None:
    """Broken: after forgetting what has no author, a folder can never be indexed again."""
    nobody = ForgetRequest(library_id="lib", author_id="")
    await catalogue.items.forget(nobody, limit=9)
    assert (await catalogue.items.put(text("x", author_id=""))).status is Acknowledged.STORED


async def test_a_left_library_keeps_who_opted_out_and_nothing_else(catalogue: Catalogue) -> None:
    """Broken: throwing the bot out and inviting it again undoes every opt-out."""
    await catalogue.people.update("lib", "ann", PersonUpdate(opted_out=True))
    await catalogue.people.update("lib", "bob", PersonUpdate(training_consent=True))
    await catalogue.retention.put("lib", Retention(days=3), asked_by="erin")
    await catalogue.items.forget(ForgetRequest(library_id="lib", everything=True), limit=9)
    assert (await catalogue.people.get("lib", "ann")).opted_out
    assert (await catalogue.people.get("lib", "bob")).training_consent is None
    assert (await catalogue.retention.get("lib")).days is None


async def test_what_is_older_than_the_retention_is_not_stored(catalogue: Catalogue) -> None:
    """Broken: a backfill stores years of posts to delete them a minute later."""
    await catalogue.retention.put("lib", Retention(days=30), asked_by="erin")
    now = datetime.now(UTC)
    old = text("old", place("m1"), posted_at=now - timedelta(days=31))
    new = text("new", place("m2"), posted_at=now - timedelta(days=29))
    assert (await catalogue.items.put(old)).status is Acknowledged.NOT_KEPT
    assert (await catalogue.items.put(new)).status is Acknowledged.STORED
    assert await catalogue.retention.cutoffs(now) == {"lib": now - timedelta(days=30)}
    await catalogue.retention.put("lib", Retention(days=None), asked_by="erin")
    assert (await catalogue.items.put(old)).status is Acknowledged.STORED
    assert await catalogue.retention.cutoffs(now) == {}
    assert await actions(catalogue) == [
        (AuditAction.SET_RETENTION, "erin", 30),
        (AuditAction.SET_RETENTION, "erin", 0),
    ]


async def test_the_audit_is_paged_by_library_and_fades(catalogue: Catalogue) -> None:
    """Broken: an admin sees part of the audit, another server's, or one that grows for ever."""
    for n in range(5):
        await catalogue.audit.add(audit_row("lib", AuditAction.FORGOT, actor_id="erin", amount=n))
    await catalogue.audit.add(audit_row("another", AuditAction.FORGOT, actor_id="eve"))
    first = await catalogue.audit.page("lib", limit=3)
    rest = await catalogue.audit.page("lib", cursor=first.next_cursor, limit=3)
    assert [entry.amount for entry in first.entries + rest.entries] == [4, 3, 2, 1, 0]
    assert rest.next_cursor is None
    with pytest.raises(BadRequest, match="cursor"):
        await catalogue.audit.page("lib", cursor="x")
    await catalogue.tidy(now=datetime.now(UTC) + timedelta(days=364))
    assert len(await actions(catalogue)) == 5
    await catalogue.tidy(now=datetime.now(UTC) + timedelta(days=366))
    assert await actions(catalogue) == []


async def test_the_deleted_is_gone_from_the_file(catalogue: Catalogue, tmp_path: Path) -> None:
    """Broken: what somebody had deleted can be read out of the data folder with a hex editor."""
    secrets = [f"a secret {n} of some length {'x' * 90 * n}" for n in range(60)]
    for n, secret in enumerate(secrets):
        await catalogue.items.put(text(secret, place(f"m{n}")))
    await catalogue.items.put(text("kept by bob", place("m"), author_id="bob"))
    await catalogue.truncate_log()
    assert b"a secret" in on_disk(tmp_path)
    while (await catalogue.items.forget(ANN, limit=20)).item_ids:
        pass
    await catalogue.truncate_log()
    left = on_disk(tmp_path)
    assert b"kept by bob" in left
    assert b"a secret" not in left
    assert b"xxxxxxxx" not in left


def on_disk(folder: Path) -> bytes:
    """Every byte of the catalogue's file and of what lies beside it."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("catalogue*")))
