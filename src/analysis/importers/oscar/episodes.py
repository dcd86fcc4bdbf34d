"""Episodes of a client: each acceptance begins one, an exit ends the latest that began on that day or before."""

import polars as pl

from analysis.importers import dated, multi_values, values
from analysis.importers.findings import Findings
from analysis.importers.oscar.sheets import SYSTEM

SEPARATORS = r"\s*\|\s*"


def episodes(clients: pl.DataFrame, findings: Findings, table: str) -> pl.DataFrame:
    """Return ``row``, ``episode``, ``accepted_on``, ``closed_on``, ``is_last`` of each client's episodes.

    A client who was never accepted has one episode. An exit before every acceptance ends the first episode; of several
    exits of one episode the last counts.
    """
    accepted = dated.all_dated(clients, "accepted_on", findings, table, "accepted_on").rename({"date": "accepted_on"})
    begun = clients.select("row").join(accepted, on="row", how="left", maintain_order="left_right")
    numbered = begun.with_columns(pl.int_range(1, pl.len() + 1).over("row").alias("episode"))
    ended = _exits(clients, numbered, findings, table)
    closed = numbered.join(ended, on=["row", "episode"], how="left", maintain_order="left")
    return closed.with_columns(is_last=pl.col("episode") == pl.col("episode").max().over("row"))


def closures(episodes_of_clients: pl.DataFrame, clients: pl.DataFrame) -> pl.DataFrame:
    """Return circumstance and reasons of each closed episode, aligned with ``episodes_of_clients`` (with ``status``).

    The cells name circumstances and reasons of all exits, in no order that could be relied on: where several episodes
    are closed and the cell tells of several things, none can be given to one of them.
    """
    is_closed = pl.col("closed_on").is_not_null() | (pl.col("status") == "closed").fill_null(False)
    told = clients.select(
        "row",
        circumstances=words("exit_circumstance", "closure_circumstance"),
        reasons=words("exit_reason", "closure_reason"),
    )
    judged = episodes_of_clients.with_columns(is_closed=is_closed)
    joined = judged.join(told, on="row", how="left", maintain_order="left")
    n_closed = pl.col("is_closed").sum().over("row")
    circumstance = _alone("circumstances", pl.col("circumstances").list.len() == 1)
    reasons = _alone("reasons", (n_closed == 1) | (pl.col("reasons").list.len() == 1))
    return joined.select(
        pl.when("is_closed").then(circumstance).alias("closure_circumstance"),
        pl.when("is_closed").then(reasons).alias("closure_reason"),
    )


def tokens(column: str, names: tuple[str, ...] = ()) -> pl.Expr:
    """Return the values of a cell as a list: commas stand between them, or strokes between those of several records."""
    return multi_values.split_values(pl.col(column).str.replace_all(SEPARATORS, ", "), ", ", names)


def words(column: str, field: str) -> pl.Expr:
    """Return the different words of a cell as a list, the unlisted left out."""
    joined = values.canonical_list(tokens(column), field, SYSTEM)
    return pl.when(joined != "unknown").then(joined).str.split("|").fill_null([])


def _exits(clients: pl.DataFrame, numbered: pl.DataFrame, findings: Findings, table: str) -> pl.DataFrame:
    exits = dated.all_dated(clients, "exited_on", findings, table, "closed_on").rename({"date": "closed_on"})
    begun = numbered.drop_nulls("accepted_on").sort("accepted_on")
    matched = exits.sort("closed_on").join_asof(
        begun, left_on="closed_on", right_on="accepted_on", by="row", strategy="backward", check_sortedness=False
    )
    return matched.group_by("row", pl.col("episode").fill_null(1)).agg(pl.col("closed_on").max())


def _alone(words: str, is_clear: pl.Expr) -> pl.Expr:
    is_told = pl.col(words).list.len() > 0
    return pl.when(is_clear & is_told).then(pl.col(words).list.join("|")).otherwise(pl.lit("unknown"))
