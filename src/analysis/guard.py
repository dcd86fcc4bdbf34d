"""Guard: once a notebook has read records, real or simulated, it shows only what has passed the gate.

Whatever a cell displays is replaced by a sentence unless it was let through: tables of numbers that left the gate, as
they are, in part, or renamed; pictures drawn from such; sentences with nothing but such numbers in them. What is
printed is replaced as well. It keeps a slip from being shown; it is no wall against somebody who wants around it.
"""

import io
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import pandas as pd

from analysis import store

NOT_SHOWN = "not shown: this has not passed the gate (analysis.notebook: published, shown, told, picture)"
PASSED = "has_passed_the_gate"
YEARS = re.compile(r"\b(19|20)\d\d(-\d\d(\d\d)?)?\b")
Shown = TypeVar("Shown")

_numbers: set[float] = set()  # every value that has left the gate for this notebook
_texts: set[str] = set()


def is_on() -> bool:
    """Return whether this process has read a table that descends from records, real or simulated."""
    return bool(store.origins_read() - {"published"})


def passed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame``, which has passed the gate, marked as such; its values may be shown from now on."""
    for values in _parts_of(frame):
        if _holds_numbers(values):
            _numbers.update(values.dropna().astype("float64"))
        else:
            _texts.update(values.dropna().astype("str"))
    marked = frame.copy()
    marked.attrs[PASSED] = True
    return marked


def let_through(made: Shown) -> Shown:
    """Return ``made``, a picture or a sentence made of nothing but numbers that have passed, marked as such."""
    made.__dict__[PASSED] = True
    return made


def has_passed(value: Any) -> bool:
    """Return whether a number or a text is one that has left the gate; a text without digits always may be shown."""
    if isinstance(value, str):
        return value in _texts or not re.search(r"\d", YEARS.sub("", value))
    return bool(pd.isna(value)) or float(value) in _numbers


def may_be_shown(made: Any) -> bool:
    """Return whether a notebook that has read records may show ``made``."""
    if isinstance(made, pd.Series):
        made = made.to_frame() if PASSED in made.attrs else pd.DataFrame()
    if isinstance(made, pd.DataFrame):
        is_known = made.attrs.get(PASSED, False)
        return is_known and all(has_passed(value) for values in _parts_of(made) for value in _different(values))
    return PASSED in getattr(made, "__dict__", {})


def install() -> None:
    """Stand between this notebook and its outputs; without a notebook nothing happens."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or isinstance(sys.stdout, _Printed):
        return
    show = shell.display_formatter.format

    def shown_or_said(made: Any, include: Any = None, exclude: Any = None) -> tuple[Mapping, Mapping]:
        if is_on() and not may_be_shown(made):
            return {"text/plain": NOT_SHOWN}, {}
        return show(made, include=include, exclude=exclude)

    shell.display_formatter.format = shown_or_said
    sys.stdout, sys.stderr = _Printed(sys.stdout), _Printed(sys.stderr)


def begin_again() -> None:
    """Forget the records that this notebook read, and all variables and outputs that may hold some, as a new kernel.

    So whoever changes an assumption and runs all cells again sees what rests on print, as at first.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or not is_on():
        return
    shell.reset(new_session=False)
    store.forget_origins_read()
    _numbers.clear()
    _texts.clear()


class _Printed(io.TextIOBase):
    """A stream of text that says where a line ends that it is not shown."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write ``text``, or once records were read a sentence in its place."""
        self._stream.write(text if not is_on() else f"{NOT_SHOWN}\n" if text.endswith("\n") else "")
        return len(text)

    def flush(self) -> None:
        """Let what was written be seen."""
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _parts_of(frame: pd.DataFrame) -> Iterator[pd.Series]:
    """Yield the columns of a frame, the names of its columns, and the labels of its rows unless they only number it."""
    yield from (values for _, values in frame.items())
    yield pd.Series(frame.columns.to_frame(index=False).to_numpy().ravel(), dtype="str")
    if frame.index.name is not None or not pd.api.types.is_integer_dtype(frame.index.dtype):
        yield from (values for _, values in frame.index.to_frame(index=False).items())


def _different(values: pd.Series) -> list[float | str]:
    known = values.dropna() if _holds_numbers(values) else values.dropna().astype("str")
    return list(known.drop_duplicates())


def _holds_numbers(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
