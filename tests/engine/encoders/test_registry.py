"""Encoders load in the background, are asked for by name, and say what is wrong with them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import numpy as np
import pytest

from engine.encoders import registry
from engine.encoders.clip import load_clip
from engine.encoders.profiles import PROFILES, STARTER, EncoderChoice, choose
from engine.encoders.registry import Encoders
from engine.encoders.sentence import MINILM
from engine.errors import ModelUnavailable, NotFound, NotReady
from engine.schemas import Profile
from tests.engine.cross_encoders import write_cross_encoder

pytestmark = pytest.mark.timeout(400)  # imports torch, which a busy machine takes minutes for


@pytest.fixture
async def encoders(clip_folder: Path) -> AsyncIterator[Encoders]:
    """The tiny CLIP and MiniLM, not yet opened."""
    encoders = Encoders(EncoderChoice(str(clip_folder), MINILM), device="cpu")
    yield encoders
    await encoders.close()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's client refuses to download, as on a machine without network."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


async def test_loads_once_without_network(
    encoders: Encoders, no_network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first start without network would fail, and two requests would load two models."""
    loads: list[str] = []

    def counted(*args: Any, **options: Any) -> Any:
        loads.append("clip")
        return load_clip(*args, **options)

    monkeypatch.setattr(registry, "load_clip", counted)
    assert not encoders.ready
    with pytest.raises(NotReady, match="still loading"):
        encoders.by_name("clip")
    await asyncio.gather(encoders.open(), encoders.open())
    await encoders.open()
    assert loads == ["clip"]
    assert encoders.ready
    picture = np.zeros((40, 40, 3), dtype=np.uint8)
    assert (await encoders.clip.encode_images([picture])).shape == (1, 16)
    assert (await encoders.by_name("clip").encode_texts(["a", "b"])).shape == (2, 16)
    assert (await encoders.by_name("sentence").encode_texts(["a"])).shape == (1, 384)


async def test_states_tell_what_loads_and_what_is_loaded(
    encoders: Encoders, clip_folder: Path
) -> None:
    """Health could not say which model serves on which device."""
    before = {state.name: state for state in encoders.states()}
    assert before["clip"].model == str(clip_folder)
    assert before["clip"].fingerprint is None
    await encoders.open()
    after = {state.name: state for state in encoders.states()}
    assert after["clip"].fingerprint == encoders.clip.card.fingerprint
    assert (after["sentence"].model, after["sentence"].dtype) == (MINILM, "float32")
    assert all(state.alive and state.queue_length == 0 for state in after.values())


async def test_unknown_encoder_names_those_that_exist(encoders: Encoders) -> None:
    """A typing mistake in `magpie encode --encoder` would say nothing of the right names."""
    with pytest.raises(NotFound, match="no encoder clips; there are clip and sentence"):
        encoders.by_name("clips")


async def test_dead_worker_is_seen(encoders: Encoders, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness would stay green while searches fail."""

    def ends(*_: object) -> None:
        raise SystemExit

    await encoders.open()
    monkeypatch.setattr("engine.encoders.clip.ClipTextStages.encode_core", ends)
    with pytest.raises(NotReady):
        await encoders.clip.encode_texts(["a"])
    assert not encoders.alive
    assert not encoders.ready
    assert [state.alive for state in encoders.states()] == [False, True]


@pytest.mark.parametrize(
    ("clip", "sentence", "culprit"),
    [
        ("hf-hub:nobody/nothing", MINILM, "hf-hub:nobody/nothing"),
        ("ViT-B-16-SigLIP2/webli", MINILM, "ViT-B-16-SigLIP2/webli"),
        (None, "nobody/nothing", "nobody/nothing"),
        (None, "/no/such/folder", "/no/such/folder"),
    ],
)
async def test_failed_download_offers_the_starter(
    clip: str | None, sentence: str, culprit: str, clip_folder: Path, no_network: None
) -> None:
    """A newcomer without network would read a stack trace, or be served other weights silently."""
    encoders = Encoders(EncoderChoice(clip or str(clip_folder), sentence), device="cpu")
    with pytest.raises(ModelUnavailable, match=f"{culprit}.*ENGINE_PROFILE=starter"):
        await encoders.open()
    assert not encoders.ready
    await encoders.close()


async def test_a_reranker_is_loaded_with_the_others_and_only_if_named(
    encoders: Encoders, clip_folder: Path, tmp_path: Path
) -> None:
    """Searches would begin before the model that orders them is there, or need one nobody named."""
    assert encoders.reranker is None
    folder = str(write_cross_encoder(tmp_path / "likes-zebras"))
    with_one = Encoders(EncoderChoice(str(clip_folder), MINILM), rerank_model=folder, device="cpu")
    with pytest.raises(NotReady, match="likes-zebras is still loading"):
        _ = with_one.reranker
    await with_one.open()
    assert with_one.ready
    assert with_one.reranker is not None
    assert len(await with_one.reranker.score("a", ["b", "c"])) == 2
    state = with_one.states()[-1]
    assert (state.name, state.model, state.dtype) == ("reranker", folder, "float32")
    await with_one.close()


async def test_a_reranker_that_cannot_be_loaded_says_how_to_do_without(
    clip_folder: Path, no_network: None
) -> None:
    """An operator without network would be told to begin a new data folder."""
    choice = EncoderChoice(str(clip_folder), MINILM)
    encoders = Encoders(choice, rerank_model="nobody/nothing", device="cpu")
    with pytest.raises(ModelUnavailable, match=r"nobody/nothing.*unset ENGINE_RERANK_MODEL"):
        await encoders.open()
    assert not encoders.ready
    await encoders.close()


async def test_opening_again_after_a_failure_tries_again(
    clip_folder: Path, tmp_path: Path, no_network: None
) -> None:
    """An engine that started before its model folder was mounted would need a restart."""
    later = tmp_path / "later"
    encoders = Encoders(EncoderChoice(f"local-dir:{later}", MINILM), device="cpu")
    with pytest.raises(ModelUnavailable):
        await encoders.open()
    later.symlink_to(clip_folder)
    await encoders.open()
    assert encoders.ready
    await encoders.close()


async def test_unknown_device_is_refused() -> None:
    """A mistyped ENGINE_DEVICE would silently run on the CPU."""
    encoders = Encoders(EncoderChoice(STARTER, MINILM), device="gpu")
    with pytest.raises(ModelUnavailable, match="ENGINE_DEVICE=gpu"):
        await encoders.open()
    await encoders.close()


def test_settings_override_the_profile() -> None:
    """ENGINE_CLIP_MODEL and ENGINE_SENTENCE_MODEL would have no effect."""
    assert choose(Profile.STANDARD) == PROFILES[Profile.STANDARD]
    chosen = choose(Profile.STARTER, clip_model="ViT-B-32/openai")
    assert chosen == EncoderChoice("ViT-B-32/openai", MINILM)
    assert choose(Profile.BEST, sentence_model="x/y").sentence == "x/y"
