"""What a Qdrant server is asked for, and what becomes of its failures."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import grpc  # type: ignore[import-untyped]
import pytest
from pydantic import ValidationError
from qdrant_client import models

from engine.errors import BadRequest, Busy, EncoderMismatch, EngineError, NotReady, StorageFailed
from engine.settings import EngineSettings
from engine.vectors import CollectionSpec, ServerVectorStore
from engine.vectors.choice import vector_store
from engine.vectors.server import connection
from engine.vectors.server.connection import Connection, Deadlines, connect
from engine.vectors.server.layout import Layout
from engine.vectors.spec import INTEGER_KEYS, KEYWORD_KEYS
from tests.qdrant_over_http import OPENAPI, QdrantOverHttp

SPEC = CollectionSpec("passages", "a" * 64, {"sentence": 2}, ("bm25",))
CREATE = "PUT /collections/{collection_name}"
ONE_POINT = models.PointStruct(
    id=str(UUID(int=1)), vector={"sentence": [1.0, 0.0]}, payload={"library_id": "home"}
)
NEAREST = models.QueryRequest(query=[1.0, 0.0], using="sentence")


def store_on(qdrant: QdrantOverHttp, **layout: object) -> ServerVectorStore:
    """A store of another engine on the same server."""
    return ServerVectorStore(Connection(qdrant.client()), Layout(**layout))  # type: ignore[arg-type]


async def test_a_collection_is_born_with_all_it_needs_for_many_libraries() -> None:
    """Searches would go through everybody's points, or an index would be built over full ones."""
    qdrant = QdrantOverHttp()
    store = store_on(qdrant, quantized=True, on_disk=True, shards=6, replicas=2)
    await (await store.open(SPEC)).upsert([ONE_POINT])
    await store.close()

    (birth,) = qdrant.bodies(CREATE)
    assert birth["hnsw_config"] == {"m": 0, "payload_m": 16}
    assert birth["quantization_config"] == {"scalar": {"type": "int8", "always_ram": True}}
    assert birth["vectors"]["sentence"] == {"size": 2, "distance": "Cosine", "on_disk": True}
    assert birth["sparse_vectors"] == {"bm25": {"modifier": "idf"}}
    assert (birth["shard_number"], birth["replication_factor"]) == (6, 2)
    indexes = qdrant.bodies("PUT /collections/{collection_name}/index")
    assert {each["field_name"] for each in indexes} == {"library_id", *KEYWORD_KEYS, *INTEGER_KEYS}
    tenants = [each["field_name"] for each in indexes if each["field_schema"].get("is_tenant")]
    assert tenants == ["library_id"]
    operations = [operation for operation, _ in qdrant.sent]
    assert operations[-1] == "PUT /collections/{collection_name}/points"


async def test_int8_proposes_and_the_exact_vectors_decide() -> None:
    """Scores of one hit would differ from those of the embedded index, and bands with them."""
    qdrant = QdrantOverHttp()
    index = await store_on(qdrant, quantized=True).open(SPEC)
    own = models.SearchParams(exact=True)
    for request in (NEAREST, NEAREST.model_copy(update={"params": own})):
        await index.search("home", request)
    searches = qdrant.bodies("POST /collections/{collection_name}/points/query/batch")
    assert [each["searches"][0]["params"] for each in searches] == [
        {"quantization": {"rescore": True, "oversampling": 2.0}},
        {"exact": True},
    ]


async def test_every_operation_of_the_adapter_is_one_of_qdrants() -> None:
    """A server would refuse what was never held against its description."""
    qdrant = QdrantOverHttp()
    store = store_on(qdrant)
    index = await store.open(SPEC)
    await index.upsert([ONE_POINT])
    await index.set_payload([str(ONE_POINT.id)], {"kind": "text"})
    await index.search("home", NEAREST)
    await index.retrieve([str(ONE_POINT.id)], with_vectors=True)
    await index.scroll(None, None, 10)
    await index.count("home")
    await index.maintain(budget_s=1)
    await index.delete(models.Filter())
    other = CollectionSpec(SPEC.name, "b" * 64, SPEC.dense)
    await store.begin_generation(other)
    await store.activate(other)
    await store.drop(SPEC)
    described = {
        f"{method.upper()} {path}"
        for path, methods in OPENAPI["paths"].items()
        for method in methods
    }
    assert {operation for operation, _ in qdrant.sent} == described


