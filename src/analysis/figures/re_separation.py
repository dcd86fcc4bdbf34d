"""Re-separation: of children who went home, how many came back to residential care or were lost otherwise, by when."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _re_separation_marks as marks
from analysis.figures import _re_separation_rows as told
from analysis.figures import _re_separation_words as sentences
from analysis.kinds import Curve, Estimate, Release
from analysis.study import Study

NUMBERS = estimate_table(
    one_row_is="an end of returns by a day, of all returns or a level, and what is told of it",
    key=("outcome", "term", "level", "measure", "day"),
    extra={
        "measure": Column("str", "incidence, or what it hangs on; days at home or lost in the first days told"),
        "day": Column("Int64", "days after the return", ge=0, nullable=True),
        "factor": Column("str", "what the levels are of"),
        "label": Column("str", "the level in words"),
        "position": Column("str", "place of the level within its split, in two digits; all comes last"),
        "since": Column("str", "of which children: all who went home, or those still there after a day"),
        "finding": Column("str", "whether levels can be told apart, tested together", nullable=True),
        "n_at_risk": Column("Int64", "returns under observation just before the day", ge=0, nullable=True),
        "n_events": Column("Int64", "returns that ended so by the day", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={"probability": Curve(), "days": Estimate()},
        totals={"level": told.ALL},
        population="returns by end",
        harmless="that none of a group came back by a day is no secret of a child: most do not",
    ),
)
WHAT = "incidence of re-separation"


def build(re_separation: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the curves of all returns and of levels, what one year's number hangs on, and which levels differ."""
    choices = study.re_separation
    rows = told.to_be_told(re_separation, choices.home_days, choices.level_days)
    tests = re_separation[re_separation["measure"] == told.TEST].set_index(["term", "outcome"])["estimate"].dropna()
    level = 1 - study.intervals.confidence
    said = {of: told.APART if p_value < level else told.NOT_APART for of, p_value in tests.items()}
    finding = pd.Series([said.get(of) for of in zip(rows["term"], rows["outcome"], strict=True)], rows.index, "str")
    is_days = rows["scale"] == "days"
    numbers = rows.assign(
        since=rows["start_day"].map(lambda day: f"at home after day {day}" if day else told.EVERYONE).astype("str"),
        finding=finding.where(rows["level"] == told.ALL),
        day=rows["day"].mask(is_days),
        measure=rows["measure"].mask(is_days, rows["measure"] + f" of {choices.home_days}"),
        withheld=pd.array([None] * len(rows), "str"),
    )
    return _absent.RETURNS.told(numbers[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many were back in care after a year, how far that hangs on what is not known, and who differs."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.RETURNS.words(WHAT)
    which = _whose.these(numbers, "records")
    withheld = " Withheld: too few children; not to be read as 0." if numbers["withheld"].notna().any() else ""
    return charts.Words(
        title=f"In {which}, {sentences.back_in_care(numbers)}{sentences.lost_bounds(numbers)}",
        caption="Cumulative incidence of ends that compete, delayed entry allowed for; lines join the days told. "
        f"Lines: {charts.CONFIDENCE} intervals, agencies drawn again; diamonds: bounds, without one. Below, left: what "
        f"the number hangs on; right: by who went home and how, each split by itself, dashed: all.{withheld}",
        reading=f"In {which}, {sentences.all_ends(numbers)}. {sentences.apart(numbers)} {sentences.hangs_on(numbers)}",
        alt_text=f"Stacked areas of ends by day: {sentences.all_ends(numbers)}. Dots with intervals, back in "
        f"residential care by level: {sentences.by_level(numbers)}. {sentences.hangs_on(numbers)}",
        source="the case records that were imported, those with permission for anonymous reporting.",
        limits="Children whose return failed before an agency took them on are in no record. Ends are what workers "
        "wrote; who was lost from sight may be anywhere, and the bounds say how much that could change. Levels differ "
        "in more than their name: no gap is the effect of it. The tier is not dated; returns without one are mostly "
        "earlier ones that failed. Groups whose start is observed late are told from a later day, all levels of a "
        "split from the same.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the stacked curves with the number followed, beside them levels, and below what the number hangs on."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.draw()
    levels, checked = told.levels_told(numbers), told.checks_told(numbers)
    height = 0.25 * max(-levels["y"].min() if len(levels) else 0, len(checked))
    figure = charts.canvas(6.9 + height)
    grid = figure.add_gridspec(2, 2, width_ratios=[1, 1.1], height_ratios=[3.2, max(height, 1)])
    marks.stack(figure.add_subplot(grid[0, :]), numbers)
    marks.checks(figure.add_subplot(grid[1, 0]), checked)
    marks.levels(figure.add_subplot(grid[1, 1]), levels, numbers)
    return figure
