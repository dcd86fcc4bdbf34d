"""Children in facilities: numbers that rest on few of them, or nearly all on two, stay, whatever kind they are."""

import pandas as pd
import pytest
import random_tables
from attacker import Interval, intervals
from gains import failures, published
from readings import told

from analysis import disclosure
from analysis import study as choices
from analysis.contract import Table
from analysis.kinds import Coefficient, Count, Curve, Estimate, Kind, Rate, Release, Share

RULES = choices.load().disclosure
N_TABLES, N_MORE = 12, 8
OF_FACILITIES = {"n_facilities": "n_facilities", "top_two_share": "top_two_share"}
CASES = {"n_facilities": [4, 5, 9, 9, None], "top_two_share": [0.5, 0.9, 0.91, None, 0.5]}
IS_WITHHELD = [True, False, True, True, True]
KINDS = {
    Count(**OF_FACILITIES): {"estimate": [100] * 5},
    Share(**OF_FACILITIES): {"estimate": [0.4] * 5, "n_hits": [40] * 5, "n": [100] * 5},
    Rate(**OF_FACILITIES): {"estimate": [80] * 5, "n_events": [40] * 5, "exposure": [50_000] * 5},
    Estimate(hits="n_hits", **OF_FACILITIES): {"estimate": [0.4] * 5, "n_hits": [40] * 5, "n": [100] * 5},
    Coefficient(**OF_FACILITIES): {"estimate": [1.2] * 5, "n": [100] * 5, "df_residual": [40] * 5},
    Curve(**OF_FACILITIES): {
        "estimate": [0.2] * 5,
        "day": [90] * 5,
        "n": [100] * 5,
        "n_at_risk": [60] * 5,
        "n_events": [20] * 5,
    },
}


def passed(columns: dict[str, list], kind: Kind, key: tuple[str, ...] = ("term",), **release: object) -> pd.DataFrame:
    frame = pd.DataFrame({"term": [f"t{at}" for at in range(len(columns["estimate"]))], "withheld": None} | columns)
    is_count = frame.columns.str.startswith("n") | frame.columns.isin(["day", "df_residual"])
    dtypes = dict.fromkeys(frame.columns, "Float64") | dict.fromkeys(frame.columns[is_count], "Int64")
    frame = frame.astype(dtypes | dict.fromkeys(["withheld", *key], "str"))
    return disclosure.publishable(
        frame, Table("a", key, {}, Release(kinds={"": kind}, **release)), "t", "records"
    ).numbers


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_a_number_of_few_facilities_or_ruled_by_two_is_withheld(kind):
    columns = {name: [*values[:4], None] if name == "estimate" else values for name, values in KINDS[kind].items()}
    told_of = passed(columns | CASES, kind)
    counts = [column for column in kind.counts.values() if column in told_of]
    for column in {"estimate", *counts}:
        assert told_of[column].isna().tolist() == IS_WITHHELD, column
    assert "top_two_share" not in told_of
    assert told_of["n_facilities"].iloc[1] == 5
    (why,) = told_of["withheld"].dropna().unique()
    assert "or fewer than 5 facilities" in why
    assert why.endswith("or nearly all in two facilities")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_without_the_columns_of_facilities_nothing_is_withheld(kind):
    (bare,) = {type(kind)(hits="n_hits") if isinstance(kind, Estimate) else type(kind)()}
    assert passed(KINDS[kind], bare)["withheld"].isna().all()


def test_the_group_that_shares_divide_is_withheld_with_the_facilities_behind_it():
    """All 100 children live in 4 facilities: also how many there are would tell of these."""
    columns = {"estimate": [0.6, 0.4] * 2, "n_hits": [60, 40] * 2, "n": [100] * 4, "n_facilities": [4, 4, 8, 8]}
    places = {"place": ["01", "01", "02", "02"], "term": ["girls", "boys"] * 2}
    told_of = passed(places | columns, Share(parts="term", n_facilities="n_facilities"), ("place", "term"))
    assert told_of[["estimate", "n_hits", "n", "n_facilities"]].iloc[:2].isna().all(axis=None)
    assert told_of["n"].tolist()[2:] == [100, 100]
    assert told_of["n_facilities"].tolist()[2:] == [10, 10]


