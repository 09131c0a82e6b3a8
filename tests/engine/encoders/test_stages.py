"""What leaves an encoder is float32, of length one, and finite."""

import numpy as np
import pytest
import torch

from engine.encoders.stages import to_features
from engine.errors import EngineError

pytestmark = pytest.mark.timeout(400)  # imports torch, which a busy machine takes minutes for


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_rows_have_length_one(dtype: torch.dtype) -> None:
    """Scores on a GPU would lie on another scale than on a CPU."""
    rows = to_features(torch.tensor([[3.0, 4.0], [0.1, -0.1]], dtype=dtype))
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_overflow_is_an_error() -> None:
    """A picture whose features overflow would be stored as a vector that matches nothing."""
    with pytest.raises(EngineError, match="not finite"):
        to_features(torch.tensor([[1.0, float("inf")]]))
