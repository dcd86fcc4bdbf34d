"""Specifications of the driver models: districts and counts, families and denominators, and how they are fitted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from analysis.features.district_facilities import FOUR_NIGHTS, REPORTED
from analysis.models import mixed_counts
from analysis.models.restricted_counts import fit_nb2_restricted
from analysis.study import Study

POISSON, NB2, MIXED = "Poisson", "NB2", "NB2 with provinces"
MAXIMUM_LIKELIHOOD = f"{MIXED}, maximum likelihood"  # MIXED is fitted by restricted maximum likelihood
FAMILIES = (POISSON, NB2, MIXED, MAXIMUM_LIKELIHOOD)
DENOMINATORS = {
    "children 2011": "n_children_2011",
    "people 2011": "n_people_2011",
    "children of the census": "n_children_census",
}
ALONE, TOGETHER = "alone", "together"
INTERCEPT = "intercept"


@dataclass(frozen=True)
class Specification:
    """One way to count, and one way to model the counts."""

    outcome: str
    facility_types: str
    round_id: str
    children_are: str = REPORTED
    family: str = MIXED
    denominator: str = "children 2011"

    @property
    def level(self) -> str:
        """The definition in words."""
        return f"{self.facility_types} {self.round_id} {self.children_are}"


@dataclass(frozen=True)
class Units:
    """Districts for which every driver is known, their drivers in steps (n, k), and the step of each driver."""

    districts: pd.DataFrame
    drivers: pd.DataFrame
    steps: pd.Series
    left_out: pd.DataFrame

    @cached_property
    def provinces(self) -> np.ndarray:
        """The province of each district."""
        return self.districts["province_code"].to_numpy(str)

    @cached_property
    def n_provinces(self) -> int:
        """How many provinces have a district here."""
        return len(np.unique(self.provinces))

    def design(self, names: list[str]) -> pd.DataFrame:
        """Return the design with an intercept; made once for the same drivers, so nobody may write into it."""
        return self._made(("design", *names), lambda: self._with_intercept[[INTERCEPT, *names]])

    def offset(self, denominator: str) -> np.ndarray:
        """Return log populations; made once for the same denominator."""
        column = DENOMINATORS[denominator]
        return self._made(("offset", column), lambda: np.log(self.districts[column].to_numpy("float64")))

    def _made(self, key: tuple[str, ...], make: Callable[[], Any]) -> Any:
        """Return what ``make`` gives, from the first time on: a thousand fits are of a few designs and offsets."""
        if key not in self._made_before:
            self._made_before[key] = make()
        return self._made_before[key]

    @cached_property
    def _made_before(self) -> dict:
        return {}

    @cached_property
    def _with_intercept(self) -> pd.DataFrame:
        return self.drivers.assign(**{INTERCEPT: 1.0})


def units_of(districts: pd.DataFrame, study: Study) -> Units:
    """Return the districts that can be compared; a driver's step is its standard deviation weighted by children."""
    names = list(study.driver_effects.drivers)
    is_whole = districts[names].notna().all(axis=1)
    kept = districts[is_whole].reset_index(drop=True)
    values = kept[names].astype("float64")
    is_yes_no = values.isin([0, 1]).all()
    steps = values.apply(_weighted_sd, weights=kept["n_children_2011"].astype("float64")).mask(is_yes_no, 1.0)
    return Units(kept, (values - values.mean()) / steps, steps, districts[~is_whole])


def counts_of(units: Units, district_facilities: pd.DataFrame, one: Specification) -> np.ndarray:
    """Return the count of each district by the definition of a specification."""
    of_definition = district_facilities[
        (district_facilities["facility_types"] == one.facility_types)
        & (district_facilities["round_id"] == one.round_id)
        & (district_facilities["children_are"] == one.children_are)
    ]
    counts = of_definition.set_index("district_code")[one.outcome]
    return counts.reindex(units.districts["district_code"]).to_numpy("float64")


def main_specification(outcome: str, study: Study) -> Specification:
    """Return the specification others are laid beside: institutions only, as the round reports them."""
    return Specification(outcome, "rci", study.driver_effects.round_id)


def curve_of(units: Units, district_facilities: pd.DataFrame, study: Study) -> list[Specification]:
    """Return every specification the lists allow: each definition that counts any, by family and denominator."""
    definitions = [
        definition
        for definition in _definitions(district_facilities, study.driver_effects.round_id)
        if np.nansum(counts_of(units, district_facilities, definition)) > 0
    ]
    return [
        replace(definition, family=family, denominator=denominator)
        for definition, family, denominator in product(definitions, FAMILIES, DENOMINATORS)
    ]


def fit(one: Specification, counts: np.ndarray, units: Units, names: list[str]) -> mixed_counts.Fit:
    """Return the fit of the drivers ``names``; raises as ``mixed_counts`` does."""
    return fit_family(one.family, counts, units.design(names), units.offset(one.denominator), units.provinces)


def fit_family(
    family: str, counts: np.ndarray, design: pd.DataFrame, offset: np.ndarray, group: np.ndarray
) -> mixed_counts.Fit:
    """Return the fit of a family of models to counts; ``group`` is used where it has province effects."""
    if family == POISSON:
        return mixed_counts.fit_poisson(counts, design, offset)
    if family == NB2:
        return mixed_counts.fit_nb2(counts, design, offset)
    if family == MAXIMUM_LIKELIHOOD:
        return mixed_counts.fit_nb2_mixed(counts, design, offset, group)
    return fit_nb2_restricted(counts, design, offset, group)


def _definitions(district_facilities: pd.DataFrame, round_id: str) -> Iterator[Specification]:
    """Yield facilities in every round; children of the main round by each rule; its residents of any age."""
    for other, types in product(sorted(district_facilities["round_id"].unique()), ("rci", "all")):
        yield Specification("n_facilities", types, other)
    rules = [rule for rule in (REPORTED, FOUR_NIGHTS) if (district_facilities["children_are"] == rule).any()]
    for types, rule in product(("rci", "all"), rules):
        yield Specification("n_children", types, round_id, rule)
    for types in ("rci", "all"):
        yield Specification("n_residents", types, round_id)


def _weighted_sd(values: pd.Series, weights: pd.Series) -> float:
    return float(np.sqrt(np.average((values - np.average(values, weights=weights)) ** 2, weights=weights)))
