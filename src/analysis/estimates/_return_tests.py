"""Whether levels of a split differ, and the mean days at home: one number where a curve has many."""

import numpy as np
import pandas as pd

from analysis.estimates import _return_curves as curves
from analysis.estimates import _return_rows as returns
from analysis.models.survival.counting import ObservationError
from analysis.models.survival.gray import gray_test
from analysis.models.survival.restricted_time import restricted_time
from analysis.study import Study

DIFFER, AT_HOME, LOST = "Gray's test", "days at home", "days lost"
TESTED = ("residential", "other")  # other ends are no question of this table
NOTES = {
    DIFFER: "n: returns; p-value that levels on record have one curve, agencies left out in turn; missing: too few",
    AT_HOME: "n: returns; mean within the days told; error by agency, t of effective agencies less one",
    LOST: "n: returns; mean days of those told that came after this end; error by agency",
}


def levels_differ(rows: pd.DataFrame, split: str, study: Study) -> pd.DataFrame:
    """Return Gray's p-value of each tested end between the levels on record that have enough returns."""
    n = rows[split].value_counts()
    compared = n.index[(n >= study.re_separation.least_at_risk) & (n.index != returns.UNKNOWN)]
    own = rows[rows[split].isin(compared)]
    names = curves.outcomes(study)
    found = [_p_value(own, split, names.index(end) + 1, len(names)) for end in TESTED]
    days = max(curves.days_told(study))
    return pd.DataFrame(
        {
            **{"outcome": TESTED, "level": curves.ALL, "measure": DIFFER, "scale": "p-value", "day": days},
            **{"estimate": found, "n": len(own)},
        }
    )


def days_at_home(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the mean days at home, and lost to each end, of the first ``home_days`` after the return."""
    horizon, names = study.re_separation.home_days, curves.outcomes(study)
    columns = rows["entry"], rows["exit"], rows["cause"]
    found = restricted_time(*columns, len(names), [horizon], clusters=curves.clusters_of(rows))
    confidence = study.intervals.confidence
    (home_low, home_high), (low, high) = found.free_interval(confidence), found.lost_interval(confidence)
    return pd.DataFrame(
        {
            **{"outcome": [*names, "at_home"], "level": curves.ALL, "measure": [LOST] * len(names) + [AT_HOME]},
            **{"scale": "days", "day": horizon, "n": len(rows), "estimate": [*found.lost[0], *found.free]},
            **{"ci_low": [*low[0], *home_low], "ci_high": [*high[0], *home_high]},
        }
    )


def _p_value(rows: pd.DataFrame, split: str, code: int, n_causes: int) -> float:
    """Return the p-value; missing where levels, events or agencies are too few for a test."""
    try:
        return gray_test(
            rows["entry"], rows["exit"], rows["cause"], n_causes, rows[split], code, curves.clusters_of(rows)
        ).p_value
    except ObservationError:
        return np.nan
