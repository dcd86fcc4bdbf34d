"""The support ledger: things bought for children, and the lines in which funders tell of them, some of them twice.

An item is what was bought, once. A line is what one funder says of it: the price of the whole item as on its receipt,
and the share of it that this funder covered. The true price of an item is the largest of its lines.
"""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

TOLD_BY_TWO = ("in_parts", "by_both", "twice", "overlapping", "conflicting")


def of_agencies(parameters: Study, rng: np.random.Generator, agencies: pd.DataFrame) -> pd.DataFrame:
    """Return one row an agency: from when it keeps a ledger (missing: never) and how much more than the mean it buys.

    The ratios have mean 1 in expectation. At least one agency has kept a ledger from the first day.
    """
    choices, n = parameters.registers.cost_lines, len(agencies)
    first = pd.Timestamp(parameters.case_management.first_referral)
    least, most = choices.late_ledger_years
    delays = np.round(rng.uniform(least, most, n) * draws.DAYS_PER_YEAR)
    late = np.where(rng.random(n) < choices.late_ledger_share, delays, 0)
    keeps = rng.permutation(n) >= min(round(choices.no_ledger_share * n), n - 1)
    kept_from = first + pd.to_timedelta(np.where(keeps.cumsum() == 1, 0, late), unit="D")
    ratio = np.exp(rng.normal(-(choices.agency_sd**2) / 2, choices.agency_sd, n))
    return pd.DataFrame(
        {
            "agency": agencies["agency"].to_numpy(),
            "kept_from": pd.Series(kept_from).where(keeps).to_numpy(),
            "spending_ratio": ratio,
        }
    )


def lines(
    parameters: Study, rng: np.random.Generator, bought: pd.DataFrame, rates: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the items that ledgers tell, with how, and the lines of the ledgers."""
    choices, n = parameters.registers.cost_lines, len(bought)
    how = draws.words(rng, choices.how_told, n)
    is_once = how == "once"
    told = bought.assign(
        how_told=how,
        currency=np.where(rng.random(n) < choices.local_share, rng.choice(rates["currency"].unique(), n), "USD"),
        has_receipt=~is_once | (rng.random(n) >= choices.receipt_lost_share),
        names_case=~is_once | (rng.random(n) >= choices.case_unknown_share),
        has_currency=rng.random(n) >= choices.currency_unknown_share,
        has_day=rng.random(n) >= choices.date_unknown_share,
        has_amount=rng.random(n) >= choices.amount_unknown_share,
    )
    both = _by_funders(choices, rng, told)
    both = both.assign(amount=_in_currency(both, rates), line_no=np.arange(1, len(both) + 1))
    return told, both.pipe(_with_blanks, choices, rng)


def _by_funders(choices: Study, rng: np.random.Generator, told: pd.DataFrame) -> pd.DataFrame:
    """Return a line of each item and a second where two funders tell, or one twice: its share and its price."""
    n, how = len(told), told["how_told"]
    part, claim, ratio = (
        np.round(rng.uniform(low, high, n), 2)
        for low, high in (choices.part_share, choices.overlapping_share, choices.conflicting_ratio)
    )
    funder = rng.integers(0, choices.n_funders, n)
    other = (funder + rng.integers(1, choices.n_funders, n)) % choices.n_funders
    share = np.select([how.isin(("in_parts", "part_only")), how == "overlapping"], [part, claim], 1.0)
    second_share = np.select([how == "in_parts", how == "overlapping"], [1 - part, claim], 1.0)
    first = told.assign(funder_no=funder + 1, covered_share=share, price_usd=told["amount_usd"])
    second = told.assign(
        funder_no=np.where(how == "twice", funder, other) + 1,
        covered_share=np.round(second_share, 2),
        price_usd=told["amount_usd"] * np.where(how == "conflicting", ratio, 1.0),
    )
    both = pd.concat([first, second[how.isin(TOLD_BY_TWO)]])
    return both.sort_values(["agency", "spent_on", "item_no"], kind="stable", ignore_index=True)


def _in_currency(rows: pd.DataFrame, rates: pd.DataFrame) -> np.ndarray:
    """Return the price on the receipt in its currency; before the first rate on record that first rate was paid."""
    known = rates.sort_values("valid_from").rename(columns={"valid_from": "spent_on"})
    days = rows[["currency", "spent_on"]].astype(known[["currency", "spent_on"]].dtypes)
    by_day = days.assign(position=np.arange(len(rows))).sort_values("spent_on", kind="stable")
    matched = pd.merge_asof(by_day, known, on="spent_on", by="currency").sort_values("position")
    first = matched["currency"].map(known.drop_duplicates("currency").set_index("currency")["per_usd"])
    per_usd = matched["per_usd"].fillna(first).fillna(1.0).to_numpy()
    price = rows["price_usd"].to_numpy() * per_usd
    return np.where(per_usd > 100, np.round(price, -2), np.round(price, 2))  # money of many units is paid in hundreds


def _with_blanks(rows: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Blank what nobody wrote down; both lines of an item lack its day, currency or amount, or neither."""
    n = len(rows)
    is_whole = rows["covered_share"] == 1
    silent = (rng.random(n) < choices.paid_unknown_share) & (rows["how_told"] == "once").to_numpy()
    no_share = silent | (~is_whole & (rng.random(n) < choices.part_unknown_share))
    no_answer = rng.random(n) < choices.supported_unknown_share
    return rows.assign(
        paid=np.where(silent, "unknown", np.where(is_whole, "whole", "part")),
        covered_share=rows["covered_share"].mask(no_share),
        amount=rows["amount"].where(rows["has_amount"]),
        currency=rows["currency"].where(rows["has_currency"]),
        spent_on=rows["spent_on"].where(rows["has_day"]),
        externally_supported=rows["externally_supported"].astype("boolean").mask(no_answer),
        case_no=rows["case_no"].astype("Int64").where(rows["names_case"]),
        receipt_no=rows["item_no"].astype("Int64").where(rows["has_receipt"]),
    )
