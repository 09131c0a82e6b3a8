"""What a run is computed with; the same versions, snapshot, seed and device repeat it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

LIBRARIES = (
    *("magpie", "torch", "numpy", "scikit-learn", "scipy", "pillow"),
    *("open-clip-torch", "sentence-transformers", "transformers", "timm", "peft", "gensim"),
)
"""Ours, and those whose numbers go into a comparison."""


def installed_versions() -> dict[str, str]:
    """The versions of Python and of the libraries, as they are installed; none is imported."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def differences(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What is another version now, such as ``torch 2.8.0 (then 2.7.1)``."""
    return [
        f"{name} {now.get(name, 'missing')} (then {wanted})"
        for name, wanted in then.items()
        if now.get(name) != wanted
    ]
