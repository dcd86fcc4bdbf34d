"""Living parents: every printed share of children in residential care with a living parent, by its definition."""

import textwrap
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table

NUMBERS = estimate_table(
    one_row_is="a printed share of children by living parents, or one derived from it",
    extra={
        "population": Column("str", "which children"),
        "definition": Column("str", "what is counted"),
        "value_printed": Column("str", "as printed, its words kept"),
        "period": Column("str", "when it held", nullable=True),
        "is_in_residential_care": Column("boolean", "false for children in households, shown for context"),
        "publisher": Column("str", "who printed it"),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)

AS_PRINTED = "as printed"
LABEL_WIDTH = 77  # letters


def build(living_parents: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Return the shares with living parents; a share of double orphans stands as its complement."""
    shares = living_parents[living_parents["outcome"] != "double_orphan_share"]
    return shares.merge(documents[["source_id", "publisher"]], on="source_id", validate="m:1")[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how far the claims lie apart."""
    in_care = _in_care(numbers)
    low, high = in_care["estimate"].min(), in_care["estimate"].max()
    elsewhere = numbers[~numbers["is_in_residential_care"] & (numbers["level"] == AS_PRINTED)].iloc[0]
    return charts.Words(
        title=f"Between {low:.0%} and {high:.0%} of children in residential care are said to have a living parent, "
        "but claims differ in year, children and definition",
        caption="Every share in print we found. Filled: as printed; hollow: worked out as 100% minus children without "
        "living parents. Orange: children in residential care; grey: other children. We saw none with an interval.",
        reading=f"{len(in_care)} claims lie between {low:.0%} and {high:.0%}; none comes with an interval, no two use "
        "the same children, year and definition, so the true share cannot be narrowed further from what we found.",
        alt_text=f"Dots, one row a claim. {_listed(in_care)}. For comparison, {elsewhere['population']}: "
        f"{elsewhere['estimate']:.0%} have both parents alive.",
        source="printed by the publisher named in each row; most quote a study or a statement that we have not seen.",
        limits="Quoted shares: most sources do not say how many children were asked or how. A living parent is not the "
        "same as a parent who can care for the child.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one row a claim, the children in residential care on top, the largest share first."""
    rows = numbers.sort_values(["is_in_residential_care", "estimate", "term"], ascending=[False, False, True])
    rows = rows.reset_index(drop=True)
    y = -rows.index - 0.8 * (~rows["is_in_residential_care"]).astype(int)
    colours = [charts.ORANGE if in_care else charts.MUTED for in_care in rows["is_in_residential_care"]]
    figure = charts.canvas(7.4)
    axes = figure.subplots()
    percent = rows.assign(estimate=rows["estimate"] * 100)
    charts.interval_dots(axes, percent, y, colour=colours, hollow=list(rows["level"] != AS_PRINTED))
    axes.set(xlim=(60, 100), xlabel="% of children")
    for row, height, colour in zip(percent.itertuples(), y, colours, strict=True):
        if pd.isna(row.estimate):
            charts.say_missing(axes, height, f"no number printed: “{row.value_printed}”")
        else:
            charts.direct_label(axes, row.estimate, height, _value(row), colour=colour)
    axes.set_yticks(y, [_label(row) for row in rows.itertuples()], size=8.5)
    charts.only_x_grid(axes)
    return figure


def _value(row: Any) -> str:
    printed = row.value_printed if row.value_printed.replace(".", "").isdigit() else f"“{row.value_printed}”"
    return f"{row.estimate:.0f}%" if row.level != AS_PRINTED or printed.isdigit() else printed


def _label(row: Any) -> str:
    first = f"{row.population[0].upper()}{row.population[1:]}, {row.period.replace('-', '–')}"
    publisher = row.publisher.partition(" (")[0].replace(" ", "\u00a0")  # kept on one line
    second = row.definition if row.publisher in row.definition else f"{row.definition} ({publisher})"
    return "\n".join(textwrap.wrap(first, LABEL_WIDTH) + textwrap.wrap(second, LABEL_WIDTH))


def _in_care(numbers: pd.DataFrame) -> pd.DataFrame:
    is_claim = numbers["is_in_residential_care"] & (numbers["outcome"] == "living_parent_share")
    return numbers[is_claim & numbers["estimate"].notna()]


def _listed(rows: pd.DataFrame) -> str:
    return "; ".join(f"{row.population}, {row.period}: {row.estimate:.0%}" for row in rows.itertuples())
