"""What leaves of records, kind by kind: nothing that rests on a few, all made again from rounded counts."""

import pandas as pd
import pytest

from analysis import disclosure
from analysis.contract import Column, Table
from analysis.kinds import Coefficient, Count, Curve, Estimate, Kind, Rate, Release, Share

DTYPES = {"term": "str", "scale": "str", "withheld": "str", "note": "str"}
SOME = "fewer than 10"


def table(kind: Kind, **release: object) -> Table:
    return Table("a group", ("term",), {"term": Column("str", "")}, Release(kinds={"it": kind}, **release))


def rows(**columns: list[object]) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    columns = {"term": [f"t{i}" for i in range(n)], "scale": ["it"] * n, **columns, "withheld": [None] * n}
    frame = pd.DataFrame(columns)
    numbers = {
        column: "Float64" if column.startswith(("estimate", "ci", "exposure", "top")) else "Int64" for column in frame
    }
    return frame.astype({**numbers, **{name: dtype for name, dtype in DTYPES.items() if name in frame}})


def passed(frame: pd.DataFrame, kind: Kind, origin: str = "records", **release: object) -> pd.DataFrame:
    return disclosure.publishable(frame, table(kind, **release), "towns", origin).numbers


def share(hits: int, of: int, **interval: list[float]) -> pd.DataFrame:
    return rows(estimate=[hits / of if of else None], n_hits=[hits], n=[of], **interval)


@pytest.mark.parametrize("origin", ["simulated", "records"])
@pytest.mark.parametrize(
    ("hits", "of", "told"),
    [
        (50, 100, (50, 100, 0.5)),
        (52, 103, (50, 105, round(50 / 105, 6))),
        (53, 98, (55, 100, 0.55)),
        (10, 20, (10, 20, 0.5)),
    ],
)
def test_a_share_leaves_as_the_ratio_of_rounded_counts(origin, hits, of, told):
    row = passed(share(hits, of), Share(), origin).iloc[0]
    assert (row["n_hits"], row["n"], row["estimate"]) == told
    assert pd.isna(row["withheld"])
    assert row["origin"] == origin


@pytest.mark.parametrize(("hits", "of"), [(3, 9), (0, 0), (9, 9), (0, 4)])
def test_nothing_is_told_of_a_small_group(hits, of):
    row = passed(share(hits, of), Share()).iloc[0]
    assert row[["n_hits", "n", "estimate"]].isna().all()
    assert row["withheld"] == "fewer than 10 with it, or without it"


@pytest.mark.parametrize(("hits", "of"), [(1, 500), (9, 500), (491, 500), (499, 500), (0, 500), (500, 500)])
def test_of_a_large_group_with_few_or_none_or_nearly_all_only_its_size_is_told(hits, of):
    row = passed(share(hits, of), Share()).iloc[0]
    assert row[["n_hits", "estimate"]].isna().all()
    assert row["n"] == 500
    assert row["withheld"] == "fewer than 10 with it, or without it"


def test_none_and_all_are_told_only_where_the_table_says_why_they_harm_nobody():
    told = passed(rows(estimate=[0, 1, 0.005], n_hits=[0, 40, 2], n=[40, 40, 400]), Share(), harmless="columns")
    assert told["estimate"].tolist()[:2] == [0.0, 1.0]
    assert pd.isna(told["estimate"].iloc[2])


def test_the_interval_of_a_share_is_widened_to_whole_steps_of_the_rounding():
    row = passed(share(53, 98, ci_low=[0.442], ci_high=[0.637]), Share()).iloc[0]
    assert (row["ci_low"], row["ci_high"]) == (0.4, 0.65)  # steps of 5 in 100


def test_the_interval_of_a_share_stays_between_0_and_1():
    """As a normal interval of a share near an end leaves it."""
    assert passed(share(15, 100, ci_low=[-0.01], ci_high=[0.3]), Share()).iloc[0]["ci_low"] == 0
    assert passed(share(85, 100, ci_low=[0.7], ci_high=[1.01]), Share()).iloc[0]["ci_high"] == 1


def test_counts_are_rounded_and_small_ones_missing_never_zero():
    told = passed(rows(estimate=[0, 1, 9, 10, 12, 13, 247]), Count())
    assert told["estimate"].tolist()[3:] == [10, 10, 15, 245]
    assert told["estimate"].iloc[:3].isna().all()
    assert (told["withheld"].iloc[:3] == SOME).all()


def test_a_count_of_few_facilities_or_ruled_by_two_is_withheld():
    frame = rows(estimate=[100, 100, 100], n_facilities=[4, 5, 9], top_two_share=[0.5, 0.5, 0.95])
    told = passed(frame, Count(n_facilities="n_facilities", top_two_share="top_two_share"))
    assert told["estimate"].isna().tolist() == [True, False, True]
    assert "top_two_share" not in told
    assert told["withheld"].iloc[0] == told["withheld"].iloc[2]


