"""A sentence model small enough to be trained in a test."""

from __future__ import annotations

from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import AutoTokenizer, BertConfig, BertModel

from engine.encoders.sentence import minilm_folder

EMBED_DIM = 32


def write_sentence_model(folder: Path) -> str:
    """Writes a model of one layer and random weights, with MiniLM's tokens; returns its name."""
    torch.manual_seed(3)
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    network = BertModel(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=EMBED_DIM,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=EMBED_DIM,
            max_position_embeddings=64,
        ),
        add_pooling_layer=False,
    )
    parts = folder / "parts"
    network.save_pretrained(parts)
    tokenizer.save_pretrained(parts)
    transformer = Transformer(str(parts), max_seq_length=32)
    model = SentenceTransformer(modules=[transformer, Pooling(EMBED_DIM)], device="cpu")
    model.save(str(folder / "model"), create_model_card=False)
    return str(folder / "model")
