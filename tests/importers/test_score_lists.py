"""Scores in lists: an assessment is one row, and its scores come out as they went in."""

import polars as pl
import pytest

from analysis.importers import as_read, score_lists


@pytest.fixture
def scores():
    rows = pl.DataFrame(
        {
            "row": [2, 2, 2, 3, 3],
            "assessment_ref": ["a", "a", "b", "b", None],
            "domain_code": ["x", "y", "x", "x", "x"],
            "score": [1, None, 3, 4, 5],
        }
    )
    return as_read.filled(rows, "assessments")


def test_rows_that_differ_in_domain_and_score_alone_become_one(scores):
    gathered = score_lists.gathered(scores)
    assert gathered.select("row", "assessment_ref").rows() == [(2, "a"), (2, "b"), (3, "b"), (3, None)]
    assert gathered["domain_code"].cast(pl.List(pl.String)).to_list() == [["x", "y"], ["x"], ["x"], ["x"]]
    assert gathered["score"].to_list() == [[1, None], [3], [4], [5]]


@pytest.mark.parametrize("n", [5, 1, 0])
def test_they_come_out_as_they_went_in(scores, n):
    out = score_lists.one_row_a_score(score_lists.gathered(scores.head(n)))
    assert out.with_columns(pl.col("domain_code").cast(pl.String)).equals(scores.head(n))
