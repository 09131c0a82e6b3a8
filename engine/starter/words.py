"""The texts the text tower is taught with, and the WordPiece vocabulary cut down to them."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.starter.captions import TEMPLATES, caption, count_caption, pair_caption
from engine.starter.concepts import Concept

WORDNET_DIR = Path("/usr/share/wordnet")
"""Where Debian's ``wordnet-base`` keeps its data files."""

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
PAD_ID, UNK_ID, CLS_ID, SEP_ID = range(4)
VOCAB_SIZE = 12_000


def training_texts(concepts: Iterable[Concept], seed: int, scenes: int = 15_000) -> list[str]:
    """Every text the text tower is taught with: names, keywords, captions, WordNet; no doubles."""
    rng = random.Random(seed)  # noqa: S311 - texts, not secrets
    concepts = list(concepts)
    texts = [concept.name for concept in concepts]
    texts += [keyword for concept in concepts for keyword in concept.keywords]
    emoji = [concept.name for concept in concepts if concept.category]
    texts += [caption(name, template) for name in emoji for template in TEMPLATES]
    texts += [caption(concept.name, rng.choice(TEMPLATES)) for concept in concepts]
    names = [concept.name for concept in concepts if len(concept.name.split()) <= 3]
    texts += [pair_caption(rng.choice(names), rng.choice(emoji), rng) for _ in range(scenes)]
    texts += [count_caption(name, rng.randint(2, 4)) for name in emoji]
    texts += _wordnet_texts(rng)
    return sorted(set(texts))


def cut_tokenizer(
    teacher: dict[str, Any], texts: Iterable[str]
) -> tuple[dict[str, Any], list[int]]:
    """Keep the commonest ``VOCAB_SIZE`` tokens of a BERT ``tokenizer.json``.

    Args:
        teacher: the teacher's parsed ``tokenizer.json``.
        texts: what the vocabulary has to cover.

    Returns:
        The smaller ``tokenizer.json`` and, for each new id, the teacher's id.
    """
    from tokenizers import Tokenizer

    counts: Counter[str] = Counter()
    for encoding in Tokenizer.from_str(json.dumps(teacher)).encode_batch(list(texts)):
        counts.update(encoding.tokens)
    teacher_vocab: dict[str, int] = teacher["model"]["vocab"]
    kept = list(SPECIAL_TOKENS)
    kept += [t for t in teacher_vocab if re.fullmatch(r"(##)?[!-~]", t)]
    known = set(kept)
    kept += [token for token, _ in counts.most_common() if token not in known]
    kept += [token for token in teacher_vocab if token not in counts.keys() | known]
    kept = [token for token in kept if not token.startswith("[unused")][:VOCAB_SIZE]
    small = json.loads(json.dumps(teacher))
    small["model"]["vocab"] = {token: index for index, token in enumerate(kept)}
    small["added_tokens"] = [
        {**added, "id": kept.index(added["content"])}
        for added in teacher["added_tokens"]
        if added["content"] in SPECIAL_TOKENS
    ]
    small["post_processor"] = {
        "type": "BertProcessing",
        "sep": ["[SEP]", SEP_ID],
        "cls": ["[CLS]", CLS_ID],
    }
    small["padding"] = small["truncation"] = None
    return small, [teacher_vocab[token] for token in kept]


def _wordnet_texts(rng: random.Random, lemmas: int = 35_000, glosses: int = 20_000) -> list[str]:
    words: list[str] = []
    sentences: list[str] = []
    for part in ("noun", "verb", "adj"):
        for line in (WORDNET_DIR / f"data.{part}").read_text("utf-8").splitlines():
            if line.startswith(" "):
                continue
            head, _, gloss = line.partition("|")
            fields = head.split()
            word_count = int(fields[3], 16)
            synonyms = fields[4 : 4 + 2 * word_count : 2]
            words += [w.replace("_", " ").partition("(")[0] for w in synonyms]
            sentences.append(" ".join(gloss.partition(";")[0].split()[:14]))
            sentences += re.findall(r'"([^"]{8,70})"', gloss)
    return rng.sample(sorted(set(words)), lemmas) + rng.sample(sorted(set(sentences)), glosses)
