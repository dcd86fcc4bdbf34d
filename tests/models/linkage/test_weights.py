import numpy as np
import pytest

from analysis.models.linkage.comparisons import COMPARISONS, OPERATOR, PLACE, WHERE, WHERE_POSITION
from analysis.models.linkage.weights import (
    Weights,
    level_counts,
    log_ratio,
    prior_shares,
    shares_of_strangers,
    shares_of_true,
    table,
)

RNG = np.random.default_rng(3)
TRUE = tuple(RNG.dirichlet(np.full(len(one.prior), 3.0)) for one in COMPARISONS)


def drawn_levels(shares, n, unknown=0.0):
    """Return levels of ``n`` pairs whose cells follow ``shares``; a share of them unknown."""
    columns = []
    for one, cells in zip(COMPARISONS, shares, strict=True):
        smallest = np.array(
            [np.flatnonzero(one.is_in[:, cell] * (one.is_in.sum(axis=1) == 1))[0] for cell in range(len(cells))]
        )
        levels = smallest[RNG.choice(len(cells), n, p=cells)]
        columns.append(np.where(RNG.random(n) < unknown, 0, levels))
    return np.column_stack(columns)


def weights_of(m=None, u=None):
    return Weights(m or prior_shares(), u or TRUE)


def test_the_unknown_weighs_nothing():
    assert log_ratio(np.zeros((1, len(COMPARISONS)), dtype=int), weights_of()).tolist() == pytest.approx([0.0])


def test_what_is_known_in_part_weighs_what_its_cells_weigh_together():
    found = table(weights_of()).set_index(["comparison", "level"])
    level = PLACE.meanings.index("same district") * len(OPERATOR.meanings)
    cells = WHERE.is_in[level] > 0
    m, u = prior_shares()[WHERE_POSITION][cells].sum(), TRUE[WHERE_POSITION][cells].sum()
    assert found.loc[("where", level), ["m", "u", "weight"]].tolist() == pytest.approx([m, u, np.log2(m / u)])


def test_shares_of_strangers_are_found_from_levels_half_of_which_are_unknown():
    counts = list(level_counts(drawn_levels(TRUE, 200_000, unknown=0.5)))
    for found, true in zip(shares_of_strangers(counts, [0.0] * len(counts)), TRUE, strict=True):
        assert np.abs(found - true).max() < 0.01
        assert found.sum() == pytest.approx(1)


def test_shares_known_in_part_are_shared_out_among_their_cells():
    levels = np.zeros((3000, len(COMPARISONS)), dtype=int)
    levels[:, WHERE_POSITION] = PLACE.meanings.index("same district") * len(OPERATOR.meanings)
    found = shares_of_strangers(list(level_counts(levels)), [1e-9] * len(COMPARISONS))[WHERE_POSITION]
    in_district = WHERE.is_in[levels[0, WHERE_POSITION]] > 0
    assert found[in_district].sum() == pytest.approx(1)


def test_m_is_found_by_em_and_a_few_pairs_do_not_make_a_rule():
    levels = drawn_levels(TRUE, 50_000)
    shares = prior_shares()
    for _ in range(30):
        shares = shares_of_true(levels, np.ones(len(levels)), shares)
    for i, (found, true) in enumerate(zip(shares, TRUE, strict=True)):
        if i != WHERE_POSITION:  # place and operator are held independent there
            assert np.abs(found - true).max() < 0.01
    few = shares_of_true(levels[:3], np.ones(3), prior_shares())
    assert all(np.abs(found - prior).max() < 0.2 for found, prior in zip(few, prior_shares(), strict=True))


def test_place_and_operator_are_independent_among_true_pairs():
    found = shares_of_true(drawn_levels(TRUE, 5000), np.ones(5000), prior_shares())[WHERE_POSITION]
    both = found.reshape(WHERE.apart_if_true)
    assert np.allclose(both, np.outer(both.sum(axis=1), both.sum(axis=0)))
