"""Response plan from records: social workers needed for children home at once and for the holder's own closures."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.disclosure import significant
from analysis.figures import _absent, _whose
from analysis.figures import _response_marks as marks
from analysis.kinds import Estimate, Release
from analysis.words import listed

NEEDED, ON_TIME, SEEN, AS_NEEDED = "workers needed", "contacts on time", "children seen in time", "as many as needed"
DUE, EARLY = "contacts due", "contacts due in the first half-year"
TOLD = (NEEDED, ON_TIME, SEEN, DUE, EARLY)
OF_CLOSURES = " for closures"
SCALES = ("workers", "share", "contacts")
CHILDREN = Estimate(unit="children")
OF_FACILITIES = Estimate(unit="children", n_facilities="n_facilities", top_two_share="top_two_share")
DIGITS = 3
ABSENT = _absent.entries("closure and no change of tier")
NUMBERS = estimate_table(
    one_row_is="a number told of a wave of children who come home, with what records tell",
    extra={
        "position": Column("str", "place of the wave among all, in two digits"),
        "n_facilities": Column("Int64", "closures behind it, each with a child", ge=0, nullable=True),
        "top_two_share": Column("Float64", "share of the children in the two largest", ge=0, le=1, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds=dict.fromkeys(SCALES, CHILDREN) | {scale + OF_CLOSURES: OF_FACILITIES for scale in SCALES},
    ),
)
WHAT = "plan from records"


def build(response_plan_recorded: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers that are drawn or said, to as many digits as can be read."""
    told = response_plan_recorded[response_plan_recorded["outcome"].isin(TOLD)]
    rounded = {end: significant(told[end], DIGITS) for end in marks.ENDS}
    nothing = pd.array([None] * len(told), "str")
    return ABSENT.told(told.assign(**rounded, withheld=nothing)[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many workers each wave would need, and what smaller teams could do."""
    if ABSENT.is_all(numbers):
        needed = "a register of closures, or case records with returns and assessments,"
        return ABSENT.words(WHAT, needed)
    which = _whose.these(numbers, "records")
    needed = _needed(numbers)
    first, last = needed.iloc[0], needed.iloc[-1]
    target = first["level"].removesuffix(" of contacts on time")
    return charts.Words(
        title=f"In {which}, {target} of contacts on time ask for {_number(first)} social workers for {_short(first)}"
        + ("" if _short(last) == _short(first) else f", {_number(last)} for {_short(last)}"),
        caption="Left: social workers who do nothing else, so that so many contacts of the proposed schedule are on "
        "time. Right: what teams of a given size could do. Changes of tier and ends of returns as recorded, beside the "
        f"same as assumed elsewhere. Dots: medians; lines: the central {charts.CONFIDENCE} of the draws.",
        reading=f"In a plan made with {which}, {listed(_spoken(row) for _, row in needed.iterrows())}. Of contacts on "
        f"time: {listed(_teams(numbers))}.",
        alt_text="Dots with intervals. Social workers needed: "
        + "; ".join(f"{row['term']}: {_number(row)}" for _, row in needed.iterrows())
        + f". Contacts on time by size of the team: {listed(_teams(numbers))}.",
        source="the case records and the register of closures that were imported, those with permission for anonymous "
        "reporting; hours, travel, training and turnover: assumptions of Homeward, in study.toml.",
        limits="A change of tier between two assessments is in part chance, so that tiers move faster here than "
        "children do. Ends of the first year are taken to be as frequent in the second. Hours, travel and turnover are "
        "ranges of ours and no record of these agencies. Closures that tell of no child are in no number.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the workers needed at the left, and what teams of a given size could do at the right."""
    if ABSENT.is_all(numbers):
        return _absent.draw()
    figure = charts.canvas(6.6)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
    needed = _needed(numbers)
    marks.of_workers(left, needed, marks.heights_of(list(needed["term"])), None)
    shares = _of_teams(numbers)
    rows = shares.drop_duplicates("term")
    heights = marks.heights_of(list(rows["term"]), list((rows["heading"] != "").cumsum()))
    marks.of_shares(right, shares, heights, marks.target(needed))
    return figure


def _needed(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[numbers["outcome"] == NEEDED].sort_values("position", ignore_index=True)


def _of_teams(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the shares that teams of a given size could reach, a row a wave and team."""
    is_team = numbers["outcome"].isin([ON_TIME, SEEN]) & (numbers["level"] != AS_NEEDED)
    teams = numbers[is_team].assign(size=numbers["level"].str.extract(r"^(\d+)", expand=False).astype("Float64"))
    in_order = teams.sort_values(["position", "size", "outcome"])
    wave = in_order["term"].str.partition(", ")[0]
    heading = wave.mask(in_order.groupby("term")["size"].transform("min") != in_order["size"], "")
    return in_order.assign(staff=in_order["level"], term=in_order["term"] + ", " + in_order["level"], heading=heading)


def _teams(numbers: pd.DataFrame) -> list[str]:
    rows = _of_teams(numbers)
    return [f"{row['term']} {_percent(row)}" for _, row in rows[rows["outcome"] == ON_TIME].iterrows()]


def _short(row: pd.Series) -> str:
    """Return a wave as it is said in a title: without how its changes were found."""
    return row["term"].partition(", ")[0]


def _spoken(row: pd.Series) -> str:
    return f"{row['term']} ask for {_number(row)} social workers"


def _number(row: pd.Series) -> str:
    return "a number not told" if pd.isna(row["estimate"]) else marks.in_workers(row)


def _percent(row: pd.Series) -> str:
    if pd.isna(row["estimate"]):
        return "not told"
    return f"{row['estimate']:.0%} ({100 * row['ci_low']:.0f}–{100 * row['ci_high']:.0f})"
