"""Waves of children who come home when facilities close: who comes when and where, and how far workers travel there."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.models.caseload.arrivals import Arrivals

DAYS_IN_WEEK = 7.0


@dataclass(frozen=True, eq=False)
class Wave:
    """Children who come home, in R replications, to A areas.

    ``name`` in words; ``arrivals``; ``area_share`` (A,) of children, by which posts are given out; ``travel_hours``
    (R, A) there and back, from the ranges ``travels_by``; ``most_workers`` that are tried; ``counts`` behind it, by the
    name of their column; ``drawn``, what its intervals hold, in words.
    """

    name: str
    arrivals: Arrivals
    area_share: np.ndarray
    travel_hours: np.ndarray
    travels_by: tuple[str, ...]
    most_workers: int
    counts: Mapping[str, float]
    drawn: str = "draws of what is assumed; no sampling is in it"


def tracing_steps(parameters: pd.DataFrame, step_days: float) -> np.ndarray:
    """Return the steps (R,) after a closure within which its children are found."""
    return parameters["tracing_weeks"].to_numpy() * DAYS_IN_WEEK / step_days


def children_found(
    n_children: np.ndarray,
    closed_at: np.ndarray,
    tracing: np.ndarray,
    area_share: np.ndarray,
    rng: np.random.Generator,
) -> Arrivals:
    """Return children one by one, each found at an even chance within the ``tracing`` steps (R,) after its closure.

    ``n_children`` (R,), at most C; ``closed_at`` (R, C) steps at which the facility of each closed; ``area_share``
    (R, A) of where they go home. ASSUME: children are found and followed independently of each other, siblings too.
    """
    shape = closed_at.shape
    found = closed_at + rng.random(shape) * tracing[:, None]
    place, area = rng.random(shape), np.zeros(shape, "int64")
    for below in area_share.cumsum(axis=1).T[:-1]:
        area += place > below[:, None]
    is_there = np.arange(shape[1]) < n_children[:, None]
    return Arrivals(np.where(is_there, found, 0).astype("int64"), area, is_there.astype("int64"))


def of_facilities(closed_at: np.ndarray, n_children: int, rng: np.random.Generator) -> np.ndarray:
    """Return the steps (R, n_children) at which the facility of each child closed, of F that close at ``closed_at``.

    ``closed_at`` (R, F). ASSUME: a child is in any of them as likely.
    """
    facility = rng.integers(0, closed_at.shape[1], (len(closed_at), n_children))
    return np.take_along_axis(closed_at, facility, axis=1)


def joined(first: Arrivals, second: Arrivals, steps_between: float) -> Arrivals:
    """Return the children of two waves, those of the second so many steps later."""
    later = np.where(second.n > 0, second.step + int(steps_between), 0)
    pairs = (first.step, later), (first.area, second.area), (first.n, second.n)
    return Arrivals(*(np.concatenate(pair, axis=1) for pair in pairs))


def travel_by_province(parameters: pd.DataFrame, conditions: pd.DataFrame, longest_road: float) -> np.ndarray:
    """Return hours (R, A) there and back in each province: those in town, and elsewhere by how far things lie.

    ``conditions`` has a row a province with ``urban_share`` and ``school_distance_km``. ASSUME: families live in towns
    as often as everybody; roads are as much longer than in the middling province as the way to a secondary school is.
    """
    town, country = (parameters[f"travel_hours_{where}"].to_numpy()[:, None] for where in ("town", "country"))
    distance, urban = (conditions[name].to_numpy("float64") for name in ("school_distance_km", "urban_share"))
    road = np.minimum(distance / np.median(distance), longest_road)
    return urban * town + (1 - urban) * np.maximum(country * road, town)


def home_shares(parameters: pd.DataFrame, of_children: np.ndarray, of_care: np.ndarray) -> np.ndarray:
    """Return shares (R, A) of where children go home: between where all children live and where they are in care."""
    mixed = parameters["home_as_children_share"].to_numpy()[:, None]
    return mixed * of_children / of_children.sum() + (1 - mixed) * of_care / of_care.sum()
