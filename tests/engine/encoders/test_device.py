"""The device is chosen by what is there, and a wish that cannot be met is refused."""

import pytest
import torch

from engine.encoders.device import Placement, choose_placement, limit_cpu_threads
from engine.errors import ModelUnavailable

pytestmark = pytest.mark.timeout(400)  # imports torch, which a busy machine takes minutes for


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without accelerator, to which a test may add one."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    return monkeypatch


def test_cpu_without_accelerator(machine: pytest.MonkeyPatch) -> None:
    """The first run on a laptop would fail."""
    assert choose_placement() == Placement("cpu", "float32")


@pytest.mark.parametrize(("has_bf16", "dtype"), [(True, "bfloat16"), (False, "float16")])
def test_cuda_is_preferred(machine: pytest.MonkeyPatch, has_bf16: bool, dtype: str) -> None:
    """A GPU would idle, or an older one fail on bfloat16."""
    machine.setattr(torch.cuda, "is_available", lambda: True)
    machine.setattr(torch.cuda, "device_count", lambda: 2)
    machine.setattr(torch.cuda, "is_bf16_supported", lambda: has_bf16)
    machine.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_placement() == Placement("cuda", dtype)
    assert choose_placement("cuda:1") == Placement("cuda:1", dtype)
    assert choose_placement("cpu") == Placement("cpu", "float32")
    with pytest.raises(ModelUnavailable, match="no device cuda:2"):
        choose_placement("cuda:2")


def test_mps_is_used(machine: pytest.MonkeyPatch) -> None:
    """A Mac's GPU would idle."""
    machine.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_placement() == Placement("mps", "float32")


@pytest.mark.parametrize("wanted", ["cuda", "cuda:0", "mps", "tpu", ""])
def test_absent_devices_are_refused(machine: pytest.MonkeyPatch, wanted: str) -> None:
    """An operator who asks for a GPU would not notice that the CPU serves."""
    with pytest.raises(ModelUnavailable, match="ENGINE_DEVICE"):
        choose_placement(wanted)


def test_threads_fit_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container with two of 64 cores, 64 threads would throttle each other."""
    before = torch.get_num_threads()
    monkeypatch.setattr("joblib.cpu_count", lambda: 1)
    assert limit_cpu_threads() == 1
    assert torch.get_num_threads() == 1
    torch.set_num_threads(before)
