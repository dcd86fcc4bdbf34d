"""Shares and rates of people in clusters: closed forms, what makes them wider, and what is refused."""

import numpy as np
import pytest

from analysis.models import cluster_totals
from analysis.models.counts import binomial_interval, clustered_count_interval

HITS, OF = [3, 10, 0, 25, 7, 12], [10, 22, 5, 40, 9, 30]


def test_standard_error_is_that_of_a_ratio_of_totals():
    # R: y <- c(3,10,0,25,7,12); x <- c(10,22,5,40,9,30); m <- lm(y ~ 0 + x, weights = 1/x)  # its slope is the ratio
    #    sqrt(6/5 * sandwich::vcovHC(m, type = "HC0"))
    assert cluster_totals.share_standard_error(HITS, OF) == pytest.approx(0.0688027583008, abs=1e-12)


def test_clusters_of_one_person_have_the_standard_error_of_a_mean():
    hits = np.repeat([1, 0], [30, 70])
    assert cluster_totals.share_standard_error(hits, np.ones(100)) == pytest.approx(np.sqrt(0.3 * 0.7 / 99))


def test_an_interval_holds_its_share_and_stays_between_0_and_1():
    low, high = cluster_totals.clustered_share_interval(HITS, OF, 0.95)
    assert 0 < low < sum(HITS) / sum(OF) < high < 1
    narrower = cluster_totals.clustered_share_interval(HITS, OF, 0.5)
    assert low < narrower[0] < narrower[1] < high


def test_children_who_are_alike_within_a_facility_make_it_wider():
    mixed = cluster_totals.clustered_share_interval([5] * 20, [10] * 20, 0.95)
    alike = cluster_totals.clustered_share_interval([10, 0] * 10, [10] * 20, 0.95)
    assert mixed == pytest.approx((0.5, 0.5)), "every facility has the same share"
    assert alike[1] - alike[0] > 0.4


def test_none_or_all_get_the_exact_interval_of_as_many_clusters():
    assert cluster_totals.clustered_share_interval([0] * 8, [*OF, 3, 4], 0.95) == pytest.approx(
        [float(end) for end in binomial_interval(0, 8, 0.95)]
    )
    low, high = cluster_totals.clustered_share_interval(OF, OF, 0.95)
    assert (low, high) == pytest.approx([float(end) for end in binomial_interval(6, 6, 0.95)])


def test_a_single_cluster_tells_nothing():
    assert cluster_totals.clustered_share_interval([3], [10], 0.95) == (0.0, 1.0)


def test_a_rate_has_the_interval_of_a_compound_poisson_total():
    sizes = np.array([10, 30, 20, 60, 5, 15])
    cv = sizes.std() / sizes.mean()
    expected = clustered_count_interval(sizes.sum(), len(sizes), cv, 0.95, 5000)
    assert cluster_totals.clustered_rate_interval(sizes, 5000, 0.95) == pytest.approx([float(end) for end in expected])


def test_a_total_of_nothing_has_no_upper_end():
    low, high = cluster_totals.clustered_rate_interval([0, 0], 100, 0.95)
    assert low == 0
    assert np.isnan(high)


@pytest.mark.parametrize(
    ("hits", "of"), [([5], [4]), ([-1], [4]), ([np.nan], [4]), ([0, 0], [0, 0])], ids=["more", "below", "gap", "nobody"]
)
def test_impossible_counts_are_refused(hits, of):
    with pytest.raises(ValueError, match=r"cluster|counts"):
        cluster_totals.clustered_share_interval(hits, of, 0.95)


def test_an_exposure_of_nothing_and_a_confidence_of_one_are_refused():
    with pytest.raises(ValueError, match="exposure"):
        cluster_totals.clustered_rate_interval([3], 0, 0.95)
    with pytest.raises(ValueError, match="confidence"):
        cluster_totals.clustered_rate_interval([3], 10, 1)


def test_one_cluster_has_no_spread():
    assert np.isnan(cluster_totals.share_standard_error([3], [10]))
    assert np.isfinite(cluster_totals.share_standard_error([3, 4], [10, 10]))
