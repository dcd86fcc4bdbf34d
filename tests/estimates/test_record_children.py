"""A child counts once, where and as old as it was when first referred; what is not known has a row of its own."""

import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import record_children

PROVINCES = pd.DataFrame(
    {"province_code": ["02", "12", "25"], "province": ["Battambang", "Phnom Penh", "Tboung Khmum"]}
)
BANDS = ["0-2", "3-5", "6-11", "12-14", "15-17"]
AGES = [*BANDS, "unknown", "all"]


def case(child: str, referred_on: str | None, province: str | None, age: int | None) -> dict[str, object]:
    return {"child_key": child, "referred_on": referred_on, "province_code": province, "age_at_referral_years": age}


@pytest.fixture
def built():
    def build(*rows: dict[str, object]) -> pd.DataFrame:
        cases = pd.DataFrame(rows, columns=list(case("", None, None, None))).astype(
            {
                "child_key": "str",
                "referred_on": "datetime64[us]",
                "province_code": "str",
                "age_at_referral_years": "Int64",
            }
        )
        study = choices.load().changed("disclosure.age_bands", BANDS)
        made = record_children.build(cases, PROVINCES, study)
        return record_children.TABLE.validated(made, "record_children").set_index(["term", "level"])

    return build


def counted(table: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Return the cells that are neither empty nor a total."""
    inner = table.drop("all").drop("all", level="level")["n"]
    return inner[inner > 0].to_dict()


def test_every_province_and_age_has_a_row_though_nobody_is_in_it(built):
    table = built(case("a", "2020-01-01", "12", 7))
    assert sorted(table.index) == sorted(
        (term, level) for term in ["02", "12", "25", "unknown", "all"] for level in AGES
    )
    assert table.loc[("02", "0-2"), ["estimate", "n"]].tolist() == [0, 0]


EDGES = {
    0: "0-2",
    2: "0-2",
    3: "3-5",
    5: "3-5",
    6: "6-11",
    11: "6-11",
    12: "12-14",
    14: "12-14",
    15: "15-17",
    17: "15-17",
}


@pytest.mark.parametrize(("age", "band"), EDGES.items())
def test_a_band_holds_the_ages_it_names(built, age, band):
    assert counted(built(case("a", "2020-01-01", "12", age))) == {("12", band): 1}


@pytest.mark.parametrize("age", [18, 30, None])
def test_an_age_that_is_not_recorded_or_not_a_childs_is_a_row_of_its_own(built, age):
    assert counted(built(case("a", "2020-01-01", "12", age))) == {("12", "unknown"): 1}


def test_a_province_that_is_not_recorded_is_a_row_of_its_own(built):
    table = built(case("a", "2020-01-01", None, 7))
    assert counted(table) == {("unknown", "6-11"): 1}
    assert table.loc[("unknown", "6-11"), "province"] == "Province not recorded"


def test_a_child_with_two_cases_counts_once_where_it_was_referred_first(built):
    # known to one agency at 5 in Battambang; another agency took the child on at 8 in Phnom Penh
    later, first = case("a", "2022-06-30", "12", 8), case("a", "2019-02-01", "02", 5)
    for rows in ((later, first), (first, later)):
        table = built(*rows)
        assert counted(table) == {("02", "3-5"): 1}
        assert table.loc[("all", "all"), "n"] == 1


def test_the_first_case_tells_the_place_even_if_only_a_later_one_knows_it(built):
    table = built(case("a", "2019-02-01", None, None), case("a", "2022-06-30", "12", 8))
    assert counted(table) == {("unknown", "unknown"): 1}


def test_a_case_without_a_day_of_referral_comes_last(built):
    assert counted(built(case("a", None, "02", 3), case("a", "2022-06-30", "12", 8))) == {("12", "6-11"): 1}
    assert counted(built(case("a", None, "02", 3))) == {("02", "3-5"): 1}


def test_of_two_cases_of_one_day_the_one_that_knows_the_place_counts(built):
    unknown, known = case("a", "2020-01-01", None, 9), case("a", "2020-01-01", "25", 9)
    assert counted(built(unknown, known)) == counted(built(known, unknown)) == {("25", "6-11"): 1}


def test_totals_are_the_sums_in_both_directions(built):
    table = built(
        case("a", "2020-01-01", "02", 7),
        case("b", "2020-01-01", "02", 16),
        case("c", "2020-01-01", "12", 7),
        case("d", "2020-01-01", None, 7),
        case("e", "2020-01-01", "12", None),
    )
    wide = table.reset_index().pivot_table("n", "term", "level")
    assert wide["all"].tolist() == wide[[*BANDS, "unknown"]].sum(axis=1).tolist()
    assert wide.loc["all"].tolist() == wide.drop("all").sum().tolist()
    assert wide.loc["all", "all"] == 5
    assert wide.loc["all", "6-11"] == 3


def test_without_any_case_every_cell_is_a_zero(built):
    assert (built()["estimate"] == 0).all()


def test_a_count_is_in_children_has_no_interval_and_says_of_what_it_is(built):
    table = built(case("a", "2020-01-01", "12", 7))
    assert table["ci_low"].isna().all()
    assert table["ci_high"].isna().all()
    assert (table["estimate"] == table["n"]).all()
    assert set(table["scale"]) == {"children"}
    assert table.loc[("12", "all"), "province"] == "Phnom Penh"
    assert table.loc[("all", "all"), "province"] == "All provinces"
