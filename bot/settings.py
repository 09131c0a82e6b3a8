"""Settings of the bot process, read once from ``BOT_…`` variables and passed down."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BotSettings(BaseSettings):
    """Everything about the bot that an operator may change; units are in the names."""

    model_config = SettingsConfigDict(env_prefix="BOT_", extra="forbid", frozen=True)

    discord_token: SecretStr = Field(description="Token of the bot's Discord application.")
    engine_url: str = Field(description="Address of the engine, such as http://127.0.0.1:8701.")
    engine_token: SecretStr = Field(description="The bot's bearer token at the engine.")
    development_guild_id: int | None = Field(
        None,
        description="Registers the commands in this server only, where they appear at once.",
    )
    page_size: int = Field(
        4, ge=1, le=4, description="Hits on one page of a gallery; Discord has room for four."
    )
    max_hits: int = Field(24, ge=1, le=200, description="Most hits one search brings.")
    gallery_timeout_s: float = Field(
        840.0,
        gt=0,
        le=880,
        description="How long a gallery's buttons work after the last click; "
        "Discord lets it be changed for 900 seconds.",
    )
    slow_notice_s: float = Field(
        2.0, gt=0, le=2.5, description="After this long a waiting person reads that it takes time."
    )
    search_timeout_s: float = Field(
        45.0, gt=0, description="Longest a search may take before it is given up."
    )
    max_file_bytes: int = Field(
        25 * 1024 * 1024,
        ge=1,
        description="Largest picture or document that is downloaded, in bytes.",
    )
    download_timeout_s: float = Field(
        30.0, gt=0, description="Longest the download of one file may take."
    )
    parallel_uploads: int = Field(
        4, ge=1, description="Messages that are handed to the engine at the same time."
    )
    max_pending: int = Field(
        2_000,
        ge=1,
        description="Changes kept in memory while the engine is away; "
        "what does not fit is read again from Discord's history.",
    )
    compare_messages: int = Field(
        300,
        ge=0,
        description="Newest messages of each watched channel that are compared with the library "
        "at start, to find what was edited or deleted while the bot was away.",
    )
    progress_every_s: float = Field(
        3.0, gt=0, description="How often a progress message is edited, in seconds."
    )
    engine_retry_s: float = Field(
        1.0, gt=0, description="First pause before an unreachable engine is tried again."
    )
    engine_retry_max_s: float = Field(
        5.0, gt=0, description="Longest pause before an unreachable engine is tried again."
    )
    guild_ready_timeout_s: float = Field(
        2.0, ge=0, description="How long to wait at start for another server to be announced."
    )
