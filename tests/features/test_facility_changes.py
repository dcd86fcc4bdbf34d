"""Changes between rounds: an absence is no closure, and a list's other word is no other type."""

import pandas as pd
import pytest

from analysis.features import facility_changes, facility_panel


def changes_of(*rows: tuple) -> pd.DataFrame:
    """Return the changes of (facility, round, type, opened year) by facility."""
    panel = pd.DataFrame(rows, columns=["facility_key", "round_id", "facility_type", "opened_year"]).assign(
        facility_key=lambda rows: rows["facility_key"].map("{:016x}".format), area="siem_reap", province_code="17"
    )
    columns = facility_panel.TABLE.columns
    panel = panel.astype({name: columns[name].dtype for name in panel.columns})
    changes = facility_changes.TABLE.validated(facility_changes.build(panel), "facility_changes")
    return changes.assign(facility=changes["facility_key"].map(lambda key: int(key, 16)))


def change_of(*rows: tuple) -> str:
    changes = changes_of(*rows, (99, "2014", "rci", None), (99, "2015", "rci", None))
    return changes.set_index("facility")["change"][1]


@pytest.mark.parametrize(
    ("earlier", "later", "change"),
    [
        ("rci", "rci", "stayed"),
        ("rci", "group_home", "type_changed"),
        ("rci", "other", "stayed"),
        ("unknown", "rci", "stayed"),
        ("other", "unknown", "stayed"),
    ],
)
def test_a_type_changes_only_from_a_known_one_to_a_known_one(earlier, later, change):
    assert change_of((1, "2014", earlier, 2001), (1, "2015", later, 2001)) == change


@pytest.mark.parametrize(
    ("opened", "change"),
    [
        (2015, "opened_since"),
        (2014, "opening_unknown"),
        (2013, "listed_first_older"),
        (None, "opening_unknown"),
    ],
)
def test_a_facility_first_listed_later_opened_since_only_if_its_year_says_so(opened, change):
    assert change_of((1, "2015", "rci", opened)) == change


def test_a_facility_not_listed_again_is_not_called_closed():
    assert change_of((1, "2014", "rci", 2001)) == "not_found_again"
    assert not any("clos" in change for change in facility_changes.CHANGES)


def test_a_facility_back_after_a_round_without_it_had_been_missed():
    changes = changes_of((1, "2013", "rci", None), (1, "2015", "rci", None), (2, "2014", "rci", None))
    of_one = changes[changes["facility"] == 1].set_index("from_round")["change"]
    assert of_one.to_dict() == {"2013": "not_found_again", "2014": "listed_first_older"}


def test_places_and_types_stand_where_they_were_told():
    changes = changes_of((1, "2014", "rci", None), (2, "2015", "group_home", None)).set_index("facility")
    assert changes["area"].tolist() == ["siem_reap", "siem_reap"]
    assert changes.loc[1, ["type_from", "type_to"]].isna().tolist() == [False, True]
    assert changes.loc[2, ["type_from", "type_to"]].isna().tolist() == [True, False]


def test_a_place_that_the_later_round_does_not_know_is_that_of_the_earlier():
    rows = [("0" * 16, "2014", "rci", None, "siem_reap", "17"), ("0" * 16, "2015", "rci", None, "unknown", None)]
    names = ["facility_key", "round_id", "facility_type", "opened_year", "area", "province_code"]
    panel = pd.DataFrame(rows, columns=names).astype({"opened_year": "Int64"})
    assert facility_changes.build(panel)[["area", "province_code"]].to_numpy().tolist() == [["siem_reap", "17"]]


@pytest.mark.parametrize("rows", [[], [(1, "2015", "rci", 2001)]])
def test_one_round_alone_tells_no_change(rows):
    assert changes_of(*rows).empty
