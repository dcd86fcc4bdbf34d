"""Closure funnel from records: how far the children of closed facilities were followed, and how many nobody traced."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _closure_marks as marks
from analysis.kinds import Count, Release, Share
from analysis.words import listed

ALL, SUDDEN, OTHER = "all", "sudden", "planned, ordered or not told"
MODE, WAVE, NO_WAVE = "closure_mode", "wave", "no wave"
PRESENT, SHARE, LEAST, MOST = "present", "share of", "at least of", "at most of"
UNACCOUNTED, TIER_SHARE = "unaccounted for", "share of tiers"
BEHIND = {"n_facilities": "n_facilities", "top_two_share": "top_two_share"}
ABSENT = _absent.entries("closure")
NUMBERS = estimate_table(
    one_row_is="a stage or a tier of the children of closed facilities, counted, as a share or a bound, for a group",
    key=("outcome", "term", "level", "measure"),
    extra={
        "measure": Column("str", "a count, a share of whom, or its bound"),
        "position": Column("str", "place of the outcome, in two digits"),
        "n_hits": Column("Int64", "children of whom it holds", ge=0, nullable=True),
        "n_facilities": Column("Int64", "facilities behind it, each with a child", ge=0, nullable=True),
        "top_two_share": Column("Float64", "share of the children in the two largest", ge=0, le=1, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={
            "facilities": Count(unit="facilities"),
            "children": Count(**BEHIND),
            "share": Share(**BEHIND),
            TIER_SHARE: Share(parts="outcome", **BEHIND),
        },
        totals={"level": ALL},
        population="children of closed facilities",
        harmless="that none or all of a group reached a stage tells of those who responded, and of no one child",
    ),
)
GROUPS = {
    (MODE, SUDDEN): "Sudden",
    (MODE, OTHER): "Planned, ordered\nor not told",
    (WAVE, NO_WAVE): "Outside waves",
    (MODE, ALL): "All closures",
}
WHAT, NEEDED = "closure funnel", "a register of closures"


def build(closure_funnel_recorded: pd.DataFrame) -> pd.DataFrame:
    """Return all numbers; a share or a count of nobody has no counts."""
    is_nobody = closure_funnel_recorded["n_facilities"] == 0
    counts = {name: closure_funnel_recorded[name].mask(is_nobody) for name in ("n", "n_hits")}
    nothing = pd.array([None] * len(closure_funnel_recorded), "str")
    told = closure_funnel_recorded.assign(**counts, withheld=nothing)[list(NUMBERS.columns)]
    return ABSENT.told(told, NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many children present were not traced, with bounds, after all and after sudden closures."""
    if ABSENT.is_all(numbers):
        return ABSENT.words(WHAT, NEEDED)
    which = _whose.these(numbers, "records")
    finding = _finding(numbers)
    stages = [f"{name.lower()} {_said(numbers, stage)}" for stage, name in marks.STAGES.items()]
    groups = [f"{_lower(name)} {_bounds(numbers, *group)}" for group, name in _groups_told(numbers).items()]
    tiers = [f"{name.lower()} {_said(numbers, tier, TIER_SHARE)}" for tier, name in marks.TIERS.items()]
    return charts.Words(
        title=f"In {which}, {finding}",
        caption="Shares of the children who lived in facilities when they closed, by stage and how the closure came "
        f"about. Dots: events that tell both counts, with {charts.CONFIDENCE} intervals over facilities; pale: the "
        "least and the most of all events, where a stage was not written down. Tiers: of children with one; their "
        "intervals hold together." + _withheld(numbers),
        reading=f"In {which}, {finding}. By stage, of all present: {listed(stages)}. {_unknown(numbers)}",
        alt_text=f"Dots with intervals over pale bounds. All closures, of children present: {listed(stages)}. Not "
        f"traced, bounds: {listed(groups)}. Risk: {listed(tiers)}.",
        source="the register of closures that was imported.",
        limits="Closures that nobody wrote down are in no number. Who lived there is known of some facilities only; "
        "those that do not tell may have lost more children. A child not traced may be safe at home. Groups differ in "
        "more than how they closed: no gap is the effect of it. Agencies count as they count, and one that writes "
        "down nobody lost has nobody unaccounted for.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the stages at the left; at the right who is not traced, by group, and the tiers."""
    if ABSENT.is_all(numbers) or numbers["estimate"].isna().all():
        return _absent.draw()
    figure = charts.canvas(8.4)
    grid = figure.add_gridspec(2, 2, width_ratios=[1.15, 1], height_ratios=[1.5, 1])
    marks.stages(figure.add_subplot(grid[:, 0]), numbers)
    marks.unaccounted(figure.add_subplot(grid[0, 1]), numbers, _groups_told(numbers))
    marks.tiers(figure.add_subplot(grid[1, 1]), numbers)
    return figure


def _groups_told(numbers: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the groups with their names: kinds of closure, each wave by its month, all."""
    months = sorted(set(numbers.loc[numbers["term"] == WAVE, "level"]) - {ALL, NO_WAVE})
    waves = {(WAVE, month): f"Wave of {pd.Period(month).strftime('%b %Y')}" for month in months}
    *kinds, outside, every = GROUPS.items()
    return dict([*kinds, *waves.items(), *([outside] if waves else []), every])


def _finding(numbers: pd.DataFrame) -> str:
    every, sudden = (_bounds(numbers, MODE, level) for level in (ALL, SUDDEN))
    if every == "withheld":
        return "how many children of closed facilities were never traced may not be told"
    after = "" if sudden == "withheld" else f", after sudden closures {sudden}"
    return f"{every} of the children of closed facilities were never traced{after}"


def _bounds(numbers: pd.DataFrame, term: str, level: str) -> str:
    """Return the least and the most share not traced as it is read aloud."""
    ends = [marks.row_of(numbers, UNACCOUNTED, f"{kind} {PRESENT}", term, level)["estimate"] for kind in (LEAST, MOST)]
    least, most = (None if pd.isna(end) else f"{end:.0%}" for end in ends)
    if least is None or most is None:
        return f"at least {least}" if least else f"at most {most}" if most else "withheld"
    return least if least == most else f"{least} to {most}"


def _said(numbers: pd.DataFrame, outcome: str, measure: str = f"{SHARE} {PRESENT}") -> str:
    row = marks.row_of(numbers, outcome, measure)
    if pd.isna(row["estimate"]):
        return "withheld"
    ends = "" if pd.isna(row["ci_low"]) else f" ({100 * row['ci_low']:.0f}–{100 * row['ci_high']:.0f})"
    return f"{row['estimate']:.0%}{ends}"


def _lower(name: str) -> str:
    return f"{name[0].lower()}{name[1:]}".replace("\n", " ")


def _unknown(numbers: pd.DataFrame) -> str:
    closures, untold = (marks.row_of(numbers, outcome, "facilities") for outcome in ("closures", "present not told"))
    if pd.isna(closures["estimate"]):
        return "How many facilities closed may not be told."
    told = "few" if pd.isna(untold["estimate"]) else f"about {untold['estimate']:.0f}"
    return f"Of about {closures['estimate']:.0f} facilities {told} do not tell how many children lived there."


def _withheld(numbers: pd.DataFrame) -> str:
    return " Withheld: few children or facilities; not to be read as 0." if numbers["withheld"].notna().any() else ""
