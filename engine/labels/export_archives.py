"""Labels as archives with the originals: a folder a class, COCO, Hugging Face datasets.

What a team has settled decides where an item goes; what it has not is in `labels.jsonl` alone,
which holds every label and can be imported again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO, Any

from engine.labels.export_archive import Archive
from engine.labels.export_items import ExportedItem
from engine.labels.export_names import folder_names, picture_name
from engine.labels.export_tables import JsonlWriter, json_line
from engine.schemas import ItemKind

LABELS = "labels.jsonl"


class FolderWriter:
    """One folder a class, as torchvision's ImageFolder reads it; texts as `.txt`."""

    def __init__(self, file: IO[bytes], class_names: Sequence[str]) -> None:
        self._archive = Archive(file)
        self._labels = JsonlWriter(self._archive.growing(LABELS))
        self._folders = folder_names(class_names)

    def add(self, item: ExportedItem) -> None:
        """Puts the item into the folder of each of its classes."""
        self._labels.add(item)
        for name in item.consensus:
            path = f"{self._folders[name]}/{_file_name(item)}"
            if not self._archive.has(path):
                self._archive.write(path, item.original or item.text.encode())

    def finish(self) -> None:
        """Ends the archive."""
        self._archive.finish()


class CocoWriter:
    """COCO: images, categories, and annotations that are about whole images."""

    def __init__(self, file: IO[bytes], set_name: str, class_names: Sequence[str]) -> None:
        self._archive = Archive(file)
        self._labels = JsonlWriter(self._archive.growing(LABELS))
        self._categories = {name: n for n, name in enumerate(class_names, 1)}
        self._set_name = set_name
        self._image_ids: dict[str, int] = {}
        self._annotated: set[tuple[int, int]] = set()
        self._annotations: list[dict[str, int]] = []
        self._images: list[dict[str, Any]] = []

    def add(self, item: ExportedItem) -> None:
        """Adds the image, unless it is a repost, and one annotation a class."""
        self._labels.add(item)
        if not item.consensus:
            return
        image_id = self._image_ids.get(item.item.sha256) or self._add_image(item)
        for name in item.consensus:
            pair = image_id, self._categories[name]
            if pair not in self._annotated:
                self._annotated.add(pair)
                self._annotations.append(
                    {
                        "id": len(self._annotations) + 1,
                        "image_id": image_id,
                        "category_id": pair[1],
                    }
                )

    def finish(self) -> None:
        """Writes the annotations and ends the archive."""
        content = {
            "info": {"description": self._set_name},
            "images": self._images,
            "annotations": self._annotations,
            "categories": [{"id": n, "name": name} for name, n in self._categories.items()],
        }
        file = self._archive.growing("annotations.json")
        file.write(json.dumps(content, ensure_ascii=False).encode())
        self._archive.finish()

    def _add_image(self, item: ExportedItem) -> int:
        file_name = _file_name(item)
        self._archive.write(f"images/{file_name}", item.original)
        image_id = self._image_ids[item.item.sha256] = len(self._images) + 1
        self._images.append(
            {
                "id": image_id,
                "file_name": file_name,
                "width": item.item.width_px,
                "height": item.item.height_px,
            }
        )
        return image_id


class HuggingFaceWriter:
    """What `datasets.load_dataset` reads from a folder: pictures with metadata, or texts."""

    def __init__(
        self, file: IO[bytes], set_name: str, kind: ItemKind, *, multi_label: bool
    ) -> None:
        self._archive = Archive(file)
        self._labels = JsonlWriter(self._archive.growing(LABELS))
        pictures = kind is ItemKind.IMAGE
        self._rows = self._archive.growing(
            "train/metadata.jsonl" if pictures else "data/train.jsonl"
        )
        self._multi_label = multi_label
        card = _dataset_card(set_name, "train/**" if pictures else "data/train.jsonl")
        self._archive.growing("README.md").write(card.encode())

    def add(self, item: ExportedItem) -> None:
        """Adds a row, and the picture's file."""
        self._labels.add(item)
        if not item.consensus:
            return
        row: dict[str, Any] = {"text": item.text}
        if item.original:
            row = {"file_name": (file_name := _file_name(item))}
            path = f"train/{file_name}"
            if self._archive.has(path):
                return
            self._archive.write(path, item.original)
        label = {"labels": item.consensus} if self._multi_label else {"label": item.consensus[0]}
        self._rows.write(json_line({**row, **label}))

    def finish(self) -> None:
        """Ends the archive."""
        self._archive.finish()


def _file_name(item: ExportedItem) -> str:
    return picture_name(item.item, item.original) if item.original else f"{item.item.sha256}.txt"


def _dataset_card(set_name: str, path: str) -> str:
    return (
        "---\n"
        f"pretty_name: {json.dumps(set_name, ensure_ascii=False)}\n"
        "configs:\n"
        "- config_name: default\n"
        "  data_files:\n"
        "  - split: train\n"
        f'    path: "{path}"\n'
        "---\n\n"
        f"# {set_name}\n\n"
        "Labelled with Magpie. `labels.jsonl` says who labelled what, when and how.\n"
    )
