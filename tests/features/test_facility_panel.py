"""The panel tells a facility once a round: the trusted list first, another where that one does not know."""

import pandas as pd
import pytest

from analysis import study
from analysis.contract import DAY, ContractError
from analysis.features import facility_panel
from analysis.imported import facility_list_rows as listed

STUDY = study.load()
AREAS = pd.DataFrame({"area": ["battambang_kandal_preah_sihanouk", "other20"], "province_code": ["02", "01"]})
PROVINCES = pd.DataFrame({"province": ["Phnom Penh", "Siem Reap", "Battambang"], "province_code": ["12", "17", "02"]})
UNSAID = dict.fromkeys(("facility_type", *facility_panel.STATUSES), "unknown")


def key(number: int) -> str:
    return f"{number:016x}"


def panel_of(*rows: dict, same: dict[int, int] | None = None, choices=STUDY) -> pd.DataFrame:
    """Return the panel of list rows numbered from 1; ``same`` says of which other row a row is the facility."""
    columns = listed.TABLE.columns
    full = [{**UNSAID, "row_id": key(n), **row} for n, row in enumerate(rows, start=1)]
    frame = pd.DataFrame(full, columns=list(columns)).astype({name: columns[name].dtype for name in columns})
    keys = frame["row_id"].replace({key(n): key(first) for n, first in (same or {}).items()})
    links = pd.DataFrame({"row_id": frame["row_id"], "facility_key": keys})
    built = facility_panel.build(frame, links, AREAS, PROVINCES, choices)
    return facility_panel.TABLE.validated(built, "facility_panel").set_index(["facility_key", "round_id"])


def one(*rows: dict) -> pd.Series:
    """Return the only row of the panel, all list rows being one facility."""
    panel = panel_of(*rows, same=dict.fromkeys(range(1, len(rows) + 1), 1))
    assert len(panel) == 1
    return panel.iloc[0]


MAPPING, INFORMANTS = {"list_id": "mapping_2015"}, {"list_id": "key_informants_2015"}


def test_a_facility_has_a_row_for_each_round_that_lists_it_and_no_other():
    panel = panel_of({"list_id": "inspection_2014"}, MAPPING, INFORMANTS, MAPPING, same={2: 1, 3: 1})
    assert panel.index.tolist() == [(key(1), "2014"), (key(1), "2015"), (key(4), "2015")]
    assert panel["lists"].tolist() == ["inspection_2014", "mapping_2015 key_informants_2015", "mapping_2015"]
    assert panel["n_lists"].tolist() == [1, 2, 1]


def test_lists_that_are_selections_make_no_round():
    panel = panel_of(MAPPING, {"list_id": "estimation_2015"}, {"list_id": "screening_2016"})
    assert panel.index.tolist() == [(key(1), "2015")]


def test_the_trusted_list_is_believed_and_another_fills_what_it_has_no_word_for():
    told = {"facility_type": "rci", "operator_type": "ngo_local", "mou_status": "none"}
    informed = {**INFORMANTS, "facility_type": "pagoda_faith", "mou_status": "valid", "main_funding": "fees"}
    both = one(informed, {**MAPPING, **told})
    assert both[["facility_type", "operator_type", "mou_status"]].tolist() == ["rci", "ngo_local", "none"]
    assert both["main_funding"] == "fees"
    assert both["registration_status"] == "unknown", "told by neither"


@pytest.mark.parametrize(
    ("of_mapping", "of_informants", "harmonised"),
    [
        ("other", "group_home", "group_home"),
        ("unknown", "group_home", "group_home"),
        ("other", "unknown", "other"),
        ("unknown", "other", "other"),
        ("unknown", "unknown", "unknown"),
        ("rci", "group_home", "rci"),
    ],
)
def test_a_type_that_a_list_has_no_word_for_is_taken_from_another(of_mapping, of_informants, harmonised):
    types = {**MAPPING, "facility_type": of_mapping}, {**INFORMANTS, "facility_type": of_informants}
    assert one(*types)["facility_type"] == harmonised


