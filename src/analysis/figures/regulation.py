"""Regulation: institutions that are registered, have an agreement, were inspected, as two counts found them."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table

NUMBERS = estimate_table(
    one_row_is="a share of institutions in one count of them",
    extra={
        "claim_id": Column("str", "the claim that prints it or its opposite"),
        "grade": GRADE,
        "source_id": SOURCE_ID,
    },
)

ROWS = {
    "registered_share": "Registered",
    "agreement_share": "Has an agreement with the government",
    "inspected_share": "Inspected",
}
COUNTS = {"mapping": ("mapping", charts.BLUE), "study": ("estimation study", charts.ORANGE)}


def build(regulation: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of both counts."""
    return regulation[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say what each count found of inspection, and the widest gap between the two."""
    rows = numbers.set_index(["outcome", "term"])
    share = rows["estimate"]
    visited = rows.loc[("inspected_share", "study")]
    ever, registered = 1 - share["inspected_share", "mapping"], rows.loc[("registered_share", "study")]
    return charts.Words(
        title=f"{ever:.0%} of the residential care institutions mapped in 2014–15 are reported as never inspected by "
        "the ministry",
        caption="Two counts of about the same time, which asked different questions of different institutions: the "
        f"mapping of 2014–15 and the estimation study of 2015. Lines: {charts.CONFIDENCE} intervals; diamonds: none "
        "can be given.",
        reading=f"By the mapping {share['inspected_share', 'mapping']:.0%} had ever been inspected; of "
        f"{int(visited['n'])} institutions the study visited {visited['estimate']:.0%} had been inspected "
        f"in 2014 ({charts.CONFIDENCE} interval {visited['ci_low']:.0%} to "
        f"{visited['ci_high']:.0%}, in truth wider, as they were drawn by "
        "commune).",
        alt_text=f"Dots for two counts. Registered: mapping {share['registered_share', 'mapping']:.0%}, study "
        f"{registered['estimate']:.0%}. Agreement: {share['agreement_share', 'mapping']:.0%} and "
        f"{share['agreement_share', 'study']:.0%}. Inspected: {share['inspected_share', 'mapping']:.0%} ever and "
        f"{visited['estimate']:.0%} in 2014.",
        source="MoSVY and UNICEF, joint press release of the mapping (2017); Stark et al. (2017), BMJ Open 7:e013888, "
        "Table 1; summary by Better Care Network.",
        limits="The two counts differ in what they call an institution, in the question and in who answered, so their "
        "difference is not a change. A newspaper calls the same institutions unregistered. We found no series of "
        "inspections by province or year.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw three questions, each with the answer of either count and what that count asked."""
    figure = charts.canvas(5.8)
    axes = figure.subplots()
    percent = numbers.assign(**{end: numbers[end] * 100 for end in ("estimate", "ci_low", "ci_high")})
    ticks = {}
    for question, (outcome, heading) in enumerate(ROWS.items()):
        ticks[-3.4 * question] = (heading, charts.INK)
        rows = percent[percent["outcome"] == outcome].set_index("term", drop=False).loc[list(COUNTS)]
        y = [-3.4 * question - 1, -3.4 * question - 2]
        colours = [colour for _, colour in COUNTS.values()]
        charts.interval_dots(axes, rows, y, colour=colours)
        for row, height, colour in zip(rows.itertuples(), y, colours, strict=True):
            ticks[height] = (_asked(row), colour)
            has_interval = pd.notna(row.ci_high)
            text = f"{row.estimate:.0f}%" + (f" ({row.ci_low:.0f}–{row.ci_high:.0f})" if has_interval else "")
            charts.direct_label(axes, row.ci_high if has_interval else row.estimate, height, text, colour=colour)
    axes.set_yticks(list(ticks), [text for text, _ in ticks.values()])
    for label, (_, colour) in zip(axes.get_yticklabels(), ticks.values(), strict=True):
        label.set(color=colour, weight="bold" if colour == charts.INK else "normal")
    axes.set(xlim=(0, 100), ylim=(min(ticks) - 0.7, 0.5), xlabel="% of institutions")
    charts.only_x_grid(axes)
    return figure


def _asked(row: Any) -> str:
    n = "number not stated" if pd.isna(row.n) else f"{row.n} institutions"
    return f"{row.level}  ·  {COUNTS[row.term][0]}, {n}"
