"""National totals: every number of children in residential care in print for Cambodia, with what it counts."""

import textwrap
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table

NUMBERS = estimate_table(
    one_row_is="a printed total of children, or an interval of ours around one",
    extra={
        "is_printed": Column("boolean", "false for what is ours"),
        "definition": Column("str", "what is counted"),
        "method": Column("str", "how it was counted"),
        "period": Column("str", "the year or years it holds for"),
        "commune_cv": Column("Float64", "how much the rates of communes differ, assumed", nullable=True),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)

PARTS = ("mapping-cambodia-other-children",)  # a part of another row
GROUPS = {
    "Lists and statements of the ministry": (("administrative", "press"), charts.BLUE),
    "Mapping of 2014–15: every facility found": (("census_of_facilities", "derived"), charts.TEAL),
    "Estimation study of 2015: 24 communes": (("modelled",), charts.ORANGE),
}
LABEL_WIDTH = 64  # letters


def build(national_totals: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of children in Cambodia and our intervals around the study's."""
    is_total = national_totals["outcome"] == "n_children_in_residential_care"
    return national_totals.loc[is_total & ~national_totals["term"].isin(PARTS), list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how far the totals of 2014-15 lie apart and how wide the study's estimate would be."""
    printed = numbers[numbers["is_printed"] | (numbers["method"] == "derived")].set_index("term")["estimate"]
    low, high = printed["trend-2014-children"], printed["study-national-children"]
    ours = _ours(numbers)
    naive, one = ours.iloc[0], ours.loc[(ours["commune_cv"] - 1).abs().idxmin()]
    return charts.Words(
        title=f"Totals printed for 2014–15 run from {low:,.0f} to {high:,.0f} children, and count different children "
        "in different ways",
        caption="Every national total we found, with what it counts. Diamonds: printed, or summed from print, without "
        f"an interval. Lines: {charts.CONFIDENCE} intervals of ours for the study's total, wider the more communes "
        "differ from each other.",
        reading=f"The study's {high:,.0f} would lie between {naive['ci_low']:,.0f} and {naive['ci_high']:,.0f} only if "
        f"every commune had the same rate; if rates differ between communes with a coefficient of variation of "
        f"{one['commune_cv']:g}, between {one['ci_low']:,.0f} and {one['ci_high']:,.0f}. How much they differ is in "
        "no text we found.",
        alt_text="Diamonds for printed totals. "
        + "; ".join(f"{row.period}, {_defined(row)}: {row.estimate:,.0f}" for row in _printed(numbers).itertuples())
        + f". {len(ours)} nested intervals of ours around the study's total, the widest from "
        f"{ours['ci_low'].min():,.0f} to {ours['ci_high'].max():,.0f}.",
        source="MoSVY and UNICEF (2011, 2017); Phnom Penh Post (2017, 2021); Cambodia Daily; Better Care Network; "
        "UNICEF (2019); Stark et al. (2017), BMJ Open 7:e013888; intervals: Homeward.",
        limits="No total is right for every purpose. The intervals cover the draw of communes, not the choice of "
        "districts the study applied its rate to, nor who counts as a resident.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one row a total, in groups by method, and beneath the study's total one row for each interval of ours."""
    figure = charts.canvas(9.2)
    axes = figure.subplots()
    height, ticks = 0.0, {}
    for heading, (methods, colour) in GROUPS.items():
        ticks[height] = (heading, colour)
        rows = pd.concat([_printed(numbers), _ours(numbers)]).pipe(_by, methods)
        labels = [_label(row) for row in rows.itertuples()]
        extra = [0.2 * label.count("\n") for label in labels]  # for labels of two lines
        steps = [1 + above + beneath for above, beneath in pairwise(extra)]
        y = list(height - 1.2 - extra[0] - np.cumsum([0, *steps]))
        charts.interval_dots(axes, rows, y, colour=colour, marker="|", size=9)
        for row, row_height, label in zip(rows.itertuples(), y, labels, strict=True):
            ticks[row_height] = (label, charts.INK)
            charts.direct_label(axes, row.ci_high if pd.notna(row.ci_high) else row.estimate, row_height, _value(row))
        height = min(y) - 1.4
    axes.set_yticks(list(ticks), [text for text, _ in ticks.values()], size=9)
    for tick, (_, colour) in zip(axes.get_yticklabels(), ticks.values(), strict=True):
        tick.set(color=colour, weight="normal" if colour == charts.INK else "bold")
    axes.set(xlim=(0, numbers["ci_high"].max() * 1.28), ylim=(min(ticks) - 0.7, 0.6), xlabel="children")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    charts.only_x_grid(axes)
    return figure


def _by(rows: pd.DataFrame, methods: tuple[str, ...]) -> pd.DataFrame:
    return rows[rows["method"].isin(methods)]


def _printed(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the totals in print or summed from it, in order of the years they hold for."""
    return numbers[numbers["ci_low"].isna()].sort_values(["period", "estimate"])


def _ours(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return our intervals around the study's total, the narrowest first."""
    ours = numbers[numbers["ci_low"].notna()]
    return ours.assign(width=ours["ci_high"] - ours["ci_low"]).sort_values("width").drop(columns="width")


def _label(row: Any) -> str:
    if pd.notna(row.ci_low):
        return (
            f"our interval: {row.level.replace(', cv ', ' (coefficient of variation ') + ')' * (', cv ' in row.level)}"
        )
    return "\n".join(textwrap.wrap(f"{row.period.replace('-', '–')}: {_defined(row)}", LABEL_WIDTH))


def _defined(row: Any) -> str:
    return row.definition.partition(";")[0]


def _value(row: Any) -> str:
    return f"{row.estimate:,.0f}" if pd.isna(row.ci_low) else f"{row.ci_low:,.0f}–{row.ci_high:,.0f}"
