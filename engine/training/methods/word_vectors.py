"""Averaged word vectors and a probe: learnt from the library's own text, or read from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.encoders.ports import Features
from engine.errors import ModelUnavailable
from engine.training.context import Learning, RunContext, Stopped
from engine.training.data import TrainingData
from engine.training.extractors.word_averages import WordAverages
from engine.training.methods.features import FeaturePredictor, fitted_probe
from engine.training.snapshot import Split
from engine.training.words import frequencies_of, words_of

if TYPE_CHECKING:
    from gensim.models import Word2Vec  # type: ignore[import-untyped]

DIMENSIONS, WINDOW, NEGATIVES = 100, 5, 5
LEAST_OCCURRENCES = 2
"""A word that occurs once teaches nothing of itself, and may be somebody's name."""

WORDS_TO_READ = 3_000_000
LEAST_EPOCHS, MOST_EPOCHS = 5, 100
"""Word2Vec's five epochs are for billions of words; a library is read until this many have been."""

MOST_GLOVE_WORDS = 100_000
"""Such files begin with the most frequent words; so many take seconds to read, all of them
minutes."""


@dataclass(frozen=True)
class Word2VecMethod:
    """Words are learnt from those around them (Mikolov et al. 2013), in the library and the set.

    Attributes:
        skip_gram: a word foretells those around it; else they foretell it (CBOW).
    """

    skip_gram: bool

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:
        """Learns the words of all texts that may be learnt from, and fits a probe.

        It takes a minute at most, always comes to the same, and so begins anew after a stop.
        """
        texts = _texts(data)
        sentences = [words_of(text) for text in texts]
        words, vectors = self._vectors(sentences, context)
        return _predictor(data, texts, words, vectors)

    def _vectors(
        self, sentences: Sequence[Sequence[str]], context: RunContext
    ) -> tuple[Sequence[str], Features]:
        from gensim.models import Word2Vec

        read = sum(map(len, sentences))
        epochs = min(max(WORDS_TO_READ // max(read, 1), LEAST_EPOCHS), MOST_EPOCHS)
        # With a second worker, threads would race each other to the weights.
        model = Word2Vec(
            vector_size=DIMENSIONS,
            window=WINDOW,
            negative=NEGATIVES,
            min_count=LEAST_OCCURRENCES,
            sg=int(self.skip_gram),
            seed=context.seed,
            workers=1,
            epochs=epochs,
        )
        model.build_vocab(sentences)
        if len(model.wv):
            _train(model, sentences, context)
        return model.wv.index_to_key, np.asarray(model.wv.vectors, dtype=np.float32)


def _train(model: Word2Vec, sentences: Sequence[Sequence[str]], context: RunContext) -> None:
    from gensim.models.callbacks import CallbackAny2Vec  # type: ignore[import-untyped]

    class Reporter(CallbackAny2Vec):  # type: ignore[misc]  # gensim has no types
        """Told of each epoch."""

        epochs = 0

        def on_epoch_end(self, _model: Word2Vec) -> None:
            """Reports, and stops where asked."""
            self.epochs += 1
            context.report(Learning(self.epochs / model.epochs))
            if context.stop_asked():
                raise Stopped

    model.train(
        sentences,
        total_examples=model.corpus_count,
        epochs=model.epochs,
        callbacks=[Reporter()],
    )


class GloveMethod:
    """Word vectors of a file in GloVe's own format (Pennington et al. 2014)."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:  # noqa: ARG002
        """Reads the vectors and fits a probe."""
        words, vectors = _glove(data.glove_file)
        return _predictor(data, _texts(data), words, vectors)


def _glove(path: Path | None) -> tuple[Sequence[str], Features]:
    from gensim.models import KeyedVectors

    if path is None:
        raise ModelUnavailable(
            "There are no GloVe vectors. Download some, such as glove.6B.100d.txt, name the file "
            "in ENGINE_GLOVE_FILE and start the engine again; or leave this method out."
        )
    try:
        found = KeyedVectors.load_word2vec_format(path, no_header=True, limit=MOST_GLOVE_WORDS)
    except (OSError, ValueError, TypeError) as error:
        raise ModelUnavailable(
            f"The GloVe vectors in {path.name} cannot be read ({error}). ENGINE_GLOVE_FILE names a "
            "text file in which each line is a word and its numbers, with spaces between them."
        ) from error
    return found.index_to_key, np.asarray(found.vectors, dtype=np.float32)


def _texts(data: TrainingData) -> list[str]:
    """What words are learnt from, or counted in: the library's texts and those of the set."""
    return [*data.corpus, *(data.texts[row] for row in data.rows(Split.TRAIN))]


def _predictor(
    data: TrainingData, texts: Sequence[str], words: Sequence[str], vectors: Features
) -> FeaturePredictor:
    averages = WordAverages.of(words, vectors, frequencies_of(texts))
    features = averages.features(data, np.arange(len(data.classes)))
    return FeaturePredictor(fitted_probe(data, features), features, averages)
