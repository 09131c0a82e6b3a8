"""CLIP vectors are open_clip's own, however they are asked for."""

import asyncio
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.encoders.batcher import BatchLimits
from engine.encoders.clip import ClipEncoder, ClipModel, load_clip
from engine.encoders.device import Placement
from engine.encoders.ports import Features, Pixels
from engine.errors import ModelUnavailable

pytestmark = pytest.mark.timeout(400)  # imports torch, which a busy machine takes minutes for

TEXTS = ["", "a red square", "ein rotes Quadrat", "word " * 100, *(f"{n} cats" for n in range(20))]


def pictures() -> list[Pixels]:
    """Pictures of many sizes, one of them a single line."""
    random_state = np.random.default_rng(5)
    sizes = [(1, 70), (32, 32), (300, 40), *((40 + n, 90 - n) for n in range(20))]
    return [random_state.integers(0, 256, (*size, 3), dtype=np.uint8) for size in sizes]


@pytest.fixture(scope="module")
def library_images(clip_folder: Path) -> Features:
    """What open_clip itself gives for each picture alone."""
    import open_clip  # type: ignore[import-untyped]
    import torch

    network, preprocess = open_clip.create_model_from_pretrained(f"local-dir:{clip_folder}")
    network.eval()
    with torch.no_grad():
        rows = [
            network.encode_image(preprocess(Image.fromarray(picture))[None], normalize=True)
            for picture in pictures()
        ]
    return torch.cat(rows).numpy()


@pytest.fixture(scope="module")
def library_texts(clip_folder: Path) -> Features:
    """What open_clip itself gives for each text alone."""
    import open_clip
    import torch

    network, _ = open_clip.create_model_from_pretrained(f"local-dir:{clip_folder}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{clip_folder}")
    network.eval()
    with torch.no_grad():
        rows = [network.encode_text(tokenizer([text]), normalize=True) for text in TEXTS]
    return torch.cat(rows).numpy()


async def test_rows_equal_the_library(
    clip_model: ClipModel, library_images: Features, library_texts: Features
) -> None:
    """Vectors would not match those of anyone else who uses the same model."""
    encoder = ClipEncoder(clip_model, BatchLimits(max_batch=8), preprocess_threads=2)
    await encoder.open()
    image_rows, text_rows = await asyncio.gather(
        encoder.encode_images(pictures()), encoder.encode_texts(TEXTS)
    )
    await encoder.close()
    np.testing.assert_allclose(image_rows, library_images, atol=1e-4)
    np.testing.assert_allclose(text_rows, library_texts, atol=1e-4)


async def test_single_concurrent_requests_get_their_own_rows(
    clip_model: ClipModel, library_images: Features
) -> None:
    """Two pictures posted at once would swap their vectors."""
    encoder = ClipEncoder(clip_model, BatchLimits(max_batch=4), preprocess_threads=2)
    await encoder.open()
    order = list(range(len(library_images)))
    random.Random(3).shuffle(order)
    all_pictures = pictures()
    rows = await asyncio.gather(*(encoder.encode_images([all_pictures[n]]) for n in order))
    await encoder.close()
    np.testing.assert_allclose(np.concatenate(rows), library_images[order], atol=1e-4)


def test_card_of_a_folder(clip_model: ClipModel) -> None:
    """A path of one machine would get into the catalogue, and the collection be bound to it."""
    card = clip_model.card
    assert (card.name, card.model, card.embed_dim) == ("clip", "tiny-clip", 16)
    assert (card.device, card.dtype) == ("cpu", "float32")


def test_unknown_names_are_explained() -> None:
    """A typing mistake in ENGINE_CLIP_MODEL would end in open_clip's list of 200 names."""
    with pytest.raises(ModelUnavailable, match="no pretrained model ViT-Q-99/webli"):
        load_clip("ViT-Q-99/webli", Placement("cpu", "float32"))
