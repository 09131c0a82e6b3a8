"""What travels between the bot and the engine: the public, torch-free face of the HTTP API.

Ids of libraries, channels, messages, attachments and authors are opaque strings to the engine
(Discord snowflakes, or paths for the shell). Times are timezone-aware; on the wire RFC 3339.
"""

from engine.schemas.base import (
    PICTURE_SUFFIXES,
    ItemKind,
    OpaqueId,
    Place,
    Problem,
    Profile,
    Schema,
)
from engine.schemas.items import (
    Acknowledged,
    ForgetAnswer,
    ForgetRequest,
    Item,
    ItemAck,
    ItemPage,
    NewItem,
)
from engine.schemas.libraries import (
    Channel,
    ChannelPage,
    ChannelUpdate,
    LibraryStatus,
    Retention,
    RetentionUpdate,
)
from engine.schemas.operations import (
    EncodeAnswer,
    EncodeRequest,
    EncoderState,
    Readiness,
    VerifyReport,
)
from engine.schemas.people import (
    AuditAction,
    AuditEntry,
    AuditPage,
    Person,
    PersonUpdate,
    StoredCount,
)
from engine.schemas.search import (
    Band,
    Feedback,
    FeedbackSummary,
    Hit,
    JudgementCount,
    PassageLocation,
    QueryPart,
    SearchAnswer,
    SearchRequest,
    Verdict,
)

__all__ = [
    "PICTURE_SUFFIXES",
    "Acknowledged",
    "AuditAction",
    "AuditEntry",
    "AuditPage",
    "Band",
    "Channel",
    "ChannelPage",
    "ChannelUpdate",
    "EncodeAnswer",
    "EncodeRequest",
    "EncoderState",
    "Feedback",
    "FeedbackSummary",
    "ForgetAnswer",
    "ForgetRequest",
    "Hit",
    "Item",
    "ItemAck",
    "ItemKind",
    "ItemPage",
    "JudgementCount",
    "LibraryStatus",
    "NewItem",
    "OpaqueId",
    "PassageLocation",
    "Person",
    "PersonUpdate",
    "Place",
    "Problem",
    "Profile",
    "QueryPart",
    "Readiness",
    "Retention",
    "RetentionUpdate",
    "Schema",
    "SearchAnswer",
    "SearchRequest",
    "StoredCount",
    "Verdict",
    "VerifyReport",
]
