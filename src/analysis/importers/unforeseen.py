"""Faults nobody foresaw, told without their text: the text of an error may quote the cell that caused it."""

from pathlib import Path


def kind_and_place(error: Exception) -> str:
    """Return the kind of an error and the line of code it came from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f", {Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"
