"""Data sets and what R makes of them (``references/references.R`` wrote the numbers, ``make_visits.py`` the visits)."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.models.ordinal import fit_ordinal_mixed

REFERENCES = Path(__file__).with_name("references")


@pytest.fixture(scope="session")
def visits():
    """Return made-up ratings of 150 children, some by two agencies."""
    return pd.read_csv(REFERENCES / "visits.csv")


@pytest.fixture(scope="session")
def wine():
    """Return the bitterness of wine by nine judges (Randall 1989)."""
    return pd.read_csv(REFERENCES / "wine.csv")


@pytest.fixture(scope="session")
def reference():
    """Return a function of fit and quantity that gives R's numbers."""
    rows = pd.read_csv(REFERENCES / "references.csv").groupby(["fit", "quantity"])["value"]
    return lambda *key: rows.get_group(key).to_numpy()


@pytest.fixture(scope="session")
def fits(visits, wine):
    """Return our fits by the names of R's."""
    by_wine = (wine["rating"], wine[["warm", "contact"]], wine["judge"])
    by_visit = (visits["score"], visits[["months", "late"]], visits["child"])
    return {
        "wine judges": fit_ordinal_mixed(*by_wine),
        "wine judges 10 nodes": fit_ordinal_mixed(*by_wine, n_nodes=10),
        "visits children": fit_ordinal_mixed(*by_visit),
        "visits children 10 nodes": fit_ordinal_mixed(*by_visit, n_nodes=10),
        "visits crossed": fit_ordinal_mixed(*by_visit, visits["agency"]),
    }
