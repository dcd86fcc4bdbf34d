"""Wellbeing change: low scores before and after going home, what chance brings, and how ready cases are to close."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _wellbeing_change_marks as marks
from analysis.kinds import Coefficient, Count, Estimate, Release, Share
from analysis.words import listed

NUMBERS = estimate_table(
    one_row_is="a domain, criterion or condition, a group of children, a wave and what is told of it",
    key=("outcome", "sort", "term", "level", "wave", "measure"),
    extra={
        "wave": Column("str", "the wave; both: two ratings of a child are compared; last: only the last counts"),
        "measure": Column("str", "what is told"),
        "sort": Column("str", "what the term is"),
        "label": Column("str", "the term in words"),
        "n_hits": Column("Int64", "of a share: of whom it holds", ge=0, nullable=True),
        "df_residual": Column("Int64", "of a model: ratings less parameters", nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={
            "share": Share(),
            "points": Estimate(),
            "rank": Estimate(),
            "odds ratio": Coefficient(),
            "sd of log odds": Coefficient(),
            "assessments": Count(unit="assessments"),
        }
    ),
)
INSTRUMENT, FORM = "csi12", "primero_kh"
AFTER_RETURN = "after a return"
CLOSED, OPEN = "closed with goals met", "open"
LOW, MET = ("low before", "low at last"), ("met", "met or left open")
NOT_OF_A_CHILD = ["economy"]  # the household's
CONDITIONS = ["is_rule_met", "has_no_weak_item", "is_long_home", "is_ready"]
HEADING = "children's wellbeing after they went home"


def build(wellbeing_change: pd.DataFrame) -> pd.DataFrame:
    """Return all numbers, with a place for the reason why one may be withheld."""
    nothing = pd.array([None] * len(wellbeing_change), "str")
    return _absent.RETURNS.told(wellbeing_change.assign(withheld=nothing)[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say in how many domains scores rise, where most, and how much of a gain of the low chance alone would bring."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.RETURNS.words(HEADING, "ratings of children who went home")
    which = _whose.these(numbers, "records")
    changes = _of(numbers, "change").dropna(subset="estimate").sort_values("estimate", ascending=False)
    return charts.Words(
        title=f"In {which}, {_rising(changes)}",
        caption="Child Status Index, 1 to 4, 4 best; low is 1 or 2. Children rated both before and after they went "
        f"home. Lines: {charts.CONFIDENCE} intervals of agencies. Whoever is low once scores higher the next time by "
        "chance alone (regression to the mean): only what goes beyond it is a gain. Last panel: from what is known "
        "(●) to what blanks leave open (○); dotted: withheld. A rise after going home need not be due to it.",
        reading=f"In {which}, the mean change in points is: {_spoken(changes)}. {_of_chance(numbers)}{_late(numbers)}",
        alt_text=f"A row a domain: low scores before and last, change, change of those low before. {_shares(numbers)} "
        f"Below: low scores by outcome domain, and cases that meet conditions for closing: {_readiness(numbers)}.",
        source="the case records that were imported, those with permission for anonymous reporting; ratings are those "
        "of case workers.",
        limits="Children without a later rating are not in it: those lost, moved or closed early may do worse. Workers "
        "rate the families they support. Nobody was left in care to compare with, so no change is an effect of the "
        "return. One system keeps the last rating only and can show no change. Points of the closing rule are shares "
        "of what its form can have; totals of two systems cannot be compared.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw domains above, outcome domains and conditions for closing below."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.draw()
    figure = charts.canvas(12.2)
    grid = figure.add_gridspec(2, 1, height_ratios=[12.5, 6.5])
    domains, outcomes, conditions = _labels(numbers)
    above, below = grid[0].subgridspec(1, 3), grid[1].subgridspec(1, 2)
    low = figure.add_subplot(above[0])
    marks.low_scores(low, domains, *(_of(numbers, measure) for measure in LOW), of="with a low score")
    marks.changes(figure.add_subplot(above[1], sharey=low), domains, _of(numbers, "change"))
    seen, chance = _of(numbers, "change of the low"), _of(numbers, "by chance alone")
    marks.of_the_low(figure.add_subplot(above[2], sharey=low), domains, seen, chance)
    rated = (_of(numbers, measure, "outcome domain") for measure in LOW)
    marks.low_scores(figure.add_subplot(below[0]), outcomes, *rated, of="low in any of its domains")
    met, may_be = ({group: _ready(numbers, measure, group) for group in (CLOSED, OPEN)} for measure in MET)
    marks.closing(figure.add_subplot(below[1]), conditions, met, may_be)
    return figure


def _of(numbers: pd.DataFrame, measure: str, sort: str = "domain") -> pd.DataFrame:
    """Return the rows of one measure of children who went home, by domains or outcome domains of the index."""
    is_one = (numbers["outcome"] == INSTRUMENT) & (numbers["level"] == AFTER_RETURN) & (numbers["wave"] == "both")
    return numbers[is_one & (numbers["measure"] == measure) & (numbers["sort"] == sort)]


def _ready(numbers: pd.DataFrame, measure: str, group: str) -> pd.DataFrame:
    is_form = (numbers["outcome"] == FORM) & (numbers["sort"] == "condition")
    return numbers[is_form & (numbers["level"] == group) & (numbers["measure"] == measure)]


def _labels(numbers: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return words by term: domains by how much they rise, outcome domains of the child, conditions for closing."""
    changes = _of(numbers, "change").sort_values("estimate", ascending=False, kind="stable")
    outcomes = _of(numbers, "low before", "outcome domain")
    own = outcomes[~outcomes["term"].isin(NOT_OF_A_CHILD)]
    conditions = _ready(numbers, MET[0], CLOSED).set_index("term").reindex(CONDITIONS)
    return changes.set_index("term")["label"], own.set_index("term")["label"], conditions["label"].fillna("")


