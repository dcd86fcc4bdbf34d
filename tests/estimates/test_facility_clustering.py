"""Clustering planted in provinces is found, by every kind of neighbours, and none is where there is none."""

import numpy as np
import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import facility_clustering as clustering

CODES = [f"{code:02d}" for code in range(1, 26)]
CHILDREN = pd.DataFrame({"province_code": CODES, "n_children_2011": 100_000})
GRID = [(i, i + 1) for i in range(25) if (i + 1) % 5] + [(i, i + 5) for i in range(20)]
NEIGHBOURS = pd.DataFrame(
    [(CODES[one], CODES[other], True, "they touch") for one, other in GRID]
    + [(CODES[0], CODES[24], False, "they face each other across the lake")],
    columns=["province_code", "neighbour_code", "is_neighbour", "reason"],
)
DISTRICTS = pd.concat(
    [
        CHILDREN.assign(district_code=CHILDREN["province_code"] + end, n_children_2011=30_000)
        for end in ("01", "02", "03")
    ]
)
HIGH = {
    "13": 90,
    "08": 75,
    "12": 72,
    "14": 70,
    "18": 68,
    "07": 30,
    "09": 30,
    "17": 30,
    "19": 30,
}  # the middle of the grid


def panel(n_by_code: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (code, f"{code}0{1 + i % 3}", "rci" if i % 4 else "pagoda_faith", int(rng.lognormal(3, 0.6)) + 1)
        for code, n in n_by_code.items()
        for i in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["province_code", "district_code", "facility_type", "n_children"])
    types = {"province_code": "str", "district_code": "str", "facility_type": "str", "n_children": "Int64"}
    return frame.assign(round_id="2015").astype(types)


def built(facilities: pd.DataFrame, **changes: object) -> pd.DataFrame:
    study = choices.load().changed("spatial.n_permutations", changes.get("n_permutations", 999))
    made = clustering.build(facilities, CHILDREN, NEIGHBOURS, DISTRICTS, study, np.random.default_rng(5))
    return clustering.TABLE.validated(made, "facility_clustering")


@pytest.fixture(scope="module")
def clustered() -> pd.DataFrame:
    return built(panel(dict.fromkeys(CODES, 6) | HIGH, np.random.default_rng(1)), n_permutations=9999)


def test_planted_clustering_is_found_by_every_kind_of_neighbours(clustered):
    provinces = clustered[clustered["scale"].eq(clustering.MORAN) & clustered["term"].eq(clustering.PROVINCES)]
    assert provinces["neighbours"].nunique() == 3
    assert (provinces["finding"] == clustering.ALIKE).all()
    districts = clustered[clustered["term"] == clustering.DISTRICTS]
    assert districts["neighbours"].nunique() == 3
    assert (districts["n"] == 75).all()
    assert (districts["finding"] == clustering.ALIKE).all()


def test_the_middle_of_the_cluster_stands_out_with_its_neighbours_and_the_far_corner_does_not(clustered):
    local = clustered[clustered["scale"].eq(clustering.LOCAL) & clustered["level"].eq("all")]
    of_facilities = local[local["outcome"] == clustering.FACILITIES].set_index("term")["finding"]
    assert of_facilities["13"] == "high-high"
    assert of_facilities["01"] == clustering.NOT_FOUND
    assert not of_facilities[list(HIGH)].str.startswith("low").any()


def test_local_p_values_are_adjusted_upwards(clustered):
    local = clustered[clustered["scale"] == clustering.LOCAL]
    assert (local["p_adjusted"] >= local["p_value"]).all()
    assert clustered.loc[clustered["scale"] == clustering.MORAN, "p_adjusted"].isna().all()


def test_without_clustering_little_is_found():
    rng = np.random.default_rng(3)
    even = built(panel(dict(zip(CODES, rng.poisson(12, 25), strict=True)), rng))
    of_facilities = even[(even["outcome"] == clustering.FACILITIES) & (even["term"] == clustering.PROVINCES)]
    assert (even.loc[even["scale"] == clustering.LOCAL, "finding"] == clustering.NOT_FOUND).all()
    assert of_facilities["p_value"].min() > 0.01


def test_only_the_latest_round_counts():
    facilities = panel(dict.fromkeys(CODES, 6) | HIGH, np.random.default_rng(1))
    older = facilities.assign(round_id="2014", province_code="01", district_code="0101")
    both = built(pd.concat([older, facilities], ignore_index=True))
    pd.testing.assert_frame_equal(both, built(facilities))


def test_where_nothing_was_counted_there_is_no_index():
    none = built(panel({}, np.random.default_rng(1)))
    assert (none["finding"] == clustering.NO_RATE).all()
    assert none[["estimate", "p_value", "n"]].isna().all(axis=None)
    uncounted = panel({"01": 5}, np.random.default_rng(1)).assign(n_children=pd.array([None] * 5, "Int64"))
    table = built(uncounted)
    assert (table.loc[table["outcome"] == clustering.CHILDREN, "finding"] == clustering.NO_RATE).all()
    assert table.loc[table["outcome"] == clustering.FACILITIES, "estimate"].notna().all()
