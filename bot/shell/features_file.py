"""Writing features to a file that is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUFFIXES = (".npz", ".parquet")


def write_features(path: Path, features: NDArray[np.float32], inputs: Sequence[str]) -> None:
    """Writes features and what they are of, replacing the file at once.

    Args:
        path: ends in ``.npz`` or ``.parquet``.
        features: float32 (N, D), L2-normalised.
        inputs: N names, row by row.

    Raises:
        OSError: the file cannot be written; what was there before is untouched.
    """
    descriptor, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            (_write_npz if path.suffix == ".npz" else _write_parquet)(file, features, inputs)
        Path(partial).chmod(0o666 & ~_umask())
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _write_npz(file: BinaryIO, features: NDArray[np.float32], inputs: Sequence[str]) -> None:
    import numpy as np

    np.savez(file, features=features, inputs=np.array(inputs, dtype=np.str_))


def _write_parquet(file: BinaryIO, features: NDArray[np.float32], inputs: Sequence[str]) -> None:
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    rows = pa.FixedSizeListArray.from_arrays(
        pa.array(features.reshape(-1), type=pa.float32()), features.shape[1]
    )
    table = pa.table({"features": rows, "inputs": pa.array(inputs, type=pa.string())})
    parquet.write_table(table, file)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
