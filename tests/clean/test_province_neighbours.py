"""Neighbours are pairs of provinces, each border once, and those whose outlines touch, where outlines are there."""

from itertools import combinations

import pytest

from analysis import sources

METRES = "EPSG:32648"
NEAR_M = 300  # outlines are simplified to 400 m, so that neighbours keep their common line
LEAST_KM = 5  # a shorter common line is a corner


@pytest.fixture
def neighbours(built):
    return built("province_neighbours")


def test_a_border_stands_once_between_two_provinces_and_has_a_reason(neighbours, built):
    assert (neighbours["province_code"] < neighbours["neighbour_code"]).all()
    known = set(built("provinces")["province_code"])
    assert set(neighbours["province_code"]) | set(neighbours["neighbour_code"]) == known, "every province has a ruling"
    assert neighbours["reason"].str.len().min() > 20


def test_every_province_has_a_neighbour_and_can_be_reached_from_every_other(neighbours):
    pairs = neighbours[neighbours["is_neighbour"]]
    reached, edge = set(), {"01"}
    while edge:
        reached |= edge
        links = [set(pair) for pair in pairs[["province_code", "neighbour_code"]].to_numpy()]
        edge = set().union(*(link for link in links if link & reached)) - reached
    assert len(reached) == 25


def test_what_everybody_knows_of_the_map(neighbours):
    pairs = neighbours[neighbours["is_neighbour"]]
    around = {
        code: {
            a if b == code else b for a, b in pairs[["province_code", "neighbour_code"]].to_numpy() if code in (a, b)
        }
        for code in ("12", "24", "23", "17")
    }
    assert around["12"] == {"08"}, "Kandal surrounds Phnom Penh"
    assert around["24"] == {"02"}, "Battambang surrounds Pailin on Cambodia's side"
    assert around["23"] == {"07"}, "Kampot surrounds Kep on land"
    assert around["17"] == {"01", "02", "06", "13", "22"}


def test_neighbours_are_the_provinces_whose_outlines_have_a_line_in_common(neighbours):
    try:
        outlines = sources.read_boundaries().to_crs(METRES).set_index("code").geometry
    except sources.SourceError:
        pytest.skip("outlines are not part of the project")
    ruled = {
        tuple(pair)
        for pair in neighbours.loc[neighbours["is_neighbour"], ["province_code", "neighbour_code"]].to_numpy()
    }
    lines = outlines.boundary
    touching = {
        pair
        for pair in combinations(sorted(outlines.index), 2)
        if lines[pair[0]].intersection(lines[pair[1]].buffer(NEAR_M)).length > LEAST_KM * 1000
    }
    assert ruled == touching
