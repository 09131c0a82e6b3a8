"""Settings of the engine process, read once from ``ENGINE_…`` variables and passed down."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.schemas import Profile


class EngineSettings(BaseSettings):
    """Everything about the engine that an operator may change; units are in the names."""

    model_config = SettingsConfigDict(env_prefix="ENGINE_", extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("magpie"),
        description="The one folder that holds catalogue, originals, vectors, tokens and logs.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(0, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    bot_token: SecretStr | None = Field(
        None, description="Token of the bot; made and kept in the data folder when absent."
    )
    owner_token: SecretStr | None = Field(
        None,
        description="Token of the owner's shell; made and kept in the data folder when absent.",
    )
    profile: Profile | None = Field(
        None, description="Encoder profile for the first start: starter, standard or best."
    )
    clip_model: str | None = Field(
        None, description="open_clip name or folder to use instead of the profile's at first start."
    )
    sentence_model: str | None = Field(
        None,
        description="sentence-transformers name or folder instead of the profile's at first start.",
    )
    rerank_model: str | None = Field(
        None,
        description="Cross-encoder (hub name or folder) that orders found texts; off when absent.",
    )
    glove_file: Path | None = Field(
        None, description="GloVe word vectors as text, one word a line; off when absent."
    )
    device: str = Field("auto", description="auto, cpu, cuda, cuda:N or mps.")
    max_batch: int = Field(32, ge=1, description="Most inputs in one forward of an encoder.")
    max_batch_wait_ms: float = Field(
        2.0, ge=0, description="How long a forward waits for company, in milliseconds."
    )
    max_queue: int = Field(
        512, ge=1, description="Most inputs waiting for an encoder before it answers 429."
    )
    decode_workers: int = Field(
        2, ge=1, description="Processes that read pictures, documents and text in pictures."
    )
    decode_timeout_s: float = Field(
        20.0, gt=0, description="Longest a picture may take to decode, in seconds."
    )
    max_file_bytes: int = Field(
        25 * 1024 * 1024, ge=1, description="Largest accepted upload, in bytes."
    )
    max_pixels: int = Field(
        50_000_000, ge=1, description="Largest accepted picture, width times height."
    )
    detector: str | None = Field(
        None,
        description="torchvision detector whose boxes are searched as well; off when absent.",
    )
    detector_weights: str | None = Field(
        None,
        description="The detector's weights: a file, or torchvision's name of them; its default "
        "ones when absent.",
    )
    detector_min_score: float = Field(
        0.3, ge=0, le=1, description="Least score of a box that is searched."
    )
    max_regions: int = Field(8, ge=1, le=100, description="Most boxes of one picture searched.")
    ocr: bool = Field(True, description="Whether the text inside pictures is read.")
    ocr_timeout_s: float = Field(
        60.0, gt=0, description="Longest that reading the text in a picture may take, in seconds."
    )
    document_timeout_s: float = Field(
        60.0, gt=0, description="Longest a document may take to read, in seconds."
    )
    max_document_pages: int = Field(2_000, ge=1, description="Most pages of an accepted PDF.")
    max_document_chars: int = Field(
        5_000_000, ge=1, description="Longest accepted text of a document, in characters."
    )
    max_document_passages: int = Field(
        10_000, ge=1, description="Most passages that an accepted document makes."
    )
    max_document_memory_bytes: int = Field(
        1024 * 1024 * 1024,
        ge=1,
        description="Most memory that reading one document may take, in bytes; enforced on Linux.",
    )
    max_text_chars: int = Field(
        20_000, ge=1, description="Longest accepted text of an item, in characters."
    )
    max_query_chars: int = Field(
        2_000, ge=1, description="Longest accepted text of a query, in characters."
    )
    max_query_parts: int = Field(8, ge=1, description="Most parts of one query.")
    min_free_bytes: int = Field(
        256 * 1024 * 1024,
        ge=0,
        description="Uploads are refused when the disk has less than this left, in bytes.",
    )
    assess_timeout_s: float = Field(
        600.0, gt=0, description="Longest that a trained model may take to answer, in seconds."
    )
    map_timeout_s: float = Field(
        180.0, gt=0, description="Longest that one view of a map may take to make, in seconds."
    )
    map_pages: bool = Field(
        True, description="Whether a map has a page, open to whoever holds its address."
    )
    public_url: str | None = Field(
        None,
        description="Address by which people reach the engine's /maps/; without, none is linked.",
    )
    max_waiting_jobs: int = Field(
        3, ge=1, description="Most training jobs of one library that wait at a time."
    )
    embed_batch: int = Field(32, ge=1, description="Items embedded together in the background.")
    reconcile_every_s: float = Field(
        60.0, gt=0, description="How often catalogue and index are compared, in seconds."
    )
    flush_every_s: float = Field(
        1.0, gt=0, description="How often vectors are synced to disk, in seconds."
    )
    qdrant_url: str | None = Field(
        None,
        pattern=r"^https?://[^/@\s]+",
        description="Address of a Qdrant server or cluster, such as https://qdrant:6333; without, "
        "vectors are kept in the data folder.",
    )
    qdrant_api_key: SecretStr | None = Field(
        None, description="Key of the Qdrant server, with leave to write; send it over https."
    )
    qdrant_grpc_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port on which Qdrant is called by gRPC, usually 6334; by REST when absent.",
    )
    qdrant_timeout_s: float = Field(
        5.0, gt=0, description="Longest that Qdrant may take to answer a search, in seconds."
    )
    qdrant_write_timeout_s: float = Field(
        30.0, gt=0, description="Longest that Qdrant may take to write, in seconds."
    )
    qdrant_prefix: str = Field(
        "magpie",
        pattern=r"^[a-z0-9_-]{1,40}$",
        description="Begins the names of collections; two engines with data of their own on one "
        "Qdrant need two.",
    )
    qdrant_quantized: bool = Field(
        False,
        description="Whether new collections on Qdrant are searched by int8 vectors in memory, a "
        "quarter as large, and decided by the exact ones.",
    )
    qdrant_on_disk: bool = Field(
        False,
        description="Whether new collections on Qdrant leave exact vectors on disk; with int8 in "
        "memory, for more than memory holds.",
    )
    qdrant_shards: int | None = Field(
        None, ge=1, description="Parts of a new collection on Qdrant; one a node when absent."
    )
    qdrant_replicas: int = Field(
        1, ge=1, description="Nodes of a Qdrant cluster that hold each part of a new collection."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
