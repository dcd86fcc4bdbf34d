"""Totals of the mapping: read from the claims, whatever area or spelling of a province they name."""

import pandas as pd
import pytest

from analysis.features import mapping_totals
from analysis.places import UnknownPlace


@pytest.fixture(scope="module")
def build(built):
    """Return a function from claims to the table."""

    def build(claims: pd.DataFrame) -> pd.DataFrame:
        tables = [built(name) for name in ("areas", "provinces", "province_aliases")]
        return mapping_totals.TABLE.validated(mapping_totals.build(claims, *tables), "mapping_totals")

    return build


def added(claims: pd.DataFrame, **changed: object) -> pd.DataFrame:
    """Return the claims with one more: a count of institutions in a place."""
    like = claims[claims["claim_id"] == "mapping-phnom-penh-rci-facilities"]
    return pd.concat([claims, like.assign(claim_id="added", **changed)], ignore_index=True)


def totals(frame: pd.DataFrame) -> dict[tuple[str, str], int]:
    return frame.groupby(["outcome", "area"])["total"].first().to_dict()


def test_the_printed_totals_of_institutions_and_children(built):
    assert totals(built("mapping_totals")) == {
        ("n_rcis", "cambodia"): 406,
        ("n_rcis", "priority5"): 267,
        ("n_rcis", "other20"): 139,
        ("n_rcis", "battambang_kandal_preah_sihanouk"): 70,
        ("n_rcis", "Phnom Penh"): 117,
        ("n_rcis", "Siem Reap"): 80,
        ("n_children_in_rcis", "cambodia"): 16_579,
        ("n_children_in_rcis", "priority5"): 11_788,
        ("n_children_in_rcis", "other20"): 4_791,
    }


def test_every_area_has_its_provinces_once(built):
    table = built("mapping_totals")
    sizes = table.groupby(["outcome", "area"])["province_code"].agg(["size", "nunique"])
    assert (sizes["size"] == sizes["nunique"]).all()
    assert sizes.loc["n_rcis", "size"].to_dict() == {
        "cambodia": 25,
        "priority5": 5,
        "other20": 20,
        "battambang_kandal_preah_sihanouk": 3,
        "Phnom Penh": 1,
        "Siem Reap": 1,
    }


@pytest.mark.parametrize("spelling", ["Battambang", "BATTAMBANG Province", "Bătdâmbâng", "ខេត្តបាត់ដំបង"])
def test_a_claim_added_for_a_province_enters_under_its_official_name(spelling, build, built):
    table = build(added(built("claims"), place=spelling, value=44.0))
    new = table[table["claim_id"] == "added"]
    assert new[["outcome", "area", "province_code", "total"]].to_numpy().tolist() == [
        ["n_rcis", "Battambang", "02", 44]
    ]
    assert len(table) == len(built("mapping_totals")) + 1


def test_other_topics_populations_and_indicators_stay_out(build, built):
    for changed in (
        {"topic": "care_trend"},
        {"population": "group home"},
        {"indicator": "n_facilities_known"},
        {"value": pd.NA},
    ):
        assert build(added(built("claims"), **changed)).equals(built("mapping_totals")), changed


def test_a_claim_that_contradicts_another_stays_for_the_model_to_report(build, built):
    table = build(added(built("claims"), place="Phnom Penh", value=99.0))
    assert sorted(table.query("outcome == 'n_rcis' and area == 'Phnom Penh'")["total"]) == [99, 117]


def test_an_unknown_place_is_one_error_with_the_areas_and_the_nearest_names(build, built):
    with pytest.raises(UnknownPlace) as error:
        build(added(built("claims"), place="Batambong"))
    assert "priority5" in str(error.value)
    assert "'Batambong': nearest are Battambang" in str(error.value)
