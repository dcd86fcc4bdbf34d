"""Rows of two levels: put together by cluster and household, given back as they came; the design of clusters."""

import numpy as np
import pandas as pd
import pytest

from analysis.models.imputation.items import item
from analysis.models.imputation.levels import levels

UPPER = pd.DataFrame({"income": [50.0, 10.0, np.nan, 30.0], "poor": ["not", "very", "not", "poor"]})
LOWER = pd.DataFrame({"placed": pd.array([True, False, None, False, True], dtype="boolean")})
KINDS = {"income": "amount", "poor": "classes", "placed": "yes_no"}
PARENT = [3, 0, 1, 0, 2]
DESIGN = (["s2", "s1", "s1", "s2"], ["v3", "v1", "v2", "v3"], [8.0, 2.0, 4.0, 2.0])


@pytest.fixture
def four():
    return levels(UPPER, LOWER, KINDS, PARENT, DESIGN)


def test_rows_of_a_cluster_and_members_of_a_household_stand_together(four):
    assert four.names == ["income", "poor", "placed"]
    assert four.cluster.tolist() == [0, 1, 2, 2]
    assert four.upper.order.tolist() == [1, 2, 0, 3]
    assert four.parent.tolist() == [0, 1, 2, 2, 3]
    assert four.lower.order.tolist() == [2, 4, 1, 3, 0]
    income, poor = four.upper.items
    np.testing.assert_array_equal(income.coded, [10, np.nan, 50, 30])
    assert poor.levels == ("poor", "very", "not"), "the most frequent last"
    assert poor.coded.tolist() == [1, 2, 2, 0]


def test_the_design_is_the_constant_the_strata_and_the_mean_log_weight_from_its_mean(four):
    log_weight = np.log([2, 4, 4])  # of v3 the mean of log 8 and log 2
    expected = np.column_stack([[1, 1, 1], [1, 1, 0], [0, 0, 1], log_weight - log_weight.mean()])
    np.testing.assert_allclose(four.design, expected, atol=1e-12)


def test_completed_answers_come_back_in_the_order_and_words_they_were_given_in(four):
    assert four.upper.n_columns == sum(one.n_columns for one in four.upper.items)
    spans = four.upper.spans()
    assert (spans["income"].start, spans["poor"].stop) == (0, four.upper.n_columns)
    assert spans["income"].stop == spans["poor"].start
    found = four.upper.answers({"income": np.array([10.0, 20, 50, 30]), "poor": np.array([1.0, 2, 2, 0])})
    assert found["income"].tolist() == [50, 10, 20, 30]
    assert found["poor"].tolist() == ["not", "very", "not", "poor"]
    lower = four.lower.answers({"placed": np.array([0.0, 1, 0, 0, 1])})
    assert lower["placed"].tolist() == [True, False, False, False, True]


def test_amounts_of_nothing_are_amounts():
    assert item(pd.Series([0.0, 3.0, np.nan], name="income"), "amount").coded[0] == 0


def test_nothing_counts_as_half_the_least_amount_in_logs_whatever_the_currency():
    for currency in (1, 4000):
        spent = item(pd.Series([0.0, 100.0, 200.0, np.nan]) * currency, "amount")
        logs = spent.logs(np.array([0.0, 100.0, 200.0]) * currency)
        expected = np.log([50.0, 150.0, 250.0])
        np.testing.assert_allclose(logs, (expected - expected.mean()) / expected.std(), rtol=1e-12)
    nothing = item(pd.Series([0.0, 0.0, np.nan]), "amount")
    assert nothing.logs(np.zeros(2)).tolist() == [0.0, 0.0]
