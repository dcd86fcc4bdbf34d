"""List coverage: what share of all facilities each list names, and how many facilities no list names."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _coverage_sentences as sentences
from analysis.figures import _whose
from analysis.figures._coverage_shares import (
    ALL,
    ANY,
    AREAS,
    BY_TWO,
    ESTIMATED,
    LIST_COLOURS,
    LISTED,
    SHARE,
    TYPES,
    count_in_print,
    name_of,
    rows_of,
    shares_of,
    whole_of,
)
from analysis.kinds import Count, Estimate, Release
from analysis.study import Study

NUMBERS = estimate_table(
    one_row_is="a number of facilities of an area and a type, or the printed share of them that was known",
    extra={
        "n": Column(
            "Int64", "facilities listed behind an estimate, rounded as all counts here are", ge=0, nullable=True
        ),
        "source": Column("str", "records, or print"),
        "list_id": Column("str", "the list that names them; any: at least one; two joined by +: at least one of these"),
        "list_name": Column("str", "the list, or lists, in words"),
        "printed": Column("str", "the printed numbers as they are; missing for records", nullable=True),
        "claim_id": Column("str", "the claim that prints the numerator; missing for records", nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("source", "outcome", "term", "level", "list_id", "scale"),
    release=Release(
        kinds={LISTED: Count(unit="facilities")}
        | {scale: Estimate(unit="facilities") for scale in (ESTIMATED, BY_TWO, SHARE)},
        totals={"term": ALL, "level": ALL},
        place="term",
        harmless="that a list names no facility of a type in a group of provinces is said of no child",
    ),
)

ROW_HEIGHT, STEP = 0.4, 0.21  # inches of a row; rows between its marks
AT_COUNT, AT_ESTIMATE = 0.26, 0.34  # where the two columns of numbers end and begin
KEY_ROWS, KEY_COLUMN = (1.05, 1.01), 0.48  # where the names of the lists stand over the panel, of its size


def build(list_coverage: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return all numbers; estimated ones are rounded as counts are, or they would tell the exact counts again.

    How many facilities any list names stands once, as ``n`` of the estimate that rests on it.
    """
    list_coverage = list_coverage[~_is_told_beside_an_estimate(list_coverage)]
    step = study.disclosure.round_to
    is_number = list_coverage["scale"].isin([ESTIMATED, BY_TWO])
    rounded = {
        "estimate": (list_coverage["estimate"] / step).round() * step,
        "ci_low": np.floor(list_coverage["ci_low"] / step) * step,
        "ci_high": np.ceil(list_coverage["ci_high"] / step) * step,
    }
    told = {name: list_coverage[name].mask(is_number, values) for name, values in rounded.items()}
    n = list_coverage["n"].mask(list_coverage["scale"] == LISTED)  # it is the estimate, which the gate rounds
    names = list_coverage["list_id"].map(name_of)
    return list_coverage.assign(**told, n=n, list_name=names, withheld=pd.array([None] * len(n), "str"))[
        list(NUMBERS.columns)
    ]


def _is_told_beside_an_estimate(list_coverage: pd.DataFrame) -> pd.Series:
    """Return which rows count the facilities on any list of a group whose estimate tells that count as its ``n``."""
    group = ["source", "term", "level", "list_id"]
    of_estimates = list_coverage.loc[(list_coverage["scale"] == ESTIMATED) & list_coverage["n"].notna(), group]
    is_there = pd.MultiIndex.from_frame(list_coverage[group]).isin(pd.MultiIndex.from_frame(of_estimates))
    return (list_coverage["scale"] == LISTED) & is_there


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many facilities are listed, how many there are, which share each list names, and what is in print."""
    which = _whose.these(numbers, "records")
    printed = numbers[numbers["source"] == "print"].iloc[0]
    known = f"{printed['estimate']:.0%} ({printed['printed']})"
    in_all = f"In {which}, {sentences.all_facilities(numbers)}"
    return charts.Words(
        title=f"In {which}, {sentences.finding(numbers)}",
        caption="Share of all facilities there are, as estimated, that a list names. Lines: "
        f"{charts.CONFIDENCE} intervals. Numbers of facilities are rounded to 5, ends of intervals outwards."
        f"{sentences.why_withheld(numbers)} Below, apart: the one share that is in print.",
        reading=f"{in_all}{sentences.by_two_lists(numbers)} In print, {known} of the institutions that the mapping "
        f"found in five provinces were known to the ministry before ({charts.CONFIDENCE} interval "
        f"{printed['ci_low']:.0%} to {printed['ci_high']:.0%}).",
        alt_text=f"One row an area and type of facility, with the share that each list names. {in_all} "
        f"{sentences.by_area(numbers)} Below, one dot in print: {known}.",
        source="the facility lists that were imported, without those of sampled communes; in print: MoSVY and UNICEF, "
        "press release of the mapping (2016).",
        limits="An estimate, not a count. It assumes that facilities neither opened nor closed between the lists, that "
        "they are recognised on each of them, and that those of one area and type are equally easy to find. If some "
        "are hard to find for every list, there are more than it says. How many children live in those that no list "
        "names is not estimated. The printed share takes the mapping for complete; no overlap of two lists made apart "
        "from each other is printed, so what both missed cannot be estimated.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the share that each list names by area and type, the numbers beside it, and below what is in print."""
    shares = shares_of(numbers)
    rows = rows_of(shares)
    figure = charts.canvas(4.9 + ROW_HEIGHT * len(rows))
    grid = figure.add_gridspec(2, 2, height_ratios=[len(rows) + 2, 2], width_ratios=[1, 0.36])
    of_records = figure.add_subplot(grid[0, 0])
    _draw_shares(of_records, shares, rows, [name for name in whole_of(numbers).index if name != ANY])
    _write_numbers(figure.add_subplot(grid[0, 1], sharey=of_records), rows)
    _draw_printed(figure.add_subplot(grid[1, 0], sharex=of_records), numbers)
    return figure


