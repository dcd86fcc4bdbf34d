"""Children of a province on both denominators, and the census of the province it belonged to in 2008."""

import pandas as pd
import pytest

from analysis.features import province_census_2008, province_children


@pytest.fixture(scope="module")
def children(built) -> pd.DataFrame:
    return built("province_children").set_index("province_code")


@pytest.fixture(scope="module")
def census(built) -> pd.DataFrame:
    return built("province_census_2008").set_index("province_code")


def test_totals_are_those_of_the_sources(children):
    assert children["n_people_2008"].sum() == 13_395_682
    assert children["n_people_2011"].sum() == 14_339_953
    assert children["n_children_2011"].sum() == 5_657_800


@pytest.mark.parametrize(
    ("code", "n_people_2008", "n_children_2011", "n_children_2008"),
    [("12", 1_327_615, 389_288, 393_646), ("17", 896_443, 416_391, 388_973), ("23", 35_753, 12_335, 16_030)],
)
def test_a_province_has_its_printed_numbers(code, n_people_2008, n_children_2011, n_children_2008, children):
    columns = ["n_people_2008", "n_children_2011", "n_children_2008"]
    assert children.loc[code, columns].tolist() == [n_people_2008, n_children_2011, n_children_2008]


def test_children_of_2008_are_unknown_for_the_two_parts_of_a_divided_province_only(children):
    assert children.index[children["n_children_2008"].isna()].tolist() == ["03", "25"]
    assert children.loc[["03", "25"], "n_people_2008"].tolist() == [925_992, 754_000]


def test_the_two_parts_carry_the_census_of_the_whole_and_say_so(census):
    parts = census.loc[["03", "25"]]
    assert parts["is_part_of_province_2008"].all()
    assert parts["n_children_in_province_2008"].tolist() == [695_286, 695_286]
    assert parts["n_people_in_province_2008"].tolist() == [1_679_992, 1_679_992]
    assert not census.drop(["03", "25"])["is_part_of_province_2008"].any()


def test_the_census_agrees_with_the_districts_province_by_province(census, children):
    whole = ~census["is_part_of_province_2008"]
    assert (census.loc[whole, "n_people_in_province_2008"] == children.loc[whole, "n_people_2008"]).all()
    assert children.loc[["03", "25"], "n_people_2008"].sum() == census.loc["03", "n_people_in_province_2008"]


def test_under_18s_are_those_under_15_and_three_fifths_of_the_next_five_years():
    ages = ["0-4", "5-9", "10-14", "15-19", "20-24"]
    province_age_sex = pd.DataFrame(
        {
            "province_code_2008": "01",
            "age_group": ages * 2,
            "sex": "female",
            "residence": ["urban"] * 5 + ["rural"] * 5,
            "n_people": pd.array([10, 20, 30, 50, 1000, 1, 2, 3, 0, 1000], dtype="Int64"),
        }
    )
    district_migration = pd.DataFrame({"province_code": ["01"], "province_code_2008": ["01"]})
    counted = province_census_2008.build(district_migration, province_age_sex).iloc[0]
    assert counted["n_children_in_province_2008"] == 66 + 30
    assert counted["urban_share_of_province_2008"] == pytest.approx(1110 / 2116)


def test_a_blank_commune_adds_nothing_and_hides_nothing(built):
    communes = built("commune_children")
    kept = communes.dropna(subset="n_people")
    tables = [built("provinces"), built("district_migration"), kept, built("province_census_2008")]
    assert province_children.TABLE.validated(province_children.build(*tables), "kept").equals(
        built("province_children")
    )


def test_a_province_without_a_commune_is_no_zero(built):
    communes = built("commune_children").query("province_code != '23'")
    tables = [built("provinces"), built("district_migration"), communes, built("province_census_2008")]
    without = province_children.build(*tables).set_index("province_code")
    assert pd.isna(without.loc["23", "n_children_2011"])
