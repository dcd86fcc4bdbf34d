"""No survey: what a figure of surveyed children says and shows where no survey was imported, or one too small."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Table

NOTHING = "no survey"


def told(numbers: pd.DataFrame, of: Table) -> pd.DataFrame:
    """Return ``numbers``, or one row that says that there are none: a file without a row could not say whose it is."""
    if len(numbers):
        return numbers
    row = {
        name: NOTHING if column.dtype == "str" and not column.nullable else None for name, column in of.columns.items()
    }
    return pd.DataFrame([row | {"scale": next(iter(of.release.kinds))}])


def is_nothing(numbers: pd.DataFrame) -> bool:
    """Return whether ``numbers`` say that there are none."""
    return bool((numbers["term"] == NOTHING).all())


def words(of_what: str, needed: str = "a household survey with weights") -> charts.Words:
    """Return words that say that ``of_what`` cannot be shown, and what is ``needed`` for it."""
    return charts.Words(
        title=f"No {of_what}: no survey was imported, or none that is large enough",
        caption="Nothing was imported that this figure could be made of; it has no number and no interval.",
        reading=f"Without {needed} nothing can be said of {of_what}.",
        alt_text=f"An empty figure: no {of_what}.",
        source="the exports that were imported.",
        limits="That there is no survey here says nothing of how many children are placed, or at risk of it.",
    )


def draw() -> Figure:
    """Return a figure that holds nothing but a sentence."""
    figure = charts.canvas(3.6)
    axes = figure.subplots()
    axes.set_axis_off()
    axes.text(0.5, 0.5, "nothing to show", ha="center", va="center", size=13, color=charts.MUTED)
    return figure
