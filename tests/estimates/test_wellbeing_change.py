"""How children do: pairs, low scores, chance, ranks, criteria and closing, on ratings whose gain is known."""

import numpy as np
import pandas as pd
import pytest
from made_ratings import choices, frames

from analysis.estimates import _wellbeing_ratings as ratings_of
from analysis.estimates import wellbeing_change

KEY = ["outcome", "sort", "term", "level", "wave", "measure"]


def built(inputs, study=None):
    made = wellbeing_change.build(**inputs, study=study or choices())
    return wellbeing_change.TABLE.validated(made, "wellbeing_change")


@pytest.fixture(scope="module")
def inputs():
    return frames()


@pytest.fixture(scope="module")
def rows(inputs):
    return built(inputs)


def one(rows, measure, term="1A", level="after a return", wave="both", sort="domain"):
    found = rows[
        (rows["outcome"] != "mosvy")
        & (rows["measure"] == measure)
        & (rows["term"] == term)
        & (rows["level"] == level)
        & (rows["wave"] == wave)
        & (rows["sort"] == sort)
    ]
    assert len(found) == 1
    return found.iloc[0]


def pairs_by_hand(inputs, code="1A"):
    waves = inputs["assessment_waves"].query("counted_from == 'return'")
    scored = inputs["assessments"].query("domain_code == @code").merge(waves, on="assessment_id")
    scores = scored.set_index(["wave", "child_key", "agency"])["score"].astype("float64")
    return scores["baseline"], scores["fu_gt12m"]


def test_the_change_is_the_mean_of_the_last_less_the_one_before_with_the_jackknife_of_agencies(rows, inputs):
    first, last = pairs_by_hand(inputs)
    change = last - first
    row = one(rows, "change")
    assert row["estimate"] == pytest.approx(change.mean())
    assert row["n"] == len(change)
    without = np.array([change.drop(agency, level="agency").mean() for agency in change.index.unique("agency")])
    error = np.sqrt(6 / 7 * ((without - change.mean()) ** 2).sum())
    assert (row["ci_high"] - row["ci_low"]) / 2 == pytest.approx(2.446911851 * error), "t with 6 degrees of freedom"


def test_low_and_extreme_shares_are_of_those_rated_twice(rows, inputs):
    first, last = pairs_by_hand(inputs)
    assert one(rows, "low before")["n_hits"] == (first <= 2).sum()
    assert one(rows, "low at last")["estimate"] == pytest.approx((last <= 2).mean())
    assert one(rows, "lowest before")["n_hits"] == (first == 1).sum()
    assert one(rows, "highest before")["n_hits"] == (first == 4).sum()
    assert one(rows, "highest at last")["n_hits"] == (last == 4).sum()
    row = one(rows, "low before")
    assert row["ci_low"] < row["estimate"] < row["ci_high"]


def test_of_the_low_what_was_seen_is_what_chance_brings_and_the_rest(rows, inputs):
    first, last = pairs_by_hand(inputs)
    seen, chance, beyond = (one(rows, name) for name in ("change of the low", "by chance alone", "beyond chance"))
    assert seen["estimate"] == pytest.approx((last - first)[first <= 2].mean())
    assert seen["estimate"] - chance["estimate"] == pytest.approx(beyond["estimate"])
    assert seen["n"] == (first <= 2).sum()
    nobody_gained = one(rows, "by chance alone", "6B")
    assert nobody_gained["ci_low"] > 0, "the low rise also where nothing is planted"
    assert one(rows, "beyond chance", "6B")["ci_low"] < 0 < one(rows, "beyond chance", "6B")["ci_high"]


def test_odds_ratios_hold_the_planted_gain_and_grow_with_the_wave(rows):
    late, early = (one(rows, "odds of a higher score", wave=wave) for wave in ("fu_gt12m", "fu_lt6m"))
    assert late["ci_low"] < np.exp(1.2) < late["ci_high"]
    assert early["ci_low"] < np.exp(0.6) < early["ci_high"]
    assert pd.isna(one(rows, "odds of a higher score", wave="fu_6_12m")["estimate"]), "nobody was rated then"
    assert one(rows, "spread of children")["estimate"] == pytest.approx(1.2, abs=0.35)
    assert late["df_residual"] == 3 * 94 - 3 - 2 - 1, "ratings less cut points, waves, a standard deviation"


def test_ranks_follow_the_changes_and_their_intervals_hold_them(rows):
    found = [one(rows, "rank of change", term) for term in ("1A", "1B", "6B")]
    assert [row["estimate"] for row in found] == [1, 2, 3]
    assert all(row["ci_low"] <= row["estimate"] <= row["ci_high"] for row in found)


