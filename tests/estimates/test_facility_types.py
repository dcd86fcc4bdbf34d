"""Facility types add up to the printed totals in each area."""

import pandas as pd
import pytest

from analysis import sources
from analysis.clean import claims
from analysis.estimates import facility_types


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    return claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")


def test_types_sum_to_the_printed_totals_and_shares_to_one(ledger):
    types = facility_types.TABLE.validated(facility_types.build(ledger), "facility_types")
    sums = types.groupby(["outcome", "level"])["estimate"].sum()
    assert sums["n_facilities"].to_dict() == {"cambodia": 639, "other20": 238, "priority5": 401}
    assert sums["facility_share"].tolist() == pytest.approx([1, 1, 1])


def test_a_missing_type_is_refused(ledger):
    without = ledger[ledger["claim_id"] != "mapping-priority5-group-home-facilities"]
    with pytest.raises(ValueError, match="each of the five facility types once for priority5"):
        facility_types.build(without)


def test_a_province_row_that_a_user_adds_changes_nothing_here(ledger):
    kampot = ledger[ledger["claim_id"] == "mapping-cambodia-rci-facilities"].assign(
        claim_id="mapping-kampot-rci-facilities", place="Kampot", value=12.0
    )
    added = facility_types.build(pd.concat([ledger, kampot]))
    pd.testing.assert_frame_equal(added, facility_types.build(ledger))
