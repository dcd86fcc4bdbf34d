"""Made-up returns of children with hazards that are known: a constant one for each end, times ratios of some terms."""

import numpy as np
import pandas as pd

RATES = {"residential": 0.30, "other": 0.12, "aged_out": 0.08}  # a year at home
RATIOS = {"abrupt": 2.5, "high": 2.0, "poverty": 1.0}  # of a return to residential care


def spells(n: int = 600, n_agencies: int = 12, seed: int = 1, unknown_ratio: float = 1.0) -> pd.DataFrame:
    """Return returns of which a fifth come from a system without reasons, whose hazard is ``unknown_ratio`` as high."""
    rng = np.random.default_rng(seed)
    abrupt, high, poor, is_silent = (rng.random(n) < share for share in (0.3, 0.3, 0.4, 0.2))
    times = np.where(abrupt, RATIOS["abrupt"], 1) * np.where(high, RATIOS["high"], 1)
    times = times * np.where(is_silent, unknown_ratio, 1)
    days = {end: rng.exponential(365 / rate, n) / (times if end == "residential" else 1) for end, rate in RATES.items()}
    days["administrative"] = rng.uniform(100, 900, n)
    first = pd.DataFrame(days)
    age = rng.integers(3, 18, n)
    return pd.DataFrame(
        {
            "entry_days": pd.array(np.zeros(n, int), "Int64"),
            "days": pd.array(np.ceil(first.min(axis=1)).astype(int), "Int64"),
            "state": first.idxmin(axis=1).astype("str"),
            "last_home_days": pd.array([pd.NA] * n, "Int64"),
            "noticed_late": pd.array([pd.NA] * n, "boolean"),
            "agency": pd.Series(rng.integers(0, n_agencies, n)).map("A{:02d}".format).astype("str"),
            "sibling_group": pd.Series(np.arange(n) // 2).map("S{:04d}".format).astype("str"),
            "return_kind": pd.Series(np.where(abrupt, "abrupt", "planned")).astype("str"),
            "risk_level": pd.Series(np.where(high, "high", "low")).astype("str"),
            "age_years": pd.array(age, "Int64"),
            "age_band": pd.Series(np.select([age < 6, age < 12, age < 15], ["3-5", "6-11", "12-14"], "15-17")).astype(
                "str"
            ),
            "sex": pd.Series(rng.choice(["female", "male"], n)).astype("str"),
            "is_repeat": pd.array(rng.random(n) < 0.1, "boolean"),
            "months_in_care": pd.array(rng.lognormal(3.5, 0.7, n), "Float64"),
            "reason_poverty": pd.array(poor, "boolean"),
            **{"left_care_type": "rci", "facility_type": "rci"},
        }
    ).assign(reason_poverty=lambda rows: rows["reason_poverty"].mask(is_silent))
