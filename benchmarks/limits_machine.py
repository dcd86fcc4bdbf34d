"""How fast this machine is at best: bytes moved to and from memory, and each kind of operation, on one thread.

Every rate is the best of several tries, so that what else the machine does slows it least.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

BYTES = 2**28  # of each array: far more than the caches hold
IN_CACHE = 2**14  # numbers that stay in the cache
MATRIX = 1024
TRIES = 5
SHA_BLOCK = 64  # bytes


@dataclass(frozen=True)
class Machine:
    """Rates a second: ``memory`` in bytes, and by kind of operation in ``of`` (see ``KINDS``)."""

    memory: float
    of: dict[str, float]


def measured(n_bytes: int = BYTES, matrix: int = MATRIX) -> Machine:
    """Return the rates of this machine, memory by arrays of ``n_bytes`` and flops by a square ``matrix``."""
    return Machine(max(_copy(n_bytes), _triad(n_bytes)), {kind: rate(matrix) for kind, rate in KINDS.items()})


def best_seconds(work: Callable[[], object], tries: int = TRIES) -> float:
    """Return the fewest seconds of processor that ``work`` took, over all its threads."""
    spent = []
    for _ in range(tries):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return max(min(spent), 1e-9)


def _copy(n_bytes: int) -> float:
    """Return bytes read and written a second by copying an array."""
    a, b = np.ones(n_bytes // 8), np.ones(n_bytes // 8)
    return 2 * a.nbytes / best_seconds(lambda: np.copyto(a, b))


def _triad(n_bytes: int) -> float:
    """Return bytes read and written a second by a = b + 3 c, which numpy does in two passes: five arrays moved."""
    a, b, c = (np.ones(n_bytes // 8) for _ in range(3))
    return 5 * a.nbytes / best_seconds(lambda: np.add(np.multiply(c, 3.0, out=a), b, out=a))


def _flops(matrix: int) -> float:
    """Return multiplications and additions a second in a product of matrices."""
    a = np.random.default_rng(1).random((matrix, matrix))
    return 2 * matrix**3 / best_seconds(lambda: a @ a)


def _exps(_: int) -> float:
    x, out, times = np.linspace(-3, 3, IN_CACHE), np.empty(IN_CACHE), 200
    return times * IN_CACHE / best_seconds(lambda: [np.exp(x, out=out) for _ in range(times)])


def _integers(_: int) -> float:
    """Return additions of whole numbers of 64 bits a second."""
    x, out, times = np.arange(IN_CACHE, dtype="uint64"), np.empty(IN_CACHE, "uint64"), 2000
    return times * IN_CACHE / best_seconds(lambda: [np.add(x, x, out=out) for _ in range(times)])


def _sha_blocks(_: int) -> float:
    """Return blocks of 64 bytes a second that SHA-256 takes in."""
    text = bytes(2**24)
    return len(text) / SHA_BLOCK / best_seconds(lambda: hashlib.sha256(text).digest())


def _random_numbers(_: int) -> float:
    rng, out, times = np.random.default_rng(1), np.empty(IN_CACHE), 200
    return times * IN_CACHE / best_seconds(lambda: [rng.random(out=out) for _ in range(times)])


KINDS: dict[str, Callable[[int], float]] = {
    "flops": _flops,
    "exponentials": _exps,
    "whole_number_operations": _integers,
    "sha256_blocks": _sha_blocks,
    "random_numbers": _random_numbers,
}
