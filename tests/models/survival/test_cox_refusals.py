"""What Cox's regression is not told, or cannot tell, gets one sentence that says what to do."""

import numpy as np
import pandas as pd
import pytest

from analysis.models.survey import NotEstimableError, SeparationError
from analysis.models.survival.cox import cox_fit
from analysis.models.survival.few_clusters import corrected

DAYS = np.array([5.0, 8, 8, 12, 20, 21, 30, 33])
BACK = np.array([1, 0, 1, 1, 0, 1, 1, 0])
ABRUPT = np.array([1.0, 0, 1, 0, 1, 0, 1, 0])
AGENCY = np.array(list("aabbccdd"))


def fit(entry=0, exit_=DAYS, event=BACK, covariates=ABRUPT[:, None], **others):
    return cox_fit(entry, exit_, event, covariates, **others)


def known(values, at, value):
    changed = np.array(values, dtype=float)
    changed[at] = value
    return changed


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"entry": known(np.zeros(8), 3, 15)}, r"exit is not after the entry.*rows: 1, the first at position 3"),
        ({"entry": known(np.zeros(8), 2, 8)}, "exit is not after the entry"),
        ({"entry": known(np.zeros(8), 1, -1)}, "entry is before time 0"),
        ({"exit_": known(DAYS, 2, np.nan)}, "time is missing"),
        ({"event": known(BACK, 2, 2)}, "not a whole number from 0"),
        ({"event": known(BACK, 2, np.nan)}, "not a whole number from 0"),
        ({"event": np.zeros(8)}, "nobody has an event"),
        ({"exit_": [], "event": [], "covariates": np.empty((0, 1))}, "at least one row"),
        ({"covariates": ABRUPT[:5, None]}, "shape.*give one row each"),
        ({"covariates": ABRUPT}, "shape.*give one row each"),
        ({"covariates": pd.DataFrame({"abrupt": known(ABRUPT, [0, 2], np.nan)})}, r"abrupt \(2 rows\): impute them"),
        ({"weights": known(np.ones(8), 2, 0)}, "weight is missing or not above 0"),
        ({"offset": known(np.zeros(8), 2, np.inf)}, "offset must be 8 numbers"),
        ({"clusters": ["a"] * 8}, "of one cluster.*leave clusters out"),
        ({"clusters": [None, *"abbccdd"]}, "cluster is missing in 1 rows"),
        ({"strata": ["a"] * 7}, "labels of the stratum"),
    ],
)
def test_rows_that_cannot_be_are_refused(told, why):
    with pytest.raises(ValueError, match=why):
        fit(**told)


def test_missing_values_of_nullable_columns_are_named_too():
    covariates = pd.DataFrame({"abrupt": pd.array([True, None, *[False] * 6], dtype="boolean")})
    with pytest.raises(ValueError, match=r"column abrupt \(1 rows\)"):
        fit(covariates=covariates)


@pytest.mark.parametrize(
    ("column", "others", "why"),
    [
        (np.ones(8) * 0.1, {}, "column new is alike in all rows at risk"),
        ((AGENCY == "b") * 1.0, {"strata": AGENCY}, "column new is alike in all rows at risk"),
        (3 - 2 * ABRUPT, {}, "column new follows from the columns before it"),
        (1.0 * (DAYS > 31), {"exit_": np.where(DAYS > 31, 4, DAYS)}, "column new is alike in all rows at risk"),
    ],
)
def test_a_column_that_the_risk_sets_tell_nothing_of_is_named(column, others, why):
    covariates = pd.DataFrame({"abrupt": ABRUPT, "new": column})
    with pytest.raises(NotEstimableError, match=why):
        fit(covariates=covariates, **others)


@pytest.mark.parametrize("sign", [1, -1])
def test_complete_separation_is_named(sign):
    covariates = pd.DataFrame({"abrupt": ABRUPT, "order": sign * np.array([9.0, 1, 8, 7, 1, 5, 4, 1])})
    with pytest.raises(SeparationError, match=r"lowest\) in column order, whose coefficient would be infinite"):
        fit(covariates=covariates)


def test_a_level_without_events_is_named_also_with_delayed_entry_strata_and_thousands_of_rows():
    rng = np.random.default_rng(3)
    level, x = (rng.random(3000) < 0.1) * 1.0, rng.normal(size=3000)
    entry, event = rng.integers(0, 20, 3000), (rng.random(3000) < 0.4) * (level == 0)
    exit_ = entry + 1 + rng.integers(0, 40, 3000)
    covariates = pd.DataFrame({"x": x, "never back": level})
    with pytest.raises(SeparationError, match=r"lowest\) in column never back, whose"):
        cox_fit(entry, exit_, event, covariates, strata=rng.integers(0, 3, 3000))


def test_offsets_beyond_numbers_are_refused():
    with pytest.raises(NotEstimableError, match="makes hazards too far apart for numbers"):
        fit(offset=-np.arange(8) * 1e3)


def test_a_step_much_too_long_is_halved():
    """From 6, where the likelihood is all but straight, the first step would lead to -223."""
    told = {"covariates": np.array([1.0, 0, 1, 0, 1, 1, 0, 1])[:, None]}
    np.testing.assert_allclose(fit(**told, start=[6]).coefficients, fit(**told).coefficients, rtol=1e-9)


def test_a_fit_without_clusters_has_no_errors_of_few_clusters():
    with pytest.raises(ValueError, match="no clusters: give them to cox_fit"):
        corrected(fit())
