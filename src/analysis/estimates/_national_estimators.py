"""The ways from a sample of communes to a national total, the same for imported samples and for made-up ones.

A rate is multiplied by the people of a target: the communes that could be drawn, the districts in which a facility is
reported (as published), or all districts. Weighted totals are of the communes that could be drawn and of no others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.models import sampled_totals as models
from analysis.study import Study

ONE_RATE, NEGATIVE_BINOMIAL = "one_rate", "negative_binomial"
RATIO, WEIGHTED, ASSISTED, ASSISTED_MORE = "ratio", "weighted", "assisted", "assisted_more"
DRAWABLE, REPORTED, ALL = "communes that could be drawn", "districts with a reported facility", "all districts"
POISSON, MODEL, T, STUDENTISED = "Poisson", "of the model", "t", "bootstrap-t"

Rows = list[dict]


@dataclass(frozen=True, eq=False)
class Frame:
    """What is known of all communes, added up. Made by ``frame_of``.

    ``people`` by target; ``totals`` of the covariates over the communes that could be drawn; by district ``n_people``
    and ``n_reported``; ``chance`` of a facility to be reported.
    """

    people: dict[str, float]
    totals: pd.Series
    districts: pd.DataFrame
    chance: float


@dataclass(frozen=True, eq=False)
class Survey:
    """A sample of communes from a ``frame``: ``clusters`` with what was counted, and their ``covariates``."""

    frame: Frame
    clusters: models.SampledClusters
    covariates: pd.DataFrame


@dataclass(frozen=True)
class Resampling:
    """How intervals are made: ``n`` replicates of the bootstrap, the ``confidence``, the generator."""

    n: int
    confidence: float
    rng: np.random.Generator


def frame_of(communes: pd.DataFrame, chance: float) -> Frame:
    """Return the frame of ``communes``, a row each, with ``district_code``, the covariates and ``could_be_drawn``."""
    districts = communes.groupby("district_code")[["n_people", "n_reported"]].sum().astype("float64")
    drawable = communes[communes["could_be_drawn"]]
    people = {
        DRAWABLE: drawable["n_people"].sum(),
        REPORTED: districts.loc[districts["n_reported"] > 0, "n_people"].sum(),
        ALL: districts["n_people"].sum(),
    }
    return Frame({target: float(n) for target, n in people.items()}, _covariates(drawable).sum(), districts, chance)


def survey_of(sampled: pd.DataFrame, count: str, frame: Frame) -> Survey:
    """Return the survey that adds up the column ``count`` of the ``sampled`` communes, which need the covariates."""
    columns = (sampled[name] for name in (count, "n_people", "sample_weight", "sample_stratum"))
    return Survey(frame, models.sampled_clusters(*columns), _covariates(sampled))


def published_rows(survey: Survey, targets: tuple[str, ...], confidence: float) -> Rows:
    """Return one rate with the interval it is published with, and the negative binomial rate, in each target."""
    return [
        _row(estimator, target, interval, *total(survey.clusters, survey.frame.people[target], confidence))
        for target in targets
        for estimator, interval, total in (
            (ONE_RATE, POISSON, models.one_rate),
            (NEGATIVE_BINOMIAL, MODEL, models.negative_binomial),
        )
    ]


def one_rate_rows(survey: Survey, targets: tuple[str, ...], way: Resampling) -> Rows:
    """Return the rate as published, with the spread between communes from the bootstrap."""
    return [
        row
        for target, total in _expanded(survey.clusters.unweighted(), survey.frame, targets, way)
        for row in _with_intervals(ONE_RATE, target, total, way.confidence)
    ]


def ratio_rows(survey: Survey, targets: tuple[str, ...], way: Resampling) -> Rows:
    """Return the weighted rate with intervals from the bootstrap, and with that of a Poisson count."""
    count = float(survey.clusters.counts.sum())
    rows: Rows = []
    for target, total in _expanded(survey.clusters, survey.frame, targets, way):
        with_poisson = models.with_poisson_interval(total.estimate, count, way.confidence)
        rows += [_row(RATIO, target, POISSON, *with_poisson), *_with_intervals(RATIO, target, total, way.confidence)]
    return rows


def weighted_rows(survey: Survey, choices: Study, way: Resampling) -> Rows:
    """Return the weighted total, and that with help of what is known of communes, as ``choices`` name it."""
    total = models.resampled_total(survey.clusters, way.n, way.rng)
    rows = _with_intervals(WEIGHTED, DRAWABLE, total, way.confidence)
    for estimator, names in ((ASSISTED, choices.covariates), (ASSISTED_MORE, choices.more_covariates)):
        known = np.array([survey.covariates[name] for name in names]).T  # a frame of several costs more than a fit
        totals = np.array([survey.frame.totals[name] for name in names])
        total = models.resampled_total(survey.clusters, way.n, way.rng, known, totals)
        rows += _with_intervals(estimator, DRAWABLE, total, way.confidence)
    return rows


def _expanded(
    sample: models.SampledClusters, frame: Frame, targets: tuple[str, ...], way: Resampling
) -> Iterator[tuple[str, models.ResampledTotal]]:
    """Yield each target with people times rate: the districts that lists report are chosen anew in each replicate."""
    rate = models.resampled_total(sample, way.n, way.rng, sample.populations[:, None], [1.0])  # per head
    for target in targets:
        people = frame.people[target]
        again = np.full(way.n, people)
        if target == REPORTED:
            n_people, n_reported = frame.districts["n_people"], frame.districts["n_reported"]
            again = models.populations_again(n_people, n_reported, frame.chance, way.n, way.rng)
        yield target, rate.times(people, again)


def _with_intervals(estimator: str, target: str, total: models.ResampledTotal, confidence: float) -> Rows:
    intervals = {T: total.t_interval(confidence), STUDENTISED: total.studentised_interval(confidence)}
    return [_row(estimator, target, interval, total.estimate, *ends) for interval, ends in intervals.items()]


def _row(estimator: str, target: str, interval: str, estimate: float, low: float, high: float) -> dict:
    numbers = {"estimate": estimate, "ci_low": low, "ci_high": high if np.isfinite(high) else np.nan}
    return {"term": estimator, "level": target, "interval": interval, **numbers}


def _covariates(communes: pd.DataFrame) -> pd.DataFrame:
    """Return what a model can be helped with, as numbers that add up over communes."""
    own = {
        name: communes[name].to_numpy("float64", na_value=np.nan)
        for name in ("n_people", "n_reported", "is_town", "idpoor_share")
    }
    people = own["n_people"]
    return pd.DataFrame(
        {
            "n_reported": own["n_reported"],
            "n_people": people,
            "people_in_towns": people * own["is_town"],
            "poor_people": people * own["idpoor_share"],
        }
    )