def _draw_shares(axes: Axes, shares: pd.DataFrame, rows: pd.DataFrame, lists: list[str]) -> Axes:
    colours = dict(zip([ANY, *lists], (charts.INK, *LIST_COLOURS), strict=False))
    for place, (list_id, colour) in enumerate(colours.items()):
        own = rows[["term", "level", "y"]].merge(
            shares[shares["list_id"] == list_id], on=["term", "level"], validate="1:1"
        )
        y = own["y"] + STEP * (len(lists) / 2 - place)
        charts.interval_dots(axes, own, y, colour=colour, size=7 if list_id == ANY else 5)
        at: charts.Look = {"x": KEY_COLUMN * (place % 2), "y": KEY_ROWS[place // 2], "transform": axes.transAxes}
        axes.text(s=f"● {name_of(list_id)}", color=colour, size=10, weight="bold", **at)
    for row in rows[rows["estimate"].isna()].itertuples():
        charts.say_missing(axes, row.y, _why_missing(row))
    axes.set_yticks(rows["y"], [AREAS[row.term] if row.level == ALL else TYPES[row.level] for row in rows.itertuples()])
    for label, level in zip(axes.get_yticklabels(), rows["level"], strict=True):
        label.set(weight="bold" if level == ALL else "normal", size=9.5)
    axes.set(xlim=(0, 102), ylim=(rows["y"].min() - 0.7, 0.1), xlabel="% of all facilities there are, as estimated")
    return charts.only_x_grid(axes)


def _write_numbers(axes: Axes, rows: pd.DataFrame) -> Axes:
    """Write how many facilities are on a list and how many there are, beside each row."""
    for row in rows.itertuples():
        look: charts.Look = {"va": "center", "size": 9.5, "weight": "bold" if row.level == ALL else "normal"}
        axes.text(AT_COUNT, row.y, count_in_print(row.listed), ha="right", **look)
        axes.text(AT_ESTIMATE, row.y, _estimated(row), **look)
    head: charts.Look = {"va": "bottom", "size": 9, "color": charts.MUTED}
    axes.text(AT_COUNT, 0.1, "named\nby a list", ha="right", **head)
    axes.text(AT_ESTIMATE, 0.1, "there are, as\nestimated (interval)", **head)
    axes.set_xlim(0, 1)
    axes.axis("off")
    return axes


def _draw_printed(axes: Axes, numbers: pd.DataFrame) -> Axes:
    """Draw the one number in print on axes of its own, so that nobody takes it for one of the records."""
    row = numbers[numbers["source"] == "print"]
    percent = row.assign(**{end: 100 * row[end] for end in ("estimate", "ci_low", "ci_high")})
    charts.interval_dots(axes, percent, [0], colour=charts.INK, marker="s")
    one = percent.iloc[0]
    said = f"{one['estimate']:.0f}% ({one['ci_low']:.0f}% to {one['ci_high']:.0f}%): {one['printed']}"
    charts.direct_label(axes, one["ci_high"], 0, said)
    axes.set_yticks([0], ["Five provinces: institutions that\nthe ministry knew before"], size=9.5)
    axes.set_title(
        "IN PRINT, about Cambodia, and no part of the records above. What all missed cannot\nbe estimated: the overlap "
        "of two independent lists is not printed.",
        size=10,
        loc="left",
        weight="bold",
    )
    axes.set(ylim=(-0.8, 0.8), xlabel="% of the institutions that the mapping found, as if it had found all")
    return charts.only_x_grid(axes)


def _why_missing(row: Any) -> str:
    if pd.notna(row.withheld):
        return f"withheld: {row.withheld}"
    return "no list names any" if row.listed == 0 else "no estimate from one list alone"


def _estimated(row: Any) -> str:
    if pd.isna(row.whole):
        return "–"
    return f"{row.whole:,.0f} ({row.whole_low:,.0f}–{row.whole_high:,.0f})"
