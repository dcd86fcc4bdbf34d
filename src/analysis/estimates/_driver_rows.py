"""Rows of the driver models: rate ratios, alone and together, without one province, over plausible linkages."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from analysis.estimates._driver_specifications import (
    ALONE,
    MIXED,
    TOGETHER,
    Specification,
    Units,
    fit,
    fit_family,
)
from analysis.models import mixed_counts
from analysis.models.repeated_estimates import pooled

RATIO, LEAST, LARGEST = "rate ratio", "least rate ratio without one province", "largest rate ratio without one province"
LINKED = f"{MIXED}, linking uncertain"
CANNOT = (mixed_counts.NotEstimableError, mixed_counts.NoConvergenceError)


def labels(one: Specification, specification: str) -> dict:
    """Return what tells the rows of a specification apart."""
    return {
        "outcome": one.outcome,
        "level": one.level,
        "specification": specification,
        "family": one.family,
        "denominator": one.denominator,
    }


def size_of(fitted: mixed_counts.Fit, units: Units) -> dict:
    """Return how many districts and provinces a fit saw, and the degrees of freedom it left."""
    n_variances = int(np.isfinite(fitted.theta)) + int(fitted.sd_group > 0)
    return {
        "n": fitted.n,
        "n_provinces": units.n_provinces,
        "df_residual": fitted.n - len(fitted.coefficients) - n_variances,
    }


def ratios(one: Specification, counts: np.ndarray, units: Units, confidence: float) -> Iterator[dict]:
    """Yield every driver alone, then all together; a model that cannot be fitted yields its reason."""
    for specification, names in _models(units):
        about = labels(one, specification)
        try:
            fitted = fit(one, counts, units, names)
        except CANNOT as fault:
            size = {"n": len(counts), "n_provinces": units.n_provinces}
            size["df_residual"] = len(counts) - 1 - len(names)
            yield from ({**about, **size, "term": name, "scale": RATIO, "finding": f"{fault}"} for name in names)
            continue
        yield from ({**about, **row} for row in ratios_of(fitted, units, names, confidence))


def ratios_of(fitted: mixed_counts.Fit, units: Units, names: list[str], confidence: float) -> Iterator[dict]:
    """Yield the rate ratio of each driver of a fit."""
    columns = mixed_counts.rate_ratios(fitted, confidence).to_dict("list")
    size = size_of(fitted, units)
    for name in names:
        place = fitted.names.index(name)
        ends = {column: columns[column][place] for column in ("estimate", "ci_low", "ci_high")}
        df_interval = float(fitted.df[place]) if np.isfinite(fitted.df[place]) else np.nan
        yield {"term": name, "scale": RATIO, **ends, **size, "df_interval": df_interval}


def without_each_province(main: Specification, counts: np.ndarray, units: Units) -> Iterator[dict]:
    """Yield the least and the largest rate ratio of each driver when one province is left out at a time."""
    for specification, names in _models(units):
        fitted = fit(main, counts, units, names)
        left_out = mixed_counts.without_each_group(
            counts,
            units.design(names),
            units.offset(main.denominator),
            units.provinces,
            lambda *frames: fit_family(main.family, *frames),
        )
        for name in names:
            about = {**labels(main, specification), **size_of(fitted, units), "term": name}
            yield {**about, "scale": LEAST, "estimate": np.exp(left_out[name].min())}
            yield {**about, "scale": LARGEST, "estimate": np.exp(left_out[name].max())}


def over_linkages(main: Specification, draws: Iterable[np.ndarray], units: Units, confidence: float) -> Iterator[dict]:
    """Yield the rate ratios pooled over the counts of several linkages, by Rubin's rules on the log scale."""
    draws = list(draws)
    for specification, names in _models(units):
        fits = [fit(main, counts, units, names) for counts in draws]
        for place, name in enumerate(names, start=1):
            one = pooled(
                [fitted.coefficients[place] for fitted in fits],
                [fitted.covariance[place, place] for fitted in fits],
                float(np.mean([fitted.df[place] for fitted in fits])),
            )
            low, high = one.interval(confidence)
            yield {
                **labels(replace(main, family=LINKED), specification),
                **size_of(fits[0], units),
                "term": name,
                "scale": RATIO,
                **{"estimate": np.exp(one.estimate), "ci_low": np.exp(low), "ci_high": np.exp(high)},
                "df_interval": one.df,
                "finding": f"linking makes up {one.between:.1%} of the variance",
            }


def _models(units: Units) -> list[tuple[str, list[str]]]:
    names = list(units.drivers)
    return [*((ALONE, [name]) for name in names), (TOGETHER, names)]
