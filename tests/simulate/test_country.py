"""A block of the country: its frames, the same from the same seed, and places in today's gazetteer."""

import zlib

import numpy as np
import pandas as pd
import pytest

from analysis import sources
from analysis.simulate import country, parameters, sample
from analysis.simulate.world import COLUMNS

FRAMES = [
    *("communes", "facilities", "list_rows", "screenings", "screening_answers", "survey_households", "survey_members"),
]


def built(seed, size=0.1, **others):
    def rng_of(step):
        return np.random.default_rng([seed, zlib.crc32(step.encode())])

    return country.build(parameters.load(), rng_of, size, **others)


@pytest.fixture(scope="module")
def block():
    return built(1)


def test_the_frames_have_the_columns_of_the_world(block):
    assert {name: tuple(frame.columns) for name, frame in block.items()} == {name: COLUMNS[name] for name in FRAMES}


def test_the_same_seed_builds_the_same_block_and_another_seed_another(block):
    same, other = built(1), built(2)
    for name in FRAMES:
        pd.testing.assert_frame_equal(block[name], same[name])
    assert not block["survey_members"].equals(other["survey_members"])


def test_a_tiny_block_still_has_every_type_and_every_list():
    tiny = built(3, size=0.01)
    assert tiny["facilities"]["facility_type"].nunique() == 5
    assert tiny["list_rows"]["list_id"].nunique() == 4
    assert len(tiny["survey_households"]) > 50


def test_a_country_of_several_blocks_has_one_sample_and_all_else_of_each(block):
    later = built(1, is_first=False)
    lists = block["list_rows"]
    without = lists[lists["list_id"] != sample.LIST_ID].reset_index(drop=True)
    assert 0 < len(without) < len(lists)
    pd.testing.assert_frame_equal(later["list_rows"], without, check_dtype=False)
    pd.testing.assert_frame_equal(later["survey_members"], block["survey_members"])


def test_communes_are_those_of_the_gazetteer_and_hold_the_children_of_the_register(block):
    gazetteer, communes = sources.read_gazetteer(), block["communes"]
    assert set(communes["commune_code"]) == set(gazetteer.loc[gazetteer["level"] == "commune", "code"])
    register = sources.read("commune_children_2011")
    people, adults = pd.to_numeric(register["n_people"]), pd.to_numeric(register["n_adults"])
    children = (people - adults).groupby(register["province_code"]).sum()
    found = communes.groupby("province_code")["n_children"].sum()
    np.testing.assert_allclose(found, children, atol=100)  # rounded in each commune


def test_communes_have_no_missing_cell_and_possible_shares(block):
    communes = block["communes"]
    assert not communes.isna().any().any()
    assert communes["poverty_share"].between(0.005, 0.8).all()
    assert (communes[["n_children", "n_households"]] > 0).all().all()


def test_most_people_of_the_capital_and_few_elsewhere_live_in_towns(block):
    communes = block["communes"]
    children_in_towns = communes["n_children"].where(communes["is_urban"], 0).groupby(communes["province_code"]).sum()
    share = children_in_towns / communes.groupby("province_code")["n_children"].sum()
    assert share["12"] > 0.85
    assert share.drop("12").between(0.05, 0.4).all()


def test_households_grow_with_the_block(block):
    ratio = block["communes"]["n_households"].sum() / built(1, size=0.2)["communes"]["n_households"].sum()
    assert ratio == pytest.approx(0.5, abs=0.001)
