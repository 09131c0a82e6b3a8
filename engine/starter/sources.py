"""The pictogram sets the starter model learns from, and how one icon is read from them.

Every set is an npm package ``@iconify-json/<name>``: one JSON file of SVG bodies
(format: https://iconify.design/docs/types/iconify-json.html).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["colour", "mono"]
Role = Literal["trained", "unseen"]


@dataclass(frozen=True)
class IconSet:
    """One drawing style: an icon package, its licence and whether training may see it."""

    name: str
    kind: Kind
    licence: str
    role: Role = "trained"
    skipped_endings: tuple[str, ...] = ()


ICON_SETS = (
    IconSet("noto", "colour", "Apache-2.0"),
    IconSet("noto-v1", "colour", "Apache-2.0"),
    IconSet("twemoji", "colour", "CC-BY-4.0"),
    IconSet("fluent-emoji", "colour", "MIT"),
    IconSet("fluent-emoji-flat", "colour", "MIT"),
    IconSet("fxemoji", "colour", "Apache-2.0"),
    IconSet("emojione", "colour", "CC-BY-4.0"),
    IconSet("flat-color-icons", "colour", "MIT"),
    IconSet("openmoji", "colour", "CC-BY-SA-4.0", role="unseen"),
    IconSet("emojione-monotone", "mono", "CC-BY-4.0"),
    IconSet("game-icons", "mono", "CC-BY-3.0"),
    IconSet("mdi", "mono", "Apache-2.0"),
    IconSet("ph", "mono", "MIT", skipped_endings=("-bold", "-light", "-thin")),
    IconSet("tabler", "mono", "MIT", skipped_endings=("-off",)),
    IconSet("fa6-solid", "mono", "CC-BY-4.0"),
    IconSet("healthicons", "mono", "MIT"),
    IconSet("icon-park-outline", "mono", "Apache-2.0"),
    IconSet("lucide", "mono", "ISC"),
    IconSet("fluent-emoji-high-contrast", "mono", "MIT", role="unseen"),
)

_STYLE_ENDING = re.compile(r"-(outline|outlined|filled|fill|duotone|variant|negative|\d+px|\d)$")
_SKIN_TONE = re.compile(r"skin-tone|-(light|medium|dark)$")
_PRIVATE_USE = re.compile(r"(e[0-9a-f]{3}|f[0-8][0-9a-f]{2}|f[0-9a-f]{4})$")


@dataclass(frozen=True)
class Icon:
    """One icon as it lies in its package: a spoken name, its code points if it is an emoji, SVG."""

    name: str
    codepoints: str | None
    svg: str


def read_icons(icon_set: IconSet, npm_dir: Path) -> Iterator[Icon]:
    """Yield the icons of a set, without skin tones, hidden icons and skipped variants.

    Args:
        icon_set: the set to read.
        npm_dir: the folder that holds ``node_modules``.

    Yields:
        Icons in the package's order; ``codepoints`` is hexadecimal, joined by "-", without FE0F.
    """
    folder = npm_dir / "node_modules" / "@iconify-json" / icon_set.name
    package = json.loads((folder / "icons.json").read_text("utf-8"))
    codepoints_of = _codepoints_by_name(folder / "chars.json")
    for raw_name, body in package["icons"].items():
        if body.get("hidden") or raw_name.endswith(icon_set.skipped_endings):
            continue
        codepoints = codepoints_of.get(raw_name)
        if _SKIN_TONE.search(raw_name) and (codepoints is None or "1f3f" in codepoints):
            continue
        yield Icon(spoken_name(raw_name), codepoints, _svg(body, package))


def spoken_name(raw_name: str) -> str:
    """Turn a package's icon name into words: ``umbrella-outline-2`` becomes ``umbrella``."""
    stripped = raw_name
    while (shorter := _STYLE_ENDING.sub("", stripped)) != stripped:
        stripped = shorter
    return stripped.replace("-", " ")


def _codepoints_by_name(chars_file: Path) -> dict[str, str]:
    if not chars_file.exists():
        return {}
    chars: dict[str, str] = json.loads(chars_file.read_text("utf-8"))
    return {
        name: code.replace("-fe0f", "")
        for code, name in chars.items()
        if not _PRIVATE_USE.match(code)
    }


def _svg(body: dict[str, Any], package: dict[str, Any]) -> str:
    def box(key: str, fallback: int) -> float:
        return float(body.get(key, package.get(key, fallback)))

    view = f"{box('left', 0)} {box('top', 0)} {box('width', 16)} {box('height', 16)}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="{view}">{body["body"].replace("currentColor", "#000")}</svg>'
    )
