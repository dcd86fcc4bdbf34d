"""Re-separation: of children who went home, how many came back to residential care, or were lost otherwise, by when.

Estimand: the cumulative incidence of each end of a return by day (``_return_curves``), of all returns and by how the
child came home, tier, age, sex and the care it left; the mean days at home, and lost to each end, in the first year;
whether levels differ (Gray's test, agencies left out in turn).

Beside the curve of all returns stands what it hangs on: siblings or single children drawn instead of agencies; one
minus Kaplan-Meier, which takes other ends for impossible; who lost contact never, or all at once, back in care, or
weighted by the chance of not losing it; ends on the day written, as early and as late as contacts allow; returns
made under other rules (boarding schools as residential care among them).

ASSUME: see ``_return_curves``. Children whose return failed before an agency took them on are in no record: curves
speak for them only as far as they are like those seen at home at the same time.
References: Andersen et al. (2012) Int J Epidemiol 41:861-870; Gray (1988) Ann Stat 16:1141-1154.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _return_checks as checks
from analysis.estimates import _return_curves as curves
from analysis.estimates import _return_loss as loss
from analysis.estimates import _return_rows as returns
from analysis.estimates import _return_tests as tests
from analysis.study import Study

RETURNS = "returns"  # the term of all returns
INCIDENCE = "incidence"
PROBABILITY = "probability"

TABLE = estimate_table(
    one_row_is="an end of returns by a day, of all returns or a level, and what is told of it",
    key=("outcome", "term", "level", "measure", "day"),
    extra={
        "measure": Column("str", "incidence, or what it hangs on"),
        "day": Column("Int64", "days after the return", unit="days", ge=0),
        "factor": Column("str", "the split in words"),
        "label": Column("str", "the level in words"),
        "position": Column("str", "place of the level within its split, in two digits; all comes last"),
        "start_day": Column("Int64", "of children still at home after this day", unit="days", ge=0),
        "n_at_risk": Column("Int64", "returns under observation just before the day", ge=0, nullable=True),
        "n_events": Column("Int64", "returns that ended so by the day, as recorded", ge=0, nullable=True),
    },
)
OF_ALL = {"term": RETURNS, "factor": "All returns", "label": "All", "position": "00", "start_day": 0}
NOTES = {
    INCIDENCE: "n: returns; Aalen-Johansen; interval: agencies drawn again, t of effective agencies less one, log-log",
    **checks.NOTES,
    **loss.NOTES,
    **tests.NOTES,
}


def build(spells: pd.DataFrame, spell_variants: pd.DataFrame, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return all curves, checks and tests; no row where fewer returns were recorded than a curve starts with."""
    if len(spells) < study.re_separation.least_at_risk:
        return pd.DataFrame(columns=list(TABLE.columns))
    rows = returns.rows_of(spells, study, study.re_separation.noticed_late)
    whole = curves.of_all(rows, study, rng).assign(measure=INCIDENCE, scale=PROBABILITY)
    more = [
        checks.of_intervals(rows, study),
        checks.of_other_rules(spells, spell_variants, study),
        checks.of_days(spells, study),
        checks.of_one_cause(rows, study),
        loss.of_loss(spells, rows, study, rng),
    ]
    overall = [whole, *(one.assign(scale=PROBABILITY) for one in more), tests.days_at_home(rows, study)]
    told = [pd.concat(overall, ignore_index=True).assign(**OF_ALL)]
    told += [_of_split(rows, split, study, rng) for split in study.re_separation.splits]
    found = pd.concat(told, ignore_index=True)
    is_rule = found["measure"].str.startswith(checks.RULE)
    return found.assign(note=found["measure"].mask(is_rule, checks.RULE).map(NOTES))[list(TABLE.columns)]


def _of_split(rows: pd.DataFrame, split: str, study: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the curves of all levels of a split and of all returns, from one day, and whether the levels differ."""
    level = returns.with_few_joined(rows, split, study)
    start = returns.first_day(rows, level, study) or 0
    later = returns.from_day(rows, start)
    levels = returns.levels(split, study, level)
    found = curves.of_levels(later, level[later.index], study, rng)
    parts = _grid(levels, study).merge(found, on=["level", "outcome", "day"], how="left", validate="1:1")
    counts = {name: parts[name].fillna(0) for name in ("n", "n_at_risk", "n_events")}
    told = pd.concat([parts.assign(**counts), curves.of_all(later, study, rng)], ignore_index=True)
    told = told.assign(measure=INCIDENCE, scale=PROBABILITY)
    tested = tests.levels_differ(later, split, study)
    places = {level: f"{at:02d}" for at, level in enumerate([*levels, curves.ALL])}
    labels = {level: returns.label_of(split, level) for level in levels} | {curves.ALL: "All"}
    whole = pd.concat([told, tested], ignore_index=True)
    named = {"label": whole["level"].map(labels), "position": whole["level"].map(places)}
    return whole.assign(term=split, factor=returns.name_of(split), start_day=start, **named)


def _grid(levels: list[str], study: Study) -> pd.DataFrame:
    """Return a row for every level, end and day, so that none is there only when a child is."""
    of = [levels, curves.outcomes(study), curves.days_told(study)]
    return pd.MultiIndex.from_product(of, names=["level", "outcome", "day"]).to_frame(index=False)
