"""Data sets and R's numbers that tests of what stands on Cox's regression share (``references/checks.R``)."""

from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent / "references"
OF_OTHERS = {"mgus2": ("incidence_mgus2.csv", 400, "F"), "quarters": ("incidence_quarters.csv", None, "a")}


@pytest.fixture(scope="session")
def r_says():
    """Return a function of fit and quantity that gives R's numbers."""
    told = pd.read_csv(HERE / "checks.csv").groupby(["fit_of", "quantity"], sort=False)["value"]
    return lambda *key: told.get_group(key).to_numpy()


@pytest.fixture(scope="session")
def rows_of():
    """Return a function of the data set's name that gives its rows."""

    def of(name):
        if name not in OF_OTHERS:
            return pd.read_csv(HERE / f"cox_{name}.csv")
        file, most, first = OF_OTHERS[name]
        return pd.read_csv(HERE / file).head(most).assign(first=lambda rows: rows["group"] == first)

    return of
