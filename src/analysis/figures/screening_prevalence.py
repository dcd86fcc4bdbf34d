"""Screening prevalence: what a screening of facilities found, item by item, and what unknown answers leave open."""

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis import charts
from analysis import study as choices
from analysis.contract import Column, Table
from analysis.figures import _whose
from analysis.kinds import Count, Release
from analysis.models.counts import binomial_interval
from analysis.words import listed

NUMBERS = Table(
    one_row_is="the facilities of one screening with one answer to one item, or with any answer",
    key=("outcome", "term", "level", "subject"),
    columns={
        "outcome": Column("str", "which screening"),
        "term": Column("str", "item; any_harm: any of the items about a harm to children"),
        "element": Column("str", "what the item is a sign of: act, purpose, context; all"),
        "item": Column("str", "what the assessor was asked"),
        "subject": Column("str", "kind of act, purpose or context; where it is a harm to children, that harm"),
        "level": Column("str", "answer: yes, no, not_known (unknown or not assessed); all"),
        "scale": Column("str", "the unit of the estimate"),
        "estimate": Column("Float64", "facilities, rounded; missing where withheld", ge=0, nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    release=Release(
        kinds={"facilities": Count(unit="facilities")},
        totals={"level": "all"},
        population="facilities screened",
    ),
)
YES, NO, OPEN, TOTAL = "yes", "no", "not_known", "all"
ANSWERS = {"yes": YES, "no": NO, "unknown": OPEN, "not_assessed": OPEN, TOTAL: TOTAL}
ANY_HARM, NO_SCREENING = "any_harm", "no screening"
ELEMENTS = {
    "act": ("Acts: how children come and are kept there", charts.BLUE),
    "purpose": ("Purposes of exploitation or profit", charts.ORANGE),
    TOTAL: ("Harms to children, never shown one by one", charts.ORANGE),
    "context": ("Context: neither act nor purpose", charts.MUTED),
}
NAMES = {"act": "typical act", "purpose": "purpose", "context": "context"}
NO_VALIDITY = "How well the items tell trafficking cannot be known without adjudicated outcomes."
LABEL_WIDTH = 58  # letters
ROW_HEIGHT = 0.37  # inches
LEFT_OPEN: charts.Look = {"facecolor": "#DCE3EA", "edgecolor": "none", "zorder": 1}


def build(screening_prevalence: pd.DataFrame) -> pd.DataFrame:
    """Return the facilities by answer: yes, no, and not known, which is unknown and not assessed together.

    Counts alone, which add up: from shares beside counts a withheld number could be worked out.
    """
    counts = screening_prevalence[screening_prevalence["scale"].eq("facilities")]
    by_answer = counts.assign(level=counts["level"].map(ANSWERS))
    summed = by_answer.groupby([*NUMBERS.key, "element", "item", "scale"], as_index=False)["estimate"].sum()
    return summed.assign(withheld=pd.array([None] * len(summed), "str"))[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how far unknown answers leave shares open, and which act was found most."""
    which = _whose.this(numbers, "screening")
    shares, n_screened = _shares(numbers), _screened(numbers)
    shown = shares.dropna(subset="estimate")
    told = "; ".join(f"{_label(row.Index, row.item)}: {_told(row)}" for row in shown.itertuples())
    hidden = ", ".join(shares.index[shares["estimate"].isna() & (shares.index != ANY_HARM)])
    return charts.Words(
        title=f"{_finding(which, numbers, shown)}",
        caption="Share of screened facilities. Pale bar: from the least share to the largest, if every answer not "
        "known were no, or were yes. Dot: share of yes among answers yes or no, with the "
        f"{charts.CONFIDENCE} interval as if facilities were drawn by chance, widened for the rounding of counts to 5. "
        f"Hatched: withheld, not to be read as 0. Trafficking needs an act and a purpose. {NO_VALIDITY}",
        reading=f"{_finding(which, numbers, shown)}. {_most(shown)} {NO_VALIDITY}",
        alt_text=f"Dots with intervals over pale bars, an item a row, by element. About {n_screened} facilities were "
        f"screened; facilities by answer: {told or 'No item may be shown'}. Withheld and hatched: {hidden or 'none'}.",
        source="the screening sheets that were imported; counts of facilities rounded to 5.",
        limits="Facilities are screened because somebody was worried or they could be reached: shares are of these and "
        "say nothing of other facilities. An answer is what an assessor was told or saw, not what is true. The items "
        "were assembled for this project and are not a published list; which of them tell trafficking has never been "
        "tested against adjudicated outcomes. No facility is named, ranked or judged: an item found is a reason to "
        "ask further, no verdict.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw each item as a dot with interval over the bar of what is possible, by element."""
    shares = _shares(numbers)
    figure = charts.canvas(3.6 + ROW_HEIGHT * (len(shares) + len(ELEMENTS)))
    axes = figure.subplots()
    ticks: dict[float, tuple[str, str, str]] = {}
    low = 0.0
    for element, (heading, colour) in ELEMENTS.items():
        rows = shares[shares["element"] == element]
        ticks[low] = (heading, colour, "bold")
        for place, row in enumerate(rows.itertuples(), start=1):
            label = textwrap.fill(_label(row.Index, row.item), LABEL_WIDTH)
            ticks[low - place] = (label, charts.INK, "normal")
            _row(axes, row, low - place, colour)
        low -= len(rows) + 1.25
    return _labelled(axes, figure, ticks)


def _row(axes: Axes, row: Any, y: float, colour: str) -> None:
    if pd.isna(row.estimate):
        axes.add_patch(Rectangle((0, y - 0.3), 100, 0.6, linewidth=0, **charts.WITHHELD))
        return
    axes.add_patch(Rectangle((100 * row.least, y - 0.34), 100 * (row.largest - row.least), 0.68, **LEFT_OPEN))
    axes.plot([100 * row.ci_low, 100 * row.ci_high], [y, y], color=colour, lw=2.4, alpha=0.75, zorder=2)
    axes.plot(100 * row.estimate, y, "o", ms=7, mfc=colour, mec="white", mew=0.8, zorder=3)
    axes.text(101.5, y, _told(row), va="center", size=8.5, color=charts.MUTED, clip_on=False)


def _labelled(axes: Axes, figure: Figure, ticks: dict[float, tuple[str, str, str]]) -> Figure:
    axes.set_yticks(list(ticks), [text for text, *_ in ticks.values()], size=8.8)
    for label, (_, colour, weight) in zip(axes.get_yticklabels(), ticks.values(), strict=True):
        label.set(color=colour, weight=weight)
    axes.set(xlim=(0, 100), ylim=(min(ticks) - 0.7, 0.6), xlabel="% of screened facilities")
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0)
    charts.only_x_grid(axes)
    return figure


def _shares(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return by item of the last screening the counts shown, the share of yes, its interval and its bounds.

    The interval holds for every count that rounds to the one shown. Items stand by element, the most found first.
    """
    last = numbers[numbers["outcome"] == _last(numbers)]
    named = last.drop_duplicates("term").set_index("term")[["element", "item"]]
    counts = last.set_index(["term", "level"])["estimate"].astype("float64").unstack()  # noqa: PD010
    yes, no, left_open, whole = (counts[level] for level in (YES, NO, OPEN, TOTAL))
    known = (yes + no).where(yes + no > 0)
    shares = named.assign(yes=yes, no=no, open=left_open, estimate=yes / known)
    shares = shares.assign(least=yes / whole, largest=(yes + left_open) / whole)
    shares = shares.assign(**_interval(yes, no)).where(lambda rows: rows[["estimate", "largest"]].notna().all(axis=1))
    return shares.assign(element=named["element"], item=named["item"]).sort_values(
        "estimate", ascending=False, kind="stable"
    )


def _interval(yes: pd.Series, no: pd.Series) -> dict[str, pd.Series]:
    rules = choices.load()
    off, confidence = rules.disclosure.round_to // 2, rules.intervals.confidence
    fewest, most = (yes.fillna(0) - off).clip(lower=0), yes.fillna(0) + off
    others_fewest, others_most = (no.fillna(0) - off).clip(lower=0), no.fillna(0) + off
    low, _ = binomial_interval(fewest, fewest + others_most, confidence)
    _, high = binomial_interval(most, most + others_fewest, confidence)
    return {"ci_low": pd.Series(low, yes.index), "ci_high": pd.Series(high, yes.index)}


def _last(numbers: pd.DataFrame) -> str:
    """Return the screening whose name ends with the last year."""
    return max(numbers["outcome"].unique(), key=lambda name: name[-4:])


def _screened(numbers: pd.DataFrame) -> str:
    whole = numbers.loc[(numbers["outcome"] == _last(numbers)) & (numbers["level"] == TOTAL), "estimate"].median()
    return "an unknown number of" if pd.isna(whole) else f"{whole:.0f}"


def _finding(which: str, numbers: pd.DataFrame, shown: pd.DataFrame) -> str:
    """Say by how many points answers not known leave a typical share open, of acts first."""
    if _last(numbers) == NO_SCREENING:
        return "No facility was screened in what was imported"
    widths = (100 * (shown["largest"] - shown["least"])).groupby(shown["element"]).median()
    told = [f"{widths[kind]:.0f} points ({name})" for kind, name in NAMES.items() if kind in widths]
    if not told:
        return f"In {which}, no item may be shown: too few facilities were screened"
    return f"In {which}, answers not known leave shares of facilities open by {listed(told)}"


def _most(shown: pd.DataFrame) -> str:
    acts = shown[shown["element"] == "act"]
    if acts.empty:
        return "No act may be shown."
    top = next(acts.itertuples())
    return f"The act found most is “{top.item}”: {_told(top)}."


def _told(row: Any) -> str:
    return f"{row.yes:.0f} yes, {row.no:.0f} no, {row.open:.0f} not known"


def _label(item_id: str, item: str) -> str:
    return item if item_id == ANY_HARM else f"{item_id} {item}"
