"""Rates are of counted children over registered children; who was not counted, or where, is said and adds nothing."""

import numpy as np
import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import facility_rates

PROVINCES = pd.DataFrame(
    {"province_code": ["02", "12", "25"], "province": ["Battambang", "Phnom Penh", "Tboung Khmum"]}
)
CHILDREN = pd.DataFrame({"province_code": ["02", "12", "25"], "n_children_2011": [200_000, 100_000, 50_000]})
Z = 1.959963984540054


def facility(province: str | None, n_children: int | None, kind: str = "rci", round_id: str = "2015") -> dict:
    return {"province_code": province, "n_children": n_children, "facility_type": kind, "round_id": round_id}


PANEL = [
    facility("12", 40),
    facility("12", 20),
    facility("12", 30, "pagoda_faith"),
    facility("12", None),
    facility("02", 60),
    facility(None, 10),
    facility("25", 999, round_id="2014"),
]


@pytest.fixture
def built():
    def build(*rows: dict) -> pd.DataFrame:
        panel = pd.DataFrame(rows, columns=list(facility("", 0))).astype(
            {"n_children": "Int64", "province_code": "str", "round_id": "str", "facility_type": "str"}
        )
        made = facility_rates.build(panel, CHILDREN, PROVINCES, choices.load())
        return (
            facility_rates.TABLE.validated(made, "facility_rates").set_index(["outcome", "level", "term"]).sort_index()
        )

    return build


@pytest.fixture
def of_institutions(built):
    return built(*PANEL).loc[(facility_rates.CHILDREN, "rci")]


def test_a_rate_is_of_the_latest_round_and_of_the_provinces_own_children(of_institutions):
    assert of_institutions["estimate"].dropna().to_dict() == pytest.approx(
        {"02": 30.0, "12": 60.0, "25": 0.0, "all": 130 / 350_000 * 1e5}
    )
    assert (of_institutions["round_id"] == "2015").all()


def test_all_types_hold_the_others_too(built):
    of_all = built(*PANEL).loc[(facility_rates.CHILDREN, "all")]
    assert of_all.loc["12", "estimate"] == pytest.approx(90.0)
    assert of_all.loc["12", "n_facilities"] == 3


def test_who_was_not_counted_adds_nothing_and_is_told_of(of_institutions):
    assert of_institutions["n_facilities"].to_dict() == {"02": 1, "12": 2, "25": 0, "all": 4, "unknown": 1}
    assert of_institutions["n_facilities_uncounted"].to_dict() == {"02": 0, "12": 1, "25": 0, "all": 1, "unknown": 0}


def test_an_unknown_province_has_a_count_and_no_rate_and_is_in_the_total(of_institutions):
    unknown = of_institutions.loc["unknown"]
    assert unknown["n"] == 10
    assert unknown[["estimate", "ci_low", "ci_high", "n_children_2011"]].isna().all()
    parts = of_institutions.drop("all")["n"]
    assert of_institutions.loc["all", "n"] == parts.sum()


def test_the_interval_knows_that_children_live_together(of_institutions):
    sizes = pd.Series([40, 20, 60, 10])
    half = Z * np.sqrt((1 + (sizes.std() / sizes.mean()) ** 2) / 2)
    row = of_institutions.loc["12"]
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((60 * np.exp(-half), 60 * np.exp(half)))


def test_of_none_the_upper_bound_is_that_of_so_many_facilities_of_mean_size(of_institutions):
    row = of_institutions.loc["25"]
    assert row["ci_low"] == 0
    assert row["ci_high"] == pytest.approx(3.688879454113936 * 32.5 / 50_000 * 1e5)  # R: poisson.test(0)$conf.int[2]


def test_facilities_have_the_exact_poisson_interval(built):
    row = built(*PANEL).loc[(facility_rates.FACILITIES, "rci", "12")]
    assert row["estimate"] == pytest.approx(3.0)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.6186721, 8.7672731), rel=1e-6)  # R: poisson.test(3)


def test_the_share_of_the_two_largest(of_institutions):
    assert of_institutions["top_two_share"].dropna().to_dict() == pytest.approx(
        {"02": 1.0, "12": 1.0, "unknown": 1.0, "all": 100 / 130}
    )


def test_shrunk_rates_lie_between_their_own_and_the_mean_of_the_provinces(built):
    rows = [facility("12", size) for size in (50, 60, 40, 55, 45) * 8] + [facility("02", 30), facility("25", 20)]
    rates = built(*rows).loc[(facility_rates.CHILDREN, "rci")].drop(["all", "unknown"])
    mean = 1e5 * rates["n"].sum() / CHILDREN["n_children_2011"].sum()
    assert ((rates["shrunk"] - rates["estimate"]) * (mean - rates["estimate"]) > 0).all()
    assert rates["own_share"].idxmin() == "25", "of fewest children"
    assert rates["own_share"].between(0.1, 1).all()


@pytest.mark.parametrize("rows", [[], [facility("12", None)], [facility("12", 0)]])
def test_where_no_child_was_counted_nothing_is_shrunk_and_no_interval_is_closed_without_reason(built, rows):
    table = built(*rows)
    children = table.loc[facility_rates.CHILDREN]
    assert children["shrunk"].isna().all()
    assert (children["n"] == 0).all()
    if not rows or rows[0]["n_children"] is None:
        assert children["ci_high"].isna().all()
