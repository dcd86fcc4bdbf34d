"""The share of poor households: of sums at every level, reconciled, without an interval."""

import pandas as pd
import pytest

from analysis.contract import ReconciliationError
from analysis.estimates import commune_poverty


@pytest.fixture(scope="module")
def poverty(built) -> pd.DataFrame:
    return built("commune_poverty")


@pytest.fixture
def tables(built) -> dict[str, pd.DataFrame]:
    return {name: built(name) for name in ("commune_idpoor", "provinces")}


def test_every_level_adds_up_to_the_households_of_cambodia(poverty):
    totals = poverty.groupby("level")[["n_poor_households", "n_households"]].sum()
    assert (totals["n_poor_households"] == 690_895).all()
    assert (totals["n_households"] == 3_928_051).all()
    sizes = poverty.groupby("level").size().to_dict()
    assert sizes == {"commune": 1646, "district": 203, "province": 25, "national": 1}


@pytest.mark.parametrize(
    ("term", "share", "name"),
    [
        ("Cambodia", 690_895 / 3_928_051, "Cambodia"),
        ("17", 0.1893, "Siem Reap"),
        ("02", 0.3060, "Battambang"),
        ("010201", 739 / 5465, "Banteay Neang"),
    ],
)
def test_a_place_has_its_share_and_its_name(term, share, name, poverty):
    row = poverty.set_index("term").loc[term]
    assert row["estimate"] == pytest.approx(share, abs=5e-5)
    assert row["name"] == name


def test_the_share_is_the_poor_of_all_in_every_row(poverty):
    assert (poverty["estimate"] - poverty["n_poor_households"] / poverty["n_households"]).abs().max() < 1e-12
    assert poverty["estimate"].between(0, 1).all()


def test_provinces_agree_with_the_condition_used_as_driver(poverty, built):
    provinces = poverty[poverty["level"] == "province"].set_index("term")["estimate"]
    condition = built("province_conditions").set_index("province_code")["idpoor_share"]
    assert (provinces - condition).abs().max() < 1e-12


def test_districts_are_the_sources_own_and_unnamed(poverty):
    districts = poverty[poverty["level"] == "district"]
    assert districts["name"].isna().all()
    assert districts["note"].str.contains("extract's own codes").all()
    assert poverty.loc[poverty["level"] != "district", "name"].notna().all()


def test_a_complete_count_has_no_interval_and_the_note_says_so(poverty):
    assert poverty[["ci_low", "ci_high"]].isna().all(axis=None)
    assert poverty["note"].str.contains("date is uncertain: no interval").all()


def test_more_poor_than_households_is_one_clear_error(tables):
    tables["commune_idpoor"].loc[0, "n_poor_1_households"] = 999_999
    with pytest.raises(ReconciliationError, match=r"communes 010201; correct data/raw/published/commune_idpoor_2022"):
        commune_poverty.build(**tables)


def test_a_code_of_another_province_is_one_clear_error(tables):
    tables["commune_idpoor"].loc[0, "province_code"] = "02"
    with pytest.raises(ReconciliationError, match="the code and the province disagree for communes 010201"):
        commune_poverty.build(**tables)
