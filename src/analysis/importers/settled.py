"""One row from several that tell of the same thing: the known beats the unknown, then the order of systems decides.

The order stands in ``study.toml`` (``importing.systems``); of two exports of one system the one that sorts later by
its path is taken as the newer. Every cell in which known values differ is counted.
"""

from collections.abc import Sequence

import polars as pl

CONFLICTS = {
    **dict.fromkeys(("table", "column", "system_kept", "system_overruled", "rule"), pl.String),
    "n": pl.Int64,
}
N_FILES_AT_MOST = 10**6
RANKED = ("rank", "at")  # the order of rows as ``ranked`` returns them


def ranked(rows: pl.DataFrame, places: pl.DataFrame, systems: Sequence[str]) -> pl.DataFrame:
    """Return ``rows`` with their ``system`` and ``rank`` (the lowest is believed first), the best rows first."""
    order = {system: number for number, system in enumerate(systems)}
    rank = pl.col("system").replace_strict(order, return_dtype=pl.Int64) * N_FILES_AT_MOST - pl.col("file_number")
    of_place = places.select("place", "system", rank.alias("rank"))
    placed = rows.with_columns((pl.col("at") // 2**32).alias("place")).join(of_place, on="place", how="left")
    return placed.drop("place").sort(RANKED)


def settled(
    rows: pl.DataFrame, key: Sequence[str], columns: Sequence[str], table: str, *, told: bool = True
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one row a ``key`` of ranked ``rows`` with the first known value of each column, and the conflicts.

    With ``told`` false only the rows are settled, and conflicts are not counted (they were counted before).
    """
    known = rows.select(*key, "system", *(_known(rows, column) for column in columns))
    is_repeated = (pl.col(key[0]) if len(key) == 1 else pl.struct(key)).is_duplicated()
    once = known.filter(~is_repeated).drop("system")
    several = known.filter(is_repeated)
    firsts = several.group_by(key, maintain_order=True).agg(pl.col(c).drop_nulls().first() for c in columns)
    conflicts = [_differing(several, key, column) for column in columns] if told else []
    counted = pl.concat(
        [pl.DataFrame(schema=CONFLICTS), *(frame.select(*CONFLICTS) for frame in _named(conflicts, table))]
    )
    return pl.concat([once, firsts]), counted


def summed(conflicts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return conflicts that were counted in parts, each once."""
    return pl.concat(conflicts).group_by([name for name in CONFLICTS if name != "n"]).agg(pl.col("n").sum())


def from_one_file(rows: pl.DataFrame, of: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the ranked ``rows`` that come from the best file for each key ``of``, and the other rows.

    Spells and services of a case have no id of their own in most exports, only an order: the same order in two files
    need not mean the same spell, so that they are taken from one file and never mixed.
    """
    is_best = pl.col("rank") == pl.col("rank").min().over(of)
    return rows.filter(is_best), rows.filter(~is_best)


def _known(rows: pl.DataFrame, column: str) -> pl.Expr:
    if rows.schema[column] in (pl.String, pl.Categorical):
        return pl.when(pl.col(column) != "unknown").then(column).alias(column)
    return pl.col(column)


def _differing(several: pl.DataFrame, key: Sequence[str], column: str) -> pl.DataFrame:
    """Count the keys whose known values of ``column`` differ, by the system believed and the one overruled."""
    told = several.select(*key, "system", value=pl.col(column)).drop_nulls("value")
    first = told.group_by(key, maintain_order=True).agg(
        kept=pl.col("value").first(), system_kept=pl.col("system").first()
    )
    overruled = told.join(first, on=list(key)).filter(pl.col("value") != pl.col("kept"))
    pairs = overruled.select(*key, "system_kept", system_overruled="system").unique()
    return pairs.group_by("system_kept", "system_overruled").agg(n=pl.len()).with_columns(column=pl.lit(column))


def _named(conflicts: list[pl.DataFrame], table: str) -> list[pl.DataFrame]:
    words = [pl.lit(table).alias("table"), pl.lit("order of systems").alias("rule"), pl.col("n").cast(pl.Int64)]
    return [frame.with_columns(words) for frame in conflicts]