def test_parts_of_one_group_have_the_same_facilities_behind_them():
    columns = {"estimate": [0.6, 0.4], "n_hits": [60, 40], "n": [100, 100], "n_facilities": [8, 7]}
    with pytest.raises(disclosure.DisclosureError, match="other values in other rows"):
        passed(columns, Share(parts="term", n_facilities="n_facilities"))


def test_facilities_withheld_in_one_place_do_not_follow_from_those_of_the_country():
    columns = {"n_hits": [20, 60, 70, 150], "n": [50, 120, 140, 310], "n_facilities": [4, 11, 14, 29]}
    columns |= {"term": ["01", "02", "03", "all"], "estimate": [0.4, 0.5, 0.5, 150 / 310]}
    told_of = passed(columns, Share(n_facilities="n_facilities"), totals={"term": "all"})
    for column in ("n_hits", "n", "n_facilities"):
        assert pd.isna(told_of[column].iloc[0])
        assert told_of[column].isna().sum() >= 2, column


@pytest.mark.parametrize("shape", random_tables.HOUSED)
def test_nothing_is_gained_of_children_in_facilities(shape):
    samples = [random_tables.sample(seed, shape) for seed in range(N_TABLES)]
    tables = [(sample, published(sample)) for sample in samples]
    assert failures(tables) == []
    n_few = n_ruled = n_told = 0
    for sample, rows in tables:
        (kind,) = sample.table.release.kinds.values()
        is_few = sample.rows[kind.n_facilities].lt(RULES.least_facilities).to_numpy()
        is_ruled = sample.rows["top_two_share"].gt(RULES.most_of_two).to_numpy()
        numbers = ["estimate", *kind.counts.values()]
        assert rows.loc[is_few | is_ruled, numbers].isna().all(axis=None), sample.name
        is_large = sample.rows[kind.whole].ge(RULES.least_rows).to_numpy()
        n_few, n_ruled = n_few + (is_few & is_large).sum(), n_ruled + (is_ruled & ~is_few & is_large).sum()
        n_told += rows["estimate"].notna().sum()
    assert min(n_few, n_ruled, n_told) > 10, "the tables hold what the rules are for, and something is left"


@pytest.mark.validation
@pytest.mark.parametrize("shape", random_tables.HOUSED)
def test_nothing_is_gained_of_children_in_more_facilities(shape):
    samples = (random_tables.sample(seed, shape) for seed in range(N_TABLES, N_TABLES + N_MORE))
    assert failures((sample, published(sample)) for sample in samples) == []


def test_few_children_are_read_from_the_facilities_they_live_in():
    """Where 7 children are withheld as fewer than 10 and their 7 facilities are shown, 5 at least are known of."""
    rows = pd.DataFrame({"place": ["01"], "estimate": [7.0], "n_facilities": [7], "withheld": [None]})
    rows = rows.astype({"place": "str", "estimate": "Float64", "n_facilities": "Int64", "withheld": "str"})
    table = Table("a place", ("place",), {}, Release(kinds={"": Count(n_facilities="n_facilities")}))
    passed = disclosure.publishable(rows, table, "few", "records").numbers
    assert passed[["estimate", "n_facilities"]].isna().all(axis=None)
    leaking = told(passed.assign(n_facilities=pd.array([5], "Int64")), table, "few")
    leaking.at_most[("few", "n", ("place", "01"))] = RULES.least_rows - 1
    assert intervals(leaking)[("few", "n", ("place", "01"))] == Interval(3, 9)


def test_no_place_has_fewer_children_than_facilities():
    """If 20 facilities are shown of 02, its withheld children are so many that those of 01 are few, and 03 is shown."""
    columns = {"term": ["01", "02", "03", "all"], "estimate": [7, 20, 300, 327], "n_facilities": [7, 20, 6, 33]}
    kind, totals = Count(count="n", n_facilities="n_facilities"), {"term": "all"}
    told_of = passed(columns | {"n": columns["estimate"]}, kind, totals=totals)
    table = Table("a", ("term",), {}, Release(kinds={"": kind}, totals=totals))
    of_01 = ("t", "n", ("term", "01"))
    assert intervals(told(told_of, table, "t"))[of_01].width >= RULES.least_rows
    leaking = told_of.assign(
        n=pd.array([None, None, 300, 325], "Int64"), n_facilities=pd.array([None, 20, None, 30], "Int64")
    )
    assert intervals(told(leaking, table, "t"))[of_01] == Interval(0, 7)
