"""Loss to follow-up: bounds hold whatever happened to the lost; weights mend loss that covariates explain."""

import numpy as np
import pytest

from analysis.models.survival.cluster_draws import draws_of
from analysis.models.survival.counting import ObservationError
from analysis.models.survival.incidence import incidence
from analysis.models.survival.loss import loss_bounds, weighted_incidence

TIMES = np.array([90, 365, 700])


def made_up(seed=1, n=3000):
    """Return rows in which those at risk are lost more often, what they were, and when all would have ended."""
    rng = np.random.default_rng(seed)
    x = (rng.random(n) < 0.4).astype(float)
    back, other, loss = (
        rng.exponential(1000 / np.exp(x)),
        rng.exponential(2500, n),
        rng.exponential(900 / np.exp(1.2 * x)),
    )
    end, first = np.ceil(rng.uniform(720, 1100, n)), np.minimum(back, other)
    exit = np.ceil(np.minimum(np.minimum(first, loss), end))  # noqa: A001
    cause = np.where(np.ceil(first) > exit, 0, np.where(back < other, 1, 2))
    is_lost = (cause == 0) & (exit < end)
    truth = np.array([((back <= t) & (back < other)).mean() for t in TIMES])
    return {"entry": 0, "exit": exit, "cause": cause, "n_causes": 2, "times": TIMES, "is_lost": is_lost}, end, x, truth


def test_bounds_hold_the_truth_and_what_is_told_without_them_need_not():
    rows, end, _, truth = made_up()
    found = loss_bounds(**rows, until=end)
    best, worst = found.best.estimates[:, 0], found.worst.estimates[:, 0]
    assert (best < truth).all()
    assert (truth < worst).all()
    low, high = found.interval(0.95)
    assert (low < best).all()
    assert (worst < high).all()
    assert found.n_lost.tolist() == [int((rows["exit"][rows["is_lost"]] < t).sum()) for t in TIMES]
    plain = incidence(0, rows["exit"], rows["cause"], 2, TIMES)
    assert plain.estimates[2, 0] < truth[2] - 3 * plain.standard_errors[2, 0]


def test_whatever_happened_to_the_lost_lies_within_the_bounds():
    rows, end, _, _ = made_up(n=200)
    found = loss_bounds(**rows, until=end)
    rng = np.random.default_rng(9)
    for _ in range(20):
        when = np.where(rows["is_lost"], rng.uniform(rows["exit"], end + 1e-9), rows["exit"])
        what = np.where(rows["is_lost"], rng.integers(0, 2, 200), rows["cause"])
        when = np.where(rows["is_lost"] & (what == 0), end, when)
        filled = incidence(0, when, what, 2, TIMES).estimates[:, 0]
        assert (found.best.estimates[:, 0] <= filled + 1e-12).all()
        assert (filled <= found.worst.estimates[:, 0] + 1e-12).all()


def test_nobody_lost_leaves_nothing_to_bound_or_to_weight():
    rows, end, x, _ = made_up(n=300)
    rows["is_lost"] = np.zeros(300, bool)
    plain = incidence(0, rows["exit"], rows["cause"], 2, TIMES).estimates
    found = loss_bounds(**rows, until=end)
    np.testing.assert_array_equal(found.best.estimates, found.worst.estimates)
    weighted = weighted_incidence(
        **rows, covariates=x, clusters=np.arange(300) % 30, n_replicates=2, rng=np.random.default_rng(1)
    )
    np.testing.assert_allclose(weighted.replicated.estimates[0, :, :2], plain)
    np.testing.assert_allclose(weighted.largest_weight, 1)
    np.testing.assert_allclose(weighted.n_effective, [(rows["exit"] >= t).sum() for t in TIMES])


def test_weights_mend_loss_that_the_covariates_explain():
    rows, _, x, truth = made_up()
    clusters = np.arange(3000) % 50
    found = weighted_incidence(**rows, covariates=x, clusters=clusters, n_replicates=40, rng=np.random.default_rng(1))
    errors = found.replicated.standard_errors[0, :, 0]
    assert (np.abs(found.replicated.estimates[0, :, 0] - truth) < 3 * errors).all()
    assert found.model.coefficients[0] == pytest.approx(1.2, abs=0.2)
    assert (np.diff(found.largest_weight) > 0).all()
    plain = incidence(0, rows["exit"], rows["cause"], 2, TIMES)
    nothing = weighted_incidence(
        **rows, covariates=np.ones((3000, 1)), clusters=clusters, n_replicates=2, rng=np.random.default_rng(1)
    )
    np.testing.assert_allclose(nothing.replicated.estimates[0, :, :2], plain.estimates, err_msg="alike for all")


