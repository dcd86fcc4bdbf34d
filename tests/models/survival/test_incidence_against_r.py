"""Incidence, errors, intervals, time lost, Gray's test, loss weights against R 4.2.2, survival 3.5-3, cmprsk 2.2-11.

The R calls and how the rows were made stand in ``references/incidence.R``. Two sets are made up (quarters: heavy ties;
days: hardly any; both with late entries and weights), one is ``survival::mgus2``.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.models.survival.gray import gray_test
from analysis.models.survival.incidence import incidence, kaplan_meier
from analysis.models.survival.loss import weighted_incidence
from analysis.models.survival.restricted_time import restricted_time

REFERENCES = Path(__file__).with_name("references")
TIMES = {"quarters": [1, 2, 4, 8], "days": [30, 90, 180, 365, 730], "mgus2": [12, 60, 120, 240]}
R = pd.read_csv(REFERENCES / "incidence.csv").groupby(["data", "quantity"])["value"]


def r(name, quantity):
    return R.get_group((name, quantity)).to_numpy()


@pytest.fixture(params=list(TIMES))
def case(request):
    return request.param, pd.read_csv(REFERENCES / f"incidence_{request.param}.csv")


@pytest.mark.parametrize("kind", ["plain", "entry", "weighted"])
def test_incidence_and_errors_are_those_of_survfit(case, kind):
    name, rows = case
    entry, weights = (0 if kind == "plain" else rows["entry"]), (rows["weight"] if kind == "weighted" else None)
    found = incidence(entry, rows["exit"], rows["cause"], rows["cause"].max(), TIMES[name], weights)
    for values, quantity in (
        (found.estimates, "incidence"),
        (found.standard_errors, "error"),
        (found.free, "free"),
        (found.free_errors, "free error"),
    ):
        np.testing.assert_allclose(values.ravel(), r(name, f"{quantity} {kind}"), rtol=1e-10, atol=1e-13)


def test_log_log_intervals_are_those_of_survfit(case):
    name, rows = case
    ends = incidence(0, rows["exit"], rows["cause"], rows["cause"].max(), TIMES[name]).interval(0.95)
    for end, quantity in zip(ends, ("low", "high"), strict=True):
        np.testing.assert_allclose(end.ravel(), r(name, quantity), rtol=1e-10)


def test_r_leaves_clusters_unused_where_ends_compete_and_we_do_not(case):
    name, rows = case
    args = (rows["entry"], rows["exit"], rows["cause"], rows["cause"].max(), TIMES[name])
    np.testing.assert_array_equal(r(name, "error with cluster="), r(name, "error entry"))
    ours = incidence(*args, clusters=rows["agency"]).standard_errors
    assert np.abs(ours - incidence(*args).standard_errors).max() > 0.001


def test_kaplan_meier_is_that_of_survfit(case):
    name, rows = case
    found = kaplan_meier(0, rows["exit"], rows["cause"] == 1, TIMES[name])
    np.testing.assert_allclose(found.estimates[:, 0], r(name, "kaplan-meier"), rtol=1e-10)
    np.testing.assert_allclose(found.standard_errors[:, 0], r(name, "kaplan-meier error"), rtol=1e-10)


def test_times_at_home_and_lost_are_those_of_survfit(case):
    name, rows = case
    horizon, n_causes = TIMES[name][-1], rows["cause"].max()
    home = restricted_time(0, rows["exit"], rows["cause"], n_causes, horizon)
    np.testing.assert_allclose(
        [home.free[0], home.free_errors[0]],
        r(name, "time free").tolist() + r(name, "time free error").tolist(),
        rtol=1e-10,
    )
    lost = restricted_time(rows["entry"], rows["exit"], rows["cause"], n_causes, horizon).lost
    np.testing.assert_allclose(lost[0], r(name, "time lost"), rtol=1e-10)


def test_grays_test_is_that_of_cuminc(case):
    name, rows = case
    n_causes = rows["cause"].max()
    found = [gray_test(0, rows["exit"], rows["cause"], n_causes, rows["group"], k) for k in range(1, n_causes + 1)]
    np.testing.assert_allclose([test.statistic for test in found], r(name, "gray"), rtol=1e-8)
    np.testing.assert_allclose([test.p_value for test in found], r(name, "gray p"), rtol=1e-8)


def test_weights_for_loss_are_those_of_coxph_and_survfit():
    rows = pd.read_csv(REFERENCES / "incidence_days.csv")
    args = (0, rows["exit"], rows["cause"], 3, TIMES["days"], rows["is_lost"], rows[["x"]], rows["agency"])
    found = weighted_incidence(*args, n_replicates=2, rng=np.random.default_rng(1))
    np.testing.assert_allclose(found.model.coefficients, r("days", "loss"), rtol=1e-6)
    np.testing.assert_allclose(found.replicated.estimates[0, :, :3].ravel(), r("days", "weighted for loss"), rtol=1e-6)
