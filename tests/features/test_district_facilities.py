"""Facilities by district, from a few facilities written out."""

import pandas as pd
import pytest

from analysis import study
from analysis.features import district_facilities, district_facility_draws

DISTRICTS = pd.DataFrame({"district_code": ["0102", "0103", "1201"]})
KEYS = [f"{number:016x}" for number in range(6)]


def panel() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "facility_key": [*KEYS[:5], KEYS[0]],
            "round_id": [*["2015"] * 5, "2014"],
            "facility_type": ["rci", "rci", "group_home", "rci", "rci", "rci"],
            "district_code": ["0102", "0102", "0102", None, "1201", "0102"],
            "n_children": [10, 20, 5, 7, None, 12],
            "n_adults": [1, None, 2, 3, 4, 0],
        }
    ).astype({"n_children": "Int64", "n_adults": "Int64"})


def list_rows(four_nights: int | None = 8) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "row_id": [*KEYS, "f" * 16],
            "list_id": [*["mapping_2015"] * 6, "estimation_2015"],
            "residents_u18": [None] * 6 + [four_nights],
            "residents_u18_f": [None] * 7,
            "residents_u18_m": [None] * 7,
        }
    )
    return rows.astype({name: "Int64" for name in rows if name.startswith("residents")})


def links() -> pd.DataFrame:
    rows = list_rows()
    return rows[["row_id", "list_id"]].assign(facility_key=[*KEYS, KEYS[0]])


def counted(four_nights: int | None = 8, maker: str = "estimation") -> pd.DataFrame:
    choices = study.load().changed("driver_effects.four_nights_makers", [maker])
    frame = district_facilities.build(panel(), links(), list_rows(four_nights), DISTRICTS, choices)
    return district_facilities.TABLE.validated(frame, "district_facilities")


def one(counts: pd.DataFrame, district: str, types: str = "rci", rule: str = "reported", year: str = "2015"):
    keys = ["district_code", "facility_types", "children_are", "round_id"]
    return counts.set_index(keys).loc[(district, types, rule, year)]


def test_institutions_of_a_district_are_told_apart_from_all_facilities():
    assert one(counted(), "0102")["n_facilities"] == 2
    assert one(counted(), "0102", "all")["n_facilities"] == 3
    assert one(counted(), "0102", "all")["n_children"] == 35


def test_every_district_has_a_row_also_without_a_facility():
    assert one(counted(), "0103")[district_facilities.COUNTS].tolist() == [0, 0, 0, 0]
    assert (counted().groupby(["round_id", "facility_types", "children_are"]).size() == 4).all()


def test_a_facility_whose_district_is_not_known_is_counted_apart():
    assert one(counted(), "unknown")["n_facilities"] == 1
    assert counted().query("round_id == '2015' and facility_types == 'all'").groupby("children_are")[
        "n_facilities"
    ].sum().tolist() == [5, 5]


def test_a_facility_without_a_number_is_not_one_without_children():
    row = one(counted(), "1201")
    assert (row["n_facilities"], row["n_facilities_uncounted"], row["n_children"]) == (1, 1, 0)


def test_residents_are_of_facilities_with_both_numbers():
    assert one(counted(), "0102")["n_residents"] == 11


def test_four_nights_stand_where_they_are_known_and_reports_elsewhere():
    assert one(counted(), "0102", rule="four nights where known")["n_children"] == 8 + 20


def test_without_a_list_that_asks_for_four_nights_there_is_no_such_definition():
    assert set(counted(four_nights=None)["children_are"]) == {"reported"}
    assert set(counted(maker="census")["children_are"]) == {"reported"}


def test_two_rows_linked_in_one_draw_and_not_in_another_move_the_count(monkeypatch):
    draws = pd.DataFrame({"draw": [1, 1, 2, 2], "row_id": KEYS[:2] * 2, "facility_key": [KEYS[0], KEYS[0], *KEYS[:2]]})

    def panel_of(rows, of_draw, areas, provinces, choices):
        n = of_draw["facility_key"].nunique()
        return pd.DataFrame({"round_id": "2015", "facility_type": "rci", "district_code": ["0102"] * n})

    monkeypatch.setattr(district_facility_draws.facility_panel, "build", panel_of)
    counts = district_facility_draws.build(draws, None, None, None, DISTRICTS, study.load())
    table = district_facility_draws.TABLE.validated(counts, "district_facility_draws")
    of_institutions = table[table["facility_types"] == "rci"].set_index(["draw", "district_code"])["n_facilities"]
    assert of_institutions.loc[[(1, "0102"), (2, "0102")]].tolist() == [1, 2]
    assert of_institutions.loc[(1, "0103")] == 0


@pytest.mark.parametrize("types", ["rci", "all"])
def test_no_facility_is_counted_twice(types):
    counts = counted().query("children_are == 'reported' and facility_types == @types")
    assert counts["n_facilities"].sum() == {"rci": 4 + 1, "all": 5 + 1}[types]


def test_without_any_list_there_is_no_row():
    rows = list_rows()
    frame = district_facilities.build(panel()[:0], links()[:0], rows[:0], DISTRICTS, study.load())
    assert district_facilities.TABLE.validated(frame, "district_facilities").empty
