"""Children of areas: exact sums, and no number where the census has no such area."""

import pandas as pd
import pytest

from analysis.features import group_children


@pytest.fixture(scope="module")
def children(built) -> pd.Series:
    return built("group_children").set_index(["area", "denominator"])["n_children"]


@pytest.mark.parametrize(
    ("area", "registered_2011", "counted_2008"),
    [
        ("Phnom Penh", 389_288, 393_646),
        ("Siem Reap", 416_391, 388_973),
        ("battambang_kandal_preah_sihanouk", 929_596, 1_012_163),
        ("priority5", 1_735_275, 1_794_782),
        ("other20", 3_922_525, 3_690_583),
        ("cambodia", 5_657_800, 5_485_365),
    ],
)
def test_an_area_has_the_sum_of_its_provinces(area, registered_2011, counted_2008, children):
    assert children[area, "2011 registration"] == registered_2011
    assert children[area, "2008 census"] == counted_2008


def test_every_province_is_an_area_of_its_own(built, children):
    areas = set(built("areas")["area"]) | set(built("provinces")["province"])
    assert set(children.index.get_level_values("area")) == areas
    assert len(children) == 2 * len(areas)


def test_one_part_of_a_divided_province_has_no_number_of_2008(children):
    missing = children[children.isna()].index.tolist()
    assert missing == [("Kampong Cham", "2008 census"), ("Tboung Khmum", "2008 census")]


def test_both_parts_together_count_once_and_one_part_with_others_not_at_all(built):
    areas = pd.DataFrame(
        {"area": ["both", "both", "one", "one"], "province_code": ["03", "25", "25", "12"], "definition": "made up"}
    )
    tables = [areas, built("provinces"), built("province_children"), built("province_census_2008")]
    found = group_children.build(*tables).query("denominator == '2008 census'").set_index("area")["n_children"]
    assert found["both"] == 695_286
    assert pd.isna(found["one"])
