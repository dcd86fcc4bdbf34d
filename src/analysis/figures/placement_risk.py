"""Placement risk: how the odds of placement go with each root cause and correlate, and what share goes with each."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis import study as choices
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _placement_risk_marks as marks
from analysis.kinds import Coefficient, Release
from analysis.words import listed

ODDS_RATIO, EFFECT, FRACTION, INTERACTION = "odds ratio", "marginal effect", "fraction", "interaction"
IMPUTED, COMPLETE, ROOT_CAUSE = "imputed", "complete answers", "root cause"
PLACED, LIVES_IN_CARE = "placed_12m", "lives_in_care"
SCALES = ("odds ratio", "per 1,000 children", "share of placements", "ratio of odds ratios")
NUMBERS = estimate_table(
    one_row_is="a term of the placement model, an outcome, which answers it rests on and what is told of it",
    key=("outcome", "term", "level", "measure"),
    extra={
        "measure": Column("str", "what is told"),
        "label": Column("str", "the term in words"),
        "position": Column("str", "place of the term among those told alike, in two digits"),
        "sort": Column("str", "root cause, correlate, or interaction"),
        "finding": Column("str", "whether an interaction can be told from none, all tested together", nullable=True),
        "df_residual": Column("Int64", "degrees of freedom that the design leaves to the model", nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(kinds=dict.fromkeys(SCALES, Coefficient())),
)
WHAT = "model of placements"
ROW_HEIGHT = 0.32  # inches


def build(placement_risk: pd.DataFrame) -> pd.DataFrame:
    """Return all numbers; of interactions whether they can be told from none in place of their p-values."""
    level = 1 - choices.load().intervals.confidence
    is_told = placement_risk["p_value"].lt(level).map({True: marks.TOLD, False: marks.NOT_TOLD}).astype("str")
    nothing = pd.array([None] * len(placement_risk), "str")
    finding = is_told.where(placement_risk["p_value"].notna())
    rows = placement_risk.assign(finding=finding, withheld=nothing)[list(NUMBERS.columns)]
    has_placements = len(marks.of_placements(rows, ODDS_RATIO, IMPUTED)) > 0  # too few, and there is no model of them
    return _absent.SURVEY.told(rows if has_placements else rows.iloc[:0], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say which root causes can be told from none, and which share of placements goes with all of them."""
    if _absent.SURVEY.is_all(numbers):
        return _absent.SURVEY.words(WHAT, "a household survey with weights and enough children placed")
    which = _whose.this(numbers, "survey")
    ratios = marks.of_placements(numbers, ODDS_RATIO, IMPUTED)
    causes = ratios[ratios["sort"] == ROOT_CAUSE].dropna(subset="estimate")
    told = causes[(causes["ci_low"] > 1) | (causes["ci_high"] < 1)]
    every = _fraction_of_all(numbers)
    return charts.Words(
        title=f"In {which}, {len(told)} of {len(causes)} root causes can be told from chance{every}",
        caption=f"Logistic model of children of households, weighted. Lines: {charts.CONFIDENCE} intervals of the "
        "survey's design, missing answers imputed; hollow: children with every answer only. Root causes are what "
        "support could change, correlates say who is concerned. Associations, all other terms alike: a survey that "
        "asked once cannot show effects. Violence in the home is in the model; its own numbers are always withheld.",
        reading=f"In {which}, with all other terms alike, the odds of placement are, times as high: "
        f"{_spoken(told) or 'none that can be told from chance'}{every}. {_of_interactions(numbers)}",
        alt_text=f"Dots with intervals, a row a term. Odds ratios of placement: {_spoken(ratios)}. Below: shares of "
        f"placements that go with each root cause: {_spoken_shares(numbers)}.",
        source="the household survey that was imported, those with permission for anonymous reporting.",
        limits="No number here is the effect of a support: what makes families poor may itself make them place a "
        "child. Shares are those the model expects if a term made all the difference; they overlap and do not add up. "
        "An earlier placement stands for everything else that does not change in a family or village; shares and "
        "risks per 1,000 are of a model without it. Answers are taken to be missing at random given those known.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw odds ratios, beside them risks per 1,000 children, and below the shares of placements that go with each."""
    if _absent.SURVEY.is_all(numbers):
        return _absent.draw()
    ratios, shares = marks.of_placements(numbers, ODDS_RATIO, IMPUTED), marks.of_placements(numbers, FRACTION)
    heights = marks.heights_of(ratios, marks.of_placements(numbers, INTERACTION))
    n_rows = (-heights["y"].min(), float(len(shares)))
    figure = charts.canvas(4.4 + ROW_HEIGHT * sum(n_rows))
    grid = figure.add_gridspec(2, 2, width_ratios=[1.35, 1], height_ratios=n_rows)
    of_odds = figure.add_subplot(grid[0, 0])
    of_risk = figure.add_subplot(grid[0, 1], sharey=of_odds)
    marks.ratios(of_odds, heights, _drawn(numbers))
    marks.risks(of_risk, heights, marks.of_placements(numbers, EFFECT))
    marks.shares(figure.add_subplot(grid[1, 0]), shares)
    return figure


def _drawn(numbers: pd.DataFrame) -> dict[str, pd.DataFrame]:
    in_care = numbers[(numbers["outcome"] == LIVES_IN_CARE) & (numbers["measure"] == ODDS_RATIO)]
    return {
        "placed": marks.of_placements(numbers, ODDS_RATIO, IMPUTED),
        "complete": marks.of_placements(numbers, ODDS_RATIO, COMPLETE),
        "in care": in_care[in_care["level"] == IMPUTED],
        "interactions": marks.of_placements(numbers, INTERACTION),
    }


def _fraction_of_all(numbers: pd.DataFrame) -> str:
    rows = marks.of_placements(numbers, FRACTION)
    row = rows[rows["term"] == "all_root_causes"].dropna(subset="estimate")
    if row.empty:
        return ""
    share = row.iloc[0]
    percents = f"{share['estimate']:.0%} ({share['ci_low']:.0%} to {share['ci_high']:.0%})"
    return f"; all root causes together go with {percents} of placements"


def _spoken(rows: pd.DataFrame) -> str:
    told = rows.dropna(subset="estimate").itertuples()
    return "; ".join(f"{row.label.lower()} {charts.interval_in_print(row)}" for row in told)


def _spoken_shares(numbers: pd.DataFrame) -> str:
    rows = marks.of_placements(numbers, FRACTION).dropna(subset="estimate")
    return "; ".join(f"{row.label.lower()} {row.estimate:.0%}" for row in rows.itertuples()) or "none may be shown"


def _of_interactions(numbers: pd.DataFrame) -> str:
    rows = marks.of_placements(numbers, INTERACTION).dropna(subset="estimate")
    told = [row.label.lower() for row in rows.itertuples() if row.finding == marks.TOLD]
    return f"Of {len(rows)} interactions named beforehand and tested together, those told from none: {listed(told)}."
