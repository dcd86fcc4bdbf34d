"""What a figure says and shows where nothing was imported that it could be made of: no survey, no return, no entry."""

from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Table

NO_LIST = "no list"  # the round of tables of facilities without any


@dataclass(frozen=True)
class Absent:
    """What is not there: the ``mark`` that stands for it in a file, why it is not, and what it does not say."""

    mark: str
    reason: str
    limits: str
    needed: str = ""

    def told(self, numbers: pd.DataFrame, of: Table) -> pd.DataFrame:
        """Return ``numbers``, or one row that says that there are none: a file without a row tells not whose it is."""
        if len(numbers):
            return numbers
        texts = {
            name: self.mark if column.dtype == "str" and not column.nullable else None
            for name, column in of.columns.items()
        }
        return pd.DataFrame([texts | {"scale": next(iter(of.release.kinds))}])

    def is_all(self, numbers: pd.DataFrame) -> bool:
        """Return whether ``numbers`` say that there are none."""
        return bool((numbers["term"] == self.mark).all())

    def words(self, of_what: str, needed: str = "") -> charts.Words:
        """Return words that say that ``of_what`` cannot be shown, why, and what is ``needed`` for it."""
        said = words(of_what, needed or self.needed)
        return replace(said, title=f"No {of_what}: {self.reason}", limits=self.limits)


SURVEY = Absent(
    mark="no survey",
    reason="no survey was imported, or none that is large enough",
    limits="That there is no survey here says nothing of how many children are placed, or at risk of it.",
    needed="a household survey with weights",
)
RETURNS = Absent(
    mark="no return",
    reason="no return was recorded, or too few",
    limits="That no return is recorded here does not say that no child went home, nor that those who did stayed.",
    needed="case records with returns of children to families",
)


def entries(event: str) -> Absent:
    """Return what is said where nobody keeps the register of each ``event``, or left it empty."""
    return Absent(
        mark="nothing recorded",
        reason=f"no {event} was recorded",
        limits=f"That no {event} is recorded here does not say that there was none.",
    )


def words(of_what: str, needed: str) -> charts.Words:
    """Return words that say that ``of_what`` cannot be shown without ``needed``, such as lists of facilities."""
    return charts.Words(
        title=f"No {of_what}: {needed} is needed",
        caption="Nothing was imported that this figure could be made of; it has no number and no interval.",
        reading=f"Without {needed} nothing can be said of {of_what}.",
        alt_text=f"An empty figure: no {of_what}.",
        source="the exports that were imported.",
        limits="That there is no list here says nothing of whether there are facilities.",
    )


def draw() -> Figure:
    """Return a figure that holds nothing but a sentence."""
    figure = charts.canvas(3.6)
    axes = figure.subplots()
    axes.set_axis_off()
    axes.text(0.5, 0.5, "nothing to show", ha="center", va="center", size=13, color=charts.MUTED)
    return figure
