"""The series of institutions and children: only what was counted alike is joined."""

import pandas as pd
import pytest

from analysis import sources
from analysis.clean import claims, trend_segments
from analysis.estimates import care_trend


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    return claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")


@pytest.fixture(scope="module")
def segments() -> pd.DataFrame:
    ruled = trend_segments.build(sources.read("trend_segments_ruled"))
    return trend_segments.TABLE.validated(ruled, "trend_segments")


@pytest.fixture(scope="module")
def trend(ledger, segments) -> pd.DataFrame:
    return care_trend.TABLE.validated(care_trend.build(ledger, segments), "care_trend")


def test_no_national_segment_joins_the_inspections_to_the_mapping(trend):
    national = trend[trend["outcome"].isin(["n_rcis", "n_children_in_rcis"])]
    years = national.groupby(["outcome", "segment"])["year"].agg(["min", "max"])
    assert not ((years["min"] <= 2014) & (years["max"] >= 2015)).any()
    assert set(national.loc[national["year"] == 2021, "segment"]) == {"statement 2021"}
    assert (national.groupby(["outcome", "segment", "year"]).size() == 1).all()


def test_changes_since_the_mapping_are_computed_from_the_counts(trend):
    changes = trend.set_index(["outcome", "term"])["estimate"]
    assert changes["n_rcis_change_share", "2015 to 2018"] == pytest.approx(265 / 406 - 1)
    assert changes["n_children_in_rcis_change_share", "2015 to 2018"] == pytest.approx(7634 / 16579 - 1)
    assert changes["n_rcis_change_share", "2015 to 2019"] == pytest.approx(-0.43)
    assert changes["n_children_in_rcis_change_share", "2015 to 2019"] == pytest.approx(-0.59)


def test_counts_implied_by_a_printed_decline_are_marked_and_show_their_rounding(trend):
    implied = trend[(trend["year"] == 2019) & trend["outcome"].isin(["n_rcis", "n_children_in_rcis"])]
    assert dict(zip(implied["outcome"], implied["estimate"], strict=True)) == {
        "n_rcis": 231,
        "n_children_in_rcis": 6797,
    }
    assert implied["is_derived"].all()
    assert (implied["grade"] == "C").all()
    assert implied.set_index("outcome").loc["n_rcis", "note"].count("from 229 to 233") == 1


def test_the_ministrys_list_covered_half_of_what_the_mapping_found(trend):
    coverage = trend[trend["outcome"] == "list_coverage_share"].set_index("term")["estimate"]
    assert coverage["n_rcis_in_priority5"] == pytest.approx(139 / 267)
    assert coverage["n_children_in_rcis_in_priority5"] == pytest.approx(7545 / 11788)


def test_a_printed_count_has_no_interval(trend):
    assert trend[["ci_low", "ci_high"]].isna().all(axis=None)
    assert trend["note"].str.contains("o interval").all()


def test_a_ruling_on_an_unknown_claim_is_refused(ledger, segments):
    without = ledger[ledger["claim_id"] != "trend-2018-children"]
    with pytest.raises(ValueError, match=r"trend_segments_ruled.csv names trend-2018-children"):
        care_trend.build(without, segments)
