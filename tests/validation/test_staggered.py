"""Do intervals of a staggered roll-out hold as often as they say, and does the usual regression not?

Registers are drawn with the simulator's own roll-out (entries by commune and year, groups that start one a year,
effects that grow and differ by group) and told by the model as the estimate tells them; the truth of each draw is the
ratio of mean entries with the programme to those without it, over the same communes and years. Numbers of few units
with additive effects are drawn here.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import study as choices_of_study
from analysis.estimates._rollout_panel import cells_of, communes_of
from analysis.models.staggered.before import parallel_before
from analysis.models.staggered.effects import LOG_RATIO, effect_overall, effects_by_cohort, effects_by_time
from analysis.models.staggered.group_time import group_time
from analysis.models.staggered.panel import panel
from analysis.models.staggered.two_way_rates import two_way_rate_ratio
from analysis.simulate import parameters
from analysis.simulate.registers import roll_out

N_DRAWS = 200  # Monte Carlo error of a coverage of 95 %: 1.5 points
N_FEW = 2000  # and 0.5
STUDY = choices_of_study.load()
SIMULATED = parameters.load()
CONFIDENCE = STUDY.intervals.confidence


def least_of(share, n):
    """Return the coverage below which one of 95 % falls once in a thousand times, by Monte Carlo error alone."""
    return share - 3.1 * np.sqrt(share * (1 - share) / n)


def register(rng):
    """Return what a register tells of communes, and the truth of each commune and year."""
    communes = pd.DataFrame({"commune_code": [f"{1 + at % 25:02d}{at:04d}" for at in range(400)]})
    communes = communes.assign(province_code=communes["commune_code"].str[:2], n_children=rng.integers(700, 7000, 400))
    truth = roll_out.build(SIMULATED, rng, communes, 1.0)
    told = truth.astype(dict.fromkeys(("year", "n_children", "n_entries"), "Int64"))
    return told.assign(n_entries=told["n_entries"].mask(truth["is_entries_blank"])), truth


def true_ratios(truth, by):
    """Return the true log ratio by a column of the years under the programme."""
    without = truth["n_children"] * truth["untreated_per_100k_children"]
    sums = pd.DataFrame({"with": without * truth["rate_ratio"], "without": without, "by": by})
    sums = sums[truth["year"] >= truth["started_year"]].groupby("by").sum()
    return np.log(sums["with"] / sums["without"])


@pytest.fixture(scope="module")
def drawn():
    """Return, for every draw, which intervals hold the truth, p-values before the start, and the usual regression."""
    found = SimpleNamespace(overall=[], by_time=[], bands=[], by_cohort=[], p_values=[], usual=[], errors=[])
    for seed in range(N_DRAWS):
        rng = np.random.default_rng([7, seed])
        told, truth = register(rng)
        communes = communes_of(told)
        cells = cells_of(communes.rates(), STUDY)
        overall, by_time = effect_overall(cells, LOG_RATIO), effects_by_time(cells, LOG_RATIO, window=(0, 6))
        of_all = true_ratios(truth, np.zeros(len(truth))).to_numpy()
        of_time = true_ratios(truth, truth["year"] - truth["started_year"]).to_numpy()
        of_cohort = true_ratios(truth, truth["started_year"]).to_numpy()
        found.overall.append(holds(overall.interval(CONFIDENCE), of_all))
        found.by_time.append(holds(by_time.interval(CONFIDENCE), of_time))
        found.bands.append(holds(by_time.band(CONFIDENCE, rng, 2000), of_time).all())
        found.by_cohort.append(holds(effects_by_cohort(cells, LOG_RATIO).interval(CONFIDENCE), of_cohort))
        found.errors.append(overall.estimates - of_all)
        before = effects_by_time(cells, LOG_RATIO, window=(-4, -1))
        tests = parallel_before(before, rng)
        found.p_values.append([tests.p_largest, tests.p_all])
        usual = two_way_rate_ratio(communes.entries, communes.children, communes.years, communes.starts)
        found.usual.append([usual.estimate - of_all[0], holds(np.array([usual.interval(CONFIDENCE)]), of_all)[0]])
    return SimpleNamespace(**{name: np.array(values, dtype="float64") for name, values in vars(found).items()})


def holds(ends, truth):
    return (ends[:, 0] <= truth) & (truth <= ends[:, 1])


@pytest.mark.validation
def test_planted_ratios_are_held_as_often_as_intervals_say(drawn):
    rates = {name: getattr(drawn, name).mean(axis=0).round(3) for name in ("overall", "by_time", "by_cohort", "bands")}
    print(rates, "bias of the log ratio", drawn.errors.mean().round(4), "sd", drawn.errors.std().round(3))  # noqa: T201
    assert drawn.overall.mean() >= least_of(0.95, N_DRAWS)
    assert (drawn.by_time.mean(axis=0) >= least_of(0.95, N_DRAWS)).all()
    assert (drawn.by_cohort.mean(axis=0) >= least_of(0.95, N_DRAWS)).all()
    assert drawn.bands.mean() >= least_of(0.95, N_DRAWS)
    assert (drawn.by_time.mean(axis=0) <= 0.95 + 3.1 * np.sqrt(0.95 * 0.05 / N_DRAWS)).all(), "nor too wide"
    assert abs(drawn.errors.mean()) < 3.1 * drawn.errors.std() / np.sqrt(N_DRAWS) + 0.005


@pytest.mark.validation
def test_the_usual_regression_misses_what_was_planted(drawn):
    bias, coverage = drawn.usual.mean(axis=0)
    print("two-way regression: bias of the log ratio", bias.round(3), "holds", coverage.round(3))  # noqa: T201
    assert bias > 0.1, "it tells too little of effects that grow"
    assert coverage < 0.5, "it is sure of what is not so"


@pytest.mark.validation
def test_parallel_trends_are_rejected_as_often_as_the_level_says(drawn):
    rejected = (drawn.p_values < 1 - CONFIDENCE).mean(axis=0)
    print("rejected before the start: largest, all", rejected.round(3))  # noqa: T201
    most = 0.05 + 3.1 * np.sqrt(0.05 * 0.95 / N_DRAWS)
    assert (rejected <= most).all()
    assert rejected[0] >= 0.05 - 3.1 * np.sqrt(0.05 * 0.95 / N_DRAWS)


@pytest.mark.validation
def test_five_units_to_a_group_are_enough_for_intervals_and_too_few_for_plain_errors():
    rng = np.random.default_rng(11)
    starts = np.repeat([3.0, 4.0, np.nan], 5)
    since = np.arange(6) - starts[:, None]
    effect = np.where(since >= 0, 1 + 0.5 * np.nan_to_num(since), 0)
    held, plain = [], []
    for _ in range(N_FEW):
        noise = rng.normal(0, 1, (15, 6)) + rng.normal(0, 2, (15, 1))
        found = effect_overall(group_time(panel(effect + noise + np.arange(6) ** 1.5, range(6), starts)))
        truth = (3 * 1.5 + 2 * 1.25) / 5
        held.append(holds(found.interval(0.95), np.array([truth]))[0])
        plain.append(abs(found.estimates[0] - truth) <= 1.96 * found.standard_error[0] * np.sqrt(4 / 5))
    print("five to a group: held", np.mean(held), "normal and not widened", np.mean(plain))  # noqa: T201
    assert np.mean(held) >= least_of(0.95, N_FEW) - 0.005
    assert np.mean(plain) < 0.92, "or the correction is not needed"
