"""Living arrangements and orphanhood of children, in the classes of the standard tables of the DHS Program.

The ten classes: with both parents; with the mother only, the father alive or dead; with the father only, the mother
alive or dead; with neither, by who is alive (4); and one for children of whom it is not known who is alive. Fostered
is who lives with neither parent, as in these tables. A parent counts as living with the child only as a usual resident.
"""

import polars as pl

WITH_MOTHER = {True: "mother_only_father_alive", False: "mother_only_father_dead"}
WITH_FATHER = {True: "father_only_mother_alive", False: "father_only_mother_dead"}
ORPHANHOOD = {
    (True, True): "both_alive",
    (True, False): "mother_alive_only",
    (False, True): "father_alive_only",
    (False, False): "double_orphan",
}
NEITHER = {
    (True, True): "neither_both_alive",
    (True, False): "neither_mother_alive",
    (False, True): "neither_father_alive",
    (False, False): "neither_both_dead",
}


def classified(children: pl.DataFrame) -> pl.DataFrame:
    """Attach ``living_arrangement``, ``orphan_status`` and ``is_fostered`` to ``children``.

    They hold ``mother_alive father_alive with_mother with_father``, missing where unknown. A child is of unknown
    arrangement if the survival of a parent is not known, also where it lives with one, as in the standard tables.
    """
    with_mother, with_father = pl.col("with_mother"), pl.col("with_father")
    is_known = pl.col("mother_alive").is_not_null() & pl.col("father_alive").is_not_null()
    arrangement = (
        pl.when(with_mother & with_father)
        .then(pl.lit("both_parents"))
        .when(with_mother & ~with_father)
        .then(_by(pl.col("father_alive"), WITH_MOTHER))
        .when(~with_mother & with_father)
        .then(_by(pl.col("mother_alive"), WITH_FATHER))
        .when(~with_mother & ~with_father)
        .then(_by_both(NEITHER))
    )
    return children.with_columns(
        living_arrangement=pl.when(is_known).then(arrangement).fill_null("unknown"),
        orphan_status=_by_both(ORPHANHOOD).fill_null("unknown"),
        is_fostered=~with_mother & ~with_father,
    )


def _by(alive: pl.Expr, words: dict[bool, str]) -> pl.Expr:
    return pl.when(alive).then(pl.lit(words[True])).when(~alive).then(pl.lit(words[False]))


def _by_both(words: dict[tuple[bool, bool], str]) -> pl.Expr:
    """Return the word for who of mother and father is alive; missing where that is not known of either."""
    found = pl.lit(None, dtype=pl.String)
    for (mother, father), word in words.items():
        is_so = (pl.col("mother_alive") == mother) & (pl.col("father_alive") == father)
        found = pl.when(is_so).then(pl.lit(word)).otherwise(found)
    return found
