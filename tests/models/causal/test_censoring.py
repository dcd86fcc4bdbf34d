"""Weights for losses: hazards are those of R's Poisson regression, weights add up to all rows, and what is refused."""

import numpy as np
import pytest

from analysis.models.causal import censoring, regressions

ROWS = np.arange(120)
DAYS = (37 * ROWS) % 365 + 1.0
IS_LOST = ROWS % 3 == 0
COLUMNS = np.column_stack([ROWS % 2, (ROWS % 7) / 7])
EDGES = [0, 90, 180, 365]


def test_hazards_are_those_of_a_poisson_regression_of_pieces():
    found = censoring.censoring(DAYS, IS_LOST, COLUMNS, EDGES)
    # R 4.2.2: glm(lost ~ 0 + factor(piece) + x + z + offset(log(exposure)), family = poisson), see references.R
    assert found.hazards == pytest.approx([0.000989700117268, 0.001536660687388, 0.003913441916841], rel=1e-8)
    assert found.log_ratios == pytest.approx([-0.053071556818940, -0.004401142602487], rel=1e-6)
    weights = found.known_at(365).weights
    assert weights.sum() == pytest.approx(115.45366181, rel=1e-8)
    assert (weights[IS_LOST & (DAYS < 365)] == 0).all()


def test_a_row_is_known_that_ended_or_was_followed_so_long():
    found = censoring.censoring([10.0, 50.0, 100.0, 80.0], [False, True, True, True], np.zeros((4, 0)), [0, 100])
    known = found.known_at(80)
    assert (known.weights > 0).tolist() == [True, False, True, True]
    assert known.weights[0] < known.weights[2] == known.weights[3]


def test_without_losses_every_weight_is_one(followed):
    found = censoring.censoring(followed.days, np.zeros(300, dtype=bool), followed.columns, [0, 365])
    assert (found.known_at(365).weights == 1).all()
    assert found.known_at(365).slope.shape == (300, 0)


def test_weighted_rows_stand_for_all(followed):
    found = censoring.censoring(followed.days, followed.is_lost, followed.columns, [0, 60, 120, 180, 240, 300, 365])
    assert found.known_at(365).weights.mean() == pytest.approx(1, abs=0.05)


def test_a_column_of_whom_nobody_is_lost_is_named():
    column = (ROWS % 2)[:, None].astype(float)
    with pytest.raises(regressions.SeparationError, match="column 0"):
        censoring.censoring(DAYS, IS_LOST & (ROWS % 2 == 0), column, EDGES)


@pytest.mark.parametrize(
    ("days", "edges", "said"),
    [([-1.0, 2.0], [0, 9], "not negative"), ([1.0, 2.0], [1, 9], "rise from 0"), ([1.0], [0, 9], "one row each")],
)
def test_bad_input_is_named(days, edges, said):
    with pytest.raises(ValueError, match=said):
        censoring.censoring(days, [True, False], np.zeros((2, 0)), edges)


def test_a_horizon_beyond_the_last_edge_is_refused():
    with pytest.raises(ValueError, match="horizon"):
        censoring.censoring(DAYS, IS_LOST, COLUMNS, EDGES).known_at(400)


def test_a_piece_in_which_nobody_is_lost_has_no_hazard_and_takes_nothing_from_the_others():
    lost = IS_LOST & ~((DAYS > 90) & (DAYS <= 180))
    found = censoring.censoring(DAYS, lost, COLUMNS, EDGES)
    split = censoring.censoring(DAYS, lost, COLUMNS, [0, 90, 120, 180, 365])
    assert found.hazards[1] == 0
    assert split.hazards == pytest.approx(found.hazards[[0, 1, 1, 2]])
    assert split.log_ratios == pytest.approx(found.log_ratios)
    assert np.abs(found.log_ratios).min() > 1e-3
