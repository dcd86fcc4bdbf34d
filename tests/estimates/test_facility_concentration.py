"""As found in closed form; the curve only at points that hide single institutions; what cannot be placed is counted."""

import numpy as np
import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import facility_concentration

CHILDREN = pd.DataFrame(
    {"province_code": [f"{n:02d}" for n in range(1, 26)], "n_children_2011": [1000] * 5 + [2000] * 20}
)
CLAIMS = pd.DataFrame(
    {
        "claim_id": ["mapping-nine-provinces-rci-children-share", "mapping-nine-provinces-rci-facility-share"],
        "place": ["9 of 25 provinces (unnamed)"] * 2,
        "value": [87.0, 83.0],
    }
)
STUDY = choices.load().changed("facility_concentration.n_draws", 100)


def panel(in_provinces: dict[str, list[int]], kind: str = "rci", round_id: str = "2015") -> pd.DataFrame:
    rows = [(code, n, kind, round_id) for code, sizes in in_provinces.items() for n in sizes]
    columns = ["province_code", "n_children", "facility_type", "round_id"]
    return pd.DataFrame(rows, columns=columns).astype({"n_children": "Int64", "province_code": "str"})


def built(facility_panel: pd.DataFrame, study=STUDY) -> pd.DataFrame:
    made = facility_concentration.build(facility_panel, CHILDREN, CLAIMS, study, np.random.default_rng(1))
    table = facility_concentration.TABLE.validated(made, "facility_concentration")
    return table.set_index(["outcome", "level"]).sort_index()


ONE_EACH = {f"{n:02d}": [100] for n in range(1, 11)}
FEW = panel({"01": [30] * 10, "02": [20] * 10, "03": [10] * 20, "10": [5] * 10})


def test_the_share_of_the_fullest_provinces_is_as_counted():
    study = STUDY.changed("facility_concentration.n_places", 2)
    table = built(FEW, study)
    children, institutions = (
        table.loc[(name, "as found")]
        for name in ("children in the fullest provinces", "institutions in the fullest provinces")
    )
    assert (children["n_hits"], children["n"], children["estimate"]) == (500, 750, pytest.approx(500 / 750))
    assert (institutions["n_hits"], institutions["n"]) == (30, 50)
    assert children["measure"] == "Children in the 2 provinces with most"


def test_what_is_printed_stands_beside_as_many_provinces_only():
    assert built(FEW)["printed"].dropna().tolist() == [
        "87% in 9 of 25 provinces (unnamed)",
        "83% in 9 of 25 provinces (unnamed)",
    ]
    assert built(FEW, STUDY.changed("facility_concentration.n_places", 2))["printed"].isna().all()


def test_the_rates_behind_have_an_interval_and_what_was_found_none():
    table = built(FEW)
    assert table.xs("rates behind", level="level")[["ci_low", "ci_high"]].notna().all(axis=None)
    assert table.xs("as found", level="level")[["ci_low", "ci_high"]].isna().all(axis=None)
    gini = table.loc["gini"]
    assert gini.loc["rates behind", "ci_low"] < gini.loc["as found", "estimate"]


def test_other_types_are_not_counted():
    both = pd.concat([FEW, panel({"20": [500] * 10}, kind="boarding_school")])
    assert built(both)["n"].tolist() == built(FEW)["n"].tolist()


def test_without_a_province_or_a_count_an_institution_is_left_out_and_counted():
    lost = panel({"01": [30]}).assign(province_code=None), panel({"01": [30]}).assign(n_children=pd.NA)
    table = built(pd.concat([FEW, *lost]))
    assert table.loc[("left out", "all"), "estimate"] == 2
    assert table.loc[("gini", "as found"), "n"] == 50


def test_the_curve_is_told_at_the_chosen_points_and_ends_below_1():
    curve = built(FEW).loc["curve"]["estimate"]
    assert curve.is_monotonic_increasing
    assert curve["0.05"] > 0.6, "three provinces with 6.7% of the children hold 70% of those in institutions"


@pytest.mark.parametrize("few", [ONE_EACH, {"01": [300], "02": [200]}, {"01": [1, 1], "02": [1, 1]}])
def test_points_between_which_few_institutions_lie_are_left_out(few):
    table = built(panel(few))
    assert "curve" not in table.index.get_level_values("outcome")


def test_a_round_without_institutions_says_only_that_none_is_placed():
    table = built(panel({"01": [30]}).assign(province_code=None))
    assert table.index.tolist() == [("left out", "all")]


def test_the_two_largest_are_noticed():
    assert built(panel({"01": [50, 30, 10], "02": [10]}))["top_two_share"].unique() == [0.8]
