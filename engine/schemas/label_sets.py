"""Label sets: the tasks a team labels for, their classes, and who and what may feed them.

A label set is one task ("which animal?") over the pictures or the texts of a library.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from engine.schemas.base import ItemKind, OpaqueId, Page, Schema

MAX_CLASSES = 1_000


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
"""Of a label set or class; any characters, compared without regard to case."""


Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)]


class LabelClass(Schema):
    """One answer of a label set.

    Attributes:
        class_id: stays through renaming.
        description: what belongs to it, for labellers and for zero-shot classification.
        example_item_id: an item that shows it.
        archived: no longer offered; its labels stay and no longer count.
        merged_into: the class whose labels its own count as now.
        labels: how many items people have given it, as they count now.
    """

    class_id: str
    name: str
    description: str = ""
    example_item_id: str | None = None
    archived: bool = False
    merged_into: str | None = None
    labels: int = 0


class LabelSet(Schema):
    """One labelling task.

    Attributes:
        kind: of the items it is about.
        multi_label: whether an item may have several classes.
        labeller_ids: roles or people who may label, as opaque ids; empty: whoever the bot lets.
        classes: in the order of creation, with those archived or merged.
        labelled: how many items have a label.
    """

    labelset_id: str
    library_id: str
    name: str
    description: str = ""
    kind: ItemKind
    multi_label: bool = False
    labeller_ids: list[str] = Field(default_factory=list)
    classes: list[LabelClass] = Field(default_factory=list)
    archived: bool = False
    created_by: str
    created_at: AwareDatetime
    labelled: int = 0

    @property
    def offered(self) -> list[LabelClass]:
        """The classes that can be given: neither archived nor merged into another."""
        return [each for each in self.classes if not each.archived and each.merged_into is None]


class LabelSetPage(Page):
    """One page of a library's label sets, by name."""

    labelsets: list[LabelSet]


class NewLabelClass(Schema):
    """A class to add."""

    name: Name
    description: Description = ""
    example_item_id: str | None = None


class NewLabelSet(Schema):
    """A label set to create; its name is unique among those of its library not archived."""

    library_id: OpaqueId
    name: Name
    description: Description = ""
    kind: ItemKind
    multi_label: bool = False
    labeller_ids: list[OpaqueId] = Field(default_factory=list, max_length=100)
    classes: list[NewLabelClass] = Field(default_factory=list, max_length=MAX_CLASSES)
    asked_by: str = ""


class LabelSetUpdate(Schema):
    """Changes to a label set; absent fields stay."""

    name: Name | None = None
    description: Description | None = None
    labeller_ids: list[OpaqueId] | None = Field(default=None, max_length=100)
    archived: bool | None = None
    asked_by: str = ""


class LabelClassUpdate(Schema):
    """Changes to a class; absent fields stay, a null example takes it away."""

    name: Name | None = None
    description: Description | None = None
    example_item_id: str | None = None
    archived: bool | None = None
    asked_by: str = ""


class MergeRequest(Schema):
    """Makes the labels of a class count as another's; both keep their history."""

    into: OpaqueId
    asked_by: str = ""


class LabelSetAction(StrEnum):
    """What was done to a label set."""

    CREATED = "created"
    CHANGED = "changed"
    ARCHIVED = "archived"
    RESTORED = "restored"
    CLASS_ADDED = "class_added"
    CLASS_CHANGED = "class_changed"
    CLASS_ARCHIVED = "class_archived"
    CLASS_RESTORED = "class_restored"
    CLASS_MERGED = "class_merged"


class LabelSetChange(Schema):
    """One entry of a label set's history.

    Attributes:
        class_id: the class it was about, if one.
        before: the name before, where it was about a name.
        after: the name after; of a merge, the class it went into.
    """

    at: AwareDatetime
    action: LabelSetAction
    actor_id: str
    class_id: str | None = None
    before: str = ""
    after: str = ""


class LabelSetHistory(Page):
    """A label set's changes, newest first."""

    changes: list[LabelSetChange]


class ReactionBinding(Schema):
    """In a channel, reacting with an emoji gives a class."""

    library_id: OpaqueId
    channel_id: OpaqueId
    emoji: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    labelset_id: OpaqueId
    class_id: OpaqueId


class ReactionBindings(Schema):
    """Every binding of a library."""

    bindings: list[ReactionBinding]


class Training(Schema):
    """Whether models may learn from a library's labels; off until an administrator says so."""

    enabled: bool


class TrainingUpdate(Training):
    """A new setting, and the person who wants it, for the audit."""

    asked_by: str | None = None
