"""Shares of a whole in parts: exact intervals as in R, confidence summed over every sample, counts behind percents."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from analysis.models.multinomial import counts_that_round_to, intervals_of_rounded, simultaneous_intervals

# R 4.2.2 (2022-11-10 r83330): binom.test(x, sum(x), conf.level = 1 - 0.05 / length(x))$conf.int
TIERS = {
    62: (0.355547173416, 0.565559632384),
    11: (0.0351224510837, 0.1552958298207),
}
# counts of May and Johnson (2000), Journal of Statistical Software 5(6)
SEVEN = {
    56: (0.0827958201971, 0.1656799751978), 72: (0.112192206384, 0.204001399629),
    73: (0.114057580728, 0.206368850612), 59: (0.0882371040687, 0.1729345235477),
    62: (0.0937131635738, 0.1801549510600), 87: (0.140463262597, 0.239226737866),
    58: (0.0864193657596, 0.1705202410548),
}  # fmt: skip


@pytest.mark.parametrize(("counts", "expected"), [([62, 62, 11], TIERS), (list(SEVEN), SEVEN)], ids=["3", "7"])
def test_each_interval_is_that_of_r(counts, expected):
    low, high = simultaneous_intervals(counts, 0.95)
    np.testing.assert_allclose(np.transpose([low, high]), [expected[count] for count in counts], rtol=1e-9)


def divisions(n, k=3):
    """Return all divisions of ``n`` into ``k`` parts."""
    heads = np.array([parts for parts in product(range(n + 1), repeat=k - 1) if sum(parts) <= n])
    return np.column_stack([heads, n - heads.sum(axis=1)])


@pytest.mark.parametrize("shares", [(1 / 3, 1 / 3, 1 / 3), (0.46, 0.46, 0.08), (0.9, 0.09, 0.01), (0.5, 0.5, 0)])
def test_all_shares_are_held_at_once_with_at_least_the_confidence(shares):
    samples = divisions(17)
    ends = [simultaneous_intervals(counts, 0.9) for counts in samples]
    holds = [bool(((low <= shares) & (shares <= high)).all()) for low, high in ends]
    assert stats.multinomial.pmf(samples, 17, shares)[holds].sum() >= 0.9


def test_without_bonferroni_the_shares_would_not_be_held_at_once():
    samples, shares = divisions(17), np.array([1 / 3] * 3)
    each = [simultaneous_intervals(counts, 0.7) for counts in samples]  # 0.9 for each of three
    assert (
        stats.multinomial.pmf(samples, 17, shares)[
            [bool(((low <= shares) & (shares <= high)).all()) for low, high in each]
        ].sum()
        < 0.9
    )


@pytest.mark.parametrize(
    ("percents", "total", "step"),
    [((46, 46, 8), 135, 1), ((33, 33, 33), 400, 1), ((50, 50, 0), 21, 10), ((12.5, 87.5), 40, 0.5), ((1, 99), 30, 5)],
)
def test_the_ranges_are_those_of_all_divisions_that_round_so(percents, total, step):
    k = len(percents)
    shares = 100 * divisions(total, k) / total
    fit = divisions(total, k)[(np.abs(shares - percents) <= step / 2 + 1e-9).all(axis=1)]
    least, most = counts_that_round_to(percents, total, step)
    assert (least == fit.min(axis=0)).all()
    assert (most == fit.max(axis=0)).all()


def test_of_135_children_at_46_46_and_8_percent_one_division_rounds_so():
    least, most = counts_that_round_to([46, 46, 8], 135)
    assert least.tolist() == most.tolist() == [62, 62, 11]
    np.testing.assert_allclose(intervals_of_rounded([46, 46, 8], 135, 0.95), simultaneous_intervals([62, 62, 11], 0.95))


def test_where_several_divisions_round_so_the_interval_spans_them_all():
    low, high = intervals_of_rounded([46, 46, 8], 1000, 0.95)
    for counts in ([455, 460, 85], [465, 460, 75], [460, 465, 75], [465, 455, 80]):
        own_low, own_high = simultaneous_intervals(counts, 0.95)
        assert (low <= own_low).all()
        assert (high >= own_high).all()
    assert low[0] == pytest.approx(simultaneous_intervals([455, 545], 1 - 0.1 / 3)[0][0])


def test_none_and_all_have_an_end_at_0_and_1_and_nobody_tells_nothing():
    low, high = simultaneous_intervals([0, 30], 0.95)
    assert (low[0], high[1]) == (0, 1)
    assert 0 < high[0] < 0.2
    low, high = simultaneous_intervals([0, 0, 0], 0.95)
    assert (low.tolist(), high.tolist()) == ([0, 0, 0], [1, 1, 1])


@pytest.mark.parametrize(
    ("counts", "message"),
    [([5], "two parts"), ([5, -1], "0 or more"), ([5, np.nan], "0 or more"), ([2.5, 3], "whole"), (5, "two parts")],
)
def test_counts_that_cannot_be_are_refused(counts, message):
    with pytest.raises(ValueError, match=message):
        simultaneous_intervals(counts, 0.95)


def test_percents_that_no_counts_round_to_are_refused():
    for percents, total in [((46, 46, 12), 135), ((7, 93), 10), ((46, 46), 135)]:
        with pytest.raises(ValueError, match="no whole counts"):
            counts_that_round_to(percents, total)
    with pytest.raises(ValueError, match="whole number above 0"):
        counts_that_round_to((50, 50), 0)
    with pytest.raises(ValueError, match="confidence"):
        simultaneous_intervals([5, 5], 1)
