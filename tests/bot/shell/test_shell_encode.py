"""`magpie encode`: the engine's own features, in order, or nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bot.shell.conftest import Magpie, png
from tests.engine_process import EngineProcess


def _features(engine: EngineProcess, texts: list[str]) -> NDArray[np.float32]:
    async def encode() -> NDArray[np.float32]:
        async with engine.client() as client:
            return await client.encode_texts(texts, encoder="sentence")

    return asyncio.run(encode())


def test_texts_come_back_in_the_order_given(
    magpie: Magpie, shared_engine: EngineProcess, tmp_path: Path
) -> None:
    """Features would belong to other inputs than the file says."""
    lines = [f"sentence number {number}, " + "long " * (number % 40) for number in range(300)]
    (tmp_path / "lines.txt").write_text("\n".join(lines) + "\n")
    out = tmp_path / "out.npz"
    result = magpie(
        *("encode", "--texts", tmp_path / "lines.txt", "--encoder", "sentence"),
        *("--out", out, "--data", shared_engine.data_dir),
    )
    assert result.exit_code == 0, result.output
    with np.load(out) as kept:
        assert kept["inputs"].tolist() == lines
        assert kept["features"].dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(kept["features"], axis=1), 1, atol=1e-5)
        some = [0, 150, 299]
        expected = _features(shared_engine, [lines[number] for number in some])
        np.testing.assert_allclose(kept["features"][some], expected, atol=1e-5)


def test_pictures_and_texts_share_a_space(magpie: Magpie, data: Path, tmp_path: Path) -> None:
    """Words and pictures could not be compared outside Magpie."""
    (tmp_path / "red.png").write_bytes(png("red"))
    (tmp_path / "words.txt").write_text("a red square\n")
    out = tmp_path / "out.parquet"
    result = magpie(
        *("encode", tmp_path / "red.png", "--texts", tmp_path / "words.txt"),
        *("--out", out, "--data", data),
    )
    assert result.exit_code == 0, result.output
    from pyarrow import parquet  # type: ignore[import-untyped]

    table = parquet.read_table(out)
    assert table["inputs"].to_pylist() == [str(tmp_path / "red.png"), "a red square"]


def test_bad_file_is_named_and_nothing_is_written(
    magpie: Magpie, data: Path, tmp_path: Path
) -> None:
    """A result with a hole, or without the name of the file to look at, would be left behind."""
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(png("red"))
    (tmp_path / "1.png").write_bytes(b"no picture")
    files = sorted(tmp_path.glob("*.png"))
    result = magpie("encode", *files, "--out", tmp_path / "out.npz", "--data", data)
    assert result.exit_code == 1
    assert f"magpie: {tmp_path / '1.png'}: " in result.stderr
    assert not (tmp_path / "out.npz").exists()


def test_unknown_encoder_is_refused(magpie: Magpie, data: Path, tmp_path: Path) -> None:
    """A misspelt encoder would be answered by another one."""
    (tmp_path / "words.txt").write_text("a red square\n")
    result = magpie(
        *("encode", "--texts", tmp_path / "words.txt", "--encoder", "clap"),
        *("--out", tmp_path / "out.npz", "--data", data),
    )
    assert result.exit_code == 1
    assert "clap" in result.stderr
