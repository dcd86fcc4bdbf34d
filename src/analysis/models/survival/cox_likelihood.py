"""The partial likelihood of Cox's model with Efron's way with ties, its slope and its curvature.

For d events tied at a time, the j-th (j = 0 .. d - 1) is weighed against the risk set less the share j / d of the tied
rows themselves; with weights each of the d has their mean weight.
References: Efron (1977) JASA 72:557-565; Therneau and Grambsch (2000) Modeling Survival Data, 3.3.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.models.survival.at_risk import RiskSets, parts


@dataclass(frozen=True, eq=False)
class CoxRows:
    """Rows of a regression: ``sets`` at risk, ``columns`` (n, 1 + k): ones, then covariates less ``centre`` (k,).

    ``weights``, ``offset`` (n,); ``names`` (k,) of the covariates.
    """

    sets: RiskSets
    columns: np.ndarray
    centre: np.ndarray
    weights: np.ndarray
    offset: np.ndarray
    names: tuple[str, ...]

    @cached_property
    def event_columns(self) -> np.ndarray:
        """Columns of the rows with an event (E, 1 + k)."""
        return self.columns[self.sets.event_rows]

    def predictor(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the log relative hazards (n,) at ``coefficients`` (k,)."""
        return self.offset + self.columns @ np.append(0.0, coefficients)

    def at_risk(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of values (n,) times columns over those at risk at each event time (K, 1 + k)."""
        return self.sets.sums(values, self.columns)

    def tied(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of values (E,) times columns over those with the event at each event time (K, 1 + k)."""
        return self.sets.event_sums(values, self.event_columns)

    def squares(self, weights: np.ndarray) -> np.ndarray:
        """Return sum_i weights_i x_i x_i' (1 + k, 1 + k) over all rows (n,)."""
        return products(self.columns, weights)

    def event_squares(self, weights: np.ndarray) -> np.ndarray:
        """Return sum_i weights_i x_i x_i' (1 + k, 1 + k) over the rows with an event (E,)."""
        return products(self.event_columns, weights)


@dataclass(frozen=True, eq=False)
class TiedSums:
    """What the likelihood needs at one vector of coefficients, by event time (K).

    ``risk`` (n,): weight times relative hazard, divided by exp(``shift``), which cancels. ``at_risk``, ``tied``
    (K, 1 + k): sums of risk times columns over those at risk and over those with the event. Sums over the tied events
    of a time, m being their mean weight, D the denominator and f the share taken off before: ``hazard`` m / D,
    ``hazard_tied`` f m / D, ``square`` m / D^2, ``square_tied`` f m / D^2, ``square_both`` f^2 m / D^2.
    """

    predictor: np.ndarray
    shift: float
    risk: np.ndarray
    mean_weight: np.ndarray
    denominators: np.ndarray
    at_risk: np.ndarray
    tied: np.ndarray
    hazard: np.ndarray
    hazard_tied: np.ndarray
    square: np.ndarray
    square_tied: np.ndarray
    square_both: np.ndarray


def tied_sums(rows: CoxRows, coefficients: np.ndarray) -> TiedSums:
    """Return the sums at ``coefficients`` (k,)."""
    sets, predictor = rows.sets, rows.predictor(coefficients)
    shift = float(predictor.max())
    risk = rows.weights * np.exp(predictor - shift)
    at_risk, tied = rows.at_risk(risk), rows.tied(risk[sets.event_rows])
    number, first = sets.event_number, np.cumsum(sets.n_tied) - sets.n_tied
    mean_weight = np.add.reduceat(rows.weights[sets.event_rows], first) / sets.n_tied
    denominators = at_risk[number, 0] - sets.share_before * tied[number, 0]
    hazard = mean_weight[number] / denominators
    square, share = hazard / denominators, sets.share_before
    each = (hazard, share * hazard, square, share * square, share**2 * square)
    sums = (np.add.reduceat(values, first) for values in each)
    return TiedSums(predictor, shift, risk, mean_weight, denominators, at_risk, tied, *sums)


def log_likelihood(rows: CoxRows, at: TiedSums) -> float:
    """Return the log partial likelihood; not a number where the sums are lost to rounding."""
    sets = rows.sets
    events = rows.weights[sets.event_rows] @ (at.predictor[sets.event_rows] - at.shift)
    return float(events - at.mean_weight[sets.event_number] @ np.log(at.denominators))


def excess_by_time(rows: CoxRows, at: TiedSums) -> np.ndarray:
    """Return the covariates of the events less what was expected of the risk set, by event time (K, k).

    These are Schoenfeld's residuals, added up over ties; their sum is the slope of the likelihood.
    """
    observed = rows.tied(rows.weights[rows.sets.event_rows])
    expected = at.hazard[:, None] * at.at_risk - at.hazard_tied[:, None] * at.tied
    return (observed - expected)[:, 1:]


def information(rows: CoxRows, at: TiedSums, by_time: np.ndarray | None = None) -> np.ndarray:
    """Return the observed information (k, k), the event times counted ``by_time`` (K,) times."""
    sets, times = rows.sets, 1.0 if by_time is None else by_time
    weight = at.risk * sets.between(times * at.hazard)
    found = rows.squares(weight)
    found -= at.at_risk.T @ ((times * at.square)[:, None] * at.at_risk)
    if (sets.n_tied > 1).any():
        tied_weight = at.risk[sets.event_rows] * (times * at.hazard_tied)[sets.event_number]
        mixed = at.at_risk.T @ ((times * at.square_tied)[:, None] * at.tied)
        found -= rows.event_squares(tied_weight) - mixed - mixed.T
        found -= at.tied.T @ ((times * at.square_both)[:, None] * at.tied)
    return found[1:, 1:]


def products(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return sum_i weights_i x_i x_i' (q, q) of columns (n, q)."""
    found = np.zeros((columns.shape[1],) * 2)
    for part in parts(len(columns)):
        found += (columns[part] * weights[part, None]).T @ columns[part]
    return found
