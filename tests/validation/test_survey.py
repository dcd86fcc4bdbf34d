"""Coverage of the intervals of surveys, and bias of their standard errors, over samples from one simulated country.

6 strata of 300 villages of 40 to 120 children, alike within a village; villages drawn with chances as their size, 12
children in each. 24 and 60 villages; the true figures are those of a census of all children.
"""

import numpy as np
import pytest

from analysis.models.survey import (
    Change,
    attributable_fraction,
    average_marginal_effects,
    logistic,
    mean,
    proportion,
    quantile,
    rao_wu,
    replicate_covariance,
    survey_design,
    total,
)

N_SAMPLES, N_STRATA, N_VILLAGES, N_ASKED, SEED = 1000, 6, 300, 12, 20150802
RARE = 0.1  # of the placed: on average two of 24 villages have a case, five of 60
POOR, CONFIDENCE = Change({1: 0}, {1: 1}), 0.95


class Country:
    """All children: village by village, with what they would answer."""

    def __init__(self, rng):
        self.sizes = rng.integers(40, 121, N_STRATA * N_VILLAGES)
        self.stratum_of_village = np.repeat(np.arange(N_STRATA), N_VILLAGES)
        self.starts = np.cumsum(self.sizes) - self.sizes
        village = np.repeat(np.arange(len(self.sizes)), self.sizes)
        effect = rng.normal(0, 0.7, len(self.sizes))[village]
        self.is_poor = (rng.random(len(village)) < 1 / (1 + np.exp(0.8 - effect))).astype(float)
        self.km = rng.gamma(2, 1 + self.stratum_of_village[village] / 3) * np.exp(0.3 * effect)
        odds = np.exp(-2.2 + 0.9 * self.is_poor + 0.15 * self.km + rng.normal(0, 0.6, len(self.sizes))[village])
        self.is_placed = (rng.random(len(village)) < odds / (1 + odds)).astype(float)
        self.is_rare = self.is_placed * (rng.spawn(1)[0].random(len(village)) < RARE)

    def columns(self, rows=slice(None)):
        return np.column_stack([np.ones(len(self.km[rows])), self.is_poor[rows], self.km[rows]])

    def drawn(self, n_villages, rng):
        """Return the rows of the children who are asked, and the design."""
        each = n_villages // N_STRATA
        by_stratum = self.sizes.reshape(N_STRATA, -1)
        chances = by_stratum / by_stratum.sum(axis=1, keepdims=True)
        ends = np.cumsum(chances, axis=1) + np.arange(N_STRATA)[:, None]
        at = np.searchsorted(ends.ravel(), (rng.random((N_STRATA, each)) + np.arange(N_STRATA)[:, None]).ravel())
        order = rng.random((n_villages, self.sizes.max()))
        order[np.arange(order.shape[1]) >= self.sizes[at][:, None]] = 2
        asked = self.starts[at][:, None] + order.argsort(axis=1)[:, :N_ASKED]
        stratum = np.repeat(self.stratum_of_village[at], N_ASKED)
        weights = by_stratum.sum(axis=1)[stratum] / (each * N_ASKED)
        return asked.ravel(), survey_design(weights, stratum, np.repeat(np.arange(n_villages), N_ASKED))


def estimated(country, rows, design, rng):
    """Return by name the estimate, its standard error, and the ends of its interval."""
    placed, km, is_poor = country.is_placed[rows], country.km[rows], country.is_poor[rows] == 1
    columns = country.columns(rows)
    fit = logistic(placed, columns, design)
    share, median = proportion(placed, design), quantile(km, 0.5, design, CONFIDENCE)
    on_scale = {
        "share": (share, "logit"),
        "share of the poor": (proportion(placed, design, is_poor), "logit"),
        "rare share": (proportion(country.is_rare[rows], design), "logit"),
        "mean": (mean(km, design), "identity"),
        "total": (total(placed, design), "log"),
        "effect": (average_marginal_effects(fit, columns, [POOR], design), "identity"),
        "fraction": (attributable_fraction(fit, columns, {1: 0}, design), "log_complement"),
        "rows as clusters": (proportion(placed, survey_design(design.weights, design.strata)), "logit"),
    }
    found = {
        name: (figure.estimate[0], figure.standard_error[0], *np.ravel(figure.interval(CONFIDENCE, scale)))
        for name, (figure, scale) in on_scale.items()
    }
    found["bootstrap"] = (share.estimate[0], bootstrap_error(placed, design, rng), np.nan, np.nan)
    found["median"] = (median.estimate[0], np.nan, median.low[0], median.high[0])
    return found


def bootstrap_error(placed, design, rng):
    replicates = rao_wu(design, 100, rng)
    totals = replicates.totals(np.column_stack([placed, np.ones(len(placed))]))
    return np.sqrt(replicate_covariance(totals[:, 0] / totals[:, 1], replicates, "mean")[0, 0])


def true_figures(country):
    census = survey_design(np.ones(len(country.km)))
    columns = country.columns()
    fit = logistic(country.is_placed, columns, census)
    share = country.is_placed.mean()
    return {
        "share": share,
        "share of the poor": country.is_placed[country.is_poor == 1].mean(),
        "rare share": country.is_rare.mean(),
        "mean": country.km.mean(),
        "total": country.is_placed.sum(),
        "effect": average_marginal_effects(fit, columns, [POOR], census).estimate[0],
        "fraction": attributable_fraction(fit, columns, {1: 0}, census).estimate[0],
        "rows as clusters": share,
        "bootstrap": share,
        "median": np.median(country.km),
    }


@pytest.fixture(scope="module", params=[24, 60])
def measured(request):
    rng = np.random.default_rng([SEED, request.param])
    country = Country(rng)
    expected = true_figures(country)
    samples = [estimated(country, *country.drawn(request.param, rng), rng) for _ in range(N_SAMPLES)]
    found = {name: np.array([sample[name] for sample in samples]) for name in expected}
    holds, ratio, bias = {}, {}, {}
    for name, rows in found.items():
        estimate, error, low, high = rows.T
        holds[name] = ((low <= expected[name]) & (expected[name] <= high)).mean()
        ratio[name] = error.mean() / estimate.std()
        bias[name] = (estimate.mean() - expected[name]) / estimate.std()
    return request.param, holds, ratio, bias


OURS = ("share", "share of the poor", "mean", "total", "effect", "fraction", "median")


@pytest.mark.validation
@pytest.mark.parametrize("name", OURS)
def test_intervals_hold_the_true_figure_as_often_as_they_say(name, measured):
    n_villages, holds, _, _ = measured
    assert 0.93 - (n_villages < 60) * 0.01 <= holds[name] <= 0.97


@pytest.mark.validation
def test_an_interval_of_a_rare_share_holds_it_as_often_as_it_says_or_more(measured):
    assert 0.94 <= measured[1]["rare share"] <= 0.99


@pytest.mark.validation
@pytest.mark.parametrize("name", [*OURS[:-1], "bootstrap"])
def test_standard_errors_are_as_large_as_estimates_spread(name, measured):
    n_villages, _, ratio, _ = measured
    assert ratio[name] == pytest.approx(1, abs=0.05 if n_villages >= 60 else 0.08)


@pytest.mark.validation
@pytest.mark.parametrize("name", [*OURS, "rare share"])
def test_estimates_lie_around_the_true_figure(name, measured):
    assert abs(measured[3][name]) < 0.15


@pytest.mark.validation
def test_rows_taken_for_clusters_hold_it_less_often(measured):
    _, holds, ratio, _ = measured
    assert holds["rows as clusters"] < holds["share"] - 0.03
    assert ratio["rows as clusters"] < 0.9
