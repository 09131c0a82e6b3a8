"""Limits on components that Discord enforces, for messages and for modals.

Unless a rule says otherwise: https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from bot.standin.components import LINK_STYLE, SELECTS, ComponentType, media, texts, walk
from bot.standin.files import safe_filename
from bot.standin.problems import Problems
from bot.standin.world import Json

MAX_ROWS = 5
MAX_BUTTONS_IN_ROW = 5
MAX_SELECT_OPTIONS = 25
MAX_COMPONENTS_V2 = 40
"""Nested ones count: https://discord.com/developers/docs/components/reference#what-is-a-component."""
MAX_GALLERY_ITEMS = 10
MAX_TEXT_V2 = 4000
"""Of all text displays together [memory: the figure in the reference is per component]."""
MAX_MODAL_COMPONENTS = 5

_V1_TOP = {ComponentType.ACTION_ROW}
_IN_CONTAINER = {
    ComponentType.ACTION_ROW,
    ComponentType.SECTION,
    ComponentType.TEXT_DISPLAY,
    ComponentType.MEDIA_GALLERY,
    ComponentType.FILE,
    ComponentType.SEPARATOR,
}
_V2_TOP = _IN_CONTAINER | {ComponentType.CONTAINER}
_MODAL_TOP = {ComponentType.ACTION_ROW, ComponentType.LABEL, ComponentType.TEXT_DISPLAY}
_IN_LABEL = SELECTS | {ComponentType.TEXT_INPUT, ComponentType.FILE_UPLOAD}


def check(
    components: Sequence[Json], filenames: Collection[str], problems: Problems, *, v2: bool
) -> None:
    """Note what is wrong with a message's components.

    Args:
        components: the top level.
        filenames: what `attachment://` may refer to.
        problems: where to note it.
        v2: whether the message has the flag IS_COMPONENTS_V2.
    """
    _check_kinds(components, _V2_TOP if v2 else _V1_TOP, "components", problems)
    if v2:
        _check_v2_totals(components, problems)
    elif len(components) > MAX_ROWS:
        problems.too_long("components", MAX_ROWS)
    for index, component in enumerate(components):
        _check_one(component, f"components.{index}", problems)
    _check_unique(components, problems)
    _check_attachments(components, filenames, problems)


def check_modal(data: Json) -> None:
    """Check a modal: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal.

    Raises:
        ApiError: 50035 with every problem found.
    """
    problems = Problems()
    problems.length("data.title", data.get("title"), 1, 45)
    problems.length("data.custom_id", data.get("custom_id"), 1, 100)
    components: list[Json] = data.get("components") or []
    if not 1 <= len(components) <= MAX_MODAL_COMPONENTS:
        problems.add(
            "data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
        )
    _check_kinds(components, _MODAL_TOP, "data.components", problems)
    for index, component in enumerate(components):
        path = f"data.components.{index}"
        if component.get("type") == ComponentType.LABEL:
            problems.length(f"{path}.label", component.get("label"), 1, 45)
            _check_kinds([component.get("component") or {}], _IN_LABEL, path, problems)
    _check_unique(components, problems)
    problems.raise_if_any()


def _check_kinds(
    components: Sequence[Json], allowed: Collection[int], path: str, problems: Problems
) -> None:
    for index, component in enumerate(components):
        if component.get("type") not in allowed:
            kinds = ", ".join(str(int(one)) for one in sorted(allowed))
            problems.add(
                f"{path}.{index}.type",
                "UNION_TYPE_CHOICES",
                f"Value of field must be one of {kinds}.",
            )


def _check_v2_totals(components: Sequence[Json], problems: Problems) -> None:
    if len(list(walk(components))) > MAX_COMPONENTS_V2:
        problems.add(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"The total number of components cannot exceed {MAX_COMPONENTS_V2}",
        )
    if sum(len(text) for text in texts(components)) > MAX_TEXT_V2:
        problems.add(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"The total displayable text size cannot exceed {MAX_TEXT_V2}",
        )


def _check_one(component: Json, path: str, problems: Problems) -> None:
    kind = component.get("type")
    if kind == ComponentType.ACTION_ROW:
        _check_row(component, path, problems)
    elif kind == ComponentType.CONTAINER:
        inside = component.get("components") or []
        _check_kinds(inside, _IN_CONTAINER, f"{path}.components", problems)
        for index, child in enumerate(inside):
            _check_one(child, f"{path}.components.{index}", problems)
    elif kind == ComponentType.SECTION:
        _check_section(component, path, problems)
    elif kind == ComponentType.MEDIA_GALLERY:
        count = len(component.get("items") or [])
        if not 1 <= count <= MAX_GALLERY_ITEMS:
            problems.add(
                f"{path}.items", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length."
            )
    elif kind == ComponentType.TEXT_DISPLAY:
        problems.length(f"{path}.content", component.get("content"), 1, MAX_TEXT_V2)