def test_an_estimate_beside_its_count_is_the_rounded_count():
    told = passed(rows(estimate=[247, 13], n_children=[247, 13]), Count(count="n_children"))
    assert told["estimate"].tolist() == told["n_children"].tolist() == [245, 15]


def test_facilities_have_a_threshold_of_their_own():
    told = passed(rows(estimate=[4, 5, 8]), Count(unit="facilities"))
    assert told["estimate"].tolist()[1:] == [5, 10]
    assert told["withheld"].iloc[0] == "fewer than 5"


def test_a_share_of_facilities_has_their_threshold_too():
    told = passed(rows(estimate=[5 / 12, 4 / 12, 8 / 12], n_hits=[5, 4, 8], n=[12, 12, 12]), Share(unit="facilities"))
    assert told["estimate"].isna().tolist() == [False, True, True]
    assert told["n"].tolist() == [10, 10, 10]


def test_a_rate_is_made_again_from_the_rounded_count():
    frame = rows(estimate=[9.9, 99.0], n_events=[8, 23], exposure=[80_800, 23_232], ci_low=[5, 60], ci_high=[20, 150])
    told = passed(frame, Rate())
    assert pd.isna(told["estimate"].iloc[0])
    assert told["estimate"].iloc[1] == pytest.approx(100_000 * 25 / 23_232, rel=1e-5)
    step = 100_000 * 5 / 23_232
    assert told["ci_low"].iloc[1] == pytest.approx(2 * step, rel=1e-5)
    assert told["ci_high"].iloc[1] == pytest.approx(7 * step, rel=1e-5)


def test_modelled_numbers_keep_three_digits_and_rest_on_many():
    frame = rows(estimate=[0.123456, 0.2], n=[104, 9], ci_low=[0.101111, 0.1], ci_high=[0.151111, 0.3])
    told = passed(frame, Estimate())
    assert told[["estimate", "ci_low", "ci_high", "n"]].iloc[0].tolist() == [0.123, 0.101, 0.152, 105]
    assert told[["estimate", "ci_low", "ci_high", "n"]].iloc[1].isna().all()


def test_a_weighted_share_rests_on_many_with_the_property_and_many_without():
    told = passed(rows(estimate=[0.5, 0.02, 0.98], n_hits=[50, 4, 97], n=[100, 100, 100]), Estimate(hits="n_hits"))
    assert told["estimate"].isna().tolist() == [False, True, True]


def test_coefficients_need_degrees_of_freedom_and_do_not_tell_them():
    told = passed(rows(estimate=[1.23456, 1.2], n=[52, 52], df_residual=[41, 9]), Coefficient())
    assert told["estimate"].iloc[0] == 1.23
    assert pd.isna(told["estimate"].iloc[1])
    assert "df_residual" not in told


def test_curves_are_told_on_the_grid_where_many_are_at_risk_and_in_steps_of_many():
    days, n = [30, 60, 90, 180, 365, 730], 6
    frame = rows(
        estimate=[0.05, 0.06, 0.07, 0.12, 0.21, 0.4],
        day=days,
        n=[200] * n,
        n_at_risk=[180, 170, 160, 120, 60, 9],
        n_events=[10, 12, 14, 24, 42, 80],
    )
    contract = Table("a day", ("day",), {}, Release(kinds={"it": Curve()}, harmless=""))
    told = disclosure.publishable(frame, contract, "curve", "records").numbers
    assert told["estimate"].isna().tolist() == [False, True, True, False, False, True]
    assert told["estimate"].dropna().tolist() == [0.05, 0.125, 0.2]  # steps of 5 in 200
    assert told["n"].dropna().eq(200).all()


def test_sensitive_items_are_told_as_any_or_none_and_for_the_country_only():
    frame = rows(estimate=[0.4] * 4, n_hits=[40, 80, 40, 40], n=[100, 200, 100, 100])
    frame = frame.assign(outcome=pd.array(["sexual_abuse", *["any_harm"] * 3], "str"))
    frame = frame.assign(term=pd.array(["all", "all", "12", "01"], "str"))
    release = Release(kinds={"it": Share()}, place="term", totals={"term": "all"})
    told = disclosure.publishable(frame, Table("a group", ("outcome", "term"), {}, release), "harm", "records").numbers
    assert told["estimate"].isna().tolist() == [True, False, True, True]


def test_what_the_log_tells_of_each_count_never_stands_in_the_numbers():
    released = disclosure.publishable(rows(estimate=[0, 4, 50]), table(Count()), "towns", "records")
    assert sorted(released.log["rule"]) == ["fewer than the least", "none or all"]
    assert released.numbers["withheld"].dropna().unique().tolist() == [SOME]
    assert released.cells["exact"].tolist() == [0, 4, 50]


def test_published_numbers_pass_as_they_are():
    assert passed(share(3, 9), Share(), "published")["n_hits"].tolist() == [3]
    assert disclosure.publishable(share(3, 9), Table("a", ("term",), {}), "t", "published").log.empty
