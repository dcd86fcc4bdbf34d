"""How far each hot kernel is from what this machine allows: the bytes it must read and the arithmetic it must do.

``python -m benchmarks.limits [--size X] [--kernels NAME ...] [--to FILE]``

Memory bandwidth and the rate of each kind of operation are measured first, on one thread. The bound of a kernel is the
longer of the time its bytes take and the time its operations take, if nothing else were to be done; ``times_bound`` is
our time of processor over it. What is counted stands in ``must``: the least that any program must do that gives the
same answer by the same method, not what ours does. ``--size`` multiplies the rows of each kernel.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.measured import ROOT, write_lines

RESULTS = ROOT / "benchmarks" / "results" / "limits.csv"
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
COLUMNS = (
    *("kernel", "rows", "megabytes", "operations_e6", "memory_seconds", "arithmetic_seconds", "bound_seconds"),
    *("cpu_seconds", "times_bound", "must", "load"),
)


def main(arguments: list[str] | None = None) -> None:
    """Measure the machine and every kernel and write a line each; start anew if more than one thread is allowed."""
    given = _given(arguments)
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        told = sys.argv[1:] if arguments is None else arguments
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.limits", *told], os.environ | ONE_THREAD)  # noqa: S606
    from benchmarks import limits_machine, limits_models, limits_records

    kernels = limits_records.KERNELS | limits_models.KERNELS
    machine = limits_machine.measured(int(limits_machine.BYTES * min(given.size, 1)))
    lines = [_rate("memory, bytes", machine.memory), *(_rate(kind, rate) for kind, rate in machine.of.items())]
    with tempfile.TemporaryDirectory() as folder:
        for name in given.kernels or kernels:
            load = os.getloadavg()[0]
            kernel = kernels[name](given.size, Path(folder))
            spent = limits_machine.best_seconds(kernel.work, given.tries)
            memory = kernel.n_bytes / machine.memory
            arithmetic = sum(n / machine.of[kind] for kind, n in kernel.operations.items())
            bound = max(memory, arithmetic)
            lines.append(
                {
                    "kernel": name,
                    "rows": kernel.rows,
                    "megabytes": f"{kernel.n_bytes / 1e6:.3f}",
                    "operations_e6": " ".join(f"{kind} {n / 1e6:.3f}" for kind, n in kernel.operations.items()),
                    "memory_seconds": f"{memory:.3g}",
                    "arithmetic_seconds": f"{arithmetic:.3g}",
                    "bound_seconds": f"{bound:.3g}",
                    "cpu_seconds": f"{spent:.3g}",
                    "times_bound": f"{spent / bound:.3g}",
                    "must": kernel.must,
                    "load": f"{load:.1f}",
                }
            )
            print(lines[-1], flush=True)  # noqa: T201
    write_lines(given.to, COLUMNS, lines)


def _given(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--tries", type=int, default=5, help="of which the fastest counts")
    parser.add_argument("--kernels", nargs="*", metavar="NAME")
    parser.add_argument("--to", type=Path, default=RESULTS)
    return parser.parse_args(arguments)


def _rate(kind: str, rate: float) -> dict[str, object]:
    empty = dict.fromkeys(COLUMNS, "")
    words = f"this machine, one thread: {rate / 1e6:,.0f} million a second"
    return empty | {"kernel": f"rate: {kind}", "must": words, "load": f"{os.getloadavg()[0]:.1f}"}


if __name__ == "__main__":
    main()
