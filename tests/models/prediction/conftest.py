"""A small stratified sample of clusters with predictions, some equal, and what happened."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.models import prediction
from analysis.models.survey.design import survey_design

SAMPLE = Path(__file__).with_name("references") / "sample.csv"


@pytest.fixture(scope="session")
def sample():
    """Return the rows: stratum, cluster, weight, log_odds, outcome; ``references.R`` reads the same."""
    return pd.read_csv(SAMPLE)


@pytest.fixture(scope="session")
def judged(sample):
    """Return the predictions of all rows, to be judged."""
    design = survey_design(sample["weight"], sample["stratum"], sample["cluster"])
    return prediction.judged(sample["outcome"], sample["log_odds"], design)
