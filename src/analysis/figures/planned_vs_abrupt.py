"""Planned and abrupt returns: how many of each were back in care, or separated otherwise, by when, and the gap."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _planned_vs_abrupt_marks as marks
from analysis.kinds import Curve, Estimate, Release
from analysis.study import Study

NUMBERS = estimate_table(
    one_row_is="an end of one kind of return by a day, or what two kinds differ by",
    key=("outcome", "term", "level", "measure", "day"),
    extra={
        "measure": Column("str", "incidence, or what differs, and within how many days"),
        "day": Column("Int64", "days after the return", ge=0, nullable=True),
        "label": Column("str", "the kind of return in words"),
        "since": Column("str", "of which children: all who went home, or those still there after a day"),
        "n_at_risk": Column("Int64", "returns under observation just before the day", ge=0, nullable=True),
        "n_events": Column("Int64", "returns that ended so by the day", ge=0, nullable=True),
        "n_hits": Column("Int64", "of both kinds, returns of that with fewer that ended so", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={"probability": Curve(), "difference": Estimate(hits="n_hits"), "days": Estimate()},
        totals={"level": marks.ALL},
        population="returns by end",
        harmless="that none of a group came back by a day is no secret of a child: most do not",
    ),
)
WHAT = "comparison of planned and abrupt returns"
BACK = "residential"


def build(planned_vs_abrupt: pd.DataFrame, re_separation: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the curves of both kinds, and what they differ by at days at which a gap gives no small count away."""
    is_kind = (re_separation["term"] == marks.SPLIT) & (re_separation["measure"] == marks.INCIDENCE)
    curves = re_separation[is_kind & re_separation["outcome"].isin(list(marks.ENDS))]
    curves = curves.assign(n=curves["n"].mask(curves["n"] == 0))
    curves = curves.assign(**{name: curves[name].mask(curves["n"].isna()) for name in ("n_at_risk", "n_events")})
    if planned_vs_abrupt.empty:
        return _absent.RETURNS.told(pd.DataFrame(columns=list(NUMBERS.columns)), NUMBERS)
    gaps = marks.gaps_to_tell(planned_vs_abrupt, curves, study.disclosure.least_rows)
    rows = pd.concat([curves, gaps], ignore_index=True)
    starts = rows["start_day"].map(lambda day: f"at home after day {day}" if day else "all who went home")
    nothing = pd.array([None] * len(rows), "str")
    return rows.assign(since=starts.astype("str"), withheld=nothing)[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say by how much more of abrupt than of planned returns children were back in care, and whether chance could."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.RETURNS.words(WHAT, "case records with enough planned and abrupt returns")
    which = _whose.these(numbers, "records")
    since = numbers["since"].iloc[0]
    withheld = " Days without a dot are withheld: few children; not to be read as 0." if marks.is_cut(numbers) else ""
    return charts.Words(
        title=f"In {which}, {marks.headline(numbers, BACK)}",
        caption=f"Of children {since}, by how they came home. Left: cumulative incidence, ends compete; lines join the "
        f"days told. Right: abrupt less planned, in percentage points. Lines: {charts.CONFIDENCE} intervals, agencies "
        f"drawn again, both kinds together.{withheld}",
        reading=f"In {which}, {marks.spoken_gaps(numbers)}. {marks.spoken_days(numbers)}",
        alt_text=f"Two curves of dots by day, and dots of their gap. {marks.spoken_curves(numbers)}. "
        f"{marks.spoken_gaps(numbers)}.",
        source="the case records that were imported, those with permission for anonymous reporting.",
        limits="A gap says what abrupt returns go together with and not what preparing them would change: the children "
        "and families differ in more. The first days after an abrupt return, before anybody follows the child, are "
        "in no record, and so are those who went back in them.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw both curves of children back in care, and beside them the gaps."""
    if _absent.RETURNS.is_all(numbers):
        return _absent.draw()
    figure = charts.canvas(6.4)
    left, right = figure.subplots(1, 2, width_ratios=[1.25, 1])
    marks.curves(left, numbers, BACK)
    marks.gaps(right, numbers)
    return figure
