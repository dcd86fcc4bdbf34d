"""Tables of places and conditions keep the rows and the numbers that were printed."""

import ast
from difflib import SequenceMatcher

import pandas as pd
import pytest

from analysis import pipeline, units
from analysis.places import normalised
from analysis.study import ROOT

SRC = ROOT / "src" / "analysis"

ROWS = {
    "places": 1896,
    "provinces": 25,
    "province_aliases": 236,
    "commune_children": 1621,
    "commune_idpoor": 1646,
    "commune_codes": 108,
    "district_codes": 211,
    "district_migration": 185,
    "province_age_sex": 1632,
    "province_mpi": 25,
    "mpi_trends": 60,
    "province_poverty": 120,
    "school_distance": 25,
    "literacy": 24,
    "idpoor_rounds": 20,
    "tourist_arrivals": 20,
    "tourism_destinations": 8,
}
CODES_OF_OTHER_PROVINCES = {"0304", "0309", "0310", "0311", "0312", "0316", "0317"}


@pytest.mark.parametrize(("name", "n_rows"), ROWS.items())
def test_a_table_has_every_row_of_its_source(name, n_rows, built):
    assert len(built(name)) == n_rows


def test_every_province_code_is_one_of_the_25(built):
    official = set(built("provinces")["province_code"])
    assert official == {f"{n:02}" for n in range(1, 26)}
    for name in ROWS:
        if "province_code" in (table := built(name)):
            assert set(table["province_code"].dropna()) <= official, name
        if "province_code_2008" in table:
            assert set(table["province_code_2008"].dropna()) <= official - {"25"}, name


def test_every_place_lies_in_a_place_one_level_up(built):
    places = built("places").set_index("code")
    assert places["level"].value_counts().to_dict() == {"commune": 1661, "district": 210, "province": 25}
    below = places.dropna(subset="parent_code")
    levels = list(zip(below["level"], places.loc[below["parent_code"], "level"], strict=True))
    assert set(levels) == {("commune", "district"), ("district", "province")}
    assert places.loc[places["level"] == "province", "parent_code"].isna().all()


def test_ten_communes_are_blank_and_stay_missing(built):
    communes = built("commune_children")
    counts = ["n_families", "n_people", "n_adults", "n_migrants_abroad_adults"]
    blank = communes[communes[counts].isna().any(axis=1)]
    assert blank["province_code"].value_counts().to_dict() == {"12": 6, "14": 3, "23": 1}
    assert blank[[*counts, "commune", "district"]].isna().all(axis=None)
    assert not (communes["n_people"] == 0).any()


def test_codes_of_2011_still_begin_with_the_province_of_2011(built):
    communes = built("commune_children")
    moved = communes[communes["commune_code"].str[:2] != communes["province_code"]]
    assert set(moved["district_code"]) == CODES_OF_OTHER_PROVINCES
    assert set(moved["province_code"]) == {"25"}
    assert (communes["commune_code"].str[:4] == communes["district_code"]).all()


def test_the_census_of_2008_has_the_same_people_in_both_tables(built):
    assert built("district_migration")["n_people"].sum() == 13_395_682
    assert built("province_age_sex")["n_people"].sum() == 13_395_682


def test_percentages_became_shares_and_metres_kilometres(built):
    mpi = built("province_mpi").set_index("province_code").loc["01"]
    assert mpi["mpi"] == 0.0411
    assert mpi["headcount_share"] == pytest.approx(0.103595)
    assert mpi["headcount_share_se"] == pytest.approx(0.019565)
    assert mpi["severe_share"] == pytest.approx(0.02012)
    assert built("school_distance").set_index("province_code").loc["12", "median_distance_km"] == 0.716
    poverty = built("province_poverty").set_index(["province_code_2008", "year"])["poverty_share"]
    assert poverty["01", 2012] == pytest.approx(0.255)
    literacy = built("literacy").set_index("province_code_2008")["literacy_share"]
    assert literacy["12"] == pytest.approx(0.9317)


