"""What was released before: a small change since then must not be told by the difference of two releases.

A count that was shown and has changed by less than the least number stands as it was shown; one that was withheld
and has changed by less stays withheld. A larger change is told, rounded as any other count.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.disclosure.cells import Cells
from analysis.disclosure.reasons import DisclosureError

ESTIMATE = ["estimate", "ci_low", "ci_high"]
COLUMNS = ("cell", "unit", "exact", "rounded", "is_shown", *ESTIMATE)  # exact: when the numbers were last set


@dataclass(frozen=True)
class Standing:
    """By cell: whether it has changed by little, what stood then, and whether that was shown or kept back."""

    told: pd.DataFrame
    is_near: np.ndarray
    is_held: np.ndarray
    is_kept_back: np.ndarray

    def or_else(self, column: str, new: np.ndarray) -> np.ndarray:
        """Return the counts (cells,) that stand from then, and the ``new`` ones of all other cells."""
        return np.where(self.is_near, self.told[column].fillna(0).to_numpy("int64"), new)


def standing(frame: pd.DataFrame, least: pd.Series, earlier: pd.DataFrame | None) -> Standing:
    """Return what ``earlier`` releases (``COLUMNS`` and ``release``, a line each) mean for the cells of ``frame``.

    Of several, the one with the nearest count speaks: a number that moves back is told as it was told before. Raises
    ``DisclosureError`` if they are not what a release writes.
    """
    before = pd.DataFrame(columns=COLUMNS) if earlier is None else earlier
    if set(before.columns) - {"release"} != set(COLUMNS):
        raise DisclosureError(
            "what was released before is not in the form that this version writes (its columns are "
            f"{', '.join(before.columns)}): take the version that wrote data/restricted/released, or a new ROOT"
        )
    now = frame.set_index("cell")["exact"].reindex(before["cell"]).to_numpy("float64", na_value=np.nan)
    change = np.abs(before["exact"].to_numpy("float64") - now)
    nearest = before.assign(change=change).sort_values("change", kind="stable").drop_duplicates("cell")
    told = nearest.set_index("cell").reindex(frame["cell"]).reset_index(drop=True)
    is_near = told["change"].lt(least.reset_index(drop=True)).to_numpy("bool")  # false where there was no such cell
    was_shown = told["is_shown"].eq(True).to_numpy("bool")
    return Standing(told, is_near, is_near & was_shown, is_near & ~was_shown)


def with_held(numbers: pd.DataFrame, cells: Cells, then: Standing) -> pd.DataFrame:
    """Return ``numbers`` with the estimates and intervals of then where all counts they rest on stand.

    Else the mean of thirteen children less that of twelve would tell the thirteenth.
    """
    if not then.is_held.any():
        return numbers
    own = _own(cells).assign(is_held=lambda entries: then.is_held[entries["at"]])
    rows = own.groupby("row")["is_held"].all()
    held = own[own["row"].map(rows)].drop_duplicates("row").set_index("row")["at"]
    kept = numbers.copy()
    for column in numbers.columns.intersection(ESTIMATE):
        numbers_then = then.told[column].astype("Float64").iloc[held].set_axis(held.index).dropna()
        kept.loc[numbers_then.index.intersection(numbers.index[numbers[column].notna()]), column] = numbers_then
    return kept


def to_tell(numbers: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """Return the published estimate and interval by cell, for the release after this one."""
    rows = _own(cells).drop_duplicates("at").set_index("at")["row"].reindex(range(len(cells.frame)))
    return numbers.reindex(columns=ESTIMATE).reindex(rows).reset_index(drop=True)


def _own(cells: Cells) -> pd.DataFrame:
    """Return the entries that belong to one row, with the position of their cell."""
    return cells.entries.assign(at=cells.positions())[~cells.entries["is_denominator"]]
