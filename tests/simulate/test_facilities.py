"""Facilities: numbers by type, counts that add up, names without a real one's, standing by visibility."""

import numpy as np
import pytest

from analysis.imported import allowed
from analysis.simulate import communes, facilities, parameters

WITHIN = [
    *("residents_parent_alive", "residents_disability", "n_family_contact", "n_care_plan", "n_entry_assessed"),
    *("n_placement_reviewed", "n_local_school"),
]


@pytest.fixture(scope="module")
def choices():
    return parameters.load()


@pytest.fixture(scope="module")
def places(choices):
    return communes.build(choices, 1.0)


@pytest.fixture(scope="module")
def drawn(choices, places):
    return facilities.draw(places, choices, np.random.default_rng(3), 1.0)


def test_the_number_of_each_type_is_the_mappings(drawn):
    assert drawn["facility_type"].value_counts().to_dict() == {
        "rci": 406, "boarding_school": 72, "group_home": 71, "pagoda_faith": 65, "transit_emergency": 25,
    }  # fmt: skip
    assert drawn["facility_no"].tolist() == list(range(1, 640))


def test_residents_add_up(drawn):
    children = drawn["residents_u18_f"] + drawn["residents_u18_m"]
    assert (children >= 1).all()
    assert (drawn[list(facilities.AGE_GROUPS)].sum(axis=1) == children).all()
    assert (drawn[WITHIN].le(children, axis=0)).all().all()
    assert (drawn[WITHIN] >= 0).all().all()
    assert (drawn["staff_qualified"] <= drawn["staff_total"]).all()


def test_a_facility_stands_in_a_commune_of_its_district_and_province(drawn, places):
    code = drawn["commune_code"].str
    assert (code[:4] == drawn["district_code"]).all()
    assert (code[:2] == drawn["province_code"]).all()
    assert drawn["commune_code"].isin(places["commune_code"]).all()


def test_every_category_is_an_allowed_value(drawn):
    for column, values in {
        "facility_type": allowed.FACILITY_TYPE,
        "operator_type": allowed.OPERATOR_TYPE,
        "registration_status": allowed.REGISTRATION_STATUS,
        "mou_status": allowed.MOU_STATUS,
        "main_funding": allowed.MAIN_FUNDING,
    }.items():
        assert set(drawn[column]) <= set(values) - {"unknown"}, column


def test_names_come_in_both_scripts_and_seldom_twice(drawn):
    assert drawn["name_latin"].str.fullmatch(r"[A-Za-z' ]+").all()
    assert drawn["name_km"].str.fullmatch(r"[\u1780-\u17ff ]+").all()
    assert drawn["name_latin"].nunique() > 600
    assert drawn["operator_name"].str.fullmatch(r"[A-Za-z ]+").all()
    assert 300 < drawn["operator_name"].nunique() < 500


def test_the_closure_wave_takes_34_institutions(drawn):
    closed = drawn[drawn["closed_in_wave_2023"]]
    assert len(closed) == 34
    assert set(closed["facility_type"]) == {"rci"}


def test_the_better_known_are_larger_and_registered_more_often(drawn):
    institutions = drawn[drawn["facility_type"].eq("rci")]
    children = institutions["residents_u18_f"] + institutions["residents_u18_m"]
    assert np.corrcoef(institutions["visibility"], np.log(children))[0, 1] > 0.35
    mean = institutions.groupby("registration_status")["visibility"].mean()
    assert mean["mosvy"] > mean["none"] + 0.5


def test_visibility_is_a_standard_normal_score(choices, places):
    scores = np.concatenate(
        [facilities.draw(places, choices, np.random.default_rng(seed), 1.0)["visibility"] for seed in range(8)]
    )
    assert scores.mean() == pytest.approx(0, abs=0.06)
    assert scores.std() == pytest.approx(1, abs=0.03)


def test_sizes_are_log_normal_with_the_studys_ratio_of_mean_to_median(choices, places):
    sizes = np.concatenate([_children(places, choices, seed) for seed in range(12)])
    assert np.log(sizes).std() == pytest.approx(0.82, abs=0.03)
    assert sizes.mean() / np.median(sizes) == pytest.approx(29.41 / 21, rel=0.05)


def _children(places, choices, seed):
    drawn = facilities.draw(places, choices, np.random.default_rng(seed), 1.0)
    of_one_mean = drawn["facility_type"].eq("rci") & drawn["area"].ne("elsewhere")
    return (drawn["residents_u18_f"] + drawn["residents_u18_m"])[of_one_mean]


def test_a_small_block_has_its_share_of_facilities_and_one_of_each_type_at_least(choices, places):
    tiny = facilities.draw(places, choices, np.random.default_rng(1), 0.02)
    assert tiny["facility_type"].value_counts().to_dict() == {
        "rci": 8, "transit_emergency": 1, "group_home": 1, "pagoda_faith": 1, "boarding_school": 1,
    }  # fmt: skip
    assert tiny["closed_in_wave_2023"].sum() == 1