def _rising(changes: pd.DataFrame) -> str:
    """Say in how many domains scores rise beyond doubt, and in which most and least."""
    if changes.empty:
        return "no change of scores may be told of children who went home"
    most, least = (changes["label"].iloc[place].lower() for place in (0, -1))
    n_up = int((changes["ci_low"] > 0).sum())
    return f"scores rise in {n_up} of {len(changes)} domains after children go home; most in {most}, least in {least}"


def _spoken(rows: pd.DataFrame) -> str:
    told = (f"{row.label.lower()} {charts.interval_in_print(row)}" for row in rows.itertuples())
    return listed(told) or "none that may be shown"


def _of_chance(numbers: pd.DataFrame) -> str:
    """Say how much of the change of children with a low score chance alone would bring, over all domains."""
    pairs = _of(numbers, "change of the low").merge(
        _of(numbers, "by chance alone"), on="term", suffixes=("", "_by_chance"), validate="1:1"
    )
    told = pairs.dropna(subset=["estimate", "estimate_by_chance"])
    beyond = _of(numbers, "beyond chance").dropna(subset="estimate")
    if told.empty or not told["estimate"].sum() > 0:
        return "How much of the change of children with a low score is chance cannot be told."
    share = told["estimate_by_chance"].sum() / told["estimate"].sum()
    return (
        f"Of the change of children with a low score before, chance alone would bring about {share:.0%}; what goes "
        f"beyond it can be told from none in {(beyond['ci_low'] > 0).sum()} of {len(beyond)} domains."
    )


def _late(numbers: pd.DataFrame) -> str:
    """Say how much less the domains rise that are said to improve last."""
    rows = _of(numbers, "change", "outcome domain")
    late = rows[rows["term"] == "late less others"].dropna(subset="estimate")
    if late.empty:
        return ""
    row = late.iloc[0]
    return f" {row['label']}: {row['estimate']:.2f} points ({row['ci_low']:.2f} to {row['ci_high']:.2f})."


def _shares(numbers: pd.DataFrame) -> str:
    before = _of(numbers, "low before").dropna(subset="estimate").set_index("term")
    last = _of(numbers, "low at last").dropna(subset="estimate").set_index("term")["estimate"]
    told = (
        f"{row.label.lower()} {row.estimate:.0%} to {last[row.Index]:.0%}"
        for row in before.itertuples()
        if row.Index in last
    )
    return f"Low scores, from before to last: {listed(told) or 'none may be shown'}."


def _readiness(numbers: pd.DataFrame) -> str:
    """Say what is known of the cases closed with goals met."""
    least, most = (_ready(numbers, measure, CLOSED).set_index("term") for measure in MET)
    told = [
        f"{least.loc[term, 'label'].lower()} {least.loc[term, 'estimate']:.0%} to {most.loc[term, 'estimate']:.0%}"
        for term in CONDITIONS
        if term in least.index and pd.notna(least.loc[term, "estimate"]) and pd.notna(most.loc[term, "estimate"])
    ]
    return f"of cases closed with goals met, {listed(told)}" if told else "none may be shown"
