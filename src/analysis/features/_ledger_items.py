"""Items of a ledger: which lines tell the same one, what it cost, and who paid which part of it.

ASSUME: several different lines of one funder on one receipt are several purchases; lines alike in all are one line
typed twice.
"""

import pandas as pd

from analysis.features._ledger_amounts import LACKS, NOTHING

UNKNOWN = "unknown"
SAME_LINE = ("item_id", "payer", "spent_on", "amount", "currency", "funded_share")
TYPED_TWICE, TOLD_AGAIN, COUNTED = "n_typed_twice", "n_told_again", "n_counted"
BECAME = (COUNTED, TYPED_TWICE, TOLD_AGAIN, *LACKS)


def with_item(lines: pd.DataFrame) -> pd.DataFrame:
    """Add ``item_id``, the first line of the same receipt, case and kind of cost, and what became of each line.

    A line without a receipt is an item of its own. ``became`` is the first that holds: typed twice, without a price in
    US dollars for some reason, counted (of the funder who tells the largest price), told again (of another funder).
    """
    lines = lines.sort_values("cost_line_id", ignore_index=True).pipe(_with_kind_of_receipt)
    first = lines.groupby(["agency", "receipt", "case_id", "cost_category"], dropna=False)["cost_line_id"]
    item = first.transform("first").where(lines["receipt"].notna(), lines["cost_line_id"])
    known = lines.assign(item_id=item.astype("str"), payer=lines["funder"].fillna(UNKNOWN))
    return known.assign(became=COUNTED).pipe(_marked_typed_twice).pipe(_marked_told_again)


def items(lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row an item with the facts of its lines; ``lines`` as ``with_item`` gives them."""
    of_item = lines.groupby("item_id", sort=False)
    told = of_item.agg(
        spent_on=("spent_on", "min"),
        told_usd=("amount_usd", "sum"),
        n_lines=("payer", "size"),
        n_funders=("funder", "nunique"),
        is_externally_supported=("is_externally_supported", "max"),
    )
    facts = of_item[["agency", "case_id", "child_key", "cost_category", "currency"]].first()
    counts = pd.DataFrame({name: lines["became"] == name for name in BECAME}).groupby(lines["item_id"]).sum()
    return told.join([facts, counts], validate="1:1").reset_index()


def prices(lines: pd.DataFrame, differ_share: float) -> pd.DataFrame:
    """Return ``cost_usd``, the largest price that a funder tells, whether they differ, and the part funders paid.

    The part is missing where any of the funders tells none, or no price to take it of.
    """
    once = lines[lines["became"] != TYPED_TWICE]
    paid_usd = once["funded_share"] * once["amount_usd"]
    told = once.assign(paid_usd=paid_usd, is_told=paid_usd.notna())
    of_payer = told.groupby(["item_id", "payer"])
    by_payer = of_payer[["amount_usd", "paid_usd"]].sum(min_count=1).assign(is_told=of_payer["is_told"].all())
    of_item = by_payer.groupby("item_id")
    highest, lowest = of_item["amount_usd"].max(), of_item["amount_usd"].min()
    part = (of_item["paid_usd"].sum() / highest).where(of_item["is_told"].all() & highest.gt(0))
    is_conflicting = (highest - lowest > differ_share * highest).fillna(False)
    return pd.DataFrame({"cost_usd": highest, "is_conflicting": is_conflicting, "funded_share": part}).reset_index()


def _with_kind_of_receipt(lines: pd.DataFrame) -> pd.DataFrame:
    """Give lines of an unknown kind of cost the only kind that other lines of their receipt and case tell."""
    known = lines.assign(kind=lines["cost_category"].mask(lines["cost_category"] == UNKNOWN))
    of_receipt = known.groupby(["agency", "receipt", "case_id"], dropna=False)["kind"]
    only = of_receipt.transform("first").where(of_receipt.transform("nunique") == 1)
    told = lines["cost_category"].mask(known["kind"].isna() & lines["receipt"].notna() & only.notna(), only)
    return lines.assign(cost_category=told.astype("str"))


def _marked_typed_twice(lines: pd.DataFrame) -> pd.DataFrame:
    became = lines["became"].mask(lines["lacks"] != NOTHING, lines["lacks"])
    return lines.assign(became=became.mask(lines.duplicated(list(SAME_LINE)), TYPED_TWICE))


def _marked_told_again(lines: pd.DataFrame) -> pd.DataFrame:
    """Mark the lines of all but the first of the funders who tell the largest price of an item."""
    counted = lines[lines["became"] == COUNTED]
    price = counted.groupby(["item_id", "payer"], as_index=False)["amount_usd"].sum()
    believed = price.sort_values(["amount_usd", "payer"], ascending=[False, True]).drop_duplicates("item_id")
    of_item = lines["item_id"].map(believed.set_index("item_id")["payer"])
    is_other = (lines["became"] == COUNTED) & (lines["payer"] != of_item)
    return lines.assign(became=lines["became"].mask(is_other, TOLD_AGAIN))
