"""Cost items: one row an item of support, counted once however many funders told it, with its price in US dollars.

An item is what one receipt shows for one case and one kind of cost. Each funder tells the price of the whole item and
the part it paid, so that a receipt with two funders stands in two lines and its price must count once. Where funders
tell different prices the largest counts, and the row says that they differ. ``is_alike_earlier`` marks an item that may
be one that another funder told already, where a receipt that could say so is missing; it counts all the same.
Restricted: rows are of children.
"""

import pandas as pd

from analysis.clean.support_ledger import TABLE as SUPPORT_LEDGER
from analysis.contract import DAY, Column, Table
from analysis.features._ledger_amounts import in_usd
from analysis.features._ledger_items import UNKNOWN, items, prices, with_item
from analysis.study import Study

ALIKE = ("case_id", "cost_category", "currency", "cost_usd")  # in these, and days near each other

TABLE = Table(
    one_row_is="an item of support",
    key=("item_id",),
    columns={
        "item_id": Column("str", "first of its lines", matches=r"^[0-9a-f]{16}$"),
        "agency": Column("str", "the agency of the case, or that wrote the line; unknown if neither is told"),
        "case_id": SUPPORT_LEDGER.columns["case_id"],
        "child_key": SUPPORT_LEDGER.columns["child_key"],
        "spent_on": Column(DAY, "first day on which it was spent", nullable=True),
        "cost_category": SUPPORT_LEDGER.columns["cost_category"],
        "cost_usd": Column("Float64", "price, once; missing where it cannot be told", unit="USD", ge=0, nullable=True),
        "told_usd": Column("Float64", "price as often as it was told", unit="USD", ge=0),
        "n_lines": Column("Int64", "lines that tell it", ge=1),
        "n_counted": Column("Int64", "of the funder whose price counts", ge=0),
        "n_typed_twice": Column("Int64", "alike in all to another of the same funder", ge=0),
        "n_told_again": Column("Int64", "of further funders", ge=0),
        "n_no_amount": Column("Int64", "without an amount", ge=0),
        "n_no_currency": Column("Int64", "without a currency", ge=0),
        "n_no_rate": Column("Int64", "without a rate of exchange for the day, or without a day", ge=0),
        "n_funders": Column("Int64", "funders that tell it", ge=0),
        "is_conflicting": Column("boolean", "funders tell different prices"),
        "funded_share": Column(
            "Float64",
            "part of the price that its funders paid, above 1 if more than the price; missing if one tells none",
            unit="share",
            ge=0,
            nullable=True,
        ),
        "is_externally_supported": SUPPORT_LEDGER.columns["is_externally_supported"],
        "is_alike_earlier": Column("boolean", "an earlier item may be the same, told by another funder"),
    },
)


def build(
    support_ledger: pd.DataFrame, exchange_rates: pd.DataFrame, cases: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return every item of the ledger once; no line is dropped."""
    choices = study.support_costs
    lines = support_ledger.pipe(in_usd, exchange_rates).pipe(_attach_agency, cases).pipe(with_item)
    priced = items(lines).merge(prices(lines, choices.differ_share), on="item_id", validate="1:1")
    first = lines.drop_duplicates("item_id")[["item_id", "payer", "receipt"]]
    return (
        priced.merge(first, on="item_id", validate="1:1")
        .pipe(_with_alike, choices.alike_days)
        .sort_values("item_id", ignore_index=True)[list(TABLE.columns)]
    )


def _attach_agency(lines: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Take the agency from the case, and from the line where it names no case."""
    of_case = lines[["case_id"]].merge(cases[["case_id", "org_code"]], on="case_id", how="left", validate="m:1")
    agency = of_case["org_code"].set_axis(lines.index).fillna(lines["agency"])
    return lines.assign(agency=agency.fillna(UNKNOWN))


def _with_alike(priced: pd.DataFrame, days: int) -> pd.DataFrame:
    """Mark items alike to the one before of their case, of another funder, of which one has no receipt."""
    in_order = priced.sort_values([*ALIKE, "spent_on", "item_id"])
    before = in_order.groupby(list(ALIKE), sort=False)[["spent_on", "payer", "receipt"]].shift()
    is_near = (in_order["spent_on"] - before["spent_on"]).dt.days <= days
    is_other = before["payer"].notna() & (before["payer"] != in_order["payer"])
    lacks_receipt = in_order["receipt"].isna() | before["receipt"].isna()
    return in_order.assign(is_alike_earlier=(is_near & is_other & lacks_receipt).astype("boolean"))