async def test_engines_share_a_server_and_what_is_on_it() -> None:
    """A second replica would fail to start, fill a collection of its own, or take any encoder's."""
    qdrant = QdrantOverHttp()
    first, second = store_on(qdrant), store_on(qdrant)
    indexes = await asyncio.gather(first.open(SPEC), second.open(SPEC))
    await indexes[0].upsert([ONE_POINT])
    assert await indexes[1].count("home") == 1
    other = CollectionSpec(SPEC.name, "b" * 64, SPEC.dense)
    with pytest.raises(EncoderMismatch, match=r"a{12} .*b{12}"):
        await store_on(qdrant).open(other)
    assert await (await store_on(qdrant, prefix="another").open(other)).count("home") == 0
    assert await first.generations(SPEC.name) == [SPEC]


async def test_an_old_server_is_refused_before_anything_is_asked_of_it() -> None:
    """What it does not know would be lost without a word: what a collection was born with."""
    qdrant = QdrantOverHttp(version="1.15.3")
    with pytest.raises(NotReady, match=r"1\.15\.3.*1\.19") as refusal:
        await store_on(qdrant).open(SPEC)
    assert refusal.value.retry_after_s is None
    assert [operation for operation, _ in qdrant.sent] == ["GET /"]


# --- failures, by sockets that misbehave ----------------------------------------------------------

HANG, CUT = b"HANG", b"CUT"


def http(status: int, body: str) -> bytes:
    """A response as it travels."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


def said(status: int, sentence: str) -> bytes:
    """A refusal as Qdrant words it."""
    return http(status, f'{{"status": {{"error": "{sentence}"}}, "time": 0.1}}')


def result(answer: str) -> bytes:
    """What Qdrant answers when all is well."""
    return http(200, f'{{"result": {answer}, "status": "ok", "time": 0.1}}')


NONE = result('{"collections": []}')


class Misbehaving:
    """A server that gives one answer a connection, the last one for ever."""

    def __init__(self, answers: list[bytes]) -> None:
        self.requests: list[bytes] = []
        self._answers = answers
        self._serving: set[asyncio.Task[None] | None] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request, or does not."""
        self._serving.add(asyncio.current_task())
        self.requests.append(await reader.readuntil(b"\r\n\r\n"))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer is HANG:
            await reader.read()
        elif answer is CUT:
            writer.write(NONE[:60])
        else:
            writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async def ended(self) -> None:
        """Returns when every connection is closed."""
        await asyncio.gather(*filter(None, self._serving))


