"""What the gate says: to readers, why a number is missing; to the holder of the records, by which rule."""

from analysis.kinds import Coefficient, Kind, Share
from analysis.study import Study

GUARDED = ("simulated", "records")

FEWER = "fewer than the least"
NONE_OR_ALL = "none or all"
FACILITIES = "too few facilities"
DOMINANCE = "two facilities hold nearly all"
DEGREES_OF_FREEDOM = "too few degrees of freedom"
GRID = "not a day that is published"
STEP = "too few events since the last day shown"
SENSITIVE = "a sensitive item"
EARLIER = "withheld in an earlier release"
SECONDARY = "would give a withheld number away"
UNPROTECTED = (
    "some cells must be withheld, but their totals and the cells released earlier give them away; "
    "withhold this table, or publish it with fewer rows"
)


class DisclosureError(ValueError):
    """A table may not leave."""


def told(kind: Kind, has_totals: bool, rules: Study) -> str:
    """Return what readers are told of a missing number, the same for all of a kind in a table.

    Small numbers and those that hide them must look alike, and none like a few, or the small ones are picked out.
    """
    least = rules.least_facilities if kind.unit == "facilities" else rules.least_rows
    why = f"fewer than {least}"
    if isinstance(kind, Share):
        why += " with it, or without it"
    if kind.n_facilities:
        why += f", or fewer than {rules.least_facilities} facilities"
    if isinstance(kind, Coefficient):
        why += ", or too few for a model"
    if kind.top_two_share:
        why += ", or nearly all in two facilities" if kind.n_facilities else ", or nearly all of two of them"
    return why + (", or hides such a number" if has_totals else "")
