"""What leaves of records: shares from rounded counts, none that rests on a few rows, nothing else at all."""

import pandas as pd
import pytest

from analysis import disclosure


def shares(*counts: tuple[int, int]) -> pd.DataFrame:
    n_hits, n = zip(*counts, strict=True)
    return pd.DataFrame(
        {
            "term": pd.array([f"t{i}" for i in range(len(counts))], "str"),
            "scale": pd.array(["share"] * len(counts), "str"),
            "estimate": pd.array([h / t if t else None for h, t in counts], "Float64"),
            "n_hits": pd.array(n_hits, "Int64"),
            "n": pd.array(n, "Int64"),
            "withheld": pd.array([None] * len(counts), "str"),
        }
    )


@pytest.mark.parametrize("origin", ["simulated", "records"])
@pytest.mark.parametrize(
    ("counts", "passed"),
    [
        ((50, 100), (50, 100, 0.5)),
        ((52, 103), (50, 105, round(50 / 105, 6))),
        ((53, 98), (55, 100, 0.55)),
        ((10, 20), (10, 20, 0.5)),
        ((0, 40), (0, 40, 0.0)),
        ((40, 40), (40, 40, 1.0)),
    ],
)
def test_a_share_leaves_as_the_ratio_of_rounded_counts(origin, counts, passed):
    row = disclosure.publishable(shares(counts), "t", origin).iloc[0]
    assert (row["n_hits"], row["n"], row["estimate"]) == passed
    assert pd.isna(row["withheld"])
    assert row["origin"] == origin


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ((3, 9), disclosure.FEW_ROWS),
        ((0, 0), disclosure.FEW_ROWS),
        ((9, 9), disclosure.FEW_ROWS),
        ((1, 500), disclosure.FEW_HITS),
        ((9, 500), disclosure.FEW_HITS),
        ((491, 500), disclosure.FEW_HITS),
        ((499, 500), disclosure.FEW_HITS),
        ((501, 500), disclosure.FEW_HITS),
    ],
)
def test_what_rests_on_few_rows_is_withheld_with_its_reason_and_never_zero(counts, reason):
    row = disclosure.publishable(shares(counts, (50, 100)), "t", "records").iloc[0]
    assert row[["n_hits", "n", "estimate"]].isna().all()
    assert row["withheld"] == reason


def test_a_missing_count_is_withheld():
    numbers = shares((50, 100)).assign(n_hits=pd.array([None], "Int64"))
    assert disclosure.publishable(numbers, "t", "simulated")["withheld"].iloc[0] == disclosure.FEW_HITS


@pytest.mark.parametrize(
    "changed",
    [
        lambda rows: rows.drop(columns="n_hits"),
        lambda rows: rows.drop(columns="withheld"),
        lambda rows: rows.assign(scale="children"),
        lambda rows: rows.assign(n_children=pd.array([7], "Int64")),
        lambda rows: rows.assign(ci_low=pd.array([0.4], "Float64")),
    ],
)
def test_anything_but_a_share_with_its_counts_is_refused(changed):
    with pytest.raises(disclosure.DisclosureError, match=r"numbers of 'towns' descend from records data"):
        disclosure.publishable(changed(shares((50, 100))), "towns", "records")


def test_published_numbers_are_not_touched_by_the_rule():
    assert disclosure.publishable(shares((3, 9)), "t", "published")["n_hits"].tolist() == [3]
