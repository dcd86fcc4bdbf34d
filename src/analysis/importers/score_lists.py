"""Scores kept small: one row an assessment, its domains and scores in lists.

A million cases have fifteen million scores; all but domain and score stand the same in the ten rows of an assessment.
Until they are written they are therefore kept as assessments.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pyarrow as pa

LISTS = ("domain_code", "score")


def gathered(scores: pl.DataFrame) -> pl.DataFrame:
    """Return rows of scores that follow each other and differ in domain and score alone as one row, with lists.

    Scores that come in lists already stay as they are.
    """
    if isinstance(scores.schema["score"], pl.List):
        return scores
    shared = [name for name in scores.columns if name not in LISTS]
    is_other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in shared)
    starts = np.flatnonzero(scores.select(is_other | (pl.int_range(pl.len()) == 0)).to_series().to_numpy())
    codes = scores["domain_code"].cast(pl.Categorical)
    lists = {"domain_code": codes, "score": scores["score"]}
    return scores.select(shared)[starts].with_columns(**in_lists(lists, np.append(starts, scores.height)))


def in_lists(values: Mapping[str, pl.Series], bounds: np.ndarray) -> dict[str, pl.Series]:
    """Return columns of lists: list n holds the ``values`` from bound n to before bound n + 1."""
    ends = pa.array(bounds, type=pa.int64())
    return {
        name: pl.Series(name, pl.from_arrow(pa.LargeListArray.from_arrays(ends, column.to_arrow())))
        for name, column in values.items()
    }


def one_row_a_score(assessments: pl.DataFrame) -> pl.DataFrame:
    """Return the scores of ``assessments`` below each other again."""
    return assessments.explode(LISTS, empty_as_null=False)
