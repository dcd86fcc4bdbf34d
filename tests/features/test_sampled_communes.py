"""Sampled communes and reports by commune: who counts once, what is unknown, where the frame comes from."""

import pandas as pd
import pytest

from analysis import study
from analysis.contract import ContractError
from analysis.features import commune_reports, sampled_communes
from analysis.imported.facility_list_rows import TABLE as LISTED

STUDY = study.load()
SAMPLE, (INSPECTED, NAMED) = STUDY.national_survey.sample_list, STUDY.national_survey.reporting_lists


def listed(*rows):
    """Return list rows and their links from (list, facility, commune, girls, boys, stratum, weight)."""
    columns = ["list_id", "facility_key", "commune_code", "residents_u18_f", "residents_u18_m"]
    frame = pd.DataFrame(rows, columns=[*columns, "sample_stratum", "sample_weight"])
    frame["row_id"] = [f"row{number:02d}" for number in range(len(frame))]
    links = frame[["row_id", "list_id", "facility_key"]]
    return frame.drop(columns="facility_key").reindex(columns=list(LISTED.columns)), links


def sampled(*rows):
    table = sampled_communes.build(*listed(*rows), STUDY)
    return sampled_communes.TABLE.validated(table, "sampled_communes").set_index("commune_code")


ONE = (SAMPLE, "a", "120101", 10, 20, "town", 4.0)


def test_a_commune_adds_up_its_facilities_each_once():
    found = sampled(ONE, (SAMPLE, "b", "120101", 1, 4, "town", 4.0), (SAMPLE, "b", "120101", 2, 5, "town", 4.0))
    row = found.loc["120101"]
    assert row[["n_facilities", "n_children", "n_children_largest", "n_children_second"]].tolist() == [2, 37, 30, 7]
    assert row[["district_code", "province_code", "sample_stratum"]].tolist() == ["1201", "12", "town"]


def test_a_facility_without_a_number_is_counted_apart():
    row = sampled(ONE, (SAMPLE, "b", "120101", None, None, "town", 4.0)).loc["120101"]
    assert row[["n_facilities", "n_facilities_uncounted", "n_children"]].tolist() == [2, 1, 30]


def test_other_lists_and_rows_without_a_weight_are_no_sample():
    assert sampled((INSPECTED, *ONE[1:]), (SAMPLE, "b", "120101", 1, 1, None, None)).empty


def test_two_weights_of_one_commune_are_refused():
    with pytest.raises(ContractError, match="120101 give it two strata or weights"):
        sampled(ONE, (SAMPLE, "b", "120101", 1, 4, "town", 5.0))


def reports(*rows):
    return commune_reports._reported(*listed(*rows), STUDY.national_survey).to_dict()


def test_a_facility_on_two_lists_is_reported_once_where_the_first_list_has_it():
    two = [(INSPECTED, "a", "120101", 1, 1, None, None), (NAMED, "a", "120102", 1, 1, None, None)]
    assert reports(*two) == {"120101": 1}


def test_a_list_without_communes_is_placed_by_another_but_not_by_the_sample():
    unplaced = (INSPECTED, "a", None, 1, 1, None, None)
    assert reports(unplaced, ("mapping_2015", "a", "120103", 1, 1, None, None)) == {"120103": 1}
    assert reports(unplaced, ONE) == {}


def test_what_only_other_lists_name_is_not_reported():
    assert reports(("mapping_2015", "a", "120103", 1, 1, None, None)) == {}


def test_nobody_of_the_register_is_lost_and_every_commune_has_people():
    registered = pd.DataFrame(
        {
            "commune_code": ["120101", "120199", "130101"],
            "district_code": ["1201", "1201", "1301"],
            "n_people": [100, 60, 50],
            "found_by": ["code and name", "name", "code"],
        }
    )
    codes = pd.Series(["120101", "120102", "120103", "130101", "130201"])
    communes = pd.DataFrame({"commune_code": codes, "district_code": codes.str[:4], "province_code": codes.str[:2]})
    people = commune_reports._people(communes, registered)
    assert people.tolist() == [100, 30, 30, 50, 50], "60 over two new communes; the median where nothing is known"
