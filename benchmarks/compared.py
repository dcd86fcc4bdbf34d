"""Peers compared with ours: a line of results from what a reader wrote and what ours wrote of the same rows."""

import numpy as np


def line(task: str, rows: int, reader: str, found: dict, ours: dict) -> dict[str, object]:
    """Return the times of ``reader`` beside ours, and how far its estimates and standard errors lie from ours.

    ``found`` and ``ours`` have ``estimates``, ``errors``, ``seconds`` and ``cpu_seconds``; a reader that has no such
    errors leaves them empty.
    """
    apart = np.abs(np.subtract(found["estimates"], ours["estimates"])).max()
    errors = np.abs(np.divide(found["errors"], ours["errors"]) - 1).max() if found["errors"] else None
    return {
        "task": task,
        "rows": rows,
        "reader": reader,
        "seconds": f"{found['seconds']:.4f}",
        "cpu_seconds": f"{found['cpu_seconds']:.4f}",
        "times_ours": f"{found['cpu_seconds'] / ours['cpu_seconds']:.1f}",
        "max_estimate_difference": f"{apart:.1e}",
        "max_relative_error_difference": "" if errors is None else f"{errors:.1e}",
    }
