"""Labels coming from and going to files."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from engine.schemas.base import OpaqueId, Schema
from engine.schemas.labels import Draw, LabelMethod

MAX_ROWS_A_REQUEST = 1_000


class ImportRow(Schema):
    """One row of an import: which item (exactly one way to name it) is what.

    Attributes:
        classes: names; several where the set allows it.
        labelled_by: who said so; by default whoever imports.
        method: how it was given, where the file knows; so that an export can be imported again.
        drawn: why it was shown, where the file knows.
    """

    row: int = Field(ge=0, description="Its number in the file, for the report.")
    item_id: str | None = None
    sha256: str | None = None
    path: str | None = None
    classes: list[str]
    labelled_by: OpaqueId | None = None
    given_at: AwareDatetime | None = None
    method: LabelMethod = LabelMethod.IMPORT
    drawn: Draw | None = None


class ImportRequest(Schema):
    """Rows to import; the good ones go in, the bad ones come back.

    Attributes:
        create_classes: whether unknown names become classes; otherwise such rows are refused.
    """

    person_id: OpaqueId
    channel_ids: list[str] | None
    create_classes: bool = False
    rows: list[ImportRow] = Field(min_length=1, max_length=MAX_ROWS_A_REQUEST)


class RefusedRow(Schema):
    """A row that was not imported, and why."""

    row: int
    reason: str


class ImportReport(Schema):
    """What became of an import."""

    imported: int
    unchanged: int = Field(description="Rows that say what that person had said already.")
    refused: list[RefusedRow] = Field(default_factory=list)
    batch_id: str


class ExportFormat(StrEnum):
    """How labels leave Magpie; all but the first two are zip archives with the originals."""

    JSONL = "jsonl"
    CSV = "csv"
    FOLDER = "folder"
    COCO = "coco"
    HUGGING_FACE = "huggingface"


class ExportRequest(Schema):
    """Asks for the labels of items in the channels the asker may see."""

    format: ExportFormat = ExportFormat.JSONL
    channel_ids: list[str] | None
