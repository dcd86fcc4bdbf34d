"""Evidence on partners: lines of agencies and others, some expired, older ones behind newer ones."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate.registers import partners


@pytest.fixture(scope="module")
def evidence(numbers):
    agencies = pd.DataFrame({"agency": [f"ngo{number:02d}" for number in range(1, 16)]})
    return partners.build(numbers, np.random.default_rng(9), agencies)


def test_agencies_and_others_are_reviewed_by_every_criterion(evidence, numbers):
    choices = numbers.registers.partner_evidence
    assert set(evidence["criterion"]) == set(choices.answers)
    assert evidence.loc[evidence["keeps_case_system"], "partner"].nunique() == 15
    assert evidence.loc[~evidence["keeps_case_system"], "partner"].nunique() == choices.n_others
    n_reviewed = len(evidence.drop_duplicates(["partner", "criterion"]))
    possible, share = 27 * len(choices.answers), 1 - choices.never_reviewed_share
    assert abs(n_reviewed / possible - share) < 4 * (share * (1 - share) / possible) ** 0.5


def test_evidence_holds_for_its_time_and_some_has_expired(evidence, numbers, case_choices):
    newest = evidence.sort_values("dated_on").drop_duplicates(["partner", "criterion"], keep="last")
    days = newest["criterion"].map(dict(numbers.registers.partner_evidence.valid_days))
    assert ((newest["expires_on"] - newest["dated_on"]).dt.days == days).all()
    assert (newest["dated_on"] <= case_choices.last_day).all()
    assert (newest["expires_on"] < case_choices.last_day).any()
    assert (newest["expires_on"] >= case_choices.last_day).any()


def test_an_older_review_lies_a_year_or_more_before(evidence):
    several = evidence[evidence.duplicated(["partner", "criterion"], keep=False)]
    assert len(several) > 0
    gaps = several.groupby(["partner", "criterion"])["dated_on"].agg(lambda days: (days.max() - days.min()).days)
    assert (gaps >= 365).all()
