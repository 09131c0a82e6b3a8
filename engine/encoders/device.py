"""Where inference runs, in which number format, and on how many CPU threads."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import ModelUnavailable

AUTO = "auto"


@dataclass(frozen=True)
class Placement:
    """A device and the dtype policy that goes with it.

    Attributes:
        device: torch's name: ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        dtype: ``float32``, ``bfloat16`` or ``float16``: what weights and activations are held in.
            Features leave the encoder as float32 in every case.
    """

    device: str
    dtype: str

    @property
    def precision(self) -> str:
        """open_clip's word for the dtype."""
        return {"float32": "fp32", "bfloat16": "bf16", "float16": "fp16"}[self.dtype]


def choose_placement(wanted: str = AUTO) -> Placement:
    """Picks the device and its dtype policy.

    CUDA runs bfloat16 where the card has it, else float16. MPS and CPU run float32: half
    precision there is slower or loses accuracy.

    Args:
        wanted: ``auto`` (CUDA, else MPS, else CPU), or a torch device name.

    Raises:
        ModelUnavailable: the device asked for is not on this machine.
    """
    import torch

    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    device = wanted
    if wanted == AUTO:
        device = next((name for name, available in present.items() if available), "cpu")
    kind, _, index = device.partition(":")
    if kind not in {"cpu", *present}:
        raise ModelUnavailable(
            f"ENGINE_DEVICE={wanted} is no device; use auto, cpu, cuda, cuda:N or mps."
        )
    missing = not present.get(kind, True) or (kind == "cuda" and not _has_gpu(index))
    if missing:
        raise ModelUnavailable(
            f"This machine has no device {wanted}; use ENGINE_DEVICE=auto or ENGINE_DEVICE=cpu."
        )
    if kind != "cuda":
        return Placement(device, "float32")
    return Placement(device, "bfloat16" if torch.cuda.is_bf16_supported() else "float16")


def _has_gpu(index: str) -> bool:
    import torch

    return not index or (index.isdecimal() and int(index) < torch.cuda.device_count())


def limit_cpu_threads() -> int:
    """Keeps torch from starting more threads than this process may use; returns their number.

    torch counts the machine's cores. In a container with a CPU quota that is too many, and they
    throttle each other. ``OMP_NUM_THREADS`` is respected when it is lower.
    """
    import joblib  # type: ignore[import-untyped]
    import torch

    threads: int = max(1, min(torch.get_num_threads(), joblib.cpu_count()))
    torch.set_num_threads(threads)
    return threads
