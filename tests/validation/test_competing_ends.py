"""Fine and Gray, frailty and the test of proportional hazards where the right answer is known and clusters are few.

Each line of a parametrized test is 200 data sets (frailty: 100): a coverage of 95 % is then known within 3 points (4),
two standard errors of the simulation.
"""

import numpy as np
import pytest
from scipy import stats

from analysis.models.survival.cox import cox_fit
from analysis.models.survival.few_clusters import corrected
from analysis.models.survival.fine_gray import fine_gray_fit
from analysis.models.survival.frailty import frailty_fit
from analysis.models.survival.proportional import proportionality_test

N_SETS = 200
RATIO, SHARE = 0.7, 0.45  # log subdistribution hazard ratio, incidence of the cause without the covariate at the end


def competing_ends(rng, n_clusters, size, dependence=0.1):
    """Return entry, exit, cause, covariate and cluster; within clusters times hang together, and the covariate too.

    The incidence of cause 1 is exactly Fine and Gray's (1999): times come from their own distribution by a normal
    copula, so that clusters do not disturb it. A third is under observation from later on only.
    """
    cluster = np.repeat(np.arange(n_clusters), size)
    n = len(cluster)
    x = (rng.random(n) < rng.beta(2, 2, n_clusters)[cluster]).astype(float)
    shared = np.sqrt(dependence) * rng.normal(size=n_clusters)[cluster]
    level = stats.norm.cdf(shared + np.sqrt(1 - dependence) * rng.normal(size=n))
    ratio = np.exp(RATIO * x)
    is_first = level < 1 - (1 - SHARE) ** ratio
    left = np.where(is_first, (1 - (1 - level) ** (1 / ratio)) / SHARE, 0)
    days = np.where(is_first, -np.log1p(-np.minimum(left, 1 - 1e-12)), rng.exponential(1, n) + 1e-6)
    until, entry = rng.uniform(0.5, 3, n), np.where(rng.random(n) < 1 / 3, rng.uniform(0, 0.3, n), 0)
    exit_ = np.minimum(days, until)
    cause = np.where(days > until, 0, np.where(is_first, 1, 2))
    seen = exit_ > entry
    return entry[seen], exit_[seen], cause[seen], x[seen], cluster[seen]


@pytest.mark.validation
@pytest.mark.parametrize(("n_clusters", "size"), [(12, 30), (24, 20), (60, 8)])
def test_fine_gray_holds_the_planted_ratio_at_the_stated_rate(n_clusters, size):
    rng = np.random.default_rng(n_clusters)
    sets = (competing_ends(rng, n_clusters, size) for _ in range(N_SETS))
    told = [corrected(fine_gray_fit(*times, 1, x[:, None], clusters=cluster)) for *times, x, cluster in sets]
    ends = np.array([one.interval(0.95)[0] for one in told])
    estimates = np.array([one.coefficients[0] for one in told])
    assert 0.91 <= np.mean((ends[:, 0] < RATIO) & (ends[:, 1] > RATIO)) <= 0.99
    assert abs(estimates.mean() - RATIO) < 3 * estimates.std() / np.sqrt(N_SETS) + 0.01


@pytest.mark.validation
def test_taking_other_ends_for_censoring_asks_another_question():
    """The cause-specific ratio is not the subdistribution's: its mean lies well away from the planted one."""
    rng = np.random.default_rng(5)
    off = []
    for _ in range(50):
        entry, exit_, cause, x, _ = competing_ends(rng, 24, 25)
        off.append(cox_fit(entry, exit_, cause == 1, x[:, None]).coefficients[0] - RATIO)
    assert abs(np.mean(off)) > 3 * np.std(off) / np.sqrt(50)


@pytest.mark.validation
def test_frailty_finds_ratio_and_variance():
    rng, told = np.random.default_rng(6), []
    cluster = np.repeat(np.arange(30), 20)
    for _ in range(100):
        x, factor = rng.integers(0, 2, 600), rng.gamma(2, 0.5, 30)[cluster]  # variance 0.5
        days, until = rng.exponential(1 / (factor * np.exp(0.6 * x))), rng.uniform(0.3, 2, 600)
        fit = frailty_fit(0, np.minimum(days, until), days <= until, x[:, None], cluster)
        error = np.sqrt(fit.covariance[0, 0])
        told.append(
            (abs(fit.coefficients[0] - 0.6) < 1.96 * error, fit.variance_low < 0.5 < fit.variance_high, fit.variance)
        )
    held, variance_held, variance = np.mean(told, axis=0)
    assert 0.90 <= held <= 0.99
    assert 0.89 <= variance_held <= 0.99
    assert 0.4 < variance < 0.53, "maximum likelihood is a little low with 30 clusters"


@pytest.mark.validation
def test_proportional_hazards_are_given_up_at_the_stated_rate_where_rows_are_independent():
    rng, p_values = np.random.default_rng(7), []
    for _ in range(2 * N_SETS):
        x = np.column_stack([rng.integers(0, 2, 300), rng.normal(size=300)])
        days, until = rng.exponential(1 / np.exp(x @ [0.7, -0.3])), rng.uniform(0.2, 3, 300)
        exit_ = np.minimum(days, until)
        p_values.append(proportionality_test(cox_fit(0, exit_, days <= until, x), 0, exit_).all_p_value)
    assert 0.02 <= np.mean(np.array(p_values) < 0.05) <= 0.08
