"""Empirical-Bayes rates are spdep's, and know that people who come in clusters vary more than single ones."""

import numpy as np
import pytest
import spdep_reference as r

from analysis.models.spatial import empirical_bayes_rates


def test_shrunk_and_standardised_rates_are_those_of_spdep():
    rates = empirical_bayes_rates(r.EVENTS, r.PEOPLE)
    assert rates.shrunk == pytest.approx(r.SHRUNK, rel=1e-10)
    assert rates.standardised == pytest.approx(r.STANDARDISED, rel=1e-10)
    assert (rates.variance_between, rates.mean) == pytest.approx((r.BETWEEN, r.MEAN), rel=1e-10)


def test_without_more_variation_than_chance_every_rate_is_the_mean():
    rates = empirical_bayes_rates(r.FEW, r.PEOPLE)
    assert rates.variance_between == 0
    assert rates.shrunk == pytest.approx(np.full(25, r.FEW.sum() / r.PEOPLE.sum()))


def test_a_shrunk_rate_lies_between_its_own_and_the_mean_nearer_to_the_mean_for_few_people():
    rates = empirical_bayes_rates(r.EVENTS, r.PEOPLE)
    assert np.all((rates.shrunk - rates.mean) * (rates.raw - rates.shrunk) >= 0)
    assert np.all(np.diff(rates.weight[np.argsort(r.PEOPLE)]) >= 0)


def test_clusters_shrink_rates_further_and_like_counts_of_clusters():
    """Thirty people to each event: the same shrinkage as of events if the dispersion says so, far less if not."""
    of_events = empirical_bayes_rates(r.EVENTS, r.PEOPLE)
    of_people = empirical_bayes_rates(30 * r.EVENTS, r.PEOPLE, dispersion=30)
    assert of_people.weight == pytest.approx(of_events.weight, rel=1e-12)
    assert of_people.standardised == pytest.approx(of_events.standardised, rel=1e-12)
    assert empirical_bayes_rates(30 * r.EVENTS, r.PEOPLE).weight.min() > of_events.weight.max()


@pytest.mark.parametrize(
    ("events", "people", "dispersion", "said"),
    [
        ([1, -1], [10, 10], 1, "0 or more"),
        ([0, 0], [10, 10], 1, "at least one"),
        ([1, np.nan], [10, 10], 1, "missing"),
        ([1, 2], [10, 0], 1, "population"),
        ([1, 2], [10, 10, 10], 1, "do not fit"),
        ([1, 2], [10, 10], 0, "dispersion"),
    ],
)
def test_counts_and_populations_that_make_no_rate_are_refused(events, people, dispersion, said):
    with pytest.raises(ValueError, match=said):
        empirical_bayes_rates(events, people, dispersion)
