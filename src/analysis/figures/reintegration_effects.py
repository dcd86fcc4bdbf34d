"""Reintegration effects: what the hazards of both kinds of re-separation go with, and how well they are foretold."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis import study as choices
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _reintegration_effects_marks as marks
from analysis.kinds import Coefficient, Estimate, Release
from analysis.words import listed

ALL, CHECK, FINDING = "all returns", "check", ("told", "not told")
RESIDENTIAL, OTHER = "residential", "other"
PANELS = {RESIDENTIAL: "Back in residential care", OTHER: "Another re-separation"}
LONGEST_TITLE, LEAST_TITLE = 150, 106  # letters, with and without the names of terms
NUMBERS = estimate_table(
    one_row_is="a term of the model of a re-separation by the model that tells it, or a check of these models",
    extra={
        "label": Column("str", "the term in words"),
        "sort": Column("str", "of the return, before it, of the child, not recorded, or a check"),
        "position": Column("str", "place of the term among all, in two digits"),
        "finding": Column("str", "of what is tested, whether a change or difference can be told", nullable=True),
        "n_events": Column("Int64", "of observed incidences, returns that ended so within the year", nullable=True),
        "df_residual": Column("Int64", "of ratios, events less coefficients", nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={
            "hazard ratio": Coefficient(),
            "subdistribution hazard ratio": Coefficient(),
            "incidence": Estimate(hits="n_events"),
            **dict.fromkeys(("share of pairs", "ratio", "slope", "variance", "standard errors", "test"), Estimate()),
        }
    ),
)
WHAT = "model of re-separation"


def build(reintegration_effects: pd.DataFrame, reintegration_checks: pd.DataFrame) -> pd.DataFrame:
    """Return all ratios and checks; of tests whether they tell anything in place of their p-values."""
    ratios = reintegration_effects.assign(finding=_findings(reintegration_effects["p_changes"]), n_events=pd.NA)
    checks = reintegration_checks.assign(
        label=reintegration_checks["term"],
        sort=CHECK,
        position=[f"{place:02d}" for place in range(len(reintegration_checks))],
        df_residual=pd.NA,
        finding=_findings(reintegration_checks["p_value"]),
        n_events=reintegration_checks["n_events"].where(reintegration_checks["scale"] == "incidence"),
    )
    shown = [rows.assign(withheld=None)[list(NUMBERS.columns)].astype("object") for rows in (ratios, checks)]
    return _absent.RETURNS.told(pd.concat(shown, ignore_index=True), NUMBERS)


def _findings(p_values: pd.Series) -> pd.Series:
    is_told = p_values < choices.load().reintegration_effects.changes_at
    return is_told.map(dict(zip((True, False), FINDING, strict=True))).where(p_values.notna(), None)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say which terms can be told from chance, whether ratios change, and how well incidences are foretold."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.RETURNS.words(WHAT)
    which = _whose.these(numbers, "records")
    residential, other = (_ratios(numbers, outcome) for outcome in (RESIDENTIAL, OTHER))
    told = _told_from_chance(residential)
    days = choices.load().reintegration_effects.horizon_days
    return charts.Words(
        title=f"In {which}, {len(told)} of {len(residential)} terms can be told from chance as going with returns to "
        f"residential care{_named(told, title_so_far=LEAST_TITLE)}",
        caption=f"Times the hazard among children at home, all other terms alike. Lines: {charts.CONFIDENCE} intervals "
        "by agency, corrected for how few agencies there are. Orange: cause-specific hazard; blue, hollow: "
        "subdistribution hazard, which says which way the incidence goes. Below: incidences foretold by models that "
        "never saw the child's own agency, beside what was observed.",
        reading=f"In {which}, with all other terms alike, the hazard of a return to residential care is, times as "
        f"high: {_spoken(told) or 'none that can be told from chance'}; of another re-separation: "
        f"{_spoken(_told_from_chance(other)) or 'none that can be told from chance'}. {_of_changes(numbers)} "
        f"{_of_order(numbers)}",
        alt_text="Dots with intervals on a logarithmic scale, a row a term, a panel a kind of re-separation. Hazard "
        f"ratios of a return to residential care: {_spoken(residential)}. Of another re-separation: {_spoken(other)}. "
        f"Below: foretold and observed incidence within {days} days by group: {marks.spoken_groups(numbers)}.",
        source="the case records that were imported, returns of children to their families.",
        limits="Associations: nobody was assigned to come home planned or not, and what no record holds may lie behind "
        "a ratio. Tiers are not dated: some were set after the return, and a return without one has mostly failed, "
        "since a later case took its place. Not-recorded terms tell how records are kept. Who is no longer observed "
        "is taken to be like those who are.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the ratios of both re-separations side by side, below each its foretold and observed incidences."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.draw()
    heights = marks.heights_of(_ratios(numbers, RESIDENTIAL))
    figure = charts.canvas(6.2 + marks.ROW_HEIGHT * len(heights))
    grid = figure.add_gridspec(2, 2, height_ratios=(-heights["y"].min(), 5.4))
    first = None
    for place, (outcome, name) in enumerate(PANELS.items()):
        axes = figure.add_subplot(grid[0, place], sharex=first, sharey=first)
        marks.ratios(axes, heights, numbers[numbers["outcome"] == outcome], name, labelled=first is None)
        first = first or axes
        marks.groups(figure.add_subplot(grid[1, place]), numbers[numbers["outcome"] == outcome], labelled=place == 0)
    return figure


def _ratios(numbers: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the cause-specific ratios of an outcome in order, but of what is not recorded."""
    rows = numbers[(numbers["outcome"] == outcome) & (numbers["level"] == ALL) & (numbers["sort"] != "not_recorded")]
    return rows.sort_values("position", ignore_index=True)


def _told_from_chance(rows: pd.DataFrame) -> pd.DataFrame:
    known = rows.dropna(subset=["ci_low", "ci_high"])
    return known[(known["ci_low"] > 1) | (known["ci_high"] < 1)]


def _named(told: pd.DataFrame, title_so_far: int) -> str:
    """Return the terms that are told from chance, where there is room in the title."""
    names = ": " + listed([label.split(",")[0].lower() for label in told["label"]])
    return names if len(told) and title_so_far + len(names) <= LONGEST_TITLE else ""


def _spoken(rows: pd.DataFrame) -> str:
    told = rows.dropna(subset="estimate").itertuples()
    return "; ".join(f"{row.label.lower()} {charts.interval_in_print(row)}" for row in told)


def _of_changes(numbers: pd.DataFrame) -> str:
    rows = numbers[(numbers["level"] == ALL) & (numbers["finding"] == FINDING[0])]
    changing = [row.label.lower() for row in rows.itertuples()]
    return f"Ratios that can be told to change with time at home: {listed(changing)}."


def _of_order(numbers: pd.DataFrame) -> str:
    rows = numbers[(numbers["term"] == "concordance") & (numbers["level"] == "other agencies")]
    rows = rows[rows["outcome"] == RESIDENTIAL].dropna(subset="estimate")
    if rows.empty:
        return ""
    row = rows.iloc[0]
    return (
        "Of two returns of which one ended first in residential care, other agencies' returns foretold the higher "
        f"incidence to that one in {row['estimate']:.0%} of pairs ({row['ci_low']:.0%} to {row['ci_high']:.0%})."
    )
