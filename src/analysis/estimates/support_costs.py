"""Support costs: what a month under support and a month at home cost in US dollars, by group, and what was not counted.

One row a cost of a group, or a count of lines or items. Spending is that of the ledgers of agencies, each item once
however many funders told it. Per case-month: all spent on the children of a group over their months with an open case
while the ledger was kept, children on whom nothing was spent among them. Per month at home: all spent on children who
came home, before it as well, over their months at home. ``n``: children on whom something was spent; of a rule,
children whose spending it changes. Services in the case systems may bear amounts too: they are not added, as the same
money may stand in both.

ASSUME: an agency that keeps a ledger wrote down all it spent on its cases in those months. Prices that cannot be told
in US dollars are left out, so that costs are too low by them; their lines are counted. Groups by what became of a child
look back from the end: they describe, and say nothing of what spending does.
"""

import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _cost_ratios as ratios
from analysis.estimates._cost_counts import line_rows, part_rows, price_rows
from analysis.estimates._cost_kinds import kind_rows
from analysis.study import Study

CASE_MONTH, HOME_MONTH = "per case-month", "per month at home"
MONTHS = {CASE_MONTH: "case_months", HOME_MONTH: "home_months"}
TIER, ENDING, SUPPORTED, RULE = "tier", "ending", "externally supported", "rule"
ALL, UNKNOWN, NO_RETURN = "all", "unknown", "no return on record"
AS_TOLD, ALIKE_ONCE, WITH_LINES, WITH_SHARED = (
    *("every line counted", "alike lines counted once", "only children with a line", "with costs of no single child"),
)

TABLE = estimate_table(
    one_row_is="a cost of support of a group, or a count of lines or items of the ledger",
    extra={
        "n_children": Column("Int64", "children whose months count", ge=0, nullable=True),
        "n_agencies": Column("Int64", "agencies behind it", ge=0, nullable=True),
        "top_two_share": Column("Float64", "part that two children hold", unit="share", ge=0, le=1, nullable=True),
    },
)


def build(cost_items: pd.DataFrame, ledger_children: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return costs per month by group, kind and rule, and what became of every line; no row without a ledger."""
    if cost_items.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    has_months = ~ledger_children["has_unknown_months"] & (ledger_children["case_months"] > 0)
    children = ledger_children[has_months].reset_index(drop=True)
    own = cost_items.merge(children[ratios.OF_CHILD], on=ratios.OF_CHILD, validate="m:1")
    priced = own.dropna(subset="cost_usd")
    kinds = [{"outcome": CASE_MONTH, **row} for row in kind_rows(children, priced, study)]
    rules = _by_rule(children, own, cost_items, study)
    counts = [*line_rows(cost_items, own), *part_rows(priced, study), *price_rows(priced)]
    rows = [*_by_group(children, priced, study), *kinds, *rules, *counts]
    return pd.DataFrame(rows).reindex(columns=list(TABLE.columns))


def _by_group(children: pd.DataFrame, priced: pd.DataFrame, study: Study) -> list[ratios.Row]:
    """Return both costs of every group of children: by tier, by what became of them, by support from outside."""
    spent, choices = ratios.spent_on(children, priced), study.support_costs
    groups = {
        (TIER, "tier"): dict.fromkeys((*choices.tiers.values(), UNKNOWN)),
        (ENDING, "ending"): (*choices.ends, NO_RETURN),
        (SUPPORTED, "externally_supported"): ("yes", "no", UNKNOWN),
    }
    rows = []
    for outcome, months in MONTHS.items():
        those = children[children[months] > 0]
        for (term, column), levels in groups.items():
            for level in (*levels, ALL):
                own = those if level == ALL else those[those[column] == level]
                row = ratios.cost_row(own, spent[own.index], months, study)
                rows.append({"outcome": outcome, "term": term, "level": level, **row})
    return rows


def _by_rule(children: pd.DataFrame, own: pd.DataFrame, cost_items: pd.DataFrame, study: Study) -> list[ratios.Row]:
    """Return the cost of a case-month under other rules of counting; ``own`` are the items of these children."""
    once, months = ratios.spent_on(children, own), MONTHS[CASE_MONTH]
    other = {
        AS_TOLD: ratios.spent_on(children, own, "told_usd"),
        ALIKE_ONCE: ratios.spent_on(children, own[~own["is_alike_earlier"]]),
    }
    rows = {
        rule: _changed(ratios.cost_row(children, spent, months, study), spent - once) for rule, spent in other.items()
    }
    with_line = children.merge(own[ratios.OF_CHILD].drop_duplicates(), on=ratios.OF_CHILD, validate="1:1")
    rows[WITH_LINES] = ratios.cost_row(with_line, ratios.spent_on(with_line, own), months, study)
    is_shared = cost_items["child_key"].isna() & cost_items["agency"].isin(children["agency"])
    shared = cost_items[is_shared].groupby("agency")["cost_usd"].sum().astype("float64")
    rows[WITH_SHARED] = ratios.cost_row(children, once, months, study, shared)
    return [{"outcome": CASE_MONTH, "term": RULE, "level": rule, **row} for rule, row in rows.items()]


def _changed(row: ratios.Row, difference: pd.Series) -> ratios.Row:
    """Return the row with the counts of the children whose spending a rule changes: the numbers apart tell of them."""
    return row | ratios.counts(difference.abs())
