"""No returns: what a figure of children who went home says and shows where the records hold no return."""

from dataclasses import replace

import pandas as pd

from analysis import charts
from analysis.contract import Table
from analysis.figures import _no_lists, _no_survey

NOTHING = "no return"


def told(numbers: pd.DataFrame, of: Table) -> pd.DataFrame:
    """Return ``numbers``, or one row that says that there are none: a file without a row could not say whose it is."""
    if len(numbers):
        return numbers
    return _no_survey.told(numbers, of).replace(_no_survey.NOTHING, NOTHING)


def is_nothing(numbers: pd.DataFrame) -> bool:
    """Return whether ``numbers`` say that there are none."""
    return bool((numbers["term"] == NOTHING).all())


def words(of_what: str, needed: str = "case records with returns of children to families") -> charts.Words:
    """Return words that say that ``of_what`` cannot be shown, and what is ``needed`` for it."""
    return replace(
        _no_lists.words(of_what, needed),
        title=f"No {of_what}: no return was recorded, or too few",
        limits="That no return is recorded here does not say that no child went home, nor that those who did stayed.",
    )
