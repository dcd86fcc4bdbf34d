"""Who answered is in a number, who did not is counted and never a 0; intervals know of facilities."""

import pandas as pd
import pytest

from analysis import sources
from analysis import study as choices
from analysis.clean import care_indicators
from analysis.estimates import formal_care_indicators
from analysis.models.cluster_totals import clustered_share_interval
from analysis.models.counts import binomial_interval

INDICATORS = care_indicators.TABLE.validated(
    care_indicators.build(sources.read("care_indicators_ruled")), "care_indicators"
)
CHILDREN = pd.DataFrame(
    {
        "area": ["cambodia", "Phnom Penh", "Siem Reap", "battambang_kandal_preah_sihanouk", "other20", "cambodia"],
        "denominator": ["2011 registration"] * 5 + ["2008 census"],
        "n_children": [100_000, 20_000, 10_000, 20_000, 50_000, 90_000],
    }
)
COUNTS = [
    *("n_children", "admissions_12m", "exits_family_12m", "exits_other_12m", "deaths_12m", "n_family_contact"),
    *("n_care_plan", "n_entry_assessed", "n_placement_reviewed", "n_local_school", "staff_total", "staff_qualified"),
]


def facility(area: str = "phnom_penh", round_id: str = "2015", registration: str = "mosvy", **counts: int) -> dict:
    return {"area": area, "round_id": round_id, "registration_status": registration} | counts


def built(*facilities: dict) -> pd.DataFrame:
    columns = ["area", "round_id", "registration_status", *COUNTS]
    panel = pd.DataFrame(facilities, columns=columns).astype(dict.fromkeys(COUNTS, "Int64"))
    made = formal_care_indicators.build(panel, INDICATORS, CHILDREN, choices.load())
    table = formal_care_indicators.TABLE.validated(made, "formal_care_indicators")
    return table.set_index(["outcome", "term", "round_id"]).sort_index()


def test_every_indicator_has_a_row_for_every_area_and_round_though_nobody_answered():
    table = built(facility(round_id="2014"), facility())
    assert len(table) == 15 * 6 * 2
    assert table.loc[("indicator 07", "phnom_penh", "2015"), ["n_answered", "n_not_answered"]].tolist() == [0, 1]
    without = table.drop(index=[f"indicator {n}" for n in ("15",)], level="outcome")
    assert without[["estimate", "n_hits", "n"]].isna().all(axis=None), "no answer is no 0"


def test_a_share_is_that_of_the_facilities_that_answered():
    table = built(
        facility(n_children=40, n_care_plan=10), facility(n_children=60, n_care_plan=50), facility(n_children=900)
    )
    row = table.loc[("indicator 07", "phnom_penh", "2015")]
    assert (row["n_hits"], row["n"], row["estimate"]) == (60, 100, 0.6)
    assert (row["n_answered"], row["n_not_answered"]) == (2, 1)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(clustered_share_interval([10, 50], [40, 60], 0.95))


def test_an_answer_that_cannot_be_is_no_answer():
    table = built(facility(n_children=10, n_care_plan=11), facility(n_children=10, n_care_plan=5))
    row = table.loc[("indicator 07", "phnom_penh", "2015")]
    assert (row["n_hits"], row["n"], row["n_answered"], row["n_not_answered"]) == (5, 10, 1, 1)


def test_nobody_with_a_care_plan_is_a_0_that_was_said():
    row = built(facility(n_children=10, n_care_plan=0)).loc[("indicator 07", "phnom_penh", "2015")]
    assert (row["n_hits"], row["n"], row["estimate"]) == (0, 10, 0)


def test_a_rate_is_per_children_of_the_area_and_of_the_country():
    table = built(facility(n_children=50), facility("siem_reap", n_children=30), facility("unknown", n_children=20))
    rates = table.xs("2015", level="round_id").loc["indicator 02"]
    assert rates.loc["phnom_penh", "estimate"] == pytest.approx(250)
    assert rates.loc["siem_reap", "estimate"] == pytest.approx(300)
    assert rates.loc["all", ["n_hits", "estimate"]].tolist() == pytest.approx([100, 100])
    assert rates.loc["other20", ["estimate", "n_hits"]].isna().all()
    assert pd.isna(rates.loc["unknown", "estimate"]), "no known children to divide by"
    assert rates.loc["unknown", "n_hits"] == 20


def test_those_who_left_are_divided_by_all_who_left_alive():
    row = built(facility(exits_family_12m=3, exits_other_12m=1, deaths_12m=2)).loc[
        ("indicator 03", "phnom_penh", "2015")
    ]
    assert (row["n_hits"], row["n"]) == (3, 4)


def test_registration_counts_facilities_with_the_exact_interval_and_unknown_is_not_no():
    table = built(
        facility(registration="mosvy"),
        facility(registration="other_government"),
        facility(registration="none"),
        facility(registration="unknown"),
    )
    row = table.loc[("indicator 15", "phnom_penh", "2015")]
    assert (row["n_hits"], row["n"], row["n_not_answered"]) == (2, 3, 1)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx([float(end) for end in binomial_interval(2, 3, 0.95)])
    assert row["scale"] == "share_of_facilities"


def test_what_lists_cannot_give_says_who_could():
    table = built(facility(n_children=10))
    for number in ("04", "12", "13", "14"):
        row = table.loc[(f"indicator {number}", "all", "2015")]
        assert pd.isna(row["estimate"])
        assert row["scale"] == "not in facility lists"
        assert len(row["missing"]) > 20


def test_areas_add_up_to_all_of_them():
    table = built(*(facility(area, n_children=10 + i, n_care_plan=i) for i, area in enumerate(list("aabb"), 2)))
    assert table.loc[("indicator 07", "all", "2015"), "n"] == 54, "whatever the areas are called"


def test_two_facilities_with_nearly_all_children_are_noticed():
    row = built(*(facility(n_children=n, n_care_plan=0) for n in (50, 40, 6, 4))).loc[
        ("indicator 07", "phnom_penh", "2015")
    ]
    assert row["top_two_share"] == 0.9


def test_titles_from_memory_are_told_from_those_seen():
    status = INDICATORS.set_index("indicator")["status"]
    assert status[["13", "14", "15"]].str.startswith("title and definition from memory").all()
    assert (status.drop(["13", "14", "15"]).str.startswith("title")).all()
    assert INDICATORS.loc[INDICATORS["is_core"], "indicator"].tolist() == ["01", "02", "03", "04"]
