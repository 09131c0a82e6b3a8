"""No query of the catalogue reads a whole table, however large the library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from engine.catalogue import Catalogue, StoredItem
from engine.catalogue.models import Base
from engine.catalogue.registry import LearntItem
from engine.passages import Passage
from engine.schemas import Box, ForgetRequest, ItemKind, PersonUpdate
from tests.engine.catalogue.contents import POSTED_AT, place, text
from tests.engine.catalogue.test_registry import card, order


@contextmanager
def recorded_statements(catalogue: Catalogue) -> Iterator[list[tuple[str, Any]]]:
    """Every SQL statement sent within the block, with its parameters."""
    statements: list[tuple[str, Any]] = []

    def record(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    engine = catalogue._database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", record)
    yield statements
    event.remove(engine, "before_cursor_execute", record)


async def _about_models(catalogue: Catalogue, item_id: str) -> None:
    """Asks what is asked of trained models, one of which has learnt from an item."""
    await order(catalogue, "m")
    await catalogue.models.register(card("m"), [LearntItem(item_id, "0" * 64)])
    await catalogue.models.page("lib", limit=1)
    await catalogue.models.delete("m")
    await catalogue.items.are_elsewhere("lib")


async def _about_regions(catalogue: Catalogue, stored: StoredItem) -> None:
    """Asks what is asked of regions."""
    regions = catalogue.regions
    await regions.not_looked_at(after=None, limit=2)
    await regions.not_looked_at(after=stored, limit=2)
    await regions.left()
    await regions.put(stored.version, [Box(x=0, y=0, width=1, height=1)], "a")
    await regions.of_items([stored.item_id])
    await regions.get_many([(stored.item_id, 0)])
    await regions.drop_others("b")
    await regions.drop_others(None)


async def test_every_query_has_its_index(catalogue: Catalogue) -> None:
    """Broken: with a million items each search, batch and deletion reads all of them."""
    items, queue = catalogue.items, catalogue.embed_queue
    first = (await items.put(text("a", place("m1")))).item_id
    await items.put(text("b", place("m2")))
    with recorded_statements(catalogue) as statements:
        (head, _) = await queue.pending(after=None, limit=2)
        await queue.pending(after=head, limit=2)
        await queue.mark_embedded([head.version], "fingerprint")
        await queue.requeue([first])
        await queue.requeue_other_encoders(ItemKind.TEXT, "another")
        await items.get_many([first])
        page = await items.page("lib", limit=1)
        await items.page("lib", channel_id="c", cursor=page.next_cursor, limit=1)
        await items.scan(after=first, limit=2)
        await items.places("lib", [head.item.sha256], channel_ids=["c", "d"])
        await items.referenced([head.item.sha256])
        await catalogue.duplicates.pictures("lib", ["c", "d"])
        await catalogue.duplicates.repeated_texts("lib", None)
        await catalogue.duplicates.items("lib", [head.item.sha256], ["c"])
        await catalogue.looks.unhashed(after=first, limit=2)
        await catalogue.looks.put_hash(head.item.sha256, bytes(32))
        await items.status("lib")
        await catalogue.passages.of_items([first])
        await catalogue.passages.get_many([(first, 0)])
        await catalogue.passages.unread(limit=2)
        await catalogue.passages.put_read(head.version, [Passage("read")])
        await _about_regions(catalogue, head)
        await items.put(text("c", place("m2")))
        await catalogue.people.update("lib", "ann", PersonUpdate(opted_out=True))
        await catalogue.learnable.sample("lib", at_most=2, max_chars=9)
        await catalogue.learnable.still_learnable({first: "0"})
        await items.keep_nothing(place("m2"), head.item.sha256)
        await catalogue.audit.page("lib", cursor="9", limit=2)
        await catalogue.audit.purge(now=POSTED_AT)
        for narrowing in (
            {"message_id": "m9", "channel_id": "c"},
            {"author_id": "nobody"},
            {"before": POSTED_AT},
        ):
            await items.forget(ForgetRequest(library_id="lib", **narrowing), limit=2)
        await catalogue.idempotency.purge(now=POSTED_AT)
        await catalogue.channels.page("lib", cursor="c")
        await _about_models(catalogue, first)
    explained = 0
    async with catalogue._database.reading() as session:
        connection = await session.connection()
        for statement, parameters in statements:
            if statement.split()[0] not in {"SELECT", "UPDATE", "DELETE"}:
                continue
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plan = [row.detail for row in rows]
            tables = tuple(f"SCAN {table}" for table in Base.metadata.tables)
            assert not [step for step in plan if step.startswith(tables)], (statement, plan)
            explained += 1
    assert explained > 15
