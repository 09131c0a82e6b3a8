"""Limits on messages that Discord enforces and its OpenAPI file leaves out.

Every rule names its source. What is wrong is collected and answered as Discord does it:
one 400 with code 50035 and the path of each bad field.
https://discord.com/developers/docs/reference#error-messages
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.standin import component_rules
from bot.standin.errors import too_large
from bot.standin.files import Upload
from bot.standin.problems import Problems
from bot.standin.world import Json

MAX_CONTENT = 2000
"""https://discord.com/developers/docs/resources/message#create-message-jsonform-params."""
MAX_EMBEDS = 10
MAX_EMBED_CHARACTERS = 6000
MAX_FIELDS = 25
_EMBED_TEXT_LIMITS = {"title": 256, "description": 4096}
"""https://discord.com/developers/docs/resources/message#embed-object-embed-limits."""
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_REQUEST_BYTES = 25 * 1024 * 1024
"""https://discord.com/developers/docs/reference#uploading-files."""
MAX_FILES = 10


def check_message(
    payload: Json, uploads: Sequence[Upload], filenames: Collection[str], *, v2: bool
) -> None:
    """Check what a message is to become.

    Args:
        payload: the fields that are set, in Discord's JSON.
        uploads: the files that come with it.
        filenames: every name that `attachment://` may refer to.
        v2: whether the message is, or becomes, one of Components V2.

    Raises:
        ApiError: 50035 with every problem found, or 40005 for a file that is too large.
    """
    if any(len(upload.data) > MAX_FILE_BYTES for upload in uploads):
        raise too_large()
    problems = Problems()
    if len(uploads) > MAX_FILES:
        problems.add("attachments", "BASE_TYPE_BAD_LENGTH", f"At most {MAX_FILES} files.")
    if v2:
        _check_no_legacy_fields(payload, problems)
    if len(payload.get("content") or "") > MAX_CONTENT:
        problems.too_long("content", MAX_CONTENT)
    _check_embeds(payload.get("embeds") or [], problems)
    component_rules.check(payload.get("components") or [], filenames, problems, v2=v2)
    problems.raise_if_any()


def _check_no_legacy_fields(payload: Json, problems: Problems) -> None:
    """https://discord.com/developers/docs/components/reference#what-is-a-component."""
    for field in ("content", "embeds", "poll", "sticker_ids"):
        if payload.get(field):
            problems.add(
                field,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _check_embeds(embeds: Sequence[Json], problems: Problems) -> None:
    """https://discord.com/developers/docs/resources/message#embed-object-embed-limits."""
    if len(embeds) > MAX_EMBEDS:
        problems.add("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_EMBEDS} or fewer in length.")
    for index, embed in enumerate(embeds):
        _check_embed(embed, f"embeds.{index}", problems)
    if sum(_characters(embed) for embed in embeds) > MAX_EMBED_CHARACTERS:
        problems.add(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            f"Embed size exceeds maximum size of {MAX_EMBED_CHARACTERS}",
        )


def _check_embed(embed: Json, path: str, problems: Problems) -> None:
    for key, limit in _EMBED_TEXT_LIMITS.items():
        if len(embed.get(key) or "") > limit:
            problems.too_long(f"{path}.{key}", limit)
    if len((embed.get("footer") or {}).get("text") or "") > 2048:
        problems.too_long(f"{path}.footer.text", 2048)
    if len((embed.get("author") or {}).get("name") or "") > 256:
        problems.too_long(f"{path}.author.name", 256)
    fields = embed.get("fields") or []
    if len(fields) > MAX_FIELDS:
        problems.too_long(f"{path}.fields", MAX_FIELDS)
    for number, field in enumerate(fields):
        for key, limit in (("name", 256), ("value", 1024)):
            where = f"{path}.fields.{number}.{key}"
            if not (field.get(key) or "").strip():
                problems.required(where)
            elif len(field[key]) > limit:
                problems.too_long(where, limit)


def _characters(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts.append((embed.get("footer") or {}).get("text"))
    texts.append((embed.get("author") or {}).get("name"))
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text or "") for text in texts)
