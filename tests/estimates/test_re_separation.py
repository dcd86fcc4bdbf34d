"""Re-separation: curves by hand, splits that add up, checks in their order, and an answer where there is little."""

import made_returns
import numpy as np
import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import _return_rows as returns
from analysis.estimates import planned_vs_abrupt, re_separation

STUDY = choices.load().changed("re_separation.n_replicates", 60).changed("re_separation.n_loss_replicates", 12)
CURVE = ["estimate", "ci_low", "ci_high"]


def built(spells):
    rng = np.random.default_rng(1)
    made = re_separation.build(spells, made_returns.variants(spells), STUDY, rng)
    return re_separation.TABLE.validated(made, "re_separation")


def compared(spells):
    made = planned_vs_abrupt.build(spells, STUDY, np.random.default_rng(1))
    return planned_vs_abrupt.TABLE.validated(made, "planned_vs_abrupt")


def rows_of(spells, reading=returns.MIDPOINT):
    return returns.rows_of(spells, STUDY, reading)


@pytest.fixture(scope="module")
def spells():
    return made_returns.spells()


@pytest.fixture(scope="module")
def table(spells):
    return built(spells)


@pytest.fixture(scope="module")
def whole(table):
    rows = table[(table["term"] == "returns") & (table["outcome"] == "residential")]
    return rows.set_index(["measure", "day"])


def test_a_curve_is_the_one_worked_out_by_hand():
    four = {"entry_days": [0, 0, 10, 0], "days": [20, 40, 50, 60]}
    ends = {"state": ["residential", "other", "residential", "with_family"]}
    twelve = {name: values * 3 for name, values in (four | ends).items()}
    spells = made_returns.spells(12, 4).assign(**twelve, noticed_late=False, return_kind="planned")
    rows = built(spells).query("term == 'returns' and measure == 'incidence'").set_index(["outcome", "day"])
    assert rows.loc[("residential", 30), "estimate"] == pytest.approx(1 / 4)  # 3 of 12 at risk on day 20
    assert rows.loc[("residential", 90), "estimate"] is pd.NA  # nobody was followed so long
    assert rows.loc[("other", 90), "n_events"] == 3


def test_who_comes_under_observation_late_is_not_at_risk_before(spells):
    late = spells.assign(entry_days=spells["entry_days"].mask(spells.index % 2 == 0, 60))
    late = late[late["days"] > late["entry_days"]]
    rows = built(late).query("term == 'returns' and measure == 'incidence' and outcome == 'residential'")
    assert rows.set_index("day")["n_at_risk"][30] <= (late["entry_days"] < 30).sum()
    assert rows.set_index("day")["n_at_risk"][90] > rows.set_index("day")["n_at_risk"][30] * 1.2


def test_bounds_and_checks_stand_in_their_order(whole):
    at = {
        measure: float(whole.loc[(measure, 365), "estimate"])
        for measure in whole.index.levels[0]
        if "days" not in measure
    }
    main = at["incidence"]
    assert at["lost: none back in care"] < main < at["lost: all back in care"]
    assert at["Kaplan-Meier"] > main
    assert at["rule: all_residential"] > main
    early, late = whole.loc["ends at their earliest"]["estimate"], whole.loc["ends at their latest"]["estimate"]
    written = whole.loc["ends on the day written"]["estimate"]
    told = written.notna()
    assert (early[told] >= written[told] - 1e-12).all()
    assert (late[told] <= written[told] + 1e-12).all()
    assert (early - late).dropna().max() > 0.005
    assert abs(at["lost: weighted"] - main) < 0.02


def test_every_interval_holds_its_estimate_and_bounds_have_none(table):
    told = table.dropna(subset=CURVE)
    assert (told["ci_low"] <= told["estimate"]).all()
    assert (told["estimate"] <= told["ci_high"]).all()
    bounds = table[table["measure"].isin(["ends at their earliest", "ends at their latest", "Gray's test"])]
    assert bounds[["ci_low", "ci_high"]].isna().all(axis=None)


def test_levels_add_up_and_have_a_row_when_nobody_is_in_them(table):
    split = table[(table["term"] == "sex") & (table["measure"] == "incidence")]
    parts = split[split["level"] != "all"].groupby(["outcome", "day"])[["n", "n_at_risk", "n_events"]].sum()
    all_of_them = split[split["level"] == "all"].set_index(["outcome", "day"])[["n", "n_at_risk", "n_events"]]
    pd.testing.assert_frame_equal(parts, all_of_them.reindex(parts.index), check_dtype=False)
    nobody = split[split["level"] == "other"]
    assert len(nobody) == len(split) / 5
    assert (nobody["n"] == 0).all()
    assert nobody["estimate"].isna().all()


def test_days_at_home_and_days_lost_make_up_the_year(table):
    days = table[table["scale"] == "days"].set_index("outcome")
    assert days["estimate"].sum() == pytest.approx(STUDY.re_separation.home_days)
    assert days.loc["at_home", "estimate"] > 150


