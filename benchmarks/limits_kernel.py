"""A hot kernel: work to be timed, and the least that any program must read and reckon for the same answer.

``operations`` are counts by kind of ``limits_machine.KINDS``. What is read is counted once, and what is written once
where the answer is as large as what is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

N_BYTES = 8  # of a number


@dataclass(frozen=True)
class Kernel:
    """Work on so many ``rows``; bytes it must move, operations by kind, and what was counted in words."""

    rows: int
    work: Callable[[], Any]
    n_bytes: float
    operations: Mapping[str, float]
    must: str


def rows_of(n: int, size: float) -> int:
    """Return ``size`` times ``n`` rows, at least a few."""
    return max(4, round(n * size))
