"""Each item of support once: two funders, a line typed twice, prices that differ, and what cannot be told."""

import pandas as pd
import pytest
from made_ledger import ANN, BEN, cases, key, ledger, rates

from analysis import study
from analysis.features import cost_items

STUDY = study.load()
DAY = pd.Timestamp("2023-05-01")


def items(*rows, per_usd=None):
    """Return the items of a made-up ledger of case 1, by the number of their first line."""
    found = cost_items.build(ledger(*rows), rates(**(per_usd or {"2023-01-01": 4000.0})), cases({}), STUDY)
    return found.set_index("item_id")


def test_two_funders_of_one_receipt_are_one_item_at_its_price():
    found = items({"funded_share": 0.6}, {"funder": BEN, "funded_share": 0.4})
    assert found["cost_usd"].tolist() == [10]
    assert found["told_usd"].tolist() == [20]
    assert found["funded_share"].tolist() == pytest.approx([1])
    assert found[["n_counted", "n_told_again", "n_funders"]].iloc[0].tolist() == [1, 1, 2]


def test_funders_who_tell_more_than_the_price_together_are_seen():
    assert items({}, {"funder": BEN})["funded_share"].tolist() == [2]


def test_a_line_typed_twice_counts_once_but_two_purchases_on_a_receipt_count_twice():
    assert items({}, {})["cost_usd"].tolist() == [10]
    assert items({}, {})["n_typed_twice"].tolist() == [1]
    found = items({}, {"amount": 4.0}, {"funder": BEN, "amount": 14.0})
    assert found["cost_usd"].tolist() == [14]
    assert not found["is_conflicting"].any()
    assert found[["n_counted", "n_told_again"]].iloc[0].tolist() == [2, 1]


def test_the_larger_of_two_prices_counts_and_a_difference_is_told():
    near, far = {"receipt": key(7)}, {"receipt": key(8)}
    found = items(near, near | {"funder": BEN, "amount": 9.6}, far, far | {"funder": BEN, "amount": 9.4})
    assert found["cost_usd"].tolist() == [10, 10]
    assert found["is_conflicting"].tolist() == [False, True]


def test_another_case_kind_or_receipt_is_another_item():
    lines = ledger({}, {"case_id": key(2)}, {"cost_category": "cash"}, {"receipt": key(8)})
    assert cost_items.build(lines, rates(), cases({}, {}), STUDY)["cost_usd"].tolist() == [10] * 4


def test_an_unknown_kind_is_that_of_its_receipt_if_that_has_one_only():
    assert len(items({}, {"funder": BEN, "cost_category": "unknown"})) == 1
    assert len(items({}, {"cost_category": "cash"}, {"funder": BEN, "cost_category": "unknown"})) == 3


def test_lines_without_a_receipt_are_items_of_their_own_and_alike_ones_are_marked():
    near, far = DAY + pd.Timedelta(days=7), DAY + pd.Timedelta(days=15)
    lines = [
        {"receipt": None, "spent_on": day, "funder": funder} for day, funder in ((DAY, ANN), (near, BEN), (far, ANN))
    ]
    found = items(*lines)
    assert found["cost_usd"].tolist() == [10, 10, 10]
    assert found["is_alike_earlier"].tolist() == [False, True, False]


def test_items_that_differ_are_not_marked_nor_those_of_one_funder_or_with_receipts():
    first, other = {"receipt": None}, {"receipt": None, "funder": BEN}
    pairs = [
        (first | {"amount": 1.0}, first | {"amount": 1.0}), (first | {"amount": 2.0}, other | {"amount": 2.5}),
        (first | {"amount": 3.0}, other | {"amount": 3.0, "cost_category": "cash"}),
        ({"receipt": key(8), "amount": 4.0}, {"receipt": key(9), "funder": BEN, "amount": 4.0}),
    ]  # fmt: skip
    assert not items(*(line for pair in pairs for line in pair))["is_alike_earlier"].any()


def test_the_rate_is_that_of_the_day_and_dollars_need_none():
    riel = {"currency": "KHR", "amount": 40_000.0, "receipt": None}
    found = items(
        riel | {"spent_on": pd.Timestamp("2023-04-30")}, riel, {"spent_on": None},
        per_usd={"2023-01-01": 4000.0, "2023-05-01": 5000.0},
    )  # fmt: skip
    assert found["cost_usd"].tolist() == [10, 8, 10]


def test_what_has_no_amount_currency_or_rate_is_counted_and_not_guessed():
    riel = {"currency": "KHR", "receipt": None}
    found = items(
        {"amount": None, "receipt": None}, {"currency": "unknown", "receipt": None},
        riel | {"spent_on": pd.Timestamp("2022-12-31")}, riel | {"spent_on": None},
    )  # fmt: skip
    assert found["cost_usd"].isna().all()
    assert found[["n_no_amount", "n_no_currency", "n_no_rate"]].sum().tolist() == [1, 1, 2]
    assert found["told_usd"].sum() == 0


def test_a_price_that_one_funder_tells_stands_for_the_item():
    found = items({"amount": None}, {"funder": BEN})
    assert found["cost_usd"].tolist() == [10]
    assert found["funded_share"].isna().all(), "of the other's part there is no price to take it of"


def test_every_line_became_one_thing():
    found = items({}, {}, {"funder": BEN}, {"receipt": None, "amount": None}, {"receipt": None, "currency": "unknown"})
    parts = ["n_counted", "n_typed_twice", "n_told_again", "n_no_amount", "n_no_currency", "n_no_rate"]
    assert found[parts].sum().sum() == found["n_lines"].sum() == 5


def test_the_agency_is_that_of_the_case_and_of_the_line_only_without_one():
    lines = ledger(
        {"agency": "A09"}, {"agency": "A09", "case_id": None}, {"agency": None, "case_id": None, "receipt": None}
    )
    found = cost_items.build(lines, rates(), cases({}), STUDY)
    assert found["agency"].tolist() == ["A01", "A09", "unknown"]


def test_items_keep_their_contract():
    found = cost_items.build(ledger({}, {"receipt": None, "case_id": None, "amount": None}), rates(), cases({}), STUDY)
    assert len(cost_items.TABLE.validated(found, "cost_items")) == 2


def test_a_ledger_without_a_line_gives_no_item():
    found = cost_items.build(ledger(), rates(), cases(), STUDY)
    assert cost_items.TABLE.validated(found, "cost_items").empty