@pytest.mark.parametrize(
    ("girls", "boys", "total", "told"),
    [
        (5, 7, 12, (5, 7, 12)),
        (5, 7, None, (5, 7, 12)),
        (5, 7, 21, (5, 7, 12)),
        (5, None, 12, (5, 7, 12)),
        (None, 7, 12, (5, 7, 12)),
        (None, None, 12, (None, None, 12)),
        (15, None, 12, (None, None, 12)),
        (5, None, None, (None, None, None)),
        (None, None, None, (None, None, None)),
        (0, 0, 0, (0, 0, 0)),
    ],
)
def test_girls_and_boys_give_the_children_and_what_nobody_counted_is_missing(girls, boys, total, told):
    row = one({**MAPPING, "residents_u18_f": girls, "residents_u18_m": boys, "residents_u18": total})
    assert tuple(None if pd.isna(row[name]) else row[name] for name in ("n_girls", "n_boys", "n_children")) == told


def test_all_numbers_are_of_the_one_list_that_counted_the_children():
    counted = {**INFORMANTS, "residents_u18": 30, "admissions_12m": 4}
    uncounted = {**MAPPING, "admissions_12m": 9, "staff_total": 3}
    both = one(uncounted, counted)
    assert both["counts_list"] == "key_informants_2015"
    assert (both["n_children"], both["admissions_12m"]) == (30, 4)
    assert pd.isna(both["staff_total"])
    neither = one(uncounted)
    assert neither[["counts_list", "n_children", "admissions_12m"]].isna().all()


@pytest.mark.parametrize(
    ("ever", "dated", "told"),
    [(True, False, True), (False, False, False), (None, False, None), (None, True, True), (False, True, True)],
)
def test_inspected_is_yes_by_word_or_by_date_and_unknown_is_never_no(ever, dated, told):
    day = pd.Timestamp("2014-03-01") if dated else None
    rows = {**MAPPING, "inspected_ever": ever}, {**INFORMANTS, "last_inspection_on": day}
    inspected = one(*rows)["inspected"]
    assert (None if pd.isna(inspected) else bool(inspected)) == told


def test_a_commune_that_lies_in_another_district_is_not_taken():
    trusted = {**MAPPING, "province_code": "12", "district_code": "1201"}
    astray = {**INFORMANTS, "province_code": "12", "district_code": "1202", "commune_code": "120203"}
    near = {**INFORMANTS, "province_code": "12", "district_code": "1201", "commune_code": "120105"}
    assert pd.isna(one(trusted, astray)["commune_code"])
    assert one(trusted, near)["commune_code"] == "120105"
    assert one(MAPPING, near)["district_code"] == "1201"


@pytest.mark.parametrize(
    ("province", "area"),
    [("12", "phnom_penh"), ("17", "siem_reap"), ("02", "priority_three"), ("01", "other20"), (None, "unknown")],
)
def test_a_province_lies_in_its_area(province, area):
    assert one({**MAPPING, "province_code": province})["area"] == area


def test_a_list_named_twice_for_one_facility_counts_once():
    twice = one({**MAPPING, "residents_u18": 10}, {**MAPPING, "residents_u18": 12, "facility_type": "rci"})
    assert (twice["n_lists"], twice["n_children"], twice["facility_type"]) == (1, 10, "rci")


def test_a_list_without_a_year_stops_with_what_to_do_and_can_be_given_its_round():
    with pytest.raises(ContractError, match=r"no round is known for the facility lists mapping: name the year"):
        panel_of({"list_id": "mapping"})
    with pytest.raises(ContractError, match=r"lists census_2016"):
        panel_of({"list_id": "census_2016"})
    panel = panel_of({"list_id": "mapping"}, choices=STUDY.changed("facility_rounds.round_of", {"mapping": "2016"}))
    assert panel.index.tolist() == [(key(1), "2016")]


def test_without_lists_there_is_an_empty_panel():
    assert panel_of().empty


def test_days_keep_their_type():
    assert facility_panel.TABLE.columns["last_inspection_on"].dtype == DAY
