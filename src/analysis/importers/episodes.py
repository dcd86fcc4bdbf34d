"""Which episode of a case a contact, an assessment or a spell belongs to: by its date."""

import polars as pl


def with_case_id(rows: pl.DataFrame, episodes: pl.DataFrame, on: pl.Expr) -> pl.DataFrame:
    """Return ``rows`` (with ``case``) and the ``case_id`` of the episode running at the date ``on``.

    It is the latest episode that began on that day or before; what lies before all of them belongs to the first, and
    what has no date to the last. A row without a case gets no ``case_id``. ``episodes``: ``case case_id starts_on``.
    """
    ordered = episodes.filter(pl.col("case").is_in(rows["case"].implode())).sort("case", "episode")
    of_case = ordered.group_by("case", maintain_order=True).agg(
        first=pl.col("case_id").first(), last=pl.col("case_id").last(), n_episodes=pl.len()
    )
    dated = rows.with_columns(on.alias("on")).join(of_case, on="case", how="left", maintain_order="left")
    several = dated.filter(pl.col("n_episodes") > 1, pl.col("on").is_not_null())
    others = dated.filter(~((pl.col("n_episodes") > 1) & pl.col("on").is_not_null()).fill_null(value=False))
    begun = ordered.drop_nulls("starts_on").select("case", "case_id", on="starts_on").sort("on")
    matched = several.sort("on").join_asof(begun, on="on", by="case", strategy="backward", check_sortedness=False)
    both = [
        matched.with_columns(pl.coalesce("case_id", "first").alias("case_id")),
        others.with_columns(pl.col("last").alias("case_id")),
    ]
    return pl.concat(both, how="diagonal").drop("on", "first", "last", "n_episodes")
