"""Claims about living parents stand side by side: no single figure."""

import pandas as pd
import pytest

from analysis import sources
from analysis.clean import claims
from analysis.estimates import living_parents


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    ledger = claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")
    return living_parents.TABLE.validated(living_parents.build(ledger), "living_parents")


def test_claims_that_contradict_each_other_all_stay(shares):
    in_care = shares[shares["is_in_residential_care"] & (shares["outcome"] == "living_parent_share")]
    assert sorted(in_care["estimate"].dropna()) == pytest.approx([0.70, 0.72, 0.77, 0.77, 0.80])
    assert shares["note"].str.contains("from 70% to 80%").all()


def test_a_claim_in_words_stays_without_a_number(shares):
    words = shares[shares["value_printed"] == "vast majority"]
    assert len(words) == 1
    assert words["estimate"].isna().all()


def test_the_complement_of_double_orphans_is_marked_as_derived(shares):
    derived = shares[shares["level"] == living_parents.COMPLEMENT].set_index("term")
    assert derived.loc["child-orphanages-2010-double-orphan", "estimate"] == pytest.approx(0.72)
    assert (derived["grade"] == "C").all()


def test_children_in_households_are_told_apart(shares):
    households = shares[~shares["is_in_residential_care"]]
    assert set(households["term"]) == {"national-neither-both-alive", "national-neither-both-dead"}


def test_no_interval_is_made_up(shares):
    assert shares[["ci_low", "ci_high", "n"]].isna().all(axis=None)
