"""The ledger: each item told as planted, so that one rule gives back every true price; currencies by their day."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate.registers import ledger


@pytest.fixture(scope="module")
def items(registers):
    return registers["cost_items"]


@pytest.fixture(scope="module")
def lines(registers):
    return registers["cost_lines"]


def test_the_largest_price_of_a_receipt_is_the_true_price_of_its_item(items, lines, registers):
    in_usd = lines[(lines["currency"] == "USD") & lines["amount"].notna() & lines["receipt_no"].notna()]
    told = in_usd.groupby("receipt_no")["amount"].max()
    true = items.set_index("item_no")["amount_usd"].reindex(told.index.astype(int))
    assert len(told) > 3000
    assert told.to_numpy(dtype=float) == pytest.approx(true.to_numpy(), abs=0.006)


def test_items_are_told_in_the_planted_shares(items, numbers):
    for how, share in numbers.registers.cost_lines.how_told.items():
        found = (items["how_told"] == how).mean()
        assert abs(found - share) < 4 * (share * (1 - share) / len(items)) ** 0.5, how


def test_each_way_of_telling_has_its_lines(items, lines):
    both = lines.merge(items[["item_no", "how_told"]], on="item_no", validate="m:1", suffixes=("_line", ""))
    by_item = both.groupby(["how_told", "item_no"]).agg(
        n=("line_no", "size"), n_funders=("funder_no", "nunique"), n_prices=("amount", "nunique")
    )
    expected = {"once": (1, 1), "part_only": (1, 1), "in_parts": (2, 2), "by_both": (2, 2), "overlapping": (2, 2)}
    expected |= {"twice": (2, 1), "conflicting": (2, 2)}
    for how, (n, n_funders) in expected.items():
        assert set(by_item.loc[how, "n"]) == {n}, how
        assert set(by_item.loc[how, "n_funders"]) == {n_funders}, how
    assert (by_item.drop(index="conflicting")["n_prices"] <= 1).all()
    assert (by_item.loc["conflicting", "n_prices"] == 2).mean() > 0.9  # some have no amount


def test_claims_of_two_funders_sum_to_one_or_exceed_it(items, lines):
    both = lines.merge(items[["item_no", "how_told"]], on="item_no", validate="m:1", suffixes=("_line", ""))
    of_item = both.groupby(["how_told", "item_no"])["covered_share"]
    claimed = of_item.sum()[of_item.count() == of_item.size()]
    assert claimed.loc["in_parts"].to_numpy() == pytest.approx(1.0)
    assert (claimed.loc["overlapping"] >= 1.2).all()
    assert (claimed.loc["part_only"] < 1).all()


def test_only_what_is_told_once_lacks_a_receipt_or_a_case(items, lines):
    how = lines["item_no"].map(items.set_index("item_no")["how_told"])
    assert set(how[lines["receipt_no"].isna()]) == {"once"}
    assert set(how[lines["case_no"].isna()]) == {"once"}


def test_money_of_the_country_is_paid_at_the_rate_of_its_day(numbers):
    rates = pd.DataFrame(
        {
            "currency": "KHR",
            "valid_from": pd.to_datetime(["2020-01-01", "2020-02-01"]),
            "per_usd": [4000.0, 5000.0],
        }
    )
    days = pd.to_datetime(["2019-12-31", "2020-01-31", "2020-02-01"])
    bought = pd.DataFrame(
        {
            **{"item_no": [1, 2, 3], "case_no": [1, 1, 1], "agency": "ngo01", "spent_on": days},
            **{"cost_category": "food_package", "amount_usd": 10.0, "externally_supported": True},
        }
    )
    plain = numbers.changed("registers.cost_lines.local_share", 1.0)
    for name in ("amount_unknown_share", "currency_unknown_share", "date_unknown_share"):
        plain = plain.changed(f"registers.cost_lines.{name}", 0.0)
    once = {how: float(how == "once") for how in plain.registers.cost_lines.how_told}
    _, told = ledger.lines(
        plain.changed("registers.cost_lines.how_told", once), np.random.default_rng(1), bought, rates
    )
    assert told["amount"].tolist() == [40_000, 40_000, 50_000]


def test_some_agencies_keep_no_ledger_and_some_begin_late(registers, numbers, case_choices):
    kept = registers["ledgers"]["kept_from"]
    assert kept.isna().sum() == round(numbers.registers.cost_lines.no_ledger_share * len(kept))
    assert (kept == case_choices.first_referral).any()
    assert (kept > case_choices.first_referral).any()
    assert not registers["cost_items"]["agency"].isin(registers["ledgers"].loc[kept.isna(), "agency"]).any()


def test_a_single_agency_keeps_a_ledger(numbers):
    alone = ledger.of_agencies(numbers, np.random.default_rng(1), pd.DataFrame({"agency": ["ngo01"]}))
    assert alone["kept_from"].notna().all()
