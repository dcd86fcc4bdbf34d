"""Roll-out effect: how many fewer children entered residential care in communes once a programme had started there.

Estimand: the ratio of entries that were made to those expected without the programme, in communes and years under it:
over all, by years since the start, and by the year of the start; the difference of rates, and entries not made.
What was expected is told from communes that had not started by the same year (``models.staggered.group_time``): their
rates, carried over in proportion. Bands hold for all years at once, intervals for each by itself.

ASSUME: without the programme, rates of communes that started and of those not yet would have moved in proportion;
nothing changed before the start; one commune's programme changes nothing in others; the register counts entries alike
in all communes and years; a commune without a first year has not started. Years before the start test the first two,
and ``_rollout_checks`` tells what else the number hangs on. Few groups of communes leave few degrees of freedom: they
are Welch's. The regression with commune and year effects stands beside it, because it is what is usually told.
References: Callaway and Sant'Anna (2021) J Econometrics 225:200-230; Wooldridge (2023) Econometrics J 26:C31-C66.
"""

import numpy as np
import pandas as pd

from analysis import country
from analysis.contract import Column, estimate_table
from analysis.estimates import _rollout_checks as checks
from analysis.estimates._rollout_panel import Communes, cells_of, communes_of
from analysis.models.staggered.effects import (
    DIFFERENCE,
    LOG_RATIO,
    Effects,
    effect_overall,
    effects_by_cohort,
    effects_by_time,
)
from analysis.models.staggered.group_time import GroupTime
from analysis.study import Study

OUTCOME, COMMUNES, ALL = "entries into residential care", "communes", "all"
RATE, NUMBER = "rate of entries", "number of entries"  # observed less expected
OVERALL = "years under the programme"
SINCE, BEFORE, COHORT = "years since the start", "years before the start", "year of the start"
ALONE, AT_ONCE = "by itself", "all years at once"
PER_100K, ENTRIES, PER = "per 100,000 children a year", "entries", 100_000
STARTED, NOT_STARTED = "started", "not started"

TABLE = estimate_table(
    one_row_is="entries into residential care under a programme beside those expected without it, in some of the years",
    key=("outcome", "term", "level", "scale", "measure"),
    extra={
        "measure": Column("str", "whether the interval holds for the row by itself or for all years at once"),
        "n_communes": Column("Int64", "communes under the programme that it is told of", ge=0, nullable=True),
        "n_cohorts": Column("Int64", "groups of communes that started in one year", ge=0, nullable=True),
    },
)
NOTE = f"n: entries in {country.COMMUNES} under the programme; interval over {country.COMMUNES}"


