"""Which files of a folder are taken, and what is said of the others."""

from __future__ import annotations

import os
from pathlib import Path

from bot.shell.folder_walk import Refusal, find_files
from bot.shell.uploads import LONGEST_ID_CHARS, message_id


def _reasons(refused: list[Refusal], root: Path) -> dict[str, str]:
    return {str(Path(refusal.path).relative_to(root)): refusal.reason for refusal in refused}


def test_takes_pictures_and_documents_and_names_the_rest(tmp_path: Path) -> None:
    """A file would silently be missing from the library."""
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "B.JPG").write_bytes(b"x")
    (tmp_path / "notes.md").write_text("hello")
    (tmp_path / "plan.pdf").write_bytes(b"x")
    (tmp_path / "tool.exe").write_bytes(b"x")
    (tmp_path / "empty.png").touch()
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    os.mkfifo(tmp_path / "pipe.png")

    found = find_files([tmp_path])

    assert [path.name for path in found.files] == ["B.JPG", "a.png", "notes.md", "plan.pdf"]
    assert _reasons(found.refused, tmp_path) == {
        "tool.exe": "not a picture or document",
        "empty.png": "the file is empty",
        "gone.png": "the link points nowhere",
        "pipe.png": "not a regular file",
    }


def test_links_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    """`magpie index` would never end, or index the same file many times."""
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "a.png").write_bytes(b"x")
    (inner / "up").symlink_to(tmp_path, target_is_directory=True)
    (inner / "again.png").symlink_to(inner / "a.png")
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")

    found = find_files([tmp_path, inner])

    assert found.files == [(inner / "a.png").resolve()]
    assert list(_reasons(found.refused, tmp_path)) == ["self.png"]


def test_hidden_files_are_left_alone_unless_named(tmp_path: Path) -> None:
    """Thumbnails and caches of other programs would flood the library."""
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "thumb.png").write_bytes(b"x")
    hidden = tmp_path / ".secret.png"
    hidden.write_bytes(b"x")

    assert find_files([tmp_path]).files == []
    assert find_files([hidden]).files == [hidden.resolve()]


def test_ids_are_the_paths_unless_those_cannot_travel() -> None:
    """A file with a strange name would fail to index, or become a new item at every run."""
    plain, strange = Path("/pictures/a.png"), Path(os.fsdecode(b"/pictures/\xff.png"))
    long = Path("/" + "x" * LONGEST_ID_CHARS)

    assert message_id(plain) == "/pictures/a.png"
    assert message_id(strange).startswith("sha256:")
    assert message_id(strange) == message_id(strange) != message_id(long)
    assert len(message_id(long)) <= LONGEST_ID_CHARS
