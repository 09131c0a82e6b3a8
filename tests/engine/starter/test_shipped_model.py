"""The weights folder that ships: it loads offline and finds the right sample picture."""

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from engine.starter.encode import StarterEncoder
from engine.starter.folder import EMBED_DIM, WEIGHTS_DIR
from engine.starter.measures import chance_recall, recall_at

if TYPE_CHECKING:
    from engine.starter.measures import Features

PICTURES_DIR = Path(__file__).parents[3] / "bot" / "demo" / "pictures"


@pytest.fixture(scope="module")
def encoder() -> StarterEncoder:
    """The shipped model, loaded while every connection fails."""

    def refuse(*_: object) -> None:
        raise OSError("The starter model must load without a network.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        return StarterEncoder(WEIGHTS_DIR)


@pytest.fixture(scope="module")
def samples() -> dict[str, Image.Image]:
    """The sample pictures by caption."""
    files = sorted(PICTURES_DIR.glob("*.webp"))
    return {file.stem.replace("-", " "): Image.open(file).convert("RGB") for file in files}


@pytest.fixture(scope="module")
def sample_features(encoder: StarterEncoder, samples: dict[str, Image.Image]) -> "Features":
    """Image features of the sample pictures."""
    return encoder.encode_images(list(samples.values()))


def test_folder_is_small() -> None:
    """A first start would otherwise install far more than the 20 MB that were promised."""
    size_bytes = sum(file.stat().st_size for file in WEIGHTS_DIR.iterdir())
    assert size_bytes <= 20 * 1024**2


def test_image_features_are_unit_vectors(sample_features: "Features") -> None:
    """Cosine search would rank pictures by length, or fail on NaN."""
    assert sample_features.shape[1] == EMBED_DIM
    np.testing.assert_allclose(np.linalg.norm(sample_features, axis=1), 1, atol=1e-4)


def test_text_features_are_unit_vectors(encoder: StarterEncoder) -> None:
    """An empty, a foreign or a very long query would otherwise break a search."""
    texts = ["", "☂", "яблоко", "a red umbrella " * 40]
    features = encoder.encode_texts(texts)
    np.testing.assert_allclose(np.linalg.norm(features, axis=1), 1, atol=1e-4)


def test_samples_are_found_by_their_captions(
    encoder: StarterEncoder, samples: dict[str, Image.Image], sample_features: "Features"
) -> None:
    """A newcomer's first search would show the wrong pictures."""
    found = recall_at(encoder.encode_texts(list(samples)), sample_features, np.arange(len(samples)))
    assert found["R@5"] >= 4 * chance_recall(len(samples))["R@5"]


@pytest.mark.parametrize(
    ("query", "caption"),
    [
        ("rocket", "a rocket in the night sky"),
        ("snowman", "a snowman in winter"),
        ("guitar", "a guitar on a stage"),
    ],
)
def test_everyday_words_find_their_picture(
    query: str,
    caption: str,
    encoder: StarterEncoder,
    samples: dict[str, Image.Image],
    sample_features: "Features",
) -> None:
    """The examples of the first-run page would find nothing."""
    scores = (encoder.encode_texts([query]) @ sample_features.T)[0]
    best = [list(samples)[row] for row in np.argsort(-scores)[:10]]
    assert caption in best


def test_crop_finds_its_picture(
    encoder: StarterEncoder, samples: dict[str, Image.Image], sample_features: "Features"
) -> None:
    """Searching with a piece of a picture would not find the picture it was cut from."""
    crops = [
        sample.crop((30, 30, sample.width - 20, sample.height - 20)) for sample in samples.values()
    ]
    found = recall_at(encoder.encode_images(crops), sample_features, np.arange(len(crops)))
    assert found["R@5"] >= 80