def build(commune_years: pd.DataFrame, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return effects, years before the start and checks; no row where no commune can be compared with another."""
    communes = communes_of(commune_years)
    cells = None if communes is None else cells_of(communes.rates(), study)
    if communes is None or cells is None or not (cells.since >= 0).any():
        return pd.DataFrame(columns=list(TABLE.columns))
    behind = _behind(communes, cells)
    overall = effect_overall(cells, LOG_RATIO)
    parts = [
        _overall(overall, cells, behind, study),
        _by_time(cells, behind, study, rng),
        _by_cohort(cells, behind, study),
        _checked(communes, cells, overall, behind, study, rng),
        _numbers_of_communes(communes),
    ]
    found = pd.concat(parts, ignore_index=True).fillna({"measure": ALONE, "outcome": OUTCOME})
    return found.reindex(columns=list(TABLE.columns))


def _behind(communes: Communes, cells: GroupTime) -> pd.DataFrame:
    """Return for each cell its cohort, its years since the start, and the entries and communes behind it."""
    rows = []
    for cohort, year in zip(cells.cohorts, cells.times, strict=True):
        entries = communes.entries[communes.starts == cohort, communes.years == year]
        rows.append({"cohort": int(cohort), "since": int(year - cohort), "n": int(np.nansum(entries))})
    sizes = {cohort: int((communes.starts == cohort).sum()) for cohort in np.unique(cells.cohorts)}
    behind = pd.DataFrame(rows)
    return behind.assign(n_communes=behind["cohort"].map(sizes))


def _counts(behind: pd.DataFrame) -> dict[str, int]:
    """Return the entries, communes and groups behind some cells."""
    groups = behind.drop_duplicates("cohort")
    return {"n": behind["n"].sum(), "n_communes": groups["n_communes"].sum(), "n_cohorts": len(groups)}


def _overall(overall: Effects, cells: GroupTime, behind: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the effect over all: as a ratio, as a difference of rates, and in entries."""
    confidence, after = study.intervals.confidence, cells.since >= 0
    counts = _counts(behind[after])
    ratio = checks.ratios_of(overall, overall.interval(confidence))
    apart = effect_overall(cells, DIFFERENCE)
    difference = np.concatenate([apart.estimates, apart.interval(confidence)[0]])
    child_years = cells.weights[after].sum()
    scaled = {(RATE, PER_100K): PER, (NUMBER, ENTRIES): child_years}
    rows = [ratio.iloc[0].to_dict() | {"term": term, "scale": checks.RATIO} for term in (SINCE, COHORT)]
    rows += [
        dict(zip(("estimate", "ci_low", "ci_high"), difference * by, strict=True))
        | {"outcome": outcome, "term": OVERALL, "scale": scale}
        for (outcome, scale), by in scaled.items()
    ]
    return pd.DataFrame(rows).assign(level=ALL, note=NOTE, **counts)


def _by_time(cells: GroupTime, behind: pd.DataFrame, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return one ratio for each year since the start and before it, each by itself and all at once."""
    first = -study.rollout_effect.years_before
    effects = effects_by_time(cells, LOG_RATIO, window=(first, int(cells.since.max())))
    confidence = study.intervals.confidence
    ends = {ALONE: effects.interval(confidence), AT_ONCE: effects.band(confidence, rng)}
    labels = effects.labels.astype("int64")
    counts = pd.DataFrame([_counts(behind[behind["since"] == label]) for label in labels])
    named = pd.DataFrame({"term": np.where(labels < 0, BEFORE, SINCE), "level": labels.astype(str)})
    told = [
        pd.concat([named, checks.ratios_of(effects, end), counts], axis=1).assign(measure=measure)
        for measure, end in ends.items()
    ]
    return _of_enough(pd.concat(told, ignore_index=True), study)


def _by_cohort(cells: GroupTime, behind: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one ratio for each year in which communes started."""
    effects = effects_by_cohort(cells, LOG_RATIO)
    years = effects.labels.astype("int64")
    after = behind[behind["since"] >= 0]
    counts = pd.DataFrame([_counts(after[after["cohort"] == year]) for year in years])
    named = pd.DataFrame({"term": COHORT, "level": years.astype(str)})
    told = checks.ratios_of(effects, effects.interval(study.intervals.confidence))
    return _of_enough(pd.concat([named, told, counts], axis=1), study)


def _of_enough(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return ``rows`` without estimates of a handful of communes: everybody there knows which they are."""
    least = study.rollout_effect.least_communes
    few = rows["n_communes"] < least
    numbers = {name: rows[name].mask(few) for name in ("estimate", "ci_low", "ci_high")}
    note = pd.Series(NOTE, rows.index).mask(few, f"not told: fewer than {least} {country.COMMUNES}")
    return rows.assign(**numbers, note=note, scale=checks.RATIO)


def _checked(
    communes: Communes,
    cells: GroupTime,
    overall: Effects,
    behind: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return what the ratio over all hangs on, with the counts behind it."""
    rows = [
        *checks.of_choices(communes, study),
        *checks.of_years_before(cells, overall, study, rng),
        *checks.of_two_way(communes, study),
        checks.of_order(communes.rates(), study, rng),
    ]
    return pd.DataFrame(rows).assign(**_counts(behind[cells.since >= 0]))


def _numbers_of_communes(communes: Communes) -> pd.DataFrame:
    """Return how many communes had started by the last year, and how many had not."""
    started = int((communes.starts <= communes.years[-1]).sum())
    numbers = {STARTED: started, NOT_STARTED: len(communes.starts) - started, ALL: len(communes.starts)}
    rows = [{"level": level, "estimate": float(number)} for level, number in numbers.items()]
    note = f"{country.COMMUNES} with a rate in any year, by whether the programme had started by the last"
    return pd.DataFrame(rows).assign(outcome=COMMUNES, term=COMMUNES, scale=COMMUNES, note=note)
