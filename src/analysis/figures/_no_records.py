"""No records: what a figure says and shows where nobody keeps the register that it is of, or left it empty."""

from dataclasses import replace

import pandas as pd

from analysis import charts
from analysis.contract import Table
from analysis.figures import _no_lists, _no_survey

NOTHING = "nothing recorded"


def told(numbers: pd.DataFrame, of: Table) -> pd.DataFrame:
    """Return ``numbers``, or one row that says that there are none: a file without a row could not say whose it is."""
    if len(numbers):
        return numbers
    return _no_survey.told(numbers, of).replace(_no_survey.NOTHING, NOTHING)


def is_nothing(numbers: pd.DataFrame) -> bool:
    """Return whether ``numbers`` say that there are none."""
    return bool((numbers["term"] == NOTHING).all())


def words(of_what: str, event: str, needed: str) -> charts.Words:
    """Return words that say that ``of_what`` cannot be shown: no ``event`` was recorded, and what is ``needed``."""
    return replace(
        _no_lists.words(of_what, needed),
        title=f"No {of_what}: no {event} was recorded",
        limits=f"That no {event} is recorded here does not say that there was none.",
    )
