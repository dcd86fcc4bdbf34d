"""Specification curve: one slope in every model it can stand in, alone and beside each other covariate.

Estimand of each slope: the log rate ratio for one step of its covariate in the aggregated Poisson regression of
``aggregated_poisson``, given the other covariate of the model if there is one. A specification that cannot be fitted
stays in the curve with its reason; leaving it out would make the data look better than they are.

Reference: Simonsohn, Simmons and Nelson (2020) Nature Human Behaviour 4:1208-1214.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.models.aggregated_poisson import Blocks, Fit, NotEstimableError, fit, profile_interval


@dataclass(frozen=True)
class Slope:
    """One slope on the log scale; numbers are ``nan`` where there are none, and ``why_not`` says why.

    ``loo_low`` and ``loo_high`` are the least and largest estimate without one block, ``nan`` if a fit without one
    has no residual degree of freedom or no maximum. ``log_rates`` (B,) are the fitted log rates of the blocks.
    """

    term: str
    other: str | None
    n_blocks: int
    df_residual: int
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    loo_low: float = np.nan
    loo_high: float = np.nan
    dispersion: float = np.nan
    deviance_explained: float = np.nan
    condition: float = np.nan
    log_rates: np.ndarray | None = None
    why_not: str = ""

    @property
    def is_bounded(self) -> bool:
        """Whether the interval has two ends."""
        return bool(np.isfinite([self.low, self.high]).all())

    @property
    def excludes_no_effect(self) -> bool:
        """Whether the interval lies on one side of 0."""
        return bool(self.low > 0 or self.high < 0)

    @property
    def keeps_its_side(self) -> bool | None:
        """Whether the slope lies on one side of 0 without any one block; ``None`` where that is not known."""
        if np.isnan(self.loo_low):
            return None
        return bool(min(self.loo_low, self.estimate) > 0 or max(self.loo_high, self.estimate) < 0)


def specification_curve(
    totals: np.ndarray,
    membership: np.ndarray,
    population: np.ndarray,
    covariates: Mapping[str, np.ndarray],
    confidence: float,
    bound: float,
) -> list[Slope]:
    """Return the slopes of every covariate alone, then of every pair.

    Shapes as in ``aggregated_poisson.Blocks``; each covariate is (U,). Slopes are sought within ``bound`` of 0.
    A model without a residual degree of freedom is not fitted: it would restate the rates.
    Raises ``ValueError`` for data that no model could be fitted to.
    """
    models = [(name,) for name in covariates] + list(combinations(covariates, 2))
    return [
        slope
        for names in models
        for slope in _slopes(totals, membership, population, covariates, names, confidence, bound)
    ]


def not_told_apart(curve: list[Slope], term: str) -> list[str]:
    """Return the covariates beside which neither slope can be told from 0, or whose pair cannot be fitted."""
    told = {(slope.term, slope.other): slope.excludes_no_effect for slope in curve if slope.other is not None}
    return [other for (name, other) in told if name == term and not (told[term, other] or told[other, term])]


def fits_alike(curve: list[Slope], term: str, least_correlation: float) -> list[str]:
    """Return the covariates whose fits alone give the blocks log rates that correlate with those of ``term``."""
    alone = {slope.term: slope.log_rates for slope in curve if slope.other is None}
    own = alone[term]
    if own is None:
        return []
    return [
        other
        for other, log_rates in alone.items()
        if other != term and log_rates is not None and np.corrcoef(own, log_rates)[0, 1] >= least_correlation
    ]


def _slopes(
    totals: np.ndarray,
    membership: np.ndarray,
    population: np.ndarray,
    covariates: Mapping[str, np.ndarray],
    names: tuple[str, ...],
    confidence: float,
    bound: float,
) -> Iterator[Slope]:
    others = reversed(names) if len(names) == 2 else [None]
    n_blocks, df_residual = len(totals), len(totals) - 1 - len(names)
    about = [(name, other, n_blocks, df_residual) for name, other in zip(names, others, strict=True)]
    try:
        if df_residual < 1:
            raise NotEstimableError(
                f"{n_blocks} group totals leave no residual degree of freedom for {1 + len(names)} parameters"
            )
        blocks = Blocks(totals, membership, population, np.column_stack([covariates[name] for name in names]))
        best = fit(blocks, bound)
    except NotEstimableError as error:
        yield from (Slope(*this, why_not=str(error)) for this in about)
        return
    for position, this in enumerate(about):
        yield _slope(this, blocks, best, position, confidence, bound)


def _slope(
    this: tuple[str, str | None, int, int], blocks: Blocks, best: Fit, position: int, confidence: float, bound: float
) -> Slope:
    low, high = profile_interval(blocks, best, position, confidence, bound)
    loo_low, loo_high = _leave_one_out(blocks, position, bound)
    return Slope(
        *this,
        estimate=float(best.coefficients[1 + position]),
        low=low,
        high=high,
        loo_low=loo_low,
        loo_high=loo_high,
        dispersion=best.dispersion,
        deviance_explained=best.deviance_explained,
        condition=best.condition,
        log_rates=np.log(best.fitted / (blocks.membership @ blocks.population)),
    )


def _leave_one_out(blocks: Blocks, position: int, bound: float) -> tuple[float, float]:
    if blocks.df_residual < 2:
        return np.nan, np.nan
    try:
        slopes = [
            fit(blocks.without_block(index), bound).coefficients[1 + position] for index in range(len(blocks.totals))
        ]
    except NotEstimableError:
        return np.nan, np.nan
    return float(min(slopes)), float(max(slopes))
