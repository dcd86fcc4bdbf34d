"""The curve and the Gini index in closed form, and an interval that knows that chance concentrates."""

import numpy as np
import pytest

from analysis.models import concentration


def test_the_curve_starts_with_the_highest_rate():
    population, totals = concentration.curve([10, 60, 30], [100, 100, 100])
    assert population == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert totals == pytest.approx([0, 0.6, 0.9, 1])


def test_gini_is_twice_the_area_between_the_curve_and_the_diagonal():
    totals, population = np.array([7.0, 3, 90, 0, 25]), np.array([50.0, 200, 400, 10, 90])
    x, y = concentration.curve(totals, population)
    area = ((y[1:] + y[:-1]) / 2 * np.diff(x)).sum()
    assert concentration.gini(totals, population) == pytest.approx(2 * area - 1)


def test_like_rates_have_no_concentration_and_one_place_alone_has_the_most_there_can_be():
    population = np.array([10.0, 40, 50])
    assert concentration.gini(population * 0.3, population) == pytest.approx(0)
    assert concentration.gini([5, 0, 0], population) == pytest.approx(1 - 0.1)


def test_two_places_have_the_difference_of_shares():
    # 80 of 100 in a place with a quarter of the people: 0.8 - 0.25
    assert concentration.gini([80, 20], [25, 75]) == pytest.approx(0.55)


def test_many_totals_at_once_are_as_one_by_one():
    rng, population = np.random.default_rng(3), np.array([3.0, 5, 9, 2])
    totals = rng.integers(1, 50, (6, 4))
    assert concentration.gini(totals, population) == pytest.approx([concentration.gini(t, population) for t in totals])
    assert concentration.share_of_fullest(totals, 2) == pytest.approx([np.sort(t)[-2:].sum() / t.sum() for t in totals])


@pytest.mark.parametrize(
    ("totals", "population"), [([0, 0], [1, 1]), ([-1, 3], [1, 1]), ([1, np.nan], [1, 1]), ([1, 2], [1, 0])]
)
def test_impossible_totals_are_refused(totals, population):
    with pytest.raises(ValueError, match=r"totals|population"):
        concentration.gini(totals, population)


def found(
    n_clusters: int, rates_alike: bool, confidence: float = 0.95, seed: int = 5
) -> tuple[float, tuple[float, float, float]]:
    rng, population = np.random.default_rng(seed), np.full(10, 100.0)
    chances = np.full(10, 0.1) if rates_alike else np.array([0.4, 0.2, *[0.05] * 8])
    at = rng.choice(10, n_clusters, p=chances)
    sizes = rng.lognormal(3, 0.8, n_clusters)
    seen = float(concentration.gini(np.bincount(at, sizes, 10), population))
    return seen, concentration.behind(
        lambda totals: concentration.gini(totals, population), sizes, at, population, confidence, 200, rng
    )


def test_chance_alone_is_not_taken_for_concentration():
    seen, (estimate, low, _) = found(60, rates_alike=True)
    assert seen > 0.15, "sixty facilities of unequal size in ten like places"
    assert low == pytest.approx(0, abs=1e-3)
    assert estimate < seen


def test_the_interval_holds_the_rates_that_were_drawn_from_and_narrows_with_more_facilities():
    true = float(concentration.gini(np.array([0.4, 0.2, *[0.05] * 8]), np.full(10, 1.0)))
    few, many = found(60, rates_alike=False)[1], found(2000, rates_alike=False)[1]
    assert few[1] <= true <= few[2]
    assert many[1] <= true <= many[2]
    assert many[2] - many[1] < (few[2] - few[1]) / 2


def test_the_estimate_lies_within_the_narrowest_interval():
    estimate, low, high = found(60, rates_alike=False, confidence=0.1)[1]
    assert low <= estimate <= high
    assert high - low < 0.05


def test_the_same_seed_gives_the_same_interval():
    assert found(60, rates_alike=False) == found(60, rates_alike=False)


def test_a_confidence_of_one_is_refused():
    with pytest.raises(ValueError, match="confidence"):
        concentration.behind(lambda t: t[..., 0], [1], [0], [1.0], 1.0, 2, np.random.default_rng(0))
