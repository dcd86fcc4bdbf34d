"""Empirical-Bayes rates: each drawn towards the mean of all, the more the less its population can tell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class EmpiricalBayesRates:
    """Rates of n places: ``raw`` (events / population), ``shrunk``, and ``standardised`` for Moran's I.

    ``mean``: all events over all people; ``variance_between``: of the true rates; ``weight``: how much of a place's
    own rate is kept, 0 to 1. With no more variation than chance makes, ``variance_between`` and all weights are 0.
    """

    raw: np.ndarray
    shrunk: np.ndarray
    standardised: np.ndarray
    weight: np.ndarray
    mean: float
    variance_between: float


def empirical_bayes_rates(events: ArrayLike, population: ArrayLike, dispersion: float = 1.0) -> EmpiricalBayesRates:
    """Return the rates of ``events`` (n,) in ``population`` (n,), shrunk towards their mean and standardised.

    Estimand: the true rate of each place, if true rates vary between places with a mean and a variance that are
    estimated from all (moments); per person, without interval. ``dispersion`` is the variance of a count over its
    mean given its rate: 1 for independent events; for people who come in clusters the sum of squared cluster sizes
    over the sum of sizes, as a count of clusters with their sizes has.
    ASSUME: true rates are not related to population or to each other (clustered ones are shrunk too far from their
    neighbours). Raises ``ValueError`` for counts that are negative or missing or all 0, a population not above 0.
    References: Marshall (1991) Applied Statistics 40:283-294; Assuncao and Reis (1999) Statistics in Medicine
    18:2147-2162. With a dispersion of 1 equal to ``EBest`` and the z of ``EBImoran.mc`` in R's spdep.
    """
    counts, people = _checked(events, population, dispersion)
    raw, mean = counts / people, counts.sum() / people.sum()
    spread = np.average((raw - mean) ** 2, weights=people)
    between = max(0.0, spread - dispersion * mean / people.mean())
    variance = between + dispersion * mean / people
    weight = between / variance
    standardised = (raw - mean) / np.sqrt(variance)
    return EmpiricalBayesRates(raw, mean + weight * (raw - mean), standardised, weight, float(mean), float(between))


def _checked(events: ArrayLike, population: ArrayLike, dispersion: float) -> tuple[np.ndarray, np.ndarray]:
    counts, people = (np.asarray(values, dtype="float64") for values in (events, population))
    if counts.shape != people.shape or counts.ndim != 1:
        raise ValueError(f"counts of shape {counts.shape} do not fit populations of shape {people.shape}")
    if not (counts >= 0).all() or not counts.sum() > 0:
        raise ValueError("counts must be 0 or more, none may be missing, and at least one must be above 0")
    if not (people > 0).all():
        raise ValueError("every population must be above 0, and none may be missing")
    if not dispersion > 0:
        raise ValueError(f"the dispersion must be above 0, not {dispersion}")
    return counts, people
