"""Counts reconciled: children and facilities by every definition, in print and in records, side by side and apart."""

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.disclosure.rounding import step_of
from analysis.estimates.counts_reconciled import CHILDREN, FACILITIES, PRINT, RECORDS
from analysis.figures import _whose
from analysis.kinds import Count, Estimate, Release
from analysis.populations import COVERS, HOUSEHOLD
from analysis.study import Study

OF_FACILITIES = {"n_facilities": "n_facilities", "top_two_share": "top_two_share"}
NUMBERS = estimate_table(
    one_row_is="a number of children or of facilities by one definition and one way to count",
    extra={
        "source": Column("str", "where it is from", isin=(PRINT, RECORDS)),
        "covers": Column("str", "whom it covers", isin=COVERS),
        "definition": Column("str", "what is counted and how"),
        "n_hits": Column("Int64", "children in care of those asked about", ge=0, nullable=True),
        "n_facilities": Column("Int64", "facilities behind a number of children", ge=0, nullable=True),
        "top_two_share": Column("Float64", "share of the children that the two largest hold", ge=0, nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("outcome", "term", "source"),
    release=Release(
        kinds={
            "children printed": Estimate(),
            "children listed": Count(**OF_FACILITIES),
            "children sampled": Estimate(**OF_FACILITIES),
            "children surveyed": Estimate(hits="n_hits"),
            "facilities printed": Estimate(unit="facilities"),
            "facilities listed": Count(unit="facilities"),
            "facilities modelled": Estimate(unit="facilities"),
        },
        harmless="how many children live in care in a whole country tells of no child",
    ),
)

TERMS = ("ministry", "mapping_rci", "mapping", "missed", "sample", "households")
LABELS = {
    "ministry": "Known to the ministry, 2014",
    "mapping_rci": "Every institution visited, 2014–15",
    "mapping": "All five types of facility visited, 2014–15",
    "sample": "A rate from 24 communes, four nights a week, 2015",
}
LABELS_OF_RECORDS = {
    "ministry": "On the list of 2014, all types",
    "mapping_rci": "On the lists of 2015, institutions",
    "mapping": "On the lists of 2015, all types",
    "missed": "The same and those that no list names",
    "sample": "Sampled communes by their weights, four nights a week",
    "households": "Children whom households report in care",
}
HEADINGS = {PRINT: "IN PRINT, about Cambodia", RECORDS: "{which}, and no part of what is in print"}
LABEL_WIDTH = 34  # letters


def build(counts_reconciled: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return all numbers, estimated ones in as many digits as the ends of their intervals."""
    rows = counts_reconciled
    is_estimate = rows["ci_low"].notna()
    step = step_of(rows["estimate"], study.disclosure.digits_modelled)
    rounded = rows["estimate"].mask(is_estimate, (rows["estimate"] / step).round() * step)
    return rows.assign(estimate=rounded, withheld=pd.array([None] * len(rows), "str"))[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how far the definitions lie apart in print and in the records, and that they are not to be added."""
    printed, recorded = (_of(numbers, source, CHILDREN) for source in (PRINT, RECORDS))
    low, high = printed["estimate"].min(), printed["estimate"].max()
    which = _which(numbers).lower()
    told = {source: _sentence(numbers, source) for source in (PRINT, RECORDS)}
    in_records = recorded["estimate"].dropna()
    spread = f"from {in_records.min():,.0f} to {in_records.max():,.0f} in {which}" if len(in_records) > 1 else ""
    return charts.Words(
        title=f"Each definition counts other children: from {low:,.0f} to {high:,.0f} in print"
        + (f"; {spread}" if spread else f"; {which} have none to compare"),
        caption=f"Children (left) and facilities (right) by what is counted and how. Lines: {charts.CONFIDENCE} "
        "intervals; diamonds: counts and printed numbers without one. Upper and lower part have scales of their own.",
        reading=f"In print, {told[PRINT]}. In {which}, {told[RECORDS] or 'nothing was imported'}.",
        alt_text=f"Two parts. In print: {told[PRINT]}. In {which}: {told[RECORDS] or 'nothing'}.",
        source="MoSVY and UNICEF (2017); Phnom Penh Post (2017); Stark et al. (2017), BMJ Open 7:e013888; Better Care "
        "Network; below, the lists, the sample of communes and the household survey that were imported.",
        limits="No two of these numbers may be added: children whom households report in care are counted again in "
        "facilities, and a survey of households leaves out children in facilities whom no household calls its own. How "
        "many children live in facilities that no list names is not estimated. The parts are of different countries "
        "where the records are made up: no number below is an estimate of one above.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw two parts, one above the other, each with children and facilities side by side."""
    shown = {source: [term for term in TERMS if term in set(_terms(numbers, source))] for source in (PRINT, RECORDS)}
    shown = {source: terms for source, terms in shown.items() if terms}
    figure = charts.canvas(3.4 + 0.62 * sum(map(len, shown.values())))
    heights = [len(terms) + 1.6 for terms in shown.values()]
    parts = figure.subplots(len(shown), 2, sharey="row", height_ratios=heights, squeeze=False)
    for panels, (source, terms) in zip(parts, shown.items(), strict=True):
        panels[0].set_title(HEADINGS[source].format(which=_which(numbers)), loc="left", size=11, weight="bold", pad=12)
        for axes, outcome in zip(panels, (CHILDREN, FACILITIES), strict=True):
            _draw_part(axes, _of(numbers, source, outcome), terms, outcome)
        labels = LABELS if source == PRINT else LABELS_OF_RECORDS
        names = ["\n".join(textwrap.wrap(labels[term], LABEL_WIDTH)) for term in terms]
        panels[0].set_yticks([-place for place in range(len(terms))], names, size=9.5)
    return figure


def _draw_part(axes: Axes, rows: pd.DataFrame, terms: list[str], outcome: str) -> Axes:
    most = (
        max(rows["estimate"].max(), rows["ci_high"].max()) if rows["ci_high"].notna().any() else rows["estimate"].max()
    )
    for place, term in enumerate(terms):
        own = rows[rows["term"] == term]
        if own.empty:
            charts.say_missing(axes, -place, "not estimated" if outcome == CHILDREN else "not asked")
            continue
        row = own.iloc[0]
        if pd.isna(row["estimate"]):
            charts.say_missing(axes, -place, f"withheld: {row['withheld']}")
            continue
        colour = charts.TEAL if row["covers"] == HOUSEHOLD else charts.BLUE if row["source"] == RECORDS else charts.INK
        charts.interval_dots(axes, own, [-place], colour=colour, size=8)
        end = row["estimate"] if pd.isna(row["ci_high"]) else row["ci_high"]
        charts.direct_label(axes, end, -place, _told(row), size=9.5)
    axes.set(xlim=(0, (most if pd.notna(most) else 1) * 1.55), ylim=(-len(terms) + 0.4, 0.6), xlabel=outcome)
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    return charts.only_x_grid(axes)


def _of(numbers: pd.DataFrame, source: str, outcome: str) -> pd.DataFrame:
    return numbers[(numbers["source"] == source) & (numbers["outcome"] == outcome)]


def _terms(numbers: pd.DataFrame, source: str) -> pd.Series:
    return numbers.loc[numbers["source"] == source, "term"]


def _which(numbers: pd.DataFrame) -> str:
    return _whose.these(numbers, "records").upper()


def _sentence(numbers: pd.DataFrame, source: str) -> str:
    labels = LABELS if source == PRINT else LABELS_OF_RECORDS
    rows = numbers[(numbers["source"] == source) & numbers["estimate"].notna()]
    in_order = rows.assign(place=rows["term"].map(TERMS.index)).sort_values(["place", "outcome"])
    return "; ".join(
        f"{labels[term].lower()}: " + " in ".join(f"{_told(row)} {row['outcome']}" for _, row in own.iterrows())
        for term, own in in_order.groupby("term", sort=False)
    )


def _told(row: Any) -> str:
    interval = "" if pd.isna(row["ci_low"]) else f" ({row['ci_low']:,.0f}–{row['ci_high']:,.0f})"
    return f"{row['estimate']:,.0f}{interval}"
