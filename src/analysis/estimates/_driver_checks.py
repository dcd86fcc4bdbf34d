"""Checks of the driver models: do counts vary more than the model says, are zeros too many, does place matter.

Moran's I of Pearson residuals stands among those of refits to counts simulated from the model (two-sided), since
drivers and province effects take up clustering. We found no open table of which districts touch: districts of a
province are neighbours, and, beside province effects, those of neighbouring provinces with less weight.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from analysis import engine
from analysis.estimates._driver_rows import labels, size_of
from analysis.estimates._driver_specifications import (
    MIXED,
    NB2,
    POISSON,
    TOGETHER,
    Specification,
    Units,
    fit,
    fit_family,
)
from analysis.models import mixed_counts, spatial
from analysis.study import Study

MODEL = "the model"
VARIANCE, ZEROS, MORAN = (
    "variance over the model's",
    "share of districts with none above that expected",
    "Moran's I of residuals",
)


def of_models(
    main: Specification,
    counts: np.ndarray,
    units: Units,
    province_neighbours: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> list[dict]:
    """Return the checks of each family with all drivers together, as rows of the table."""
    rows = []
    for family in (POISSON, NB2, MIXED):
        one = replace(main, family=family)
        fitted = fit(one, counts, units, list(units.drivers))
        of_family = [_dispersion(fitted, counts), _zeros(fitted, counts, study, rng)]
        if family in (NB2, MIXED):
            weights = _weights(units, province_neighbours, study if family == MIXED else None)
            of_family.append(_moran(one, fitted, counts, units, weights, study, rng))
        rows += [{**labels(one, TOGETHER), **size_of(fitted, units), "term": MODEL, **check} for check in of_family]
    return rows


def filtered(
    main: Specification,
    counts: np.ndarray,
    units: Units,
    province_neighbours: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> mixed_counts.Fit:
    """Return the main model with patterns over provinces that take up what clustering its residuals have.

    Patterns are eigenvectors of the weights of provinces; intervals hold given the choice.
    """
    design, offset = units.design(list(units.drivers)), units.offset(main.denominator)
    codes, of_district = np.unique(units.provinces, return_inverse=True)
    borders = [pair for pair in _pairs(province_neighbours) if set(pair) <= set(codes)]
    of_provinces = spatial.row_standardised(spatial.pair_weights(borders, list(codes)))
    candidates = spatial.moran_eigenvectors(of_provinces).vectors[of_district] * np.sqrt(len(codes))

    def fit_with(vectors: np.ndarray) -> mixed_counts.Fit:
        patterns = pd.DataFrame(vectors, columns=[f"pattern {number}" for number in range(vectors.shape[1])])
        return fit_family(main.family, counts, design.join(patterns), offset, units.provinces)

    found = spatial.spatial_filter(
        lambda vectors: _pearson(fit_with(vectors), counts),
        candidates,
        _weights(units, province_neighbours, study),
        study.driver_effects.n_null_draws,
        study.driver_effects.moran_level,
        rng,
        most=study.driver_effects.most_patterns,
    )
    return fit_with(candidates[:, list(found.chosen)])


def _dispersion(fitted: mixed_counts.Fit, counts: np.ndarray) -> dict:
    """Return Pearson's statistic over its degrees of freedom, and the test that counts are Poisson."""
    check = mixed_counts.check_dispersion(fitted, counts)
    is_poisson = np.isinf(fitted.theta)
    return {
        "scale": VARIANCE,
        "estimate": check.pearson_ratio if is_poisson else check.own_ratio,
        "p_value": check.p_value if is_poisson else np.nan,
        "finding": _said(check.p_value, "counts vary more than Poisson", "counts vary as Poisson")
        if is_poisson
        else f"variance is mean + mean squared / {fitted.theta:.2g}",
    }


def _zeros(fitted: mixed_counts.Fit, counts: np.ndarray, study: Study, rng: np.random.Generator) -> dict:
    check = mixed_counts.check_zeros(fitted, counts, rng, study.driver_effects.n_zero_draws)
    return {
        "scale": ZEROS,
        "estimate": (check.observed - check.expected) / fitted.n,
        "p_value": check.p_value,
        "finding": _said(check.p_value, "not as many districts with none as expected", "as many with none as expected"),
    }


def _moran(
    one: Specification,
    fitted: mixed_counts.Fit,
    counts: np.ndarray,
    units: Units,
    weights: csr_array,
    study: Study,
    rng: np.random.Generator,
) -> dict:
    drawn = (_drawn(fitted, rng) for _ in range(study.driver_effects.n_null_draws))
    nulls = list(engine.map(_residuals, drawn, shared={"one": one, "units": units}))
    test = spatial.simulated_residual_morans_i(_pearson(fitted, counts), np.array(nulls), weights)
    is_found = test.p < study.driver_effects.moran_level
    direction = "alike" if test.statistic > test.expected else "unlike"
    return {
        "scale": MORAN,
        "estimate": test.statistic,
        "p_value": test.p,
        "finding": f"neighbours are {direction} beyond the model" if is_found else "no clustering beyond the model",
    }


def _residuals(counts: np.ndarray, one: Specification, units: Units) -> np.ndarray:
    """Return the residuals of the model of all drivers, fitted to ``counts``."""
    return _pearson(fit(one, counts, units, list(units.drivers)), counts)


def _weights(units: Units, province_neighbours: pd.DataFrame, study: Study | None) -> csr_array:
    """Return who is whose neighbour: districts of a province; with ``study`` those of neighbouring ones a little."""
    if study is None:
        return spatial.row_standardised(spatial.block_weights(units.provinces))
    between = study.driver_effects.neighbour_weight
    return spatial.row_standardised(spatial.block_weights(units.provinces, _pairs(province_neighbours), between))


def _pairs(province_neighbours: pd.DataFrame) -> list[tuple[str, str]]:
    touching = province_neighbours[province_neighbours["is_neighbour"]]
    return list(touching[["province_code", "neighbour_code"]].itertuples(index=False, name=None))


def _drawn(fitted: mixed_counts.Fit, rng: np.random.Generator) -> np.ndarray:
    """Return counts drawn from the model, with new effects of groups."""
    means = fitted.fitted_at_zero_effect
    if fitted.n_groups:
        means = means * np.exp(rng.normal(0, fitted.sd_group, fitted.n_groups))[fitted.codes]
    if np.isfinite(fitted.theta):
        means = means * rng.gamma(fitted.theta, 1 / fitted.theta, len(means))
    return rng.poisson(means).astype("float64")


def _pearson(fitted: mixed_counts.Fit, counts: np.ndarray) -> np.ndarray:
    return (counts - fitted.fitted) / np.sqrt(fitted.fitted + fitted.fitted**2 / fitted.theta)


def _said(p_value: float, if_found: str, if_not: str) -> str:
    return if_found if p_value < 0.05 else if_not
