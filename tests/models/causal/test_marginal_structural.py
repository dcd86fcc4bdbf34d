"""Treatment that changes with time: weights undo what it answers to, where the crude model does not."""

import numpy as np
import pytest

from analysis.models.causal import marginal_structural, regressions
from analysis.models.causal.weighting import stabilised_weights

EFFECT = 0.0


def histories(rng, n=4000, n_intervals=4):
    """Return rows of (subject, interval, worse, treated, treated before, ended): nothing is changed by treatment.

    A worsening shows what is hidden and makes the odds of ending; treatment answers it, and makes it rarer.
    """
    hidden, alive, before, rows = rng.normal(size=n), np.ones(n, dtype=bool), np.zeros(n), []
    for interval in range(n_intervals):
        worse = hidden - 0.8 * before + rng.normal(size=n) > 0.3
        treated = rng.random(n) < 1 / (1 + np.exp(-(-0.5 + 1.2 * worse + 0.4 * before)))
        ended = rng.random(n) < 1 / (1 + np.exp(-(-3 + 0.9 * hidden + EFFECT * treated)))
        rows.append(np.column_stack([np.arange(n), np.full(n, interval), worse, treated, before, ended])[alive])
        alive, before = alive & ~ended, treated.astype(float)
    stacked = np.concatenate(rows)
    return stacked[np.lexsort((stacked[:, 1], stacked[:, 0]))]


@pytest.fixture(scope="module")
def rows():
    return histories(np.random.default_rng(4))


def model(rows, **changed):
    numerator = rows[:, [1, 4]]
    given = {
        "outcome_columns": rows[:, [3, 1]],
        "numerator": numerator,
        "denominator": np.column_stack([numerator, rows[:, 2]]),
        **changed,
    }
    return marginal_structural.structural_model(rows[:, 5], rows[:, 3] == 1, rows[:, 0], **given)


def test_weights_undo_what_treatment_answers_to(rows):
    found = model(rows).coefficients.clustered(rows[:, 0])
    crude = regressions.fitted(regressions.with_constant(rows[:, [3, 1]]), rows[:, 5])
    assert abs(found.estimate[1] - EFFECT) < 2 * found.standard_error[1]
    assert crude.coefficients[1] - EFFECT > 2 * found.standard_error[1]


def test_weights_are_products_of_ratios_of_chances_so_far(rows):
    found = model(rows)
    assert found.weights.mean() == pytest.approx(1, abs=0.02)
    one = rows[rows[:, 1] == 0]
    alone = model(one, numerator=np.zeros((len(one), 0)), denominator=one[:, [2]], outcome_columns=one[:, [3]])
    chance = regressions.fitted(regressions.with_constant(one[:, [2]]), one[:, 3]).mean
    assert alone.weights == pytest.approx(stabilised_weights(chance, one[:, 3] == 1))


def test_nothing_to_answer_to_leaves_the_pooled_regression(rows):
    numerator = rows[:, [1, 4]]
    found = model(rows, denominator=numerator)
    plain = regressions.fitted(regressions.with_constant(rows[:, [3, 1]]), rows[:, 5])
    assert (found.weights == 1).all()
    assert found.coefficients.estimate == pytest.approx(plain.coefficients)
    assert found.coefficients.influence == pytest.approx(plain.influence)


def test_an_influence_is_what_leaving_out_a_subject_changes():
    rows = histories(np.random.default_rng(9), n=400)
    whole = model(rows).coefficients
    subjects = np.unique(rows[:, 0])[:40]
    without = np.array([model(rows[rows[:, 0] != subject]).coefficients.estimate for subject in subjects])
    told = np.array([whole.influence[rows[:, 0] == subject].sum(axis=0) for subject in subjects])
    for place in range(3):
        assert np.corrcoef((whole.estimate - without)[:, place], told[:, place])[0, 1] > 0.999


def test_rows_of_a_subject_stand_together():
    rows = histories(np.random.default_rng(1), n=50)
    with pytest.raises(ValueError, match="together"):
        model(rows[np.argsort(rows[:, 1], kind="stable")])
