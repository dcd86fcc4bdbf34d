"""Children and people at every level add up to the same totals, blanks stay blank, and contradictions are errors."""

import pandas as pd
import pytest

from analysis.contract import ReconciliationError
from analysis.estimates import child_population

TABLES = ("provinces", "commune_children", "district_migration", "province_age_sex")


@pytest.fixture(scope="module")
def population(built) -> pd.DataFrame:
    return built("child_population")


@pytest.fixture
def tables(built) -> dict[str, pd.DataFrame]:
    return {name: built(name) for name in TABLES}


def test_every_level_adds_up_to_the_national_total(population):
    totals = population.groupby(["outcome", "level"])["estimate"].sum().to_dict()
    levels = ("commune", "district", "province", "national")
    assert totals == {
        **{("n_children_2011", level): 5_657_800 for level in levels},
        **{("n_people_2008", level): 13_395_682 for level in levels[1:]},
    }


def test_places_are_counted_once_at_each_level(population):
    assert population.groupby(["outcome", "level"]).size().to_dict() == {
        ("n_children_2011", "commune"): 1621,
        ("n_children_2011", "district"): 194,
        ("n_children_2011", "province"): 25,
        ("n_children_2011", "national"): 1,
        ("n_people_2008", "district"): 185,
        ("n_people_2008", "province"): 25,
        ("n_people_2008", "national"): 1,
    }


@pytest.mark.parametrize(
    ("outcome", "term", "estimate", "name", "province_code"),
    [
        ("n_children_2011", "12", 389_288, "Phnom Penh", "12"),
        ("n_children_2011", "0102", 62_994, "Mongkol Borei", "01"),
        ("n_children_2011", "160801", 1_929, "Ta Veaeng Leu", "16"),
        ("n_children_2011", "0310", None, None, "25"),
        ("n_people_2008", "25", 754_000, "Tboung Khmum", "25"),
        ("n_people_2008", "0102", 139_315, "Mongkol Borei", "01"),
        ("n_people_2008", "0304", 80_490, "Dambae", "25"),
    ],
)
def test_a_place_has_its_number_name_and_province(outcome, term, estimate, name, province_code, population):
    row = population[(population["outcome"] == outcome) & (population["term"] == term)].iloc[0]
    assert row["province_code"] == province_code
    if estimate:
        assert (row["estimate"], row["name"]) == (estimate, name)


def test_provinces_agree_with_the_feature_used_as_denominator(population, built):
    provinces = population[population["level"] == "province"].pivot_table("estimate", "term", "outcome")
    feature = built("province_children").set_index("province_code")
    for column in ("n_children_2011", "n_people_2008"):
        assert (provinces[column] == feature[column]).all()


def test_a_blank_commune_is_missing_and_named_wherever_it_is_not_counted(population):
    blank = population[population["estimate"].isna()]
    assert blank["level"].unique().tolist() == ["commune"]
    assert len(blank) == 10
    named = population[population["note"].str.contains("230102")]
    assert named["term"].tolist() == ["23", "2301", "230102", "Cambodia"]
    assert population.set_index(["outcome", "term"]).loc[("n_children_2011", "2301"), "n"] == 2


def test_complete_counts_have_no_interval_and_the_note_says_so(population):
    assert population[["ci_low", "ci_high"]].isna().all(axis=None)
    assert population["note"].str.contains("no interval").all()
    warned = population.query("outcome == 'n_children_2011' and (province_code == '12' or level == 'national')")
    assert warned["note"].str.contains("undercounts Phnom Penh").all()


def test_a_census_that_contradicts_itself_is_one_clear_error(tables):
    tables["district_migration"].loc[0, "n_people"] += 7
    with pytest.raises(ReconciliationError, match=r"province 01: 677879 and 677872\. Correct data/raw/published"):
        child_population.build(**tables)


def test_levels_that_do_not_add_up_are_one_clear_error(tables):
    tables["commune_children"].loc[0, "province_code"] = pd.NA  # its children would be in no province
    with pytest.raises(ReconciliationError, match="levels of n_children_2011 add up to different totals"):
        child_population.build(**tables)
