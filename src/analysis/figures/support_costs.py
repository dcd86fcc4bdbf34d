"""Support costs: what a month under support and a month at home cost, by group, kind of cost and rule of counting."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _support_costs_marks as marks
from analysis.kinds import Count, Estimate, Release
from analysis.words import listed

CASE_MONTH, HOME_MONTH = "per case-month", "per month at home"
TIER, ENDING, SUPPORTED, KIND, RULE, ALL = ("tier", "ending", "externally supported", "kind of cost", "rule", "all")
TOLD_KIND = "kind of cost, rare ones together"  # of the table; kinds as they are stay with the holder of the records
AS_TOLD = "every line counted"
PANELS = {CASE_MONTH: "A month under support", HOME_MONTH: "A month at home"}
MONEY = Estimate(unit="children", top_two_share="top_two_share")
ABSENT = _absent.entries("spending")
NUMBERS = estimate_table(
    one_row_is="a cost of support of a group, or a count of lines or items of the ledger",
    extra={
        "top_two_share": Column("Float64", "part that two children hold", unit="share", ge=0, le=1, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={
            "USD per case-month": MONEY,
            "USD per month at home": MONEY,
            "share of the price": MONEY,
            "lines": Count(unit="lines"),
            "items": Count(unit="items"),
        },
        totals={"level": ALL},
        harmless="that a ledger holds no line of a kind, or only such lines, is said of no child",
    ),
)


def build(support_costs: pd.DataFrame) -> pd.DataFrame:
    """Return what may leave if it is of enough children; a group on whom nothing was spent has no number."""
    told = support_costs[support_costs["term"] != KIND].replace({"term": {TOLD_KIND: KIND}})
    is_money = ~told["scale"].isin(["lines", "items"])
    is_nobody = is_money & ~(told["n"] > 0).fillna(False)
    ends = {name: told[name].mask(is_nobody) for name in ("estimate", "ci_low", "ci_high", "n")}
    nothing = pd.array([None] * len(told), "str")
    return ABSENT.told(told.assign(**ends, withheld=nothing)[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say what a month under support costs, between which groups it differs most, and what was not counted twice."""
    if ABSENT.is_all(numbers):
        return ABSENT.words("costs of support", "a ledger of what is spent on support, kept by an agency")
    which = _whose.these(numbers, "records")
    n_withheld = int(numbers["withheld"].notna().sum())
    return charts.Words(
        title=f"In {which}, {_finding(numbers)}",
        caption=f"US dollars; dots: spending over months; lines: {charts.CONFIDENCE} intervals over agencies, or over "
        "households where agencies are few. Each item counts once, however many funders told it. Under support: a case "
        "was open while the agency kept its ledger. A month at home: all spent on children who came home, before it "
        "too, over their months at home. ▸: the line goes on."
        + (f" Withheld: fewer than {charts.LEAST} children, or nearly all for two; not 0." if n_withheld else ""),
        reading=f"In {which}, {_finding(numbers)}. {_tiers(numbers)} {_doubles(numbers)} {_lines(numbers)}",
        alt_text=f"Dots with intervals, in US dollars. A month under support, by the worker's tier: "
        f"{_spoken(numbers, CASE_MONTH, TIER)}; by what became of the child: {_spoken(numbers, CASE_MONTH, ENDING)}; "
        f"by kind of cost: {_spoken(numbers, CASE_MONTH, KIND)}. A month at home, by tier: "
        f"{_spoken(numbers, HOME_MONTH, TIER)}. {n_withheld} numbers are withheld.",
        source="ledgers of support and case records that were imported, those with permission for anonymous reporting.",
        limits="What agencies wrote into their ledgers: no salaries and no rent unless they stand there, and lines "
        "without an amount, a currency or a rate of exchange count as nothing. Groups differ in more than support: who "
        "was at home at the end is known only then, so costs by outcome describe and do not say what spending does. "
        "Supported from outside or not is known of children with a line alone. Services with an amount in the case "
        "systems are not added: the same money may stand in both.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw both costs by group side by side; beneath them kinds of cost and other rules of counting."""
    if ABSENT.is_all(numbers) or numbers.loc[numbers["outcome"] == CASE_MONTH, "estimate"].isna().all():
        return _absent.draw()
    figure = charts.canvas(11.5)
    grid = figure.add_gridspec(2, 1, height_ratios=[17, 12])
    marks.of_groups(grid[0].subgridspec(1, 2).subplots(squeeze=False)[0], marks.group_rows(numbers), PANELS)
    kinds, rules = grid[1].subgridspec(1, 2).subplots(squeeze=False)[0]
    marks.of_kinds(kinds, numbers[numbers["term"] == KIND])
    marks.of_rules(rules, numbers[numbers["outcome"] == CASE_MONTH])
    return figure


def _one(numbers: pd.DataFrame, outcome: str, term: str = TIER, level: str = ALL) -> dict[str, Any]:
    """Return the one row of these; empty where it is not there."""
    rows = numbers[(numbers["outcome"] == outcome) & (numbers["term"] == term) & (numbers["level"] == level)]
    return rows.iloc[0].to_dict() if len(rows) else dict.fromkeys(numbers.columns)


def _finding(numbers: pd.DataFrame) -> str:
    month, home = _one(numbers, CASE_MONTH), _one(numbers, HOME_MONTH)
    if pd.isna(month["estimate"]):
        return "what a month under support costs may not be told, or nothing was spent in months that are known"
    said = f"a month under support costs {_dollars(month)} a child{_ends(month)}"
    high, low = (_one(numbers, CASE_MONTH, TIER, level)["estimate"] for level in ("high", "low"))
    if pd.notna(high) and pd.notna(low):
        said = f"{said}, {charts.in_print(high)} at high risk and {charts.in_print(low)} at low"
    return (
        said
        if pd.isna(home["estimate"])
        else f"{said}; a month at home {charts.in_print(home['estimate'])}{_ends(home)}"
    )


def _dollars(row: dict[str, Any]) -> str:
    return "a sum not told" if pd.isna(row["estimate"]) else f"{charts.in_print(row['estimate'])} US dollars"


def _ends(row: dict[str, Any]) -> str:
    if pd.isna(row["ci_low"]) or pd.isna(row["ci_high"]):
        return ""
    return f" ({charts.in_print(row['ci_low'])}–{charts.in_print(row['ci_high'])})"


def _tiers(numbers: pd.DataFrame) -> str:
    rows = {level: _one(numbers, CASE_MONTH, TIER, level) for level in ("high", "medium", "low")}
    told = [f"{_dollars(row)}{_ends(row)} at {level} risk" for level, row in rows.items() if pd.notna(row["estimate"])]
    return f"It is {listed(told)}." if told else "By tier it may not be told."


def _doubles(numbers: pd.DataFrame) -> str:
    once, told = _one(numbers, CASE_MONTH), _one(numbers, CASE_MONTH, RULE, AS_TOLD)
    if pd.isna(told["estimate"]) or not once["estimate"] > 0:
        return "What counting every line would add may not be told."
    return f"Counting each line of each funder would make it {told['estimate'] / once['estimate'] - 1:.0%} more."


def _lines(numbers: pd.DataFrame) -> str:
    rows = numbers[(numbers["scale"] == "lines") & ~numbers["level"].isin([ALL, "counted"])].dropna(subset="estimate")
    total = _one(numbers, "lines of the ledger", "lines")
    if pd.isna(total["estimate"]) or rows.empty:
        return "How many lines were not counted may not be told."
    told = [f"{int(row.estimate):,} {row.level}" for row in rows.itertuples() if row.estimate > 0]
    return f"Of {int(total['estimate']):,} lines were not counted: {listed(told)}."


def _spoken(numbers: pd.DataFrame, outcome: str, term: str) -> str:
    rows = numbers[(numbers["outcome"] == outcome) & (numbers["term"] == term)].dropna(subset="estimate")
    return (
        "; ".join(f"{row.level.replace('_', ' ')} {charts.interval_in_print(row)}" for row in rows.itertuples())
        or "withheld"
    )
