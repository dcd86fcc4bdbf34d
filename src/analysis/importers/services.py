"""Services by the names and ids of the systems, by ``services.csv``: group, code, programme, and names that fail.

Three names stand under two groups (T23) and two have no group at all (T24): both are "unknown", not the likelier one.
"""

from functools import cache
from pathlib import Path

import polars as pl

from analysis.importers.repeated import read_once

TABLE = Path(__file__).with_name("services.csv")
PROGRAMMES = (  # of several services, the first of these names the programme of a case
    *("reintegration", "kinship", "emergency", "foster", "adoption", "independent_living", "prevention", "other"),
    "unknown",
)


def group(raw: pl.Expr, system: str) -> pl.Expr:
    """Return the group of each service; "unknown" where it is missing, unlisted or ambiguous."""
    return _found(raw, system, "service_group").fill_null("unknown")


def code(raw: pl.Expr, system: str) -> pl.Expr:
    """Return the code of each service; "unknown" where it is missing, unlisted or ambiguous."""
    return _found(raw, system, "service_code").fill_null("unknown")


def failed_check(raw: pl.Expr, system: str) -> pl.Expr:
    """Return T23, T24 or "unknown_code" for a service without one code; missing for a good or missing one."""
    unlisted = pl.when(raw.is_not_null() & _found(raw, system, "service_group").is_null()).then(pl.lit("unknown_code"))
    return pl.coalesce(_found(raw, system, "check"), unlisted)


def programme(raw: pl.Expr, system: str) -> pl.Expr:
    """Return the programme that a list of services amounts to; "unknown" for an empty list."""
    in_order = _word(pl.element(), system, "programme").fill_null("other").cast(pl.Enum(PROGRAMMES))
    return raw.list.eval(in_order).list.min().cast(pl.String).fill_null("unknown")


@cache
def names(system: str) -> tuple[str, ...]:
    """Return the names of all services of ``system``, to split cells with several of them."""
    return tuple(_table().filter(pl.col("system") == system)["name"])


def _found(raw: pl.Expr, system: str, column: str) -> pl.Expr:
    return read_once(raw, lambda name: _word(name, system, column), pl.String)


def _word(name: pl.Expr, system: str, column: str) -> pl.Expr:
    letters = name.str.normalize("NFC").str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()
    return letters.replace_strict(_words(system, column), default=None, return_dtype=pl.String)


@cache
def _words(system: str, column: str) -> dict[str, str]:
    """Return what stands in ``column`` by the name of a service in lower case."""
    listed = _table().filter((pl.col("system") == system) & pl.col(column).is_not_null())
    return dict(listed.select(pl.col("name").str.to_lowercase(), column).iter_rows())


@cache
def _table() -> pl.DataFrame:
    return pl.read_csv(TABLE, infer_schema=False)
