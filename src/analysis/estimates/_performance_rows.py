"""Rows of ``risk_performance``: one function for each question that is put to predictions of placement."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.models import prediction
from analysis.models.survey import means
from analysis.models.survey.linearised import Estimated
from analysis.study import Study

PLACED, OF_PLACED = "placed children", "share of placed children"
ALL, BELOW, FROM = "all", "below the threshold", "from the threshold on"
SHARE, PER_1000, PER_10_000 = "share", "per 1,000 children", "per 10,000 children"
FACTORS = {PER_1000: 1_000.0, PER_10_000: 10_000.0}

Row = dict[str, Any]


def overall(judged: prediction.Judged, level: str, study: Study) -> Iterator[Row]:
    """Yield how the predictions do on the whole; ``level`` says which they are."""
    score, scaled = _ends(prediction.brier(judged), study)
    asked: list[tuple[str, Row, str]] = [
        ("concordance", _ends(prediction.concordance(judged), study, scale="logit")[0], "probability"),
        ("observed to expected", _ends(prediction.observed_to_expected(judged), study, scale="log")[0], "ratio"),
        ("calibration intercept", _ends(prediction.calibration_intercept(judged), study)[0], "log odds"),
        ("calibration slope", _ends(prediction.calibration_slope(judged), study)[0], "ratio of log odds"),
        ("Brier score", score, "squared error"),
        ("scaled Brier score", scaled, "share of the error"),
    ]
    counts = _counts(judged.domain, judged.outcome == 1)
    for outcome, ends, scale in asked:
        yield {"outcome": outcome, "level": level, "scale": scale} | counts | ends


def calibration(judged: prediction.Judged, study: Study) -> Iterator[Row]:
    """Yield the share placed in groups that expect equally many, ``at`` their mean prediction, and the curve."""
    own, is_placed = study.risk_performance, judged.outcome == 1
    n_groups = max(2, min(own.n_groups, int(is_placed.sum()) // own.least_placed_per_group))
    groups = prediction.groups_of_equal_expectation(judged, n_groups)
    for term, codes, n in (("group", groups, n_groups), (ALL, np.zeros_like(groups), 1)):
        observed, predicted = prediction.observed_by_group(judged, codes, n)
        for code, ends in enumerate(_ends(observed, study, PER_1000, "logit")):
            is_in = judged.domain & (codes == code)
            name = {"term": ALL if n == 1 else f"{term} {code + 1}", "at": 1000 * predicted[code]}
            yield {"outcome": "observed risk", "scale": PER_1000} | name | _counts(is_in, is_in & is_placed) | ends
    yield from _curve(judged, study)


def _curve(judged: prediction.Judged, study: Study) -> Iterator[Row]:
    at, inside = np.array(study.risk_performance.curve_per_1000), 1000 * judged.risks[judged.domain]
    at = at[(at >= inside.min()) & (at <= inside.max())]
    knots = prediction.knots_of_expectation(judged, study.risk_performance.curve_knots)
    curve = prediction.smooth_curve(judged, np.log(at / (1000 - at)), knots)
    log_odds = np.array([curve.estimate, *curve.interval(study.intervals.confidence)])
    counts = _counts(judged.domain, judged.outcome == 1)
    for risk, ends in zip(at, (1000 / (1 + np.exp(-log_odds))).T, strict=True):
        named = {"outcome": "calibration curve", "level": per_1000(risk), "scale": PER_1000, "at": risk}
        yield named | counts | dict(zip(("estimate", "ci_low", "ci_high"), ends, strict=True))


def decisions(judged: prediction.Judged, study: Study) -> Iterator[Row]:
    """Yield net benefit, whom each threshold misses and how many it flags."""
    own = study.risk_performance
    at = np.unique([*own.thresholds_per_1000, own.threshold_per_1000])
    is_placed, everyone = judged.outcome == 1, judged.domain
    is_flagged = [everyone & (1000 * judged.risks >= one) for one in at]
    found = [_counts(is_placed, is_placed & flag) for flag in is_flagged]
    missed = [_counts(is_placed, is_placed & ~flag) for flag in is_flagged]
    flagged = [_counts(everyone, flag) for flag in is_flagged]
    in_all = [_counts(everyone, is_placed)] * len(at)
    asked: list[tuple[str, Callable[..., Estimated], str, list[Row]]] = [
        ("net benefit of the model", prediction.net_benefit, PER_10_000, found),
        ("gain over everyone", prediction.gain_over_everyone, PER_10_000, found),
        ("net benefit of everyone", prediction.net_benefit_of_everyone, PER_10_000, in_all),
        ("missed", prediction.missed, SHARE, missed),
        ("flagged", prediction.flagged, SHARE, flagged),
    ]
    for outcome, measure, scale, counts in asked:
        ends = _ends(measure(judged, at / 1000), study, scale, "logit" if scale == SHARE else "identity")
        for risk, own_counts, own_ends in zip(at, counts, ends, strict=True):
            named = {"outcome": outcome, "level": per_1000(risk), "scale": scale, "at": risk}
            yield named | own_counts | own_ends


def villages(judged: prediction.Judged, study: Study) -> Iterator[Row]:
    """Yield how many of the placed children live in the villages with the highest predicted risk."""
    shares, is_placed = np.array(study.risk_performance.cluster_shares), judged.outcome == 1
    chosen = prediction.chosen_clusters(judged, shares)
    ends = _ends(prediction.reached_in_clusters(judged, chosen), study, scale="logit")
    is_mostly = chosen[judged.design.clusters[0]] >= 0.5
    for place, share in enumerate(shares):
        named = {"outcome": "reached", "level": f"{share:.0%} of children", "scale": SHARE, "at": 100 * share}
        yield named | _counts(is_placed, is_placed & is_mostly[:, place]) | ends[place]


def groups(judged: prediction.Judged, group: str, terms: pd.Series, names: list[str], study: Study) -> Iterator[Row]:
    """Yield for each of ``names`` among ``terms`` (n,), and for all, whom the threshold misses and who was expected.

    Each placed child is counted once, below the threshold or from it on; their sum stands with the ratio of those
    placed to those expected. A group without a placed child has no estimate.
    """
    threshold = study.risk_performance.threshold_per_1000
    is_below = 1000 * judged.risks < threshold
    for term in [*names, ALL]:
        is_in = judged.domain & ((terms == term).to_numpy(bool) | (term == ALL))
        placed = is_in & (judged.outcome == 1)
        named = {"group": group, "term": term}
        for level, rows in ((BELOW, placed & is_below), (FROM, placed & ~is_below)):
            told = _share_of(judged, rows, placed, study)
            yield (
                named | {"outcome": PLACED, "level": level, "scale": OF_PLACED, "at": threshold, "n": rows.sum()} | told
            )
        ratio = (
            _ends(means.ratio(judged.outcome, judged.risks, judged.design, is_in), study, scale="log")[0]
            if placed.any()
            else {}
        )
        yield named | {"outcome": PLACED, "level": ALL, "scale": "ratio", "n": placed.sum()} | ratio
        flagged = is_in & ~is_below
        told = _counts(is_in, flagged) | _share_of(judged, flagged, is_in, study)
        yield named | {"outcome": "flagged children", "level": FROM, "scale": SHARE, "at": threshold} | told


def answers(judged: prediction.Judged, has_answered: np.ndarray, study: Study) -> Iterator[Row]:
    """Yield discrimination among children without a missing answer, with one, and all."""
    terms = {"every answer given": has_answered, "an answer missing": ~has_answered, ALL: np.ones_like(has_answered)}
    for term, rows in terms.items():
        is_in = judged.domain & rows
        counts = _counts(is_in, is_in & (judged.outcome == 1))
        is_told = 0 < counts["n_hits"] < counts["n"]
        found = _ends(prediction.concordance(judged.among(is_in)), study, scale="logit")[0] if is_told else {}
        named = {"outcome": "concordance by answers", "group": "answers", "term": term, "scale": "probability"}
        yield named | counts | found


def variation(
    judged: prediction.Judged, sd_log_odds: np.ndarray, crossings: np.ndarray, optimism: np.ndarray, study: Study
) -> Iterator[Row]:
    """Yield how predictions would vary had other villages been drawn; spreads, which have no intervals."""
    weights, threshold = judged.weights / judged.weights.sum(), study.risk_performance.threshold_per_1000
    asked = [
        ("instability", "spread of the log odds", "log odds", np.nan, np.sqrt(weights @ sd_log_odds**2)),
        ("instability", "other side of the threshold", SHARE, threshold, weights @ crossings),
        ("optimism", "concordance", "probability", np.nan, optimism.mean()),
    ]
    for outcome, level, scale, at, estimate in asked:
        named = {"outcome": outcome, "level": level, "scale": scale, "at": at, "estimate": estimate}
        yield named | _counts(judged.domain, judged.outcome == 1)


def per_1000(risk: float) -> str:
    """Return a predicted risk as it is called in these rows."""
    return f"{risk:g} per 1,000"


def _ends(found: Estimated, study: Study, unit: str = "", scale: str = "identity") -> list[Row]:
    """Return estimate and interval of each of ``found``; the interval symmetric on ``scale``, all in the ``unit``."""
    factor = FACTORS.get(unit, 1.0)
    low, high = found.interval(study.intervals.confidence, scale)
    return [
        {"estimate": factor * own, "ci_low": factor * lowest, "ci_high": factor * highest}
        for own, lowest, highest in zip(found.estimate, low, high, strict=True)
    ]


def _share_of(judged: prediction.Judged, rows: np.ndarray, whole: np.ndarray, study: Study) -> Row:
    """Return which share of ``whole`` are ``rows``, weighted; nothing where there is nobody."""
    if not whole.any():
        return {}
    return _ends(means.proportion(rows, judged.design, whole), study, scale="logit")[0]


def _counts(whole: np.ndarray, hits: np.ndarray) -> Row:
    return {"n": int(whole.sum()), "n_hits": int(hits.sum())}
