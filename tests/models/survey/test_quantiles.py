"""Quantiles and Woodruff's intervals equal R's."""

import numpy as np
import pytest

from analysis.models.survey import SurveyDesignError, quantile, survey_design

SCHOOLS = ("apistrat", "apistrat_replaced", "apiclus1", "apiclus2", "apiclus2_replaced", "apisrs")
PROBABILITIES = (0.113, 0.263, 0.523, 0.877)  # where a share falls on one exactly, R goes by how it is rounded


@pytest.mark.parametrize("data", SCHOOLS)
@pytest.mark.parametrize("part", ["all", "H"])
def test_quantiles_and_their_intervals_are_those_of_r(data, part, rows_of, design_of, r):
    # svyquantile(~api00 + enroll, d, c(.113, .263, .523, .877)), or of subset(d, stype == "H")
    rows, design = rows_of(data), design_of(data)
    is_in = np.ones(len(rows), bool) if part == "all" else (rows["stype"] == "H").to_numpy()
    expected = r(data, f"quantile {part}").reshape(2, 3, 4).copy()
    for amounts, by_r in zip((rows["api00"], rows["enroll"]), expected, strict=True):
        found = quantile(amounts, PROBABILITIES, design, 0.95, is_in)
        least, second = np.sort(amounts[is_in])[:2]
        by_r[1, (by_r[1] == second) & (found.low == least)] = least  # R 4.1 never gives the smallest value
        np.testing.assert_allclose(found, by_r, rtol=1e-8)


def test_a_quantile_is_the_first_value_whose_share_is_reached():
    design = survey_design([1, 1, 2, 4.0])
    assert quantile([40, 10, 20, 30], [0.125, 0.25, 0.5, 0.51], design, 0.95).estimate.tolist() == [10, 20, 30, 30]


def test_a_share_that_falls_on_a_probability_reaches_it_however_it_is_rounded():
    for n in (10, 30, 200):
        design = survey_design(np.full(n, 30.97))
        probabilities = np.arange(1, 10) / 10
        found = quantile(np.arange(n), probabilities, design, 0.95).estimate
        assert found.tolist() == [n * tenths // 10 - 1 for tenths in range(1, 10)]


def test_an_end_whose_share_lies_outside_0_to_1_is_missing():
    found = quantile(np.arange(20), [0.05, 0.95], survey_design(np.ones(20)), 0.95)
    assert np.isnan(found.low).tolist() == [True, False]
    assert np.isnan(found.high).tolist() == [False, True]


def test_what_has_no_quantile_is_refused():
    design = survey_design(np.ones(4))
    for probability in (0, 1, np.nan):
        with pytest.raises(ValueError, match="probabilities"):
            quantile(np.arange(4), probability, design, 0.95)
    with pytest.raises(SurveyDesignError, match="missing value"):
        quantile([1, 2, np.nan, 4], 0.5, design, 0.95)
    with pytest.raises(SurveyDesignError, match="one value"):
        quantile(np.ones((4, 2)), 0.5, design, 0.95)