def test_an_outcome_domain_is_the_mean_of_its_domains_and_low_if_any_is(rows, inputs):
    both = [pairs_by_hand(inputs, code) for code in ("1A", "1B")]
    health = one(rows, "change", "health", sort="outcome domain")
    assert health["estimate"] == pytest.approx(np.mean([(last - first).mean() for first, last in both]))
    is_low = (both[0][0] <= 2) | (both[1][0] <= 2)
    assert one(rows, "low before", "health", sort="outcome domain")["n_hits"] == is_low.sum()
    late = one(rows, "change", "late less others", sort="outcome domain")
    education = one(rows, "change", "education", sort="outcome domain")
    assert late["estimate"] == pytest.approx(education["estimate"] - health["estimate"])


def test_an_outcome_domain_of_which_nobody_asks_has_a_row_that_says_so(rows):
    row = one(rows, "change", "belonging", sort="outcome domain")
    assert row[["estimate", "n"]].isna().all()
    assert row["note"] == "the instrument has no domain of it"


def test_children_without_a_return_to_count_from_are_told_apart(rows, inputs):
    n_children = {level: one(rows, "change", level=level)["n"] for level in ("after a return", "since acceptance")}
    assert n_children == {"after a return": 94, "since acceptance": 46}
    assert not ((rows["level"] == "since acceptance") & (rows["measure"] == "by chance alone")).any()


def test_every_wave_has_a_row_also_when_nobody_was_rated_in_it(rows):
    waves = rows[(rows["measure"] == "low") & (rows["term"] == "1A") & (rows["level"] == "after a return")]
    assert waves.set_index("wave")["n"].to_dict() == {
        "baseline": 94, "placement": 0, "fu_lt6m": 94, "fu_6_12m": 0, "fu_gt12m": 94,
    }  # fmt: skip


def test_criteria_are_those_of_the_last_contact_and_violence_is_never_told_alone(rows):
    criteria = rows[rows["sort"] == "criterion"].set_index("term")
    assert "crit_violence" not in criteria.index
    assert criteria.loc["crit_health", "n"] == 140
    assert 0.6 < criteria.loc["crit_health", "estimate"] < 0.95, "at the first contact nothing was met"
    assert criteria.loc["crit_education", "n"] == criteria.loc["five_criteria", "n"] == 105, "a blank is unknown"


def test_what_is_left_open_makes_a_range_and_no_number_of_known_ones(rows, inputs):
    told = inputs["closure_readiness"].query("was_closed_with_goals_met")["is_ready"]
    met, may_be = (
        one(rows, name, "is_ready", "closed with goals met", "last", "condition")
        for name in ("met", "met or left open")
    )
    assert met["n"] == may_be["n"] == len(told)
    assert met["n_hits"] == told.fillna(False).sum()
    assert may_be["n_hits"] == told.fillna(True).sum()
    no_form = rows[(rows["outcome"] == "mosvy") & (rows["sort"] == "condition")]
    assert (no_form["n"] == 0).all()


def test_ratings_too_near_each_other_are_no_pair():
    ratings = pd.DataFrame(
        {
            "instrument": "csi12", "child_key": ["a", "a", "b", "b", "c", "c", "c"], "domain_code": "1A",
            "days": [-10, 79, -10, 80, -200, -10, 300],
            "wave": ["placement", "fu_lt6m", "placement", "fu_lt6m", "baseline", "placement", "fu_6_12m"],
            "score": [1, 4, 2, 3, 1, 2, 4],
        }
    )  # fmt: skip
    both = ratings_of.pairs(ratings, choices().wellbeing_change)
    assert both.set_index("child_key")[["first", "last", "change"]].to_numpy().tolist() == [[2, 3, 1], [2, 4, 2]]


def test_with_few_agencies_groups_of_children_are_the_clusters():
    rated = pd.DataFrame({"agency": ["A01"] * 50 + ["A02"] * 50, "child_key": [f"{n:04x}" for n in range(50)] * 2})
    clustered = ratings_of.with_clusters(rated, choices().wellbeing_change)
    assert clustered["cluster"].nunique() == 20
    assert len(clustered[["child_key", "cluster"]].drop_duplicates()) == 50, "a child is in one of them"


def test_few_children_rated_twice_have_rows_without_numbers_and_drafts_are_counted():
    inputs = frames(n_children=24)
    waves = inputs["assessment_waves"]
    waves.loc[waves["child_key"] == f"{2:016x}", "left_out"] = "draft"
    rows = built(inputs)
    assert pd.isna(one(rows, "change")["estimate"])
    assert one(rows, "change")["n"] == 16
    assert "too few" in one(rows, "change")["note"]
    assert pd.isna(one(rows, "by chance alone")["estimate"])
    assert one(rows, "low before")["n"] == 16
    counts = rows[rows["sort"] == "left out"].set_index("term")["estimate"]
    assert counts[counts > 0].to_dict() == {"draft": 3, "counted": 69}
    assert len(counts) == 6, "a reason that nobody had is a row too"


def test_without_a_rating_after_a_return_there_is_no_row(inputs):
    nobody = inputs["assessment_waves"].assign(counted_from="acceptance")
    assert built({**inputs, "assessment_waves": nobody}).empty
