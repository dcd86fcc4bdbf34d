"""Registered, in agreement, inspected: a census has no interval, a sample has one."""

import pandas as pd
import pytest

from analysis import sources, study
from analysis.clean import claims
from analysis.estimates import regulation


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    ledger = claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")
    built = regulation.TABLE.validated(regulation.build(ledger, study.load()), "regulation")
    return built.set_index(["outcome", "term"])


def test_the_mappings_shares_are_the_opposites_of_what_is_printed(shares):
    mapping = shares.xs("mapping", level="term")
    assert mapping["estimate"].to_dict() == pytest.approx(
        {"agreement_share": 0.79, "inspected_share": 0.62, "registered_share": 0.88}
    )
    assert (mapping["n"] == 406).all()
    assert mapping[["ci_low", "ci_high"]].isna().all(axis=None)


def test_the_studys_intervals_are_those_of_r(shares):
    # R 4.2.2: binom.test(83, 122)$conf.int and binom.test(36, 122)$conf.int
    registered, inspected = shares.loc[("registered_share", "study")], shares.loc[("inspected_share", "study")]
    assert [registered["ci_low"], registered["ci_high"]] == pytest.approx([0.5898283137, 0.7618351100], abs=1e-8)
    assert [inspected["ci_low"], inspected["ci_high"]] == pytest.approx([0.2159781436, 0.3844174626], abs=1e-8)
    assert "24 communes" in registered["note"]


def test_a_share_of_unknown_institutions_gets_no_interval(shares):
    agreement = shares.loc[("agreement_share", "study")]
    assert agreement["estimate"] == pytest.approx(0.68)
    assert agreement[["ci_low", "ci_high", "n"]].isna().all()
