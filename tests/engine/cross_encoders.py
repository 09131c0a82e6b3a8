"""A cross-encoder small enough to be written by hand, whose scores can be told beforehand."""

from __future__ import annotations

from pathlib import Path

from engine.encoders.sentence import minilm_folder

FAVOURITE = "zebra"
WIDTH = 8


def write_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """A BERT classifier of one layer that likes a word: the larger its share, the better.

    Attention is even and its values pass through, so the first token gathers the mean of all;
    the classifier reads from it how much of that was the word.

    Args:
        folder: where to write it, in the format of the hub.
        labels: scores for each pair; a re-ranker has one.
    """
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=WIDTH,
    )
    config.num_labels = labels
    network = BertForSequenceClassification(config)
    weights = {
        name: values if "LayerNorm" in name else torch.zeros_like(values)
        for name, values in network.state_dict().items()
    }
    anything, favourite = 0, 1  # what the dimensions stand for
    words = weights["bert.embeddings.word_embeddings.weight"]
    words[tokenizer.cls_token_id, anything] = 1
    words[tokenizer.convert_tokens_to_ids(FAVOURITE), favourite] = 1
    attention = "bert.encoder.layer.0.attention"
    for passing in (f"{attention}.self.value", f"{attention}.output.dense", "bert.pooler.dense"):
        weights[f"{passing}.weight"] = torch.eye(WIDTH)
    weights["classifier.weight"][0, favourite] = 1
    network.load_state_dict(weights)
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
