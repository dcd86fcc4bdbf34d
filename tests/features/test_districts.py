"""Districts: every child and household of the printed lists in one district of today, with its conditions."""

import pandas as pd
import pytest

from analysis.features import commune_districts, districts


@pytest.fixture(scope="module")
def of_today(built) -> pd.DataFrame:
    return built("districts").set_index("district_code")


@pytest.fixture(scope="module")
def of_communes(built) -> pd.DataFrame:
    return built("commune_districts").set_index(["source", "commune_code"])


def test_every_district_of_the_list_is_there_and_nothing_is_missing(of_today, built):
    places = built("places")
    assert set(of_today.index) == set(places.loc[places["level"] == "district", "code"])
    assert not of_today.isna().any(axis=None)


def test_no_child_is_lost_on_the_way_from_province_to_district(of_today, built):
    provinces = built("province_children").set_index("province_code")
    sums = of_today.groupby("province_code")[["n_children_2011", "n_people_2011"]].sum()
    assert (sums["n_children_2011"] == provinces["n_children_2011"]).all()
    assert (sums["n_people_2011"] == provinces["n_people_2011"]).all()


def test_children_of_the_census_add_up_to_it(of_today, built):
    census = built("province_census_2008").drop_duplicates("province_code_2008")
    assert of_today["n_children_census"].sum() == pytest.approx(float(census["n_children_in_province_2008"].sum()))


def test_no_poor_household_is_lost(of_communes, built):
    placed = of_communes.loc[commune_districts.IDPOOR]
    assert len(placed) == len(built("commune_idpoor"))
    assert placed["district_code"].notna().all()


@pytest.mark.parametrize(
    ("source", "commune", "district", "why"),
    [
        ("register 2011", "120604", "1210", "Chbar Ampov 1 left Mean Chey"),
        ("register 2011", "120608", "1210", "the code now means another commune; Nirouth is in 1210"),
        ("register 2011", "120905", "1209", "Kakab was divided into two of the same district"),
        ("register 2011", "031601", "2507", "Tboung Khmum became a province"),
        ("register 2011", "050501", "0510", "Odongk is no more"),
        ("IDPoor 2022", "121001", "1211", "the extract numbers the khans of Phnom Penh otherwise"),
        ("IDPoor 2022", "180102", "1801", "a number is its name, so the code stands"),
    ],
)
def test_a_commune_is_found_where_it_lies_today(source, commune, district, why, of_communes):
    assert of_communes.loc[(source, commune), "district_code"] == district, why


def test_only_communes_the_register_leaves_blank_are_not_found(of_communes, built):
    lost = of_communes.index[of_communes["district_code"].isna()].get_level_values("commune_code")
    register = built("commune_children").set_index("commune_code")
    assert register.loc[lost, ["commune", "n_people"]].isna().all(axis=None)


def test_numbers_of_a_commune_without_a_district_are_not_dropped_in_silence(built):
    lost = built("commune_districts")
    lost.loc[lost["commune_code"] == "120101", "district_code"] = None
    with pytest.raises(ValueError, match="120101"):
        districts._placed(built("commune_children"), lost, commune_districts.REGISTER)


@pytest.mark.parametrize(
    ("code", "is_town"), [("1201", True), ("0203", True), ("0202", False), ("0709", False), ("0509", False)]
)
def test_a_town_is_one_by_its_status_before_2018(code, is_town, of_today):
    assert of_today.loc[code, "is_town"] == is_town  # 0709 and 0509 became towns later


def test_a_district_divided_since_2008_carries_the_rate_of_the_whole_and_says_so(of_today, built):
    census = built("district_migration").set_index("district_code_2008").loc["0105"]  # "Ou Chrov + Kronh Paoy Pet"
    rate = 1000 * (census["n_in_migrants"] - census["n_out_migrants"]) / census["n_people"]
    both = of_today.loc[["0105", "0110"]]
    assert both["net_migration_per_1k"].tolist() == pytest.approx([rate, rate])
    assert both["is_part_of_district_2008"].all()
    assert not of_today.loc["0102", "is_part_of_district_2008"]


def test_a_district_whose_whole_is_not_named_is_a_part_of_the_one_that_shrank(of_today):
    assert of_today.loc["1209", "net_migration_per_1k"] == of_today.loc["1205", "net_migration_per_1k"]


def test_shares_are_of_sums(of_today, built):
    communes = built("commune_idpoor").query("commune_code.str.startswith('0102')", engine="python")
    poor = communes["n_poor_1_households"].sum() + communes["n_poor_2_households"].sum()
    assert of_today.loc["0102", "idpoor_share"] == pytest.approx(poor / communes["n_households"].sum())
