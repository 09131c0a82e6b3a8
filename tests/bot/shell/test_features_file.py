"""Feature files hold what was computed, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.shell.features_file import write_features

FEATURES = np.eye(3, 4, dtype=np.float32)
INPUTS = ["a.png", "b.png", "ein Täxt"]


def test_npz(tmp_path: Path) -> None:
    """A script that loads the file would get other features, or need pickle."""
    write_features(tmp_path / "out.npz", FEATURES, INPUTS)
    with np.load(tmp_path / "out.npz", allow_pickle=False) as kept:
        assert kept["features"].dtype == np.float32
        np.testing.assert_array_equal(kept["features"], FEATURES)
        assert kept["inputs"].tolist() == INPUTS


def test_parquet(tmp_path: Path) -> None:
    """A data frame would not have one row per input with its vector."""
    from pyarrow import parquet  # type: ignore[import-untyped]

    write_features(tmp_path / "out.parquet", FEATURES, INPUTS)
    table = parquet.read_table(tmp_path / "out.parquet")
    assert table["inputs"].to_pylist() == INPUTS
    np.testing.assert_array_equal(np.stack(table["features"].to_pylist()), FEATURES)


def test_failure_leaves_the_old_file_and_no_partial_one(tmp_path: Path) -> None:
    """A failed run would destroy the result of an earlier one."""
    out = tmp_path / "out.parquet"
    out.write_bytes(b"earlier")
    with pytest.raises(ValueError, match="length"):
        write_features(out, FEATURES, INPUTS[:2])
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]
    assert out.read_bytes() == b"earlier"