def test_a_replicate_fits_the_loss_model_anew():
    rows, _, x, _ = made_up(n=400)
    args = {**rows, "covariates": x, "clusters": np.arange(400) // 20, "n_replicates": 3}
    found = weighted_incidence(**args, rng=np.random.default_rng(7)).replicated.replicates
    again = np.repeat(np.arange(400), draws_of(20, 3, np.random.default_rng(7))[1][args["clusters"]])
    drawn = {name: rows[name][again] for name in ("exit", "cause", "is_lost")}
    alone = weighted_incidence(
        **(args | drawn | {"covariates": x[again], "clusters": np.arange(len(again))}), rng=np.random.default_rng(1)
    )
    np.testing.assert_allclose(found[1, 0], alone.replicated.estimates[0], rtol=1e-6)


def test_a_weight_is_one_over_the_chance_not_to_be_lost_since_entry():
    rows, _, x, _ = made_up(n=80)
    entry = np.where(np.arange(80) % 3 == 0, np.floor(rows["exit"] / 2), 0)
    rows |= {"entry": entry, "exit": np.ceil(rows["exit"] / 40) * 40 + entry % 40, "times": [400]}
    found = weighted_incidence(
        **rows, covariates=x, clusters=np.arange(80), n_replicates=2, rng=np.random.default_rng(1)
    )
    relative = np.exp(found.model.coefficients[0] * x)
    exit, cause, is_lost = rows["exit"], rows["cause"], rows["is_lost"]  # noqa: A001
    hazard, free, reached = {}, 1.0, np.zeros(2)
    for day in sorted(set(exit[exit <= 400])):
        at_risk, now = (entry < day) & (day <= exit), exit == day
        gathered = np.array([sum(h for v, h in hazard.items() if entry[i] < v < day) for i in range(80)])
        weights = np.exp(relative * gathered) * at_risk
        steps = np.array([(weights * (now & (cause == k))).sum() for k in (1, 2)]) / weights.sum()
        reached, free = reached + free * steps, free * (1 - steps.sum())
        hazard[day] = (now & is_lost).sum() / (relative * (at_risk & ~(now & (cause > 0)))).sum()
    np.testing.assert_allclose(found.replicated.estimates[0, 0], [*reached, free])


def test_who_is_lost_on_the_day_of_an_event_was_lost_after_it():
    rows, _, x, _ = made_up(n=300)
    rows["exit"] = np.ceil(rows["exit"] / 60) * 60
    args = {"covariates": x, "clusters": np.arange(300), "n_replicates": 2, "rng": np.random.default_rng(1)}
    found = weighted_incidence(**rows, **args)
    later = weighted_incidence(**(rows | {"exit": rows["exit"] + 0.5 * rows["is_lost"]}), **args)
    np.testing.assert_allclose(later.model.coefficients, found.model.coefficients)
    np.testing.assert_allclose(later.replicated.estimates, found.replicated.estimates)


def test_nothing_is_told_after_the_last_child_seen():
    rows, _, x, _ = made_up(n=60)
    found = weighted_incidence(
        **(rows | {"times": [90, 2000]}),
        covariates=x,
        clusters=np.arange(60),
        n_replicates=9,
        rng=np.random.default_rng(1),
    )
    assert np.isfinite(found.replicated.interval(0.95)[0][0, 0]).all()
    assert np.isnan(found.replicated.replicates[:, 0, 1]).all()


def test_a_kind_of_child_that_is_never_lost_has_a_limit_and_no_failure():
    rows, _, x, _ = made_up(n=400)
    rows["is_lost"] &= x == 1
    found = weighted_incidence(
        **rows, covariates=x, clusters=np.arange(400), n_replicates=2, rng=np.random.default_rng(1)
    )
    assert found.model.coefficients[0] > 10
    assert np.isfinite(found.replicated.estimates).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_lost": [True, True, False]}, "no row with an event may be lost"),
        ({"is_lost": [True]}, "one value a row"),
        ({"is_lost": [False, None, False]}, "none missing"),
        ({"until": [9, 2, 9]}, "missing or before it was lost"),
        ({"until": [9, np.nan, 9]}, "missing or before it was lost"),
    ],
)
def test_a_loss_that_is_none_is_refused(change, words):
    good = {"entry": 0, "exit": [3, 4, 5], "cause": [1, 0, 2], "n_causes": 2, "times": [2], "until": [9, 9, 9]}
    with pytest.raises(ObservationError, match=words):
        loss_bounds(**({**good, "is_lost": [False, True, False]} | change))


def test_a_missing_covariate_is_refused():
    rows, _, x, _ = made_up(n=50)
    with pytest.raises(ObservationError, match="a column of its own"):
        weighted_incidence(
            **rows,
            covariates=np.where(x == 1, np.nan, x),
            clusters=np.arange(50),
            n_replicates=2,
            rng=np.random.default_rng(1),
        )
