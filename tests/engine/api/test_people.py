"""What people want, retention and the audit, through the API."""

import httpx
import pytest

from engine.client import EngineClient, EngineRefused
from engine.schemas import (
    Acknowledged,
    AuditAction,
    ForgetRequest,
    PersonUpdate,
    RetentionUpdate,
)
from tests.engine.api.conftest import picture_item, png, text_item


async def test_somebody_opts_out_and_is_left_alone(client: EngineClient, library: str) -> None:
    """A person's no would not reach the engine, or what it refuses would look like a failure."""
    ann = await client.update_person(library, "ann", PersonUpdate(opted_out=True))
    assert (ann.opted_out, ann.stored) == (True, [])
    by_ann = {"author_id": "ann"}
    ack = await client.add_item(text_item(library, "1", "hello").model_copy(update=by_ann))
    picture = picture_item(library, "2").model_copy(update=by_ann)
    assert ack.status is Acknowledged.NOT_KEPT
    assert (await client.add_item(picture, png(1))).status is Acknowledged.NOT_KEPT
    assert [item async for item in client.items(library)] == []


async def test_consent_is_kept(client: EngineClient, library: str) -> None:
    """A trainer could not tell who agreed to what, and when."""
    await client.update_person(library, "ann", PersonUpdate(training_consent=True))
    ann = await client.person(library, "ann")
    assert ann.training_consent is True
    assert ann.consent_at is not None
    assert (await client.person(library, "stranger")).training_consent is None


async def test_retention_is_set_and_lifted(client: EngineClient, library: str) -> None:
    """An admin's limit would not hold, or could never be lifted."""
    assert (await client.retention(library)).days is None
    await client.set_retention(library, RetentionUpdate(days=90, asked_by="erin"))
    assert (await client.retention(library)).days == 90
    await client.set_retention(library, RetentionUpdate(days=None, asked_by="erin"))
    assert (await client.retention(library)).days is None
    with pytest.raises(EngineRefused, match="days"):
        await client.set_retention(
            library, RetentionUpdate.model_construct(days=0, _fields_set={"days"})
        )


async def test_the_audit_names_who_deleted_how_much(client: EngineClient, library: str) -> None:
    """An admin could not account for what was deleted."""
    await client.add_item(text_item(library, "1", "hello"))
    await client.forget(ForgetRequest(library_id=library, channel_id="c", asked_by="erin"))
    await client.update_person(library, "ann", PersonUpdate(opted_out=True))
    newest = await client.audit(library, limit=1)
    oldest = await client.audit(library, cursor=newest.next_cursor)
    assert [entry.action for entry in newest.entries] == [AuditAction.OPTED_OUT]
    [entry] = oldest.entries
    assert (entry.action, entry.actor_id, entry.channel_id, entry.amount) == (
        AuditAction.FORGOT,
        "erin",
        "c",
        1,
    )


async def test_no_answer_that_quotes_people_is_kept(http: httpx.AsyncClient, library: str) -> None:
    """A kept answer of a search would hold words whose author had them deleted."""
    item = text_item(library, "1", "the wifi password is on the fridge")
    await http.post("items", json=item.model_dump(mode="json"))
    await http.get(f"libraries/{library}", params={"wait_embedded_s": 30})
    request = {
        "library_id": library,
        "channel_ids": ["c"],
        "parts": [{"text": "wifi password"}],
    }
    headers = {"Idempotency-Key": f"search-{library}"}
    first = await http.post("search", json=request, headers=headers)
    assert "fridge" in first.text
    await http.post("/items:forget", json={"library_id": library, "channel_id": "c"})
    again = await http.post("search", json=request, headers=headers)
    assert "fridge" not in again.text
