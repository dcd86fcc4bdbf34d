"""What cannot be modelled is refused in one sentence that names what is wrong."""

import numpy as np
import pandas as pd
import pytest

from analysis.models.mixed_counts import NoConvergenceError, NotEstimableError, fit_nb2, fit_nb2_mixed, fit_poisson
from analysis.models.mixed_counts.newton import maximum

N = 12
Y = np.arange(N) % 5
DESIGN = pd.DataFrame({"one": 1.0, "poverty": np.linspace(-1, 1, N)})
OFFSET = np.full(N, 9.0)
GROUP = np.arange(N) % 4


def changed(values, at, to):
    return np.where(np.arange(N) == at, to, np.asarray(values, dtype="float64"))


@pytest.mark.parametrize(
    ("y", "design", "offset", "message"),
    [
        (Y + 0.5, DESIGN, OFFSET, "counts must be whole numbers of 0 or more"),
        (changed(Y, 2, -1), DESIGN, OFFSET, "counts must be whole numbers of 0 or more"),
        (changed(Y, 2, np.nan), DESIGN, OFFSET, "1 counts are missing"),
        (Y * 0, DESIGN, OFFSET, "every count is 0"),
        (Y * 1_000_000, DESIGN, OFFSET, "above 1,000,000"),
        (Y[:-1], DESIGN, OFFSET, "11 counts, 12 rows of the design and 12 offsets"),
        (Y, DESIGN, changed(OFFSET, 3, -np.inf), "1 offsets are not finite: a population is 0 or missing"),
        (Y, DESIGN, OFFSET * 1000, "give the log, not the population"),
        (Y, DESIGN.assign(poverty=changed(DESIGN["poverty"], 1, np.nan)), OFFSET, "missing or infinite.*poverty"),
        (Y, DESIGN.assign(none=0.0), OFFSET, "column none is a combination"),
        (Y, DESIGN.assign(a=1.0, b=2 * DESIGN["poverty"] + 3), OFFSET, "column a, b is a combination"),
        (Y[:2], DESIGN[:2], OFFSET[:2], "2 counts cannot carry 2 coefficients"),
    ],
)
def test_what_cannot_be_modelled_is_refused(y, design, offset, message):
    for fit in (fit_poisson, fit_nb2):
        with pytest.raises(ValueError, match=message):
            fit(y, design, offset)
    with pytest.raises(ValueError, match=message):
        fit_nb2_mixed(y, design, offset, GROUP[: len(y)])


@pytest.mark.parametrize(
    ("group", "message"),
    [
        (np.zeros(N), "fewer than two groups"),
        (np.where(GROUP == 0, np.nan, GROUP), "every unit needs a group; 3 have none"),
        (GROUP[:-1], "11 groups do not match 12 counts"),
    ],
)
def test_groups_that_tell_nothing_are_refused(group, message):
    with pytest.raises(ValueError, match=message):
        fit_nb2_mixed(Y, DESIGN, OFFSET, group)


def test_a_column_that_separates_the_zeros_is_named():
    """All districts of a kind have no child: the rate ratio is 0, and no maximum likelihood estimate exists."""
    design = DESIGN.assign(remote=(Y == 0) * 1.0)
    for fit in (fit_poisson, fit_nb2):
        with pytest.raises(NotEstimableError, match="column remote has no finite estimate"):
            fit(Y, design, OFFSET)


def test_a_likelihood_without_a_maximum_is_no_fit():
    with pytest.raises(NoConvergenceError, match="no maximum of the likelihood"):
        maximum(lambda z: (float(z[0]), np.ones(1), -np.ones((1, 1))), np.zeros(1))
    with pytest.raises(NoConvergenceError, match="flat where the search ended"):
        maximum(lambda z: (0.0, np.zeros(2), np.diag([-1.0, 1.0])), np.zeros(2))


def test_newton_climbs_where_the_function_curves_upwards():
    """-(z^2 - 1)^2 / 4 curves upwards near 0, where plain Newton runs to the minimum."""
    found, hessian = maximum(
        lambda z: (-((z @ z - 1) ** 2) / 4, -z * (z @ z - 1), np.array([[1 - 3 * z @ z]])), np.array([0.1])
    )
    assert found[0] == pytest.approx(1.0, abs=1e-6)
    assert hessian[0, 0] == pytest.approx(-2.0, abs=1e-4)