def _check_row(row: Json, path: str, problems: Problems) -> None:
    inside: list[Json] = row.get("components") or []
    selects = [one for one in inside if one.get("type") in SELECTS]
    full = len(inside) > MAX_BUTTONS_IN_ROW or (selects and len(inside) > 1)
    if not inside or full:
        problems.add(
            f"{path}.components",
            "BASE_TYPE_BAD_LENGTH",
            "A row holds 1 to 5 buttons, or a single select.",
        )
    for index, component in enumerate(inside):
        where = f"{path}.components.{index}"
        if component.get("type") == ComponentType.BUTTON:
            _check_button(component, where, problems)
        elif component.get("type") in SELECTS:
            _check_select(component, where, problems)
        else:
            problems.add(f"{where}.type", "UNION_TYPE_CHOICES", "A row holds buttons or a select.")


def _check_section(section: Json, path: str, problems: Problems) -> None:
    inside: list[Json] = section.get("components") or []
    if not 1 <= len(inside) <= 3:
        problems.add(
            f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length."
        )
    _check_kinds(inside, {ComponentType.TEXT_DISPLAY}, f"{path}.components", problems)
    for index, component in enumerate(inside):
        _check_one(component, f"{path}.components.{index}", problems)
    accessory = section.get("accessory")
    if not accessory:
        problems.required(f"{path}.accessory")
    elif accessory.get("type") == ComponentType.BUTTON:
        _check_button(accessory, f"{path}.accessory", problems)
    else:
        _check_kinds([accessory], {ComponentType.THUMBNAIL}, f"{path}.accessory", problems)


def _check_button(button: Json, path: str, problems: Problems) -> None:
    if len(button.get("label") or "") > 80:
        problems.too_long(f"{path}.label", 80)
    if not button.get("label") and not button.get("emoji"):
        problems.add(
            f"{path}.label", "BUTTON_COMPONENT_INVALID", "A button needs a label or an emoji."
        )
    if button.get("style") == LINK_STYLE:
        if not button.get("url") or button.get("custom_id"):
            problems.add(
                path, "BUTTON_COMPONENT_INVALID", "A link button has a url and no custom_id."
            )
    elif button.get("url"):
        problems.add(path, "BUTTON_COMPONENT_INVALID", "Only a link button has a url.")
    else:
        problems.length(f"{path}.custom_id", button.get("custom_id"), 1, 100)


def _check_select(select: Json, path: str, problems: Problems) -> None:
    problems.length(f"{path}.custom_id", select.get("custom_id"), 1, 100)
    if len(select.get("placeholder") or "") > 150:
        problems.too_long(f"{path}.placeholder", 150)
    if select["type"] != ComponentType.STRING_SELECT:
        return
    options: list[Json] = select.get("options") or []
    if not 1 <= len(options) <= MAX_SELECT_OPTIONS:
        problems.add(
            f"{path}.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length."
        )
    for index, option in enumerate(options):
        where = f"{path}.options.{index}"
        problems.length(f"{where}.label", option.get("label"), 1, 100)
        problems.length(f"{where}.value", option.get("value"), 1, 100)
        if len(option.get("description") or "") > 100:
            problems.too_long(f"{where}.description", 100)
    _check_no_doubles(
        [o.get("value") for o in options], f"{path}.options", "option value", problems
    )


def _check_unique(components: Sequence[Json], problems: Problems) -> None:
    """https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id."""
    everything = list(walk(components))
    custom_ids = [one.get("custom_id") for one in everything]
    _check_no_doubles(custom_ids, "components", "custom id", problems)
    _check_no_doubles([one.get("id") or None for one in everything], "components", "id", problems)


def _check_no_doubles(
    values: Sequence[str | None], path: str, what: str, problems: Problems
) -> None:
    doubles = [value for value, count in Counter(values).items() if count > 1 and value is not None]
    if doubles:
        code = (
            "COMPONENT_CUSTOM_ID_DUPLICATED"
            if what == "custom id"
            else "SET_TYPE_CONTAINS_DUPLICATE"
        )
        problems.add(path, code, f"Component {what} cannot be duplicated: {doubles[0]}")


def _check_attachments(
    components: Sequence[Json], filenames: Collection[str], problems: Problems
) -> None:
    """https://discord.com/developers/docs/reference#editing-message-attachments-using-attachments-within-embeds."""
    for one in _well_formed_media(components):
        name = one["url"].removeprefix("attachment://")
        if name != one["url"] and safe_filename(name) not in filenames:
            problems.add(
                "components",
                "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                f"The referenced attachment '{one['url']}' was not found",
            )


def _well_formed_media(components: Sequence[Json]) -> list[Json]:
    try:
        return [one for one in media(components) if isinstance(one.get("url"), str)]
    except (KeyError, TypeError):
        return []
