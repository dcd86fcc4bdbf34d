"""The linkage: candidates, levels, weights by EM under competition, probabilities and decisions."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.models.linkage import terms, weights
from analysis.models.linkage.assignment import one_to_one
from analysis.models.linkage.coded import Rows, coded
from analysis.models.linkage.comparisons import COMPARISONS, WHERE, place_and_operator
from analysis.models.linkage.pairs import Pairs
from analysis.models.linkage.rivals import PriorOdds, Rivals, duplicates
from analysis.models.linkage.settings import LinkageSettings
from analysis.models.linkage.strangers import Strangers
from analysis.models.linkage.weights import Weights

N_EPOCHS = 3  # times that strangers, frequencies of terms and duplicates are looked at anew
N_STEPS = 6  # of EM in an epoch
N_SWEEPS = 4  # of messages in a step: they start where the last step left them
MOST_SWEEPS = 40  # of messages at the end of an epoch: until they stand still
NEVER = 1e-4  # probability below which a pair is let go between epochs
HOPELESS = np.log(1e-3)  # odds below which a candidate is let go at the start


@dataclass(frozen=True)
class Linkage:
    """``pairs``: a row for each pair not less probable than the floor; ``parameters``: what was estimated."""

    pairs: pd.DataFrame
    parameters: pd.DataFrame


def link(rows: pd.DataFrame, settings: LinkageSettings, rng: np.random.Generator) -> Linkage:
    """Return the probable pairs of ``rows`` of several lists, within a list too, and the weights they follow from.

    ``rows``: row_id, list_id, and what is known of name_latin, name_km, operator_name, province_code, district_code,
    commune_code, facility_type, opened_year; missing is unknown and weighs nothing. Their order does not matter.

    Estimand: for each pair the probability that both rows are about one facility, given all rows; a row has at most
    one partner in each other list, once rows that a list has twice count as one. Weights are log2 likelihood ratios
    (Fellegi and Sunter), u from pairs drawn at random (``rng``), m by EM on candidates with u held.
    ASSUME: given that two rows are one facility (or are not), name, place with operator, type and year say things
    apart from one another; what is missing is missing for reasons that do not depend on what it would say; pairs of
    all lists follow the same m. Parameters are taken as known: their own uncertainty is not in the probabilities.
    Raises ``ValueError`` for a row without row_id or list_id and for a row_id that is there twice.

    References: Fellegi and Sunter (1969), Journal of the American Statistical Association 64:1183-1210; Winkler (2006),
    Overview of record linkage and current research directions, US Census Bureau RRS 2006/02.
    """
    listed = coded(rows)
    pairs = Pairs.candidates(listed)
    strangers = Strangers.drawn(listed, pairs.levels, rng)
    fitted = _fitted(listed, pairs, strangers)
    return Linkage(_frame(listed, fitted, settings), weights.table(fitted.weights))


@dataclass(frozen=True)
class _Fitted:
    pairs: Pairs
    weights: Weights
    log_ratio: np.ndarray
    probability: np.ndarray
    units: np.ndarray


def _fitted(rows: Rows, pairs: Pairs, strangers: Strangers) -> _Fitted:
    prior = PriorOdds(np.bincount(rows.lists, minlength=len(rows.list_ids)).astype(float))
    now = Weights(weights.prior_shares(), strangers.shares(pairs.keys(len(rows)), pairs.levels, np.zeros(len(pairs.a))))
    pairs = pairs.kept(prior.log[pairs.of_lists] + weights.log_ratio(pairs.levels, now) > HOPELESS)
    fitted = _Fitted(pairs, now, np.zeros(len(pairs.a)), np.zeros(len(pairs.a)), np.arange(len(rows)))
    for _ in range(N_EPOCHS):
        fitted = _epoch(rows, fitted, strangers, prior)
    return fitted


def _epoch(rows: Rows, fitted: _Fitted, strangers: Strangers, prior: PriorOdds) -> _Fitted:
    """Return the fit after ``N_STEPS`` of EM, with strangers, terms and duplicates as the fit before says."""
    pairs, probability = fitted.pairs, fitted.probability
    repeat = terms.repeats(pairs.a, pairs.b, probability, rows.lists)
    adjustment = terms.log_adjustment(rows, pairs.a, pairs.b, repeat)
    units = duplicates(len(rows), pairs, probability)
    rivals = Rivals.of(rows, pairs, units)
    now = Weights(fitted.weights.m, strangers.shares(pairs.keys(len(rows)), pairs.levels, probability))
    for _ in range(N_STEPS):
        log_ratio = weights.log_ratio(pairs.levels, now) + adjustment
        probability = rivals.probabilities(prior.log[pairs.of_lists] + log_ratio, N_SWEEPS)
        now = Weights(weights.shares_of_true(pairs.levels, probability, now.m), now.u)
        prior.update(rivals.n_true(probability, len(prior.log)))
    log_ratio = weights.log_ratio(pairs.levels, now) + adjustment
    probability = rivals.probabilities(prior.log[pairs.of_lists] + log_ratio, MOST_SWEEPS)
    which = probability > NEVER
    return _Fitted(pairs.kept(which), now, log_ratio[which], probability[which], units)


def _frame(rows: Rows, fitted: _Fitted, settings: LinkageSettings) -> pd.DataFrame:
    which = fitted.probability >= settings.floor
    pairs, probability = fitted.pairs.kept(which), fitted.probability[which]
    decision = _decisions(rows, pairs, probability, fitted.units, settings)
    of = {c.name: pairs.levels[:, i].astype("int64") for i, c in enumerate(COMPARISONS)}
    place, operator = place_and_operator(of[WHERE.name])
    return pd.DataFrame(
        {
            "row_id_a": rows.ids[pairs.a],
            "row_id_b": rows.ids[pairs.b],
            "list_a": rows.list_ids[rows.lists[pairs.a]],
            "list_b": rows.list_ids[rows.lists[pairs.b]],
            "weight": fitted.log_ratio[which] / np.log(2),
            "probability": probability,
            "name_level": of["name"],
            "place_level": place,
            "operator_level": operator,
            "type_level": of["type"],
            "year_level": of["year"],
            "decision": decision,
        }
    )


def _decisions(
    rows: Rows, pairs: Pairs, probability: np.ndarray, units: np.ndarray, settings: LinkageSettings
) -> np.ndarray:
    chosen = pairs.is_within.copy()
    is_first = rows.lists[pairs.a] < rows.lists[pairs.b]
    one, other = (units[np.where(first, pairs.a, pairs.b)] for first in (is_first, ~is_first))
    for lists in np.unique(pairs.of_lists[~pairs.is_within]):
        (these,) = np.nonzero((pairs.of_lists == lists) & ~pairs.is_within & (probability >= settings.link_at))
        chosen[these] = _chosen(one[these], other[these], probability[these], len(units))
    is_link = chosen & (probability >= settings.link_at)
    return np.where(is_link, "link", np.where(probability >= settings.review_from, "review", "no")).astype(object)


def _chosen(a: np.ndarray, b: np.ndarray, probability: np.ndarray, n_rows: int) -> np.ndarray:
    keys, first, number = np.unique(a.astype(np.int64) * n_rows + b, return_index=True, return_inverse=True)
    return one_to_one(keys // n_rows, keys % n_rows, probability[first])[number]
