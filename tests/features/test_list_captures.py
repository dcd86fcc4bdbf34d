"""List captures: which lists name a facility, where it is and what it is by the list that is trusted most."""

import pandas as pd
import pytest

from analysis import study
from analysis.features import list_capture_draws, list_captures

LISTS = study.load().list_coverage.lists
MAPPING, INFORMANTS, INSPECTION = LISTS
PROVINCES = pd.DataFrame({"province_code": ["02", "12", "17", "24"], "province": ["B", "Phnom Penh", "Siem Reap", "P"]})
AREAS = pd.DataFrame(
    {
        "area": ["battambang_kandal_preah_sihanouk", "other20", "priority5", "priority5"],
        "province_code": ["02", "24", "02", "12"],
    }
)
ROWS = pd.DataFrame(
    [  # row, list, province, type, facility
        ("a1", INSPECTION, "12", "group_home", "a"),
        ("a2", INFORMANTS, "17", "other", "a"),
        ("a3", MAPPING, None, "unknown", "a"),
        ("b1", INSPECTION, "24", "unknown", "b"),
        ("c1", MAPPING, "02", "rci", "c"),
        ("c2", MAPPING, "02", "rci", "c"),
        ("d1", "estimation_2015", "02", "rci", "d"),
        ("e1", INFORMANTS, None, "rci", "e"),
    ],
    columns=["row_id", "list_id", "province_code", "facility_type", "facility_key"],
).assign(
    row_id=lambda rows: rows["row_id"].str.rjust(16, "0"),
    facility_key=lambda rows: rows["facility_key"].str.rjust(16, "0"),
)
LIST_ROWS = ROWS.drop(columns="facility_key")
LINKS = ROWS[["row_id", "facility_key"]]


@pytest.fixture(scope="module")
def captures():
    built = list_captures.build(LIST_ROWS, LINKS, AREAS, PROVINCES, study.load())
    return list_captures.TABLE.validated(built, "list_captures").set_index(
        built["facility_key"].sort_values().str[-1].to_numpy()
    )


def test_a_facility_stands_once_with_its_lists_and_a_duplicate_is_no_second_list(captures):
    assert captures["lists"].to_dict() == {
        "a": f"{MAPPING} {INFORMANTS} {INSPECTION}",
        "b": INSPECTION,
        "c": MAPPING,
        "e": INFORMANTS,
    }
    assert captures["n_lists"].to_dict() == {"a": 3, "b": 1, "c": 1, "e": 1}


def test_a_facility_of_a_sample_only_is_not_there(captures):
    assert "d" not in captures.index


def test_place_is_that_of_the_most_trusted_list_that_tells_it(captures):
    assert captures["area"].to_dict() == {"a": "siem_reap", "b": "other20", "c": "priority_three", "e": "unknown"}
    assert captures["province_code"].dropna().to_dict() == {"a": "17", "b": "24", "c": "02"}


def test_a_named_type_goes_before_other_and_unknown_is_of_no_type(captures):
    assert captures["facility_type"].to_dict() == {"a": "group_home", "b": "unknown", "c": "rci", "e": "rci"}
    assert captures["type_group"].to_dict() == {"a": "other", "b": "other", "c": "rci", "e": "rci"}


def test_every_linkage_is_counted_by_itself():
    apart = LINKS.assign(facility_key=LINKS["row_id"])
    draws = pd.concat([LINKS.assign(draw=1), apart.assign(draw=2)], ignore_index=True)
    built = list_capture_draws.build(LIST_ROWS, draws, AREAS, PROVINCES, study.load())
    counts = list_capture_draws.TABLE.validated(built, "list_capture_draws").set_index(["draw", "area", "lists"])
    numbers = counts["n_facilities"].to_dict()
    assert numbers[1, "siem_reap", f"{MAPPING} {INFORMANTS} {INSPECTION}"] == 1
    assert numbers[1, "priority_three", MAPPING] == 1
    assert numbers[2, "priority_three", MAPPING] == 2
    assert numbers[2, "phnom_penh", INSPECTION] == 1
    assert counts["n_facilities"].groupby("draw").sum().to_dict() == {1: 4, 2: 7}


def test_no_list_gives_empty_tables_that_keep_their_contracts():
    none = LIST_ROWS.iloc[:0]
    captures = list_captures.build(none, LINKS.iloc[:0], AREAS, PROVINCES, study.load())
    assert len(list_captures.TABLE.validated(captures, "list_captures")) == 0
    draws = LINKS.iloc[:0].assign(draw=pd.array([], "Int64"))
    counts = list_capture_draws.build(none, draws, AREAS, PROVINCES, study.load())
    assert len(list_capture_draws.TABLE.validated(counts, "list_capture_draws")) == 0
