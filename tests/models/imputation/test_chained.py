"""Chained equations: answers stand, relations and clusters are kept, levels fit, what cannot be drawn is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis.models.imputation.chained import imputations, scale_reduction
from analysis.models.imputation.levels import levels

N_CLUSTERS, N_EACH = 40, 20
KINDS = {"poor": "classes", "violence": "yes_no", "income": "amount", "disability": "yes_no", "placed": "yes_no"}


def simulated(rng):
    """Return households in clusters that differ, their members, the members' households, and the design."""
    cluster = np.repeat(np.arange(N_CLUSTERS), N_EACH)
    n = len(cluster)
    effect = rng.normal(size=(N_CLUSTERS, 3))[cluster]
    level = effect[:, 0] + rng.normal(size=n)
    poor = np.select([level > 1.5, level > 0.7], ["very", "poor"], "not")
    violence = rng.random(n) < special.expit(-1 + 0.8 * effect[:, 1] + (poor != "not"))
    income = np.exp(5 - (poor != "not") + 0.7 * effect[:, 2] + 0.7 * rng.normal(size=n)).round()
    parent = np.repeat(np.arange(n), 1 + rng.poisson(1, n))
    placed = rng.random(len(parent)) < special.expit(-2 + 2 * violence[parent])
    disability = rng.random(len(parent)) < special.expit(-2 + 2 * placed)
    households = pd.DataFrame({"poor": poor, "violence": violence, "income": income})
    members = pd.DataFrame({"disability": disability, "placed": placed})
    weights = np.exp(0.3 * rng.normal(size=N_CLUSTERS))[cluster]
    return households, members, parent, (cluster // 10, cluster, weights)


def blanked(frame, share, rng, but=()):
    wide = frame.astype({name: "boolean" for name in frame if frame[name].dtype == bool})
    return wide.assign(**{name: wide[name].mask(rng.random(len(wide)) < share) for name in wide if name not in but})


@pytest.fixture(scope="module")
def survey():
    rng = np.random.default_rng(11)
    households, members, parent, design = simulated(rng)
    shuffled = rng.permutation(len(households))
    households = households.iloc[shuffled].reset_index(drop=True)
    parent = np.argsort(shuffled)[parent]
    return households, members, parent, tuple(part[shuffled] for part in design)


@pytest.fixture(scope="module")
def told(survey):
    households, members, parent, design = survey
    rng = np.random.default_rng(12)
    return blanked(households, 0.2, rng), blanked(members, 0.2, rng, but=["placed"]), parent, design


def drawn(told, n=6, n_sweeps=4, seed=13):
    upper, lower, parent, design = told
    return list(imputations(levels(upper, lower, KINDS, parent, design), n, n_sweeps, np.random.default_rng(seed)))


@pytest.fixture(scope="module")
def found(told):
    return drawn(told)


def test_answers_stand_and_blanks_are_filled_in_the_order_of_the_rows(told, found):
    for completed in found:
        for asked, full in ((told[0], completed.upper), (told[1], completed.lower)):
            assert not full.isna().any(axis=None)
            for name in asked:
                was_told = asked[name].notna()
                assert (full[name][was_told] == asked[name][was_told]).all(), name
    assert found[0].upper["income"].isin(told[0]["income"].dropna()).all(), "nobody has an income that nobody told"
    assert not found[0].upper.equals(found[1].upper)


def test_the_same_generator_draws_the_same(told, found):
    again = drawn(told, n=2)
    assert all(
        one.upper.equals(two.upper) and one.lower.equals(two.lower) for one, two in zip(again, found, strict=False)
    )


def test_what_is_drawn_goes_with_the_outcome_as_what_was_told(survey, told, found):
    """Log odds ratio of violence and placement among the drawn: near 0 if the outcome were no column, 2 in truth."""
    parent, is_drawn = told[2], told[0]["violence"].isna().to_numpy()
    placed = told[1]["placed"].astype(bool)[is_drawn[parent]]

    def log_odds_ratio(violence):
        of_members = pd.Series(violence.astype(float).to_numpy()[parent][is_drawn[parent]])
        return float(np.diff(special.logit(of_members.groupby(placed.to_numpy()).mean()))[0])

    drawn_ratio = np.mean([log_odds_ratio(one.upper["violence"]) for one in found])
    assert drawn_ratio == pytest.approx(2, abs=0.6)
    assert drawn_ratio == pytest.approx(log_odds_ratio(survey[0]["violence"]), abs=0.8)


def test_each_of_three_answers_is_drawn_about_as_often_as_it_was_given(survey, told, found):
    """Blanks are by chance, so that households of one kind are blank as often as those of another."""
    is_blank = told[0]["poor"].isna().to_numpy()
    shares = pd.concat([one.upper["poor"][is_blank] for one in found]).value_counts(normalize=True)
    truth = survey[0]["poor"][is_blank].value_counts(normalize=True)
    assert shares[["very", "poor", "not"]].to_numpy() == pytest.approx(truth[["very", "poor", "not"]], abs=0.08)


def test_clusters_stay_as_alike_as_they_were():
    """Between two drawn incomes of a cluster, the covariance of their logs is the planted 0.5, 0 without effects."""
    rng = np.random.default_rng(15)
    cluster = np.repeat(np.arange(400), 8)
    size = rng.normal(size=len(cluster))
    logs = rng.normal(0, 0.7, 400)[cluster] + 0.5 * size + rng.normal(0, 0.7, len(cluster))
    income = pd.Series(np.exp(logs)).mask(rng.random(len(cluster)) < 0.3)
    households = pd.DataFrame({"size": np.exp(size), "income": income})
    members = pd.DataFrame({"placed": pd.array(rng.random(len(cluster)) < 0.1, dtype="boolean")})
    design = (np.zeros(len(cluster)), cluster, np.ones(len(cluster)))
    rows = levels(households, members, {**KINDS, "size": "amount"}, np.arange(len(cluster)), design)

    def covariance(incomes):
        apart, own = np.log(incomes[income.isna()].astype(float)), cluster[income.isna()]
        apart = apart - apart.mean()
        n_each = np.bincount(own)
        return (np.bincount(own, apart) @ np.bincount(own, apart) - apart @ apart) / (n_each @ n_each - len(own))

    found = [covariance(one.upper["income"]) for one in imputations(rows, 5, 1, rng)]
    assert np.mean(found) == pytest.approx(covariance(pd.Series(np.exp(logs))), rel=0.15)
    assert np.mean(found) == pytest.approx(0.7**2, rel=0.15), "a third more with donors whose effects are not drawn"


def test_a_cluster_in_which_nobody_answered_is_a_cluster_too(survey):
    households, members, parent, design = survey
    silent = design[1] < 8
    asked = households.assign(violence=households["violence"].astype("boolean").mask(silent))
    shares = [
        one.upper["violence"].astype(float)[silent].groupby(design[1][silent]).mean()
        for one in drawn((asked, members.astype("boolean"), parent, design), n=8, n_sweeps=1)
    ]
    by_chance = np.sqrt(0.3 * 0.7 / N_EACH)
    assert np.mean([share.std() for share in shares]) > 1.2 * by_chance


def test_parameters_are_drawn_too():
    """Of half the answers blank at random, shares drawn vary by p(1-p)(1/blank + 1/told): proper imputation."""
    rng = np.random.default_rng(14)
    n = 800
    yes = pd.DataFrame({"violence": pd.array(rng.random(n) < 0.3, dtype="boolean")}).mask(
        np.arange(n)[:, None] % 2 == 0
    )
    members, everybody = pd.DataFrame({"placed": pd.array(np.zeros(n, bool), dtype="boolean")}), np.arange(n)
    asked = levels(yes, members, KINDS, everybody, (np.zeros(n), everybody // 20, np.ones(n)))
    shares = [one.upper["violence"][::2].mean() for one in imputations(asked, 100, 1, rng)]
    told = yes["violence"].mean()
    assert np.mean(shares) == pytest.approx(told, abs=0.01)
    ratio = np.std(shares) / np.sqrt(told * (1 - told) * 4 / n)
    assert 0.85 < ratio < 1.5, "0.71 without; above 1 by what is unsure of the sd of clusters"


def test_traces_tell_whether_chains_agree(found):
    traces = np.array([one.traces for one in found])
    names = ["poor", "violence", "income", "disability", "placed"]
    factor = dict(zip(names, scale_reduction(traces), strict=True))
    assert np.isnan(factor.pop("placed")), "nothing to draw"
    assert max(factor.values()) < 2
    apart = traces + 10 * np.arange(len(found))[:, None, None]
    assert np.nanmin(scale_reduction(apart)) > 5
    with pytest.raises(ValueError, match="four sweeps"):
        scale_reduction(traces[:, :3])


def test_an_answer_that_all_gave_is_given_to_the_rest(told):
    upper, lower, parent, design = told
    asked = upper.assign(poor=upper["poor"].where(upper["poor"].isna(), "not"), violence=False)
    assert (drawn((asked, lower, parent, design), n=1)[0].upper["poor"] == "not").all()


def test_a_survey_of_three_households_is_completed():
    upper = pd.DataFrame({"violence": pd.array([True, None, False], dtype="boolean"), "income": [0.0, 5.0, np.nan]})
    lower = pd.DataFrame({"disability": pd.array([False, None, False], dtype="boolean")})
    design = (["a", "a", "b"], ["1", "1", "2"], [3.0, 3.0, 5.0])
    (one,) = imputations(levels(upper, lower, KINDS, [0, 1, 2], design), 1, 4, np.random.default_rng(1))
    assert not one.upper.isna().any(axis=None)
    assert not one.lower.isna().any(axis=None)


def test_an_item_nobody_answered_is_refused_by_name(told):
    upper, lower, parent, design = told
    asked = upper.assign(violence=pd.Series(pd.NA, index=upper.index, dtype="boolean"))
    with pytest.raises(ValueError, match=r"nobody answered violence.*leave it out of the items"):
        levels(asked, lower, KINDS, parent, design)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda strata, clusters, weights: (strata, clusters, weights * 0), "sampling weight above 0"),
        (
            lambda strata, clusters, weights: (strata, clusters, np.where(clusters == 0, np.nan, weights)),
            "weight above 0",
        ),
        (lambda strata, clusters, weights: (np.arange(len(clusters)), clusters, weights), "lies in two strata"),
    ],
    ids=["weights of 0", "weights missing", "cluster in two strata"],
)
def test_designs_that_cannot_be_are_refused(told, change, message):
    upper, lower, parent, design = told
    with pytest.raises(ValueError, match=message):
        levels(upper, lower, KINDS, parent, change(*design))


def test_amounts_below_0_and_unknown_kinds_are_refused(told):
    upper, lower, parent, design = told
    with pytest.raises(ValueError, match="income has amounts below 0"):
        levels(upper.assign(income=-1.0), lower, KINDS, parent, design)
    with pytest.raises(ValueError, match="one of yes_no, classes, amount"):
        levels(upper, lower, {**KINDS, "poor": "ordered"}, parent, design)
