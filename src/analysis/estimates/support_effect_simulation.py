"""Support effect, simulated: how often intervals hold what the package changes, in made-up records where it is known.

Two worlds of the simulator, which knows what became of each return with and without the package. In the first, all
that workers go by in giving it is recorded; in the second they also see a need that no system holds, which makes
children go back. Compared as in ``support_effect``, a year after the days of grace: as it is crude, and doubly robust.
Nothing here is about Cambodia: it is about what the method can and cannot do.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis import engine
from analysis.contract import Column, estimate_table
from analysis.estimates import _support_arms as arms
from analysis.estimates._support_returns import RESIDENTIAL, compared
from analysis.models.causal.doubly_robust import CRUDE, DOUBLY_ROBUST
from analysis.models.counts import binomial_interval, tail_of
from analysis.study import Study

COVERAGE, MEAN, TRUE, SPREAD = "coverage", "mean difference", "true difference", "standard error over spread"
RECORDED, UNMEASURED = "all is recorded", "an unmeasured cause"
WAYS = (CRUDE, DOUBLY_ROBUST)

TABLE = estimate_table(
    one_row_is="how a way to compare did, in a kind of made-up records",
    extra={
        "n_hits": Column("Int64", "data sets whose interval holds it, of a share", unit="data sets", nullable=True),
    },
)
SAID = {
    COVERAGE: "share of data sets whose interval holds the true difference; exact (Clopper-Pearson) interval",
    MEAN: "mean of the estimated differences; interval from their spread",
    TRUE: "difference of the true risks with and without, mean over data sets; interval from their spread",
    SPREAD: "mean standard error over the standard deviation of estimates; no interval",
}


def build(simulator: Any, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return how each way did in both worlds; ``simulator`` makes the records and knows what is true of them."""
    rows = [row for world, told in _worlds(simulator, study, rng) for row in _measured(world, told, study)]
    said = pd.Series([SAID[row["outcome"]] + "; n: data sets; " + _of_world(row["level"], study) for row in rows])
    return pd.DataFrame(rows).assign(note=said).reindex(columns=list(TABLE.columns))


def _worlds(simulator: Any, study: Study, rng: np.random.Generator) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each world with one row a data set and way."""
    choices = study.support_effect_simulation
    grace, horizon = study.support_effect.grace_days, choices.horizon_days
    worlds = {
        RECORDED: (choices.n_draws, 0.0, 0.0),
        UNMEASURED: (choices.n_draws_unmeasured, choices.unrecorded_share, choices.need_log_odds),
    }
    for world, (n_draws, share, log_odds) in worlds.items():
        made = simulator.supported_returns(choices.n_cohorts, n_draws, grace, horizon, rng, share, log_odds)
        told = engine.map(_of_data_set, made, shared={"horizon": horizon, "study": study})
        yield world, pd.DataFrame([row for rows in told for row in rows])


def _of_data_set(drawn: Any, horizon: int, study: Study) -> list[dict]:
    returns, rows = compared(drawn.spells, drawn.support_episodes, study), []
    for way in WAYS:
        found = arms.contrast(returns, horizon, study, method=way)
        low, high = found.interval(arms.DIFFERENCE_AT, study.intervals.confidence)
        rows.append(
            {
                "term": way,
                "estimate": found.found.estimate[arms.DIFFERENCE_AT],
                "standard_error": found.found.standard_error[arms.DIFFERENCE_AT],
                "low": low,
                "high": high,
                "true": drawn.risks[1] - drawn.risks[0],
            }
        )
    return rows


def _measured(world: str, told: pd.DataFrame, study: Study) -> Iterator[dict]:
    """Yield coverage, mean and error of each way, and the true difference, which is that of all data sets together."""
    confidence, true = study.intervals.confidence, told["true"].mean()
    for way, own in told.groupby("term", sort=False):
        n_hits, n = int(((own["low"] <= true) & (true <= own["high"])).sum()), len(own)
        low, high = binomial_interval(n_hits, n, confidence)
        keys = {"term": way, "level": world, "n": n}
        hit = {"n_hits": n_hits, "estimate": n_hits / n, "ci_low": float(low), "ci_high": float(high)}
        yield keys | {"outcome": COVERAGE, "scale": "share"} | hit
        yield keys | {"outcome": MEAN, "scale": "difference"} | _mean(own["estimate"], confidence)
        ratio = own["standard_error"].mean() / own["estimate"].std()
        yield keys | {"outcome": SPREAD, "scale": "ratio", "estimate": float(ratio)}
    true_ones = told.loc[told["term"] == CRUDE, "true"]
    keys = {"term": RESIDENTIAL, "level": world, "n": len(true_ones)}
    yield keys | {"outcome": TRUE, "scale": "difference"} | _mean(true_ones, confidence)


def _mean(values: pd.Series, confidence: float) -> dict:
    half_width = stats.t.isf(tail_of(confidence), len(values) - 1) * values.std() / np.sqrt(len(values))
    mean = float(values.mean())
    return {"estimate": mean, "ci_low": mean - float(half_width), "ci_high": mean + float(half_width)}


def _of_world(world: str, study: Study) -> str:
    choices = study.support_effect_simulation
    if world == RECORDED:
        return "workers go by what is recorded"
    odds = np.exp(choices.need_log_odds)
    unseen = f"{choices.unrecorded_share:.0%} of the variance of need is in no system"
    return f"{unseen}; a standard deviation of need multiplies the odds of the package by {odds:.1f}"
