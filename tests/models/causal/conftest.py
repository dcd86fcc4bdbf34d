"""The follow-up study of the textbook, as its models use it."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

FILE = Path(__file__).with_name("references") / "nhefs.csv"


@pytest.fixture(scope="session")
def nhefs():
    """Quitting (treated), weight gained (outcome) and the covariates of Hernan and Robins (2020), ch. 12."""
    people = pd.read_csv(FILE)
    squared = [
        people[[name]].assign(square=people[name] ** 2) for name in ("age", "smokeintensity", "smokeyrs", "wt71")
    ]
    levels = pd.get_dummies(people[["education", "exercise", "active"]].astype("str"), drop_first=True, dtype=float)
    columns = pd.concat([people[["sex", "race"]], *squared, levels], axis=1).to_numpy(dtype=float)
    return SimpleNamespace(
        columns=columns, treated=people["qsmk"].to_numpy(dtype=bool), outcome=people["wt82_71"].to_numpy()
    )


@pytest.fixture(scope="session")
def followed():
    """Rows with losses, two causes of ending and a treatment that depends on the first column."""
    rng = np.random.default_rng(3)
    n = 300
    columns = rng.normal(size=(n, 2))
    treated = rng.random(n) < 1 / (1 + np.exp(-(-0.3 + 0.6 * columns[:, 0])))
    ends = rng.exponential(500 * np.exp(-0.5 * columns[:, 0] + 0.3 * treated))
    losses = np.minimum(rng.exponential(800 * np.exp(0.4 * columns[:, 0])), rng.uniform(300, 900, n))
    return SimpleNamespace(
        columns=columns,
        treated=treated,
        days=np.minimum(ends, losses),
        is_lost=losses < ends,
        is_first=rng.random(n) < 0.7,
        clusters=rng.integers(0, 12, n),
    )
