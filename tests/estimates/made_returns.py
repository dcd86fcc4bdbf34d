"""Spells made for tests: returns of children of a few agencies, with an end that comes back more often when abrupt."""

import numpy as np
import pandas as pd

STATES = ("residential", "other", "aged_out", "moved", "lost", "with_family", "administrative")
SHARES = {
    "planned": (0.15, 0.08, 0.07, 0.03, 0.08, 0.34, 0.25),
    "abrupt": (0.45, 0.08, 0.07, 0.03, 0.08, 0.17, 0.12),
}


def spells(n=600, n_agencies=8, seed=1):
    """Return ``n`` spells with the columns that estimates of returns read; a third are abrupt."""
    rng = np.random.default_rng(seed)
    kind = np.where(np.arange(n) % 3 == 0, "abrupt", "planned")
    state = np.array([rng.choice(STATES, p=SHARES[one]) for one in kind])
    entry = np.where(kind == "abrupt", rng.integers(1, 20, n), 0)
    days = entry + 1 + np.floor(rng.exponential(200, n)).astype(int) + rng.integers(0, 150, n)
    returned = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 400, n), "D")
    noticed = pd.array(rng.random(n) < 0.3, "boolean")
    return pd.DataFrame(
        {
            "spell_id": [f"{number:016x}" for number in range(n)],
            "returned_on": returned,
            "ended_on": returned + pd.to_timedelta(days, "D"),
            **{"entry_days": pd.array(entry, "Int64"), "days": pd.array(days, "Int64"), "state": state},
            "last_home_days": pd.array(np.maximum(days - rng.integers(1, 150, n), 0), "Int64"),
            **{"noticed_late": noticed, "return_kind": kind, "sex": rng.choice(["female", "male"], n)},
            "age_band": rng.choice(["6-11", "12-14", "15-17"], n),
            "risk_level": rng.choice(["high", "medium", "low"], n),
            "facility_type": rng.choice(["rci", "unknown"], n, p=[0.8, 0.2]),
            "sibling_group": [f"f{number // 2}" for number in range(n)],
            "agency": [f"A{number % n_agencies:02d}" for number in range(n)],
        }
    )


def variants(of):
    """Return the spells again under one other rule, by which every other end is residential."""
    kept = ["spell_id", "entry_days", "days", "state", "return_kind", "sibling_group", "agency"]
    return of[kept].assign(variant="all_residential", state=of["state"].replace("other", "residential"))
