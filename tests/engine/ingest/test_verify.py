"""Verification: every kind of damage is named, and nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.blobs import sha256_of
from engine.errors import NotReady
from engine.ingest import ItemIndex, Verifier
from tests.engine.ingest.fakes import picture_file
from tests.engine.ingest.rig import Rig


async def test_a_sound_library_is_clean(rig: Rig) -> None:
    """Broken: operators are told of damage that is not there."""
    await rig.post_picture("cat", "m1")
    await rig.post_picture("cat", "m2")
    await rig.post_text("hello", "m3")
    await rig.embed()
    report = await rig.verifier.verify(rehash=True)
    assert (report.items, report.blobs, report.points, report.clean) == (3, 1, 3, True)


async def test_lost_damaged_and_left_over_originals_are_named(rig: Rig, tmp_path: Path) -> None:
    """Broken: bit rot or a half restored backup goes unnoticed until somebody opens a picture."""
    lost, damaged, left_over = [
        await sha256_of(picture_file(name)) for name in ("lost", "damaged", "left over")
    ]
    await rig.post_picture("lost", "m1")
    await rig.post_picture("damaged", "m2")
    await rig.embed()
    await rig.blobs.delete(lost)
    path = tmp_path / "blobs" / "sha256" / damaged[:2] / damaged[2:4] / damaged
    path.write_bytes(b"PICdamage!")
    await rig.blobs.put(left_over, picture_file("left over"))
    report = await rig.verifier.verify(rehash=True)
    assert (report.missing_blobs, report.damaged_blobs, report.orphan_blobs, report.clean) == (
        [lost],
        [damaged],
        [left_over],
        False,
    )
    assert (await rig.verifier.verify()).damaged_blobs == []
    assert await rig.blobs.exists(left_over)


async def test_what_waits_for_its_vector_is_missing_and_what_failed_is_not(rig: Rig) -> None:
    """Broken: verify calls a library clean that is not searchable yet, or never clean again."""
    rig.sentence.poison = "poison"
    waiting = await rig.post_text("hello")
    assert (await rig.verifier.verify()).missing_points == [waiting.item_id]
    await rig.post_text("poison", "m2")
    await rig.embed()
    assert (await rig.verifier.verify()).clean


async def test_verifying_before_the_encoders_are_loaded_is_refused_in_words(rig: Rig) -> None:
    """Broken: verifying a starting engine is a server error."""
    index = ItemIndex(rig.catalogue)
    with pytest.raises(NotReady, match="loading"):
        await Verifier(rig.catalogue, rig.blobs, rig.originals, index).verify()