@asynccontextmanager
async def misbehaving(*answers: bytes) -> AsyncIterator[tuple[ServerVectorStore, Misbehaving]]:
    """A store on a server that misbehaves."""
    behaviour = Misbehaving(list(answers))
    async with await asyncio.start_server(behaviour.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        store = store_at(port)
        try:
            yield store, behaviour
        finally:
            await store.close()
            await behaviour.ended()


def store_at(port: int) -> ServerVectorStore:
    """A store on a port of this machine, with a key and little patience."""
    deadlines = Deadlines(read_s=0.2, write_s=0.2)
    to_port = connect(f"http://127.0.0.1:{port}", "s3cret", deadlines=deadlines)
    return ServerVectorStore(to_port, Layout())


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats at once, and leaves it at that."""
    monkeypatch.setattr(connection, "REPEAT_DELAYS_S", (0.0, 0.0))
    monkeypatch.setattr(connection, "LOOK_EVERY_S", 3_600.0)


async def test_a_server_that_is_away_is_said_to_be_and_found_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The engine would have to be restarted after its Qdrant was, or would claim to be well."""
    monkeypatch.setattr(connection, "LOOK_EVERY_S", 0.01)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    store = store_at(port)
    with pytest.raises(NotReady, match="cannot be reached") as away:
        await store.open(SPEC)
    assert away.value.retry_after_s
    assert not store.alive

    behaviour = Misbehaving([NONE])
    server = await asyncio.start_server(behaviour.serve, "127.0.0.1", port)
    async with server, asyncio.timeout(10):
        while not store.alive:
            await asyncio.sleep(0.01)
        assert await store.generations(SPEC.name) == []
        await store.close()
        await behaviour.ended()


@pytest.mark.parametrize(
    ("answer", "error", "sentence", "asked"),
    [
        pytest.param(HANG, Busy, "did not answer within 0.2 s", 1, id="silent"),
        pytest.param(CUT, NotReady, "cannot be reached", 3, id="gone mid-request"),
        pytest.param(said(503, "starting"), NotReady, r"reached \(starting\)", 3, id="starting"),
        pytest.param(said(401, "Invalid API key"), NotReady, "ENGINE_QDRANT_API_KEY", 1, id="key"),
        pytest.param(said(403, "Read only"), NotReady, "only for reading", 1, id="read-only"),
        pytest.param(said(429, "Too many"), Busy, "more than it can do", 1, id="too many"),
        pytest.param(
            said(500, "Service internal error: No space left on device"),
            StorageFailed,
            "disk is full",
            1,
            id="full",
        ),
        pytest.param(said(404, "No collection!"), StorageFailed, "No collection!", 1, id="dropped"),
        pytest.param(said(400, "Wrong size"), BadRequest, "cannot use .* Wrong size", 1, id="bad"),
        pytest.param(said(500, "panic"), StorageFailed, "could not .* panic", 1, id="broken"),
        pytest.param(http(200, "<html>"), StorageFailed, "makes no sense", 1, id="not Qdrant"),
    ],
)
async def test_a_failure_becomes_a_sentence(
    answer: bytes, error: type[EngineError], sentence: str, asked: int
) -> None:
    """People and operators would read of status codes, and a struggling server be asked thrice."""
    async with misbehaving(answer) as (store, server):
        with pytest.raises(error, match=sentence) as failure:
            await store.generations(SPEC.name)
        assert len(server.requests) == asked
        assert b"api-key: s3cret" in server.requests[0]
    assert "s3cret" not in failure.value.detail


async def test_what_is_safe_to_repeat_outlives_a_node_that_restarts() -> None:
    """Every search during a rolling restart of the cluster would fail."""
    async with misbehaving(CUT, said(503, "starting"), NONE) as (store, _):
        assert await store.generations(SPEC.name) == []
        assert store.alive


async def test_grpc_fails_in_the_same_sentences() -> None:
    """What people read would depend on how the engine talks to its server."""

    async def refuse(_request: bytes, context: grpc.aio.ServicerContext) -> None:
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, "Invalid API key")

    refusing = grpc.method_handlers_generic_handler(
        "qdrant.Collections", {"List": grpc.unary_unary_rpc_method_handler(refuse)}
    )
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((refusing,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    store = ServerVectorStore(connect("http://127.0.0.1", "s3cret", grpc_port=port), Layout())
    with pytest.raises(NotReady, match=r"ENGINE_QDRANT_API_KEY.*Invalid API key"):
        await store.generations(SPEC.name)
    await server.stop(grace=None)
    with pytest.raises(NotReady, match="cannot be reached"):
        await store.generations(SPEC.name)
    await store.close()


async def test_nothing_is_created_twice() -> None:
    """A creation that went through unheard would be reported as a conflict that nobody made."""
    async with misbehaving(result('{"exists": false}'), CUT) as (store, server):
        with pytest.raises(NotReady, match="cannot be reached"):
            await store.begin_generation(SPEC)
    assert [each.split(b" ")[0] for each in server.requests] == [b"GET", b"PUT"]


def test_a_server_is_chosen_by_its_address() -> None:
    """The engine would fill the embedded index while an operator waits for the server's."""
    settings = EngineSettings(qdrant_url="https://qdrant.example:6333", qdrant_api_key="k")
    assert isinstance(vector_store(settings), ServerVectorStore)
    with pytest.raises(ValidationError, match="qdrant_url"):
        EngineSettings(qdrant_url="qdrant.example")
