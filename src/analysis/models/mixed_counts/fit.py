"""What a fit of counts returns, and the intervals of its coefficients."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.models.counts import tail_of

EXPECTED, OBSERVED = "expected information", "observed information of all parameters"


@dataclass(frozen=True)
class Fit:
    """Counts y with means exp(offset + design @ coefficients + effect of the group) and variance mu + mu^2 / theta.

    Shapes: p coefficients, n units, G groups (0 without groups). Coefficients are log rate ratios.
    ``variance`` names what ``covariance`` (p, p) is the inverse of; ``covariance_given_theta`` is that of the expected
    information with theta taken as known (what R's ``summary(glm.nb)`` prints), given for NB2 without groups.
    ``theta`` is infinite for Poisson; ``sd_group`` is the standard deviation of log rates between groups, 0 without;
    ``log_theta_se`` and ``log_sd_se`` are missing where the parameter is not estimated or lies at its limit.
    ``limits`` says in words which parameter ended at its limit.
    ``group_effects`` (G,) are the modes given the parameters (empirical Bayes: groups with little data are drawn to
    0), ``group_sds`` their standard deviations given the parameters. ``fitted`` (n,) are means with the group's
    effect, ``fitted_at_zero_effect`` those of a group with effect 0 (the median group, not the mean over groups).
    ``df`` (p,): degrees of freedom of each coefficient's interval, infinite for the normal; ``widening`` (p,): what its
    standard error is multiplied by there, above 1 where only the groups tell.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    variance: str
    covariance_given_theta: np.ndarray | None
    log_likelihood: float
    theta: float
    log_theta_se: float
    sd_group: float
    log_sd_se: float
    limits: tuple[str, ...]
    groups: np.ndarray
    codes: np.ndarray
    group_effects: np.ndarray
    group_sds: np.ndarray
    fitted: np.ndarray
    fitted_at_zero_effect: np.ndarray
    df: np.ndarray
    widening: np.ndarray

    @property
    def n(self) -> int:
        """Units."""
        return len(self.fitted)

    @property
    def n_groups(self) -> int:
        """Groups; 0 without a group effect in the model."""
        return len(self.groups)

    @property
    def standard_errors(self) -> np.ndarray:
        """Standard errors (p,) of the coefficients."""
        return np.sqrt(np.diag(self.covariance))


def wald_interval(fit: Fit, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of every coefficient: estimate -/+ t times the widened standard error, low and high (p,).

    t has the degrees of freedom ``fit.df``; without group effects it is normal and nothing is widened.
    Raises ``ValueError`` for a confidence outside (0, 1).
    """
    half_width = stats.t.isf(tail_of(confidence), fit.df) * fit.widening * fit.standard_errors
    return fit.coefficients - half_width, fit.coefficients + half_width


def rate_ratios(fit: Fit, confidence: float) -> pd.DataFrame:
    """Return a row a coefficient: name and the rate ratio of one unit of the column, with its interval.

    Raises ``ValueError`` for a confidence outside (0, 1).

    >>> from analysis.models.mixed_counts import fit_poisson
    >>> fit = fit_poisson([6, 4, 9, 11], [[1, 0], [1, 0], [1, 1], [1, 1]], np.log([50, 50, 50, 50]))
    >>> rate_ratios(fit, 0.95)[["estimate", "ci_low", "ci_high"]].round(3).to_numpy().tolist()
    [[0.1, 0.054, 0.186], [2.0, 0.936, 4.273]]
    """
    low, high = wald_interval(fit, confidence)
    ends = {"estimate": fit.coefficients, "ci_low": low, "ci_high": high}
    return pd.DataFrame({"name": fit.names, **{name: np.exp(values) for name, values in ends.items()}})
