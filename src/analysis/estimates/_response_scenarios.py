"""Scenarios of ``response_plan``: the waves of 2023, the one that threatened, and the closing of all institutions."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.estimates import _response_waves as waves
from analysis.estimates._response_waves import Wave
from analysis.models.caseload.arrivals import Arrivals
from analysis.study import Study

CLOSED, IDENTIFIED = "reintegration-mjf-facilities-closed", "reintegration-mjf-children-identified"
CLOSED_LATER, RETURNED = "reintegration-tlc-facilities-closed", "reintegration-tlc-children-returned"
THREATENED = "reintegration-tlc-facilities-threatened"
ALL_FACILITIES, ALL_CHILDREN = "trend-2021-facilities", "trend-2021-children"
BY_COMMUNE = "workers in communes"
BY_TEAM = ("travel_hours_team",)
BY_PROVINCE = ("travel_hours_town", "travel_hours_country", "home_as_children_share")
IN_COMMUNE = ("travel_hours_commune",)
CARE_RATES, CARE_LEVEL = "n_children_in_rcis", "totals only"


def local_waves(
    printed: pd.Series, parameters: pd.DataFrame, choices: Study, rng: np.random.Generator
) -> Iterator[Wave]:
    """Yield waves that one organisation's team serves in all provinces: both counts of 2023, a second, and both."""
    n_draws = len(parameters)
    identified, returned, threatened = (int(printed[claim]) for claim in (IDENTIFIED, RETURNED, THREATENED))
    n_second = _children_of(threatened, printed, n_draws, rng)
    first = _at_once(np.full(n_draws, returned), parameters, choices, rng)
    second = _at_once(n_second, parameters, choices, rng)
    both = waves.joined(first, second, choices.second_wave_after_days / choices.step_days)
    told = {
        f"Wave of 2023, {identified:,} children identified": (
            _at_once(np.full(n_draws, identified), parameters, choices, rng), identified
        ),
        f"Wave of 2023, later count: over {returned:,}": (first, returned),
        f"A second wave of {threatened:,} facilities": (second, int(np.median(n_second))),
        "Both, the second a year later": (both, returned + int(np.median(n_second))),
    }  # fmt: skip
    travel = parameters[list(BY_TEAM)].to_numpy()
    for name, (arrivals, n) in told.items():
        yield Wave(name, arrivals, np.ones(1), travel, BY_TEAM, choices.most_workers, {"n": n})


def _at_once(n_children: np.ndarray, parameters: pd.DataFrame, choices: Study, rng: np.random.Generator) -> Arrivals:
    """Return children of facilities that all close on one day."""
    tracing, everywhere = waves.tracing_steps(parameters, choices.step_days), np.ones((len(parameters), 1))
    at_once = np.zeros((len(parameters), int(n_children.max())))
    return waves.children_found(n_children, at_once, tracing, everywhere, rng)


def _children_of(n_facilities: int, printed: pd.Series, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return children (R,) of facilities of which only the number is printed.

    Children a facility are drawn evenly between the least and the most that printed pairs of numbers give: those sent
    home from the wave of 2023, by either count, and those in all institutions.
    """
    pairs = (IDENTIFIED, CLOSED), (RETURNED, CLOSED_LATER), (ALL_CHILDREN, ALL_FACILITIES)
    each = [printed[children] / printed[facilities] for children, facilities in pairs]
    return np.round(n_facilities * rng.uniform(min(each), max(each), n_draws)).astype("int64")


def national_waves(
    printed: pd.Series,
    provinces: pd.DataFrame,
    parameters: pd.DataFrame,
    choices: Study,
    rng: np.random.Generator,
) -> Iterator[Wave]:
    """Yield the closing of all institutions within so many years, with workers in provincial towns and in communes.

    ``provinces`` has a row each with ``n_children``, ``n_in_care``, ``urban_share`` and ``school_distance_km``.
    """
    n_facilities, n_children = (int(printed[claim]) for claim in (ALL_FACILITIES, ALL_CHILDREN))
    homes = waves.home_shares(
        parameters, *(provinces[name].to_numpy("float64") for name in ("n_children", "n_in_care"))
    )
    roads = waves.travel_by_province(parameters, provinces, choices.longest_road)
    short = np.repeat(parameters[list(IN_COMMUNE)].to_numpy(), len(provinces), axis=1)
    for n_years in choices.years:
        steps = n_years * 365 / choices.step_days
        closed = rng.integers(0, int(steps), (len(parameters), n_facilities))
        closed_at = waves.of_facilities(closed, n_children, rng)
        tracing = waves.tracing_steps(parameters, choices.step_days)
        home = waves.children_found(np.full(len(parameters), n_children), closed_at, tracing, homes, rng)
        name = f"All {n_facilities:,} institutions within {n_years} years"
        common = home, homes.mean(axis=0)
        most, sizes = choices.most_workers_national, {"n": n_children}
        yield Wave(name, *common, roads, BY_PROVINCE, most, sizes)
        yield Wave(f"{name}, {BY_COMMUNE}", *common, short, IN_COMMUNE, most, sizes)
