"""Table: what one row is, its key and its columns. One error lists every fault of a frame, with its place.

A module of ``clean``, ``features`` or ``estimates`` holds one ``TABLE``. ``Table.validated`` types the frame,
checks it, orders its rows by key and its columns as declared, so that the same rows always give the same bytes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.kinds import Release

if TYPE_CHECKING:
    import pandas as pd  # else only where a frame is at hand: most who import a contract read its words alone

MAX_FAULTS_SHOWN = 20
N_SIGNS_SHOWN = 80  # of a faulty value
LARGEST_WHOLE = 2**53  # beyond, not every whole number has one of its own in 64 bits
DAY = "datetime64[us]"  # the dtype of dates: midnight of a day
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class ContractError(ValueError):
    """A frame does not keep its contract; the message lists every fault."""


class ReconciliationError(ValueError):
    """Numbers that must agree, or disagree as they are known to, do not."""


@dataclass(frozen=True)
class Column:
    """One column: its pandas dtype (``str Int64 Float64 boolean datetime64[us]``), its meaning and its bounds."""

    dtype: str
    meaning: str
    unit: str | None = None
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    isin: tuple[Any, ...] | None = None
    nullable: bool = False
    matches: str | None = None


@dataclass(frozen=True)
class Table:
    """The contract of a table: ``one_row_is`` in words, the ``key`` no two rows share, the columns, how it leaves."""

    one_row_is: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    release: Release | None = None

    def validated(self, frame: "pd.DataFrame", name: str, origin_of_rows: str = "") -> "pd.DataFrame":
        """Return ``frame`` typed, checked and in canonical order; raise ``ContractError`` with every fault.

        ``origin_of_rows`` names the raw file for the message. An index called ``line`` (as
        ``sources.read`` sets it) is used to say where a faulty value stands.
        """
        missing = [column for column in self.columns if column not in frame.columns]
        extra = [column for column in frame.columns if column not in self.columns]
        faults = [f"column {column!r} is missing" for column in missing]
        faults += [f"column {column!r} is not in the contract" for column in extra]
        if faults:
            raise ContractError(self._message(name, origin_of_rows, faults))
        typed, faults = self._typed(frame)
        faults += list(self._breaches(typed))
        if faults:
            raise ContractError(self._message(name, origin_of_rows, faults))
        return typed.sort_values(list(self.key), kind="stable").reset_index(drop=True)

    def _typed(self, frame: "pd.DataFrame") -> "tuple[pd.DataFrame, list[str]]":
        import pandas as pd

        typed: dict[str, pd.Series] = {}
        faults: list[str] = []
        for name, column in self.columns.items():
            typed[name], unreadable = _cast(frame[name], column.dtype)
            faults += [
                f"column {name!r}{place}: {_shown(value)} is not {_in_words(column.dtype)}"
                for place, value in unreadable
            ]
        return pd.DataFrame(typed, index=frame.index, copy=False), faults  # columns as they are cast, not once more

    def _breaches(self, typed: "pd.DataFrame") -> Iterator[str]:
        for name in sorted(self.columns):
            values, rules = typed[name], self.columns[name]
            broken = [(at, must) for must, rows in _unmet(values, rules) for at in rows.to_numpy().nonzero()[0]]
            for at, must in sorted(broken, key=lambda one: one[0]):
                yield f"column {name!r}{_place(typed, typed.index[at])}: {_shown(values.iloc[at])} {must}"
        repeated = typed[typed.duplicated(list(self.key), keep=False)]
        if repeated.empty:
            return
        for values, rows in repeated.groupby(list(self.key), dropna=False, sort=False):
            where = f" (lines {', '.join(map(str, rows.index))})" if typed.index.name == "line" else ""
            key = ", ".join(map(_shown, values)) + "," * (len(self.key) == 1)
            yield f"key {self.key} = ({key}) stands {len(rows)} times{where}"

    def as_published(self) -> "Table":
        """Return the contract of what leaves: without the columns that only the gate's rules need."""
        hidden = self.release.not_published if self.release else ()
        return replace(self, columns={name: column for name, column in self.columns.items() if name not in hidden})

    def _message(self, name: str, origin_of_rows: str, faults: list[str]) -> str:
        shown = faults[:MAX_FAULTS_SHOWN]
        if len(faults) > len(shown):
            shown.append(f"and {len(faults) - len(shown)} more")
        source = f", read from {origin_of_rows}" if origin_of_rows else ""
        return (
            f"table {name!r} (one row is {self.one_row_is}){source} breaks its contract:\n  - "
            + "\n  - ".join(shown)
            + "\nCorrect these values where they come from, or change the contract in the table's module."
        )


