"""Household breaches: shares of those with an answer, what is not known apart, and why siblings live apart."""

import pandas as pd
import pytest

from analysis import sources, study
from analysis.clean import household_items
from analysis.estimates import household_breaches
from analysis.features import checked_homes

ITEMS = household_items.TABLE.validated(sources.read("household_items_ruled"), "household_items")
MET, NOT, OPEN = False, True, None


def homes(rows: list[tuple]) -> pd.DataFrame:
    """Return checked items, each row (child, visit, item, is_breach[, reason])."""
    named = pd.DataFrame([(*row, None)[:5] for row in rows], columns=["child", "visit", "item", "is_breach", "reason"])
    keys = named["child"].map("{:016x}".format)
    urgent = ITEMS.set_index("item")["is_urgent"]
    return named.assign(
        check_id=[f"{number:016x}" for number in range(len(named))], case_id=keys, child_key=keys,
        checked_on=pd.Timestamp("2021-01-01"), answer="met", agency=("A0" + (named["child"] % 3).astype("str")),
        applies=True, is_urgent=named["item"].map(urgent), is_breach=named["is_breach"].astype("boolean"),
        reason=named["reason"].astype("str"),
    )[list(checked_homes.TABLE.columns)]  # fmt: skip


def estimated(rows: list[tuple]) -> pd.DataFrame:
    table = household_breaches.build(homes(rows), ITEMS, study.load())
    return household_breaches.TABLE.validated(table, "household_breaches").set_index(["outcome", "term", "level"])


def test_only_answers_are_counted_and_the_rest_is_told_as_not_known():
    answers = [MET] * 5 + [NOT] * 4 + [OPEN] * 3
    table = estimated([(child, "first", "food", answer) for child, answer in enumerate(answers)])
    row, unknown = table.loc["breach", "food", "first"], table.loc["not known", "food", "first"]
    assert (row["n"], row["n_hits"], row["estimate"]) == (9, 4, pytest.approx(4 / 9))
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert (unknown["n"], unknown["n_hits"]) == (12, 3)
    assert table.loc["breach", "food", "second"]["n"] == 0


def test_a_breach_of_any_item_is_at_least_what_was_found():
    rows = [(0, "first", "food", MET), (0, "first", "no_violence", NOT), (1, "first", "food", OPEN)]
    table = estimated([*rows, (1, "first", "no_violence", MET), (2, "first", "food", NOT)])
    assert table.loc["breach", "any item", "first"][["n", "n_hits"]].tolist() == [3, 2]
    assert table.loc["breach", "any urgent item", "first"][["n", "n_hits"]].tolist() == [2, 1]


def test_a_child_is_counted_once_a_check():
    table = estimated([(0, "first", "food", NOT), (0, "first", "food", MET), (1, "first", "food", MET)])
    assert table.loc["breach", "food", "first"][["n", "n_hits"]].tolist() == [2, 0], "what was written last"


def test_reasons_divide_the_children_apart_and_none_is_unknown():
    rows = [
        (child, "first", "siblings_together", NOT, reason)
        for child, reason in enumerate(["court", None, None, "other"])
    ]
    table = estimated([*rows, (9, "first", "siblings_together", MET)])
    apart = table.loc["siblings apart"]
    assert apart["n_hits"].sum() == 4
    assert set(apart["n"]) == {4}
    assert apart.loc[("unknown", "all"), "estimate"] == 0.5


def test_where_nothing_was_checked_there_is_no_row():
    assert household_breaches.build(homes([]), ITEMS, study.load()).empty
