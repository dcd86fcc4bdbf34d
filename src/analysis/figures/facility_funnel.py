"""Facility funnel: how many of the facilities listed have met each step of regulation, and what is in print of it."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.kinds import Release, Share

NUMBERS = estimate_table(
    one_row_is="an answer to a step of regulation, of the facilities of one type group in one round",
    extra={
        "round_id": Column("str", "year of the lists"),
        "answer": Column("str", "whether the step is met: yes, no or unknown"),
        "n_hits": Column("Int64", "facilities with this answer, rounded", ge=0, nullable=True),
        "step": Column("str", "the step in words"),
        "printed": Column("str", "what the mapping of 2014-15 printed of the same step", nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("outcome", "term", "level", "round_id", "answer"),
    release=Release(
        kinds={"share": Share(unit="facilities", parts="answer")},
        totals={"term": "all"},
        harmless="that none or all of a type of facility have met a step tells of regulation, and of no child",
    ),
)
GROUPS = {"rci": "Residential care institutions", "other or unknown type": "All other facilities"}
STEPS = {
    "registered": "Registered with\nthe ministry",
    "agreement": "… and has a\nvalid agreement",
    "inspected": "… and was\never inspected",
    "authorised": "… and authorised\n(Sub-decree 119)",
}
YES, UNKNOWN, NO = charts.BLUE, "#B9CCE0", "#EFEFEF"
PRINTED_GROUND = "#FBF6EC"


def build(facility_funnel: pd.DataFrame) -> pd.DataFrame:
    """Return all shares with a place for the reason why one may be withheld."""
    nothing = pd.array([None] * len(facility_funnel), "str")
    return facility_funnel.assign(withheld=nothing)[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many institutions have met every step, and how wide what is unknown leaves that open."""
    if (numbers["round_id"] == _absent.NO_LIST).all():
        return _absent.words("steps of regulation", "a list of facilities")
    which = _whose.these(numbers, "lists")
    year, bounds = numbers["round_id"].max(), _bounds(numbers)
    in_turn, by_itself = (bounds.loc[level].apply(_said, axis=1) for level in ("in turn", "by itself"))
    steps = [f"{step}: {in_turn['rci', step]} in turn, {by_itself['rci', step]} by itself" for step in STEPS]
    printed = numbers.dropna(subset="printed").drop_duplicates("outcome").set_index("outcome")["printed"]
    last = list(STEPS)[-1]
    return charts.Words(
        title=f"In {which} of {year}, {in_turn['rci', last]} of residential care institutions "
        "have met every step of regulation",
        caption="Bars: facilities that have met a step and all before it (blue), that may have, as something is "
        "unknown (pale), and that have not (grey). Under each: the step by itself. All listed are counted: what is "
        "unknown gives bounds, and there are no intervals.",
        reading=f"Of institutions listed, {in_turn['rci', last]} have met every step; by itself, "
        f"{by_itself['rci', last]} are authorised and {by_itself['rci', 'inspected']} were ever inspected.",
        alt_text=f"Bars for residential care institutions: {'; '.join(steps)}. Other facilities have met every step: "
        f"{in_turn['other or unknown type', last]}. In print, of the mapping: "
        f"{'; '.join(printed.reindex(list(STEPS)).dropna())}.",
        source=f"lists of facilities of {year}, linked. In print: MoSVY and UNICEF, joint press release of the mapping "
        "(2017).",
        limits="The order of the steps is ours; the law does not ask for each before the next. Answers are those of "
        "staff or of a list, not of a register. What is in print is of other institutions and other questions, so the "
        "two sides are not to be subtracted. Facilities that no list has are in no bar.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the steps of institutions and of other facilities, and apart from them what is in print."""
    if (numbers["round_id"] == _absent.NO_LIST).all():
        return _absent.draw()
    figure = charts.canvas(6.6)
    *bars, printed = figure.subplots(1, 3, width_ratios=[1.5, 1.5, 0.9])
    bounds = _bounds(numbers)
    for at, (axes, (group, name)) in enumerate(zip(bars, GROUPS.items(), strict=True)):
        _steps(axes, bounds, group)
        axes.set_title(f"{name}\n({_listed(numbers, group)})")
        axes.set_yticks(range(len(STEPS)), STEPS.values() if at == 0 else [""] * len(STEPS))
    _in_print(printed, numbers)
    return figure


def _steps(axes: Axes, bounds: pd.DataFrame, group: str) -> Axes:
    for place, step in enumerate(STEPS):
        in_turn, by_itself = (bounds.loc[(level, group, step)] for level in ("in turn", "by itself"))
        if in_turn.isna().any():
            axes.add_patch(Rectangle((0, place - 0.24), 100, 0.42, linewidth=0.6, **charts.WITHHELD))
        else:
            low, high = 100 * in_turn["low"], 100 * in_turn["high"]
            for start, end, paint in ((0, low, YES), (low, high, UNKNOWN), (high, 100, NO)):
                axes.add_patch(Rectangle((start, place - 0.24), end - start, 0.42, linewidth=0, facecolor=paint))
            inside = low > 45
            look: charts.Look = (
                {"color": charts.ink_on(YES), "ha": "right"} if inside else {"color": charts.INK, "ha": "left"}
            )
            axes.text(low - 2 if inside else high + 2, place - 0.03, _said(in_turn), va="center", weight="bold", **look)
        axes.text(0, place + 0.32, f"by itself: {_said(by_itself)}", size=9, va="center", color=charts.MUTED)
    axes.set(xlim=(0, 100), ylim=(len(STEPS) - 0.45, -0.45), xlabel="% of facilities listed")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    return axes


def _in_print(axes: Axes, numbers: pd.DataFrame) -> Axes:
    """Write what the mapping printed, as text on a ground of its own: no bar to set beside the others."""
    printed = numbers.dropna(subset="printed").drop_duplicates("outcome").set_index("outcome")["printed"]
    axes.set_facecolor(PRINTED_GROUND)
    for place, step in enumerate(STEPS):
        text = printed.get(step, "nothing found in print")
        axes.text(0.06, place, textwrap.fill(text, 19), va="center", size=10, linespacing=1.25, color=charts.INK)
    axes.set(xlim=(0, 1), ylim=(len(STEPS) - 0.45, -0.45), xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_title("Printed\n(mapping, 2014–15)")
    return axes


def _bounds(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return by level, type group and step the share known to have met it, and that with the unknown ones."""
    latest = numbers[numbers["round_id"] == numbers["round_id"].max()]
    shares = latest.set_index(["level", "term", "outcome", "answer"])["estimate"].astype("float64").unstack()  # noqa: PD010
    return pd.DataFrame({"low": shares["yes"], "high": shares["yes"] + shares["unknown"]})


def _said(bounds: pd.Series) -> str:
    """Return ``21% to 24%``, one number where nothing is unknown, or that it is withheld."""
    if pd.isna(bounds["low"]):
        return "a withheld share"
    if pd.isna(bounds["high"]):
        return f"at least {bounds['low']:.0%}"
    low, high = f"{bounds['low']:.0%}", f"{bounds['high']:.0%}"
    return low if low == high else f"{low} to {high}"


def _listed(numbers: pd.DataFrame, group: str) -> str:
    rows = numbers[(numbers["round_id"] == numbers["round_id"].max()) & (numbers["term"] == group)]
    n = rows["n"].dropna()
    return "number withheld" if n.empty else f"about {n.iloc[0]:,} listed"
