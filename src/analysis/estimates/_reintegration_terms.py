"""What the hazards of re-separation are modelled with: one column a term, all facts of the day of the return or before.

An answer that is not recorded is never taken for no: it has a column of its own, which tells how records are kept, not
how children are. Of months in care the column is the number of doublings, 0 at the median, so that the column of those
whose stay is not recorded compares them with a middling one.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.study import Study

RETURN, BEFORE, CHILD, NOT_RECORDED = SORTS = ("at_return", "before", "child", "not_recorded")
VARIABLES = {  # terms that stand or fall together, in the order in which they are kept where events are few
    "return_kind": ("abrupt", "kind_unknown"),
    "risk_level": ("risk_high", "risk_medium", "risk_unknown"),
    "age_band": ("aged_12_14", "aged_15_17", "age_unknown"),
    "is_repeat": ("repeat",),
    "months_in_care": ("months_doubled", "months_unknown"),
    "sex": ("girl", "sex_unknown"),
    "reason_poverty": ("poverty", "reasons_unknown"),
}
LEAST_MONTHS = 1.0  # in care; shorter stays count as a month: halving them on would be noise of dates
UNKNOWN = "unknown"


def terms(study: Study) -> pd.DataFrame:
    """Return ``term``, ``label``, ``sort`` and ``position`` of all terms, in the order in which they are told."""
    named = [(term, label, sort) for sort in SORTS for term, label in study.reintegration_effects[sort].items()]
    rows = pd.DataFrame(named, columns=["term", "label", "sort"])
    return rows.assign(position=[f"{place:02d}" for place in rows.index])


def covariates(spells: pd.DataFrame) -> pd.DataFrame:
    """Return a float column for every term, one row a return, none missing."""
    return pd.DataFrame(dict(_columns(spells)), index=spells.index).astype("float64")


def _columns(spells: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    for name, values in (("abrupt", ("abrupt",)), ("kind_unknown", (UNKNOWN,))):
        yield name, spells["return_kind"].isin(values)
    for name, values in (("risk_high", ("high",)), ("risk_medium", ("medium",)), ("risk_unknown", (UNKNOWN,))):
        yield name, spells["risk_level"].isin(values)
    for name, values in (("aged_12_14", ("12-14",)), ("aged_15_17", ("15-17",)), ("age_unknown", (UNKNOWN,))):
        yield name, spells["age_band"].isin(values)
    yield "repeat", spells["is_repeat"].astype("boolean").fillna(value=False)  # an earlier return on record, or none
    doublings = _doublings(spells["months_in_care"].astype("float64"))
    yield "months_doubled", doublings.fillna(0.0)
    yield "months_unknown", doublings.isna()
    yield "girl", spells["sex"].eq("female")
    yield "sex_unknown", ~spells["sex"].isin(("female", "male"))
    is_poor = spells["reason_poverty"].astype("boolean")
    yield "poverty", is_poor.fillna(value=False)
    yield "reasons_unknown", is_poor.isna()


def _doublings(months: pd.Series) -> pd.Series:
    """Return how often the median stay must be doubled to make each; missing where the stay is not recorded."""
    doublings = np.log2(months.clip(lower=LEAST_MONTHS))
    return doublings - doublings.median()
