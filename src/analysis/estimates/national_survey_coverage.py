"""National survey coverage: how often each interval of a national total holds the true number, in made-up countries.

Countries, the lists of their facilities and samples of 24 communes are made by the simulator, which knows how many
children there are. Two designs: communes drawn by the facilities reported in them, and communes drawn by population in
the districts in which one is reported. Nothing here is about Cambodia: it is about estimators.

The true number is of the communes that could be drawn, which a sample can speak for, and of the whole country.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.contract import Column, estimate_table
from analysis.estimates import _national_estimators as ways
from analysis.estimates.national_survey import INTERVALS, NOTES
from analysis.models import sampled_totals as models
from analysis.models.counts import binomial_interval, tail_of
from analysis.study import Study

COVERAGE, MEAN, WIDTH, OPEN = "coverage", "mean estimate", "width", "without upper end"
COUNTRY = "whole country"
KEY = ("outcome", "term", "level", "interval", "design")

TABLE = estimate_table(
    one_row_is="an interval of an estimator, under a design, in the samples of made-up countries",
    extra={
        "interval": Column("str", "how the interval is made", isin=INTERVALS),
        "design": Column("str", "how communes are drawn"),
        "n_countries": Column("Int64", "made-up countries the samples are of", unit="countries", ge=1),
        "n_hits": Column("Int64", "samples of which it holds, of a share", unit="samples", ge=0, nullable=True),
    },
    key=KEY,
)

SAID = {
    COVERAGE: "share of samples whose interval holds the true number; exact (Clopper-Pearson) interval, as if samples "
    "of one country were of different ones",
    MEAN: "mean of estimate over true number: 1 without bias; interval from the spread between samples",
    WIDTH: "median width of the interval over the true number; no interval of its own",
    OPEN: "share of samples whose interval has no upper end; exact (Clopper-Pearson) interval",
}


def build(simulator: Any, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return coverage, bias and width of every estimator and interval; ``simulator`` makes countries and samples."""
    choices = study.national_survey_coverage
    countries = simulator.countries(choices.n_countries, choices.n_samples, rng)
    estimated = pd.DataFrame([row for country in countries for row in _of_country(country, study, rng)])
    measured = pd.concat(
        [_measured(estimated, number, study.intervals.confidence) for number in (ways.DRAWABLE, COUNTRY)]
    )
    said = measured["outcome"].map(SAID) + ". " + measured["term"].map(NOTES)
    return measured.assign(n_countries=choices.n_countries, note=said)[list(TABLE.columns)]


def _of_country(country: Any, study: Study, rng: np.random.Generator) -> Iterator[dict]:
    """Yield a row for every interval of every sample of a country, with the true numbers."""
    choices = study.national_survey_coverage
    way = ways.Resampling(choices.n_replicates, study.intervals.confidence, rng)
    chance = models.chance_of_report(*country.n_on_lists)
    for design, samples in country.samples.items():
        communes = country.communes.assign(could_be_drawn=country.could_be_drawn[design])
        frame = ways.frame_of(communes, chance)
        true = {
            ways.DRAWABLE: communes.loc[communes["could_be_drawn"], "n_children"].sum(),
            COUNTRY: communes["n_children"].sum(),
        }
        for sampled in samples:
            survey = ways.survey_of(sampled, "n_children", frame)
            rows = [
                *ways.published_rows(survey, (ways.REPORTED,), way.confidence),
                *ways.one_rate_rows(survey, (ways.REPORTED,), way),
                *ways.ratio_rows(survey, (ways.DRAWABLE,), way),
                *ways.weighted_rows(survey, study.national_survey, way),
            ]
            yield from (row | true | {"design": design} for row in rows)


def _measured(estimated: pd.DataFrame, number: str, confidence: float) -> pd.DataFrame:
    """Return how every interval did with one true number."""
    true, high = estimated[number], estimated["ci_high"].fillna(np.inf)
    did = estimated.assign(
        holds=(estimated["ci_low"] <= true) & (true <= high),
        is_open=estimated["ci_high"].isna(),
        relative=estimated["estimate"] / true,
        width=(high - estimated["ci_low"]) / true,
    )
    by = ["design", "term", "interval"]
    rows = [
        dict(zip(by, key, strict=True)) | {"level": number, "scale": scale, "n": len(own)} | numbers
        for key, own in did.groupby(by)
        for scale, numbers in (
            ("share", {"outcome": COVERAGE} | _share(own["holds"], confidence)),
            ("share", {"outcome": OPEN} | _share(own["is_open"], confidence)),
            ("relative", {"outcome": MEAN} | _mean(own["relative"], confidence)),
            ("relative", {"outcome": WIDTH, "estimate": own["width"].median()}),
        )
    ]
    return pd.DataFrame(rows).replace([np.inf], np.nan)


def _share(is_hit: pd.Series, confidence: float) -> dict:
    n_hits = int(is_hit.sum())
    low, high = binomial_interval(n_hits, len(is_hit), confidence)
    return {"n_hits": n_hits, "estimate": n_hits / len(is_hit), "ci_low": float(low), "ci_high": float(high)}


def _mean(values: pd.Series, confidence: float) -> dict:
    half_width = stats.t.isf(tail_of(confidence), len(values) - 1) * values.std() / np.sqrt(len(values))
    return {"estimate": values.mean(), "ci_low": values.mean() - half_width, "ci_high": values.mean() + half_width}
