"""Items that people leave blank: at random given what is always known, but for income, which hides itself.

Known of every household are town or country, the sex of the carer and the number of persons: a blank item depends on
these alone (missing at random). A blank income depends on the very income (not missing at random), so no method that
uses only what was answered can set it right; the truth lies in ``survey.complete``.
"""

import numpy as np
import pandas as pd

from analysis.simulate.sampling import happens
from analysis.study import Study

CATEGORIES = ("id_poor",)  # a blank category is unknown, a blank number or yes-or-no is missing


def answered(households: pd.DataFrame, survey: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return ``households`` with items blanked; needs ``is_urban`` and ``income_usd`` beside its columns."""
    blanks = survey.non_response
    known = log_odds_of_blank(households, blanks)
    columns = {}
    for item in blanks.items_asked:
        is_blank = happens(known + blanks.sensitive_added * (item in blanks.sensitive), rng)
        columns[item] = _blanked(households[item], is_blank)
    over_median = np.log(households["income_usd"] / survey.households.income_median_usd)
    hides_income = happens(blanks.income_base + blanks.income_per_log * over_median, rng)
    return households.assign(
        **columns,
        monthly_income=households["monthly_income"].mask(hides_income),
        income_currency=households["income_currency"].mask(hides_income, "unknown"),
    )


def answered_by_members(
    members: pd.DataFrame, households: pd.DataFrame, blanks: Study, rng: np.random.Generator
) -> pd.DataFrame:
    """Return ``members`` with items blanked by what is known of their household (``position``)."""
    known = log_odds_of_blank(households, blanks)[members["position"].to_numpy()]
    return members.assign(**{item: _blanked(members[item], happens(known, rng)) for item in blanks.member_items})


def log_odds_of_blank(households: pd.DataFrame, blanks: Study) -> np.ndarray:
    """Return the log odds that a household leaves an item blank that is not sensitive."""
    return (
        blanks.base
        + blanks.urban * households["is_urban"]
        + blanks.male_caregiver * households["caregiver_sex"].eq("male")
        + blanks.per_member * (households["household_size"] - 1)
    ).to_numpy(dtype=float)


def _blanked(item: pd.Series, is_blank: np.ndarray) -> pd.Series:
    if item.name in CATEGORIES:
        return item.mask(is_blank, "unknown")
    wide = {"bool": "boolean", "int64": "Int64"}.get(str(item.dtype))
    return (item.astype(wide) if wide else item).mask(is_blank)
