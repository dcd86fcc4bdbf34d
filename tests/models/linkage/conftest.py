"""The lists of the benchmark, which know what is true, are found from here too."""

import sys

import numpy as np
import pandas as pd
import pytest

from analysis.models.linkage import LinkageSettings
from analysis.study import ROOT

sys.path.insert(0, str(ROOT))

from benchmarks.facility_lists import facility_lists


@pytest.fixture(scope="session")
def settings() -> LinkageSettings:
    """Return thresholds as a person may set them."""
    return LinkageSettings(floor=0.01, link_at=0.5, review_from=0.1, review_to=0.9, chain=0.25)


@pytest.fixture(scope="session")
def two_lists() -> pd.DataFrame:
    """Return two lists of 1,500 rows with the true ``facility`` of each."""
    return facility_lists(1500, np.random.default_rng(7))


@pytest.fixture
def no_rulings() -> pd.DataFrame:
    """Return rulings that nobody made."""
    return pd.DataFrame({"row_id_a": [], "row_id_b": [], "is_same": []}, dtype="object")
