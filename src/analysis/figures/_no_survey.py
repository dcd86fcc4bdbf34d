"""No survey: what a figure of surveyed children says and shows where no survey was imported, or one too small."""

from dataclasses import replace

import pandas as pd

from analysis import charts
from analysis.contract import Table
from analysis.figures import _no_lists

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
    return replace(
        _no_lists.words(of_what, needed),
        title=f"No {of_what}: no survey was imported, or none that is large enough",
        limits="That there is no survey here says nothing of how many children are placed, or at risk of it.",
    )