def test_printed_intervals_hold_their_estimates(built):
    mpi = built("province_mpi")
    assert (mpi["mpi_low"] <= mpi["mpi"]).all()
    assert (mpi["mpi"] <= mpi["mpi_high"]).all()
    assert mpi["headcount_share"].between(mpi["headcount_share_low"], mpi["headcount_share_high"]).all()
    assert mpi["school_attendance_deprived_share"].agg(["min", "max"]).round(3).tolist() == [0.057, 0.501]


def test_the_index_of_a_region_that_is_one_province_agrees_with_the_table_of_provinces(built):
    trends = built("mpi_trends").query("survey_years == '2021-22'").dropna(subset="province_code_2008")
    both = trends.merge(built("province_mpi"), left_on="province_code_2008", right_on="province_code", validate="1:1")
    differing = both[(both["mpi_x"] - both["mpi_y"]).abs() > 1e-9]
    assert differing["province_code"].tolist() == ["03"]  # the trend joins Kampong Cham and Tboung Khmum


def test_scaling_keeps_missing_missing_and_text_as_it_is():
    scaled = units.scaled(pd.Series(["5", None, "about 7"]), 100)
    assert scaled[0] == 0.05
    assert pd.isna(scaled[1])
    assert scaled[2] == "about 7"


# --- the codes of districts and communes do not mean the same place in every source


def test_three_district_codes_and_38_commune_codes_mean_another_place_in_another_list(built):
    districts, communes = built("district_codes"), built("commune_codes")
    assert districts.loc[districts["comparison"] == "another place", "district_code"].tolist() == [
        "1210",
        "1211",
        "1212",
    ]
    assert (communes["comparison"] == "another place").sum() == 38
    assert communes["comparison"].value_counts().to_dict() == {
        "only in IDPoor 2022": 43,
        "another place": 38,
        "only in MEF 2025": 18,
        "only in NCDD 2026": 9,
    }


def test_a_join_of_registration_and_idpoor_on_commune_code_would_lose_and_mix_up_communes(built):
    """Show why nothing is joined below the province: what such a join would lose, and pair wrongly."""
    registered, poor = built("commune_children"), built("commune_idpoor")
    paired = registered.merge(poor, on="commune_code", validate="1:1").dropna(subset="commune_x")
    alike = [
        SequenceMatcher(None, normalised(one), normalised(other)).ratio()
        for one, other in zip(paired["commune_x"], paired["commune_y"], strict=True)
    ]
    assert len(registered) - registered["commune_code"].isin(poor["commune_code"]).sum() == 120
    assert len(poor) - poor["commune_code"].isin(registered["commune_code"]).sum() == 145
    wrong = paired.loc[pd.Series(alike) < 0.5, "commune_code"].tolist()
    assert wrong == ["120608", "120609", "120610", "120611", "120612", "120713", "120714"]


JOINABLE = {"province_code", "province_code_2008", "area", "term", "level", "outcome"}
# Through features/commune_districts, which puts the communes of each list into districts of today and of the census:
PLACED = {"commune_code", "district_code", "district_code_2008"}
BELOW_PROVINCE = {"commune_children", "commune_idpoor", "commune_codes", "district_codes", "district_migration"}
MODULES = sorted(file for stage in ("features", "estimates") for file in (SRC / stage).glob("[!_]*.py"))


@pytest.mark.parametrize("file", MODULES, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_sources_of_communes_and_districts_meet_at_the_province_only(file):
    inputs = pipeline.inputs_of(pipeline.module_of(f"{file.parent.name}/{file.stem}").build)
    if len(BELOW_PROVINCE & set(inputs)) < 2:
        return
    joinable = JOINABLE | (PLACED if "commune_districts" in inputs else set())
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"merge", "join"}:
            keys = [k.value for k in call.keywords if k.arg in {"on", "left_on", "right_on"}]
            named = {c.value for key in keys for c in ast.walk(key) if isinstance(c, ast.Constant)}
            if keys:
                assert named <= joinable, f"line {call.lineno} joins on {named - joinable}"