def test_levels_that_differ_are_told_apart_and_chance_is_not(table):
    p_values = table[table["measure"] == "Gray's test"].set_index(["term", "outcome"])["estimate"]
    assert p_values["return_kind", "residential"] < 0.01
    assert p_values["sex", "residential"] > 0.05


def test_levels_of_a_split_start_on_one_day_from_which_all_are_followed(table, spells):
    start = table.loc[table["term"] == "return_kind", "start_day"].unique()
    assert start.tolist() == [7]
    rows = rows_of(spells)
    followed = rows[(rows["entry"] <= 7) & (rows["exit"] > 7)]["return_kind"].value_counts()
    assert followed.min() >= STUDY.re_separation.least_at_risk
    assert (table.loc[table["term"] == "sex", "start_day"] == 0).all()


def test_a_level_too_small_to_be_followed_early_delays_no_other(spells):
    rows = rows_of(spells).assign(entry=lambda found: found["entry"].mask(found["age_band"] == "6-11", 40))
    rows = rows[rows["exit"] > rows["entry"]]
    assert returns.first_day(rows, rows["age_band"], STUDY) == 0
    nobody = rows[rows["age_band"] == "6-11"]
    assert returns.first_day(nobody, nobody["age_band"], STUDY) is None


@pytest.mark.parametrize(("n_unknown", "joined"), [(0, False), (3, True), (60, False)])
def test_few_not_recorded_join_the_smallest_level_under_both_names(spells, n_unknown, joined):
    kind = spells["return_kind"].mask(spells.index < n_unknown, "unknown")
    rows = rows_of(spells.assign(return_kind=kind))
    level = returns.with_few_joined(rows, "return_kind", STUDY)
    assert ("abrupt or unknown" in set(level)) == joined
    assert (level == "planned").sum() == (kind == "planned").sum(), "the unknown are never counted as planned"
    assert returns.label_of("return_kind", "abrupt or unknown") == "Abrupt or not recorded"


def test_an_end_noticed_late_is_put_in_the_middle_and_a_birthday_is_not():
    three = made_returns.spells(3).assign(
        **{"entry_days": [0, 10, 0], "days": [100, 100, 100], "state": ["residential", "other", "aged_out"]},
        **{"last_home_days": pd.array([60, pd.NA, 60], "Int64"), "noticed_late": [True, True, True]},
    )
    assert rows_of(three)["exit"].tolist() == [80, 55, 100]
    assert rows_of(three, returns.RECORDED)["exit"].tolist() == [100, 100, 100]
    last_known = rows_of(three)["last_known"]
    assert last_known.fillna(-1).tolist() == [60, -1, 99]


def test_types_of_facility_that_few_leave_are_joined(spells):
    types = ["rci", "group_home", "pagoda_faith", "unknown", pd.NA, "boarding_school"]
    level = returns.level_of(spells.head(6).assign(facility_type=types), "facility_type")
    assert level.tolist() == ["rci", "other types", "other types", "unknown", "unknown", "other types"]


def test_one_agency_leaves_intervals_of_families_and_none_that_is_certain(spells):
    rows = built(spells.assign(agency="A01")).query("measure == 'incidence' and term == 'returns' and day == 365")
    residential = rows.set_index("outcome").loc["residential"]
    assert residential["ci_low"] < residential["estimate"] < residential["ci_high"]
    assert compared(spells.assign(agency="A01")).empty


def test_without_a_return_or_an_event_there_is_no_crash(spells):
    assert built(spells.head(0)).empty
    assert compared(spells.head(0)).empty
    quiet = built(spells.assign(state="with_family")).query("measure == 'incidence' and day == 30")
    told = quiet[quiet["n"] > 0]
    assert (told["estimate"] == 0).all()
    assert (told["ci_high"] > 0).all()


def test_a_gap_is_that_of_the_curves_and_has_no_interval_where_a_kind_had_no_end(spells, table):
    gaps = compared(spells)
    shares = table[(table["term"] == "return_kind") & (table["measure"] == "incidence")]
    at = shares.set_index(["level", "outcome", "day"])["estimate"]
    of_incidence = gaps[gaps["measure"] == "difference of incidence"].set_index(["outcome", "day"])
    gap = of_incidence.loc[("residential", 365), "estimate"]
    assert gap == pytest.approx(at["abrupt", "residential", 365] - at["planned", "residential", 365])
    assert of_incidence.loc[("residential", 365), "ci_low"] > 0
    assert of_incidence.loc["boarding_school"][["ci_low", "ci_high"]].isna().all(axis=None)
    days = gaps[gaps["measure"] == "difference of mean days"].set_index("outcome")["estimate"]
    assert days.sum() == pytest.approx(0, abs=1e-9)
    assert days["at_home"] < 0


def test_too_few_of_a_kind_make_no_gap(spells):
    assert compared(spells[(spells["return_kind"] == "planned") | (spells.index < 20)]).empty
