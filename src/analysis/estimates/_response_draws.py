"""Draws of what a plan for closures takes for granted: one row, or one entry, a replication."""

import numpy as np
import pandas as pd

from analysis.features import _contact_schedule as contacts
from analysis.models.caseload.schedule import Schedule, visit_schedule
from analysis.models.ordered_chain import transitions
from analysis.study import Study

TIERS = contacts.TIERS  # the most urgent first
YEAR_DAYS = 365.0


def drawn_parameters(ranges: Study, n_draws: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return a column for each range and a row for each draw, even between its ends.

    Draws are stratified (a Latin hypercube): each of n equal parts of a range is drawn from once, in an order of its
    own for each parameter. ASSUME: parameters are independent of each other.
    """
    parts = rng.permuted(np.tile(np.arange(n_draws), (len(ranges), 1)), axis=1)
    place = (parts + rng.random(parts.shape)) / n_draws
    low, high = np.array([ranges[name] for name in ranges]).T[..., None]
    return pd.DataFrame((low + (high - low) * place).T, columns=list(ranges))


def drawn_shares(counts: np.ndarray, prior: float, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return shares (n_draws, k) of children by tier, given counts (k,): a Dirichlet with ``prior`` added to each."""
    return rng.dirichlet(np.asarray(counts, dtype="float64") + prior, n_draws)


def clustered_shares(counts: np.ndarray, prior: float, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return shares (n_draws, k) of children by tier, given counts (G, k) of clusters, which may weigh otherwise.

    Each cluster weighs as an exponential number of mean 1 in a draw (the Bayesian bootstrap over clusters). Without any
    cluster, shares are drawn from the prior.
    """
    if not len(counts):
        return drawn_shares(np.zeros(len(TIERS)), prior, n_draws, rng)
    weights = rng.standard_exponential((n_draws, len(counts)))
    weighted = weights @ np.asarray(counts, dtype="float64") + prior
    return weighted / weighted.sum(axis=1, keepdims=True)


def assumed_rates(parameters: pd.DataFrame) -> np.ndarray:
    """Return daily rates (R, 2, T - 1) of moving to the next lower tier, and back, from yearly shares."""
    yearly = parameters[["yearly_better_share", "yearly_worse_share"]].to_numpy()
    return np.repeat(_daily(yearly)[..., None], len(TIERS) - 1, axis=2)


def assumed_ends(parameters: pd.DataFrame) -> np.ndarray:
    """Return daily rates (R, 1) of follow-up ending early, from yearly shares."""
    return _daily(parameters[["yearly_end_share"]].to_numpy())


def changes_per_step(rates: np.ndarray, ends: np.ndarray, step_days: float) -> np.ndarray:
    """Return probabilities (R, T, T + K) per step of the tier at its end, or of an end in each of K ways.

    ``rates`` (R, 2, T - 1) between neighbouring tiers and ``ends`` (R, K), the same in all tiers, are daily.
    """
    stays = np.exp(-ends.sum(axis=1) * step_days)[:, None, None]
    between = transitions(rates, [step_days])[:, 0]
    ended = (1 - stays) * (ends / ends.sum(axis=1, keepdims=True))[:, None, :]
    whole = np.concatenate([stays * between, np.repeat(ended, len(TIERS), axis=1)], axis=2)
    return whole / whole.sum(axis=2, keepdims=True)


def follow_up_steps(choices: Study, step_days: float) -> Schedule:
    """Return the visits of [follow_up_schedule] in steps since the child came home.

    A visit may be made from the step in which its window opens, is in time for as many whole steps as the window is
    long, and late until about when the next one opens; the last of a tier until as long after its window as that is.
    """
    due = contacts.schedules(choices)
    opens, closes = due["from_days"], due["to_days"]
    lapses = (opens.groupby(due["tier"]).shift(-1) - 1).fillna(2 * closes - opens)
    first = opens // step_days
    in_time = (closes - opens) // step_days
    at_all = np.maximum(in_time, ((lapses - opens) / step_days).round())
    return visit_schedule(due["tier"].map(TIERS.index), first, first + in_time, first + at_all, len(TIERS))


def visit_hours(parameters: pd.DataFrame, travel_hours: np.ndarray) -> np.ndarray:
    """Return hours (R, A) of a visit with its travel, trips to families who are not there included."""
    trips, talk = (parameters[name].to_numpy()[:, None] for name in ("trips_per_visit", "hours_with_family"))
    return talk + trips * travel_hours


def _daily(yearly_share: np.ndarray) -> np.ndarray:
    return -np.log1p(-yearly_share) / YEAR_DAYS