def estimate_table(
    one_row_is: str,
    extra: Mapping[str, Column] | None = None,
    key: tuple[str, ...] = ("outcome", "term", "level"),
    release: Release | None = None,
) -> Table:
    """Return the contract all estimates share, with the ``extra`` columns of one of them."""
    return Table(one_row_is=one_row_is, key=key, columns={**ESTIMATE_COLUMNS, **(extra or {})}, release=release)


ESTIMATE_COLUMNS = {
    "outcome": Column("str", "what is measured"),
    "term": Column("str", "what it is measured for: a place, a group, a driver, a claim"),
    "level": Column("str", "which definition, denominator or subset; 'all' where there is only one"),
    "scale": Column("str", "the unit the estimate and its interval are in"),
    "estimate": Column("Float64", "the point estimate; missing where there is none", nullable=True),
    "ci_low": Column("Float64", "lower end of the interval; missing where there is none", nullable=True),
    "ci_high": Column("Float64", "upper end of the interval; missing where there is none", nullable=True),
    "n": Column("Int64", "observations behind the estimate; the note says of what", ge=0, nullable=True),
    "note": Column("str", "what the interval is and what a reader must know"),
}


def _cast(values: "pd.Series", dtype: str) -> "tuple[pd.Series, list[tuple[str, Any]]]":
    """Return ``values`` as ``dtype`` and the (place, value) pairs that could not be read so."""
    import pandas as pd

    is_text = pd.api.types.is_string_dtype(values.dtype) or values.dtype == object
    if not is_text and dtype != "Int64":
        return values.astype(dtype), []
    text = values.astype("str").str.strip() if is_text else values.astype("Float64")
    text = text.mask(text == "") if is_text else text
    if dtype == "str":
        return text, []
    if dtype == DAY:
        cast = pd.to_datetime(text, format="ISO8601", errors="coerce").astype(DAY)
    elif dtype == "boolean":
        cast = text.str.lower().map(BOOLEANS).astype("boolean")
    else:
        cast = pd.to_numeric(text, errors="coerce").astype("Float64")
    unreadable = text.notna() & cast.isna()
    if dtype == "Int64":
        unreadable |= ((cast % 1 != 0) | (cast.abs() > LARGEST_WHOLE)).fillna(False)
    elif dtype == "Float64":
        unreadable |= cast.isin([float("inf"), -float("inf")])
    faults = [(_place(values, index), value) for index, value in values[unreadable].items()]
    return cast.mask(unreadable).astype(dtype), faults


def _unmet(values: "pd.Series", column: Column) -> Iterator[tuple[str, "pd.Series"]]:
    """Yield each rule of ``column`` in words and which ``values`` break it; what is missing breaks the first alone."""
    is_missing = values.isna()
    if not column.nullable:
        yield "must not be empty", is_missing
    if column.ge is not None:
        yield f"must be at least {column.ge}", (values < column.ge).fillna(False)
    if column.gt is not None:
        yield f"must be above {column.gt}", (values <= column.gt).fillna(False)
    if column.le is not None:
        yield f"must be at most {column.le}", (values > column.le).fillna(False)
    if column.isin is not None:
        yield f"must be one of {column.isin}", ~values.isin(column.isin) & ~is_missing
    if column.matches is not None:
        yield f"must match '{column.matches}'", ~values.str.match(column.matches, na=True)


def _shown(value: Any) -> str:
    """Return a value as Python writes it, cut when it is long; numpy's numbers as Python's, which read better."""
    written = repr(value.item() if hasattr(value, "item") else value)
    return written if len(written) <= N_SIGNS_SHOWN else written[: N_SIGNS_SHOWN - 1] + "…"


def _place(frame: "pd.DataFrame | pd.Series", index: Any) -> str:
    return f", line {index}" if frame.index.name == "line" else f", row {index}"


def _in_words(dtype: str) -> str:
    return {"Int64": "a whole number", "Float64": "a number", "boolean": "yes or no", DAY: "a date"}[dtype]
