"""Risk gradients: of children alike in one thing, how many live in residential care and how many were placed in a year.

Estimand: the share of children of surveyed households, by level of each factor: who sleep in residential care at the
interview; and who moved into it within the 12 months before, of those not in care when these began. Weighted; the
interval is that of the design (strata and villages), on the logit scale. Each factor by itself: levels differ in
everything that goes with it, and a share says who is concerned, not why.

Children in care whom no household counts as its own are in no household survey, so the shares are too low for all
children. Answers that are unknown are a level of their own: nothing is filled in.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _placement_model as placement
from analysis.estimates import _risk_factors as risk
from analysis.models.survey.design import Design
from analysis.models.survey.means import means_by
from analysis.study import Study

ALL, SCALE, PER = "all", "per 1,000 children", 1000
NOTES = {
    placement.PLACED: "children not in care when the 12 months began; interval of the survey's design, logit scale",
    placement.LIVES_IN_CARE: "children of households, not those in care whom none counts as its own; interval of the "
    "survey's design, logit scale",
}

TABLE = estimate_table(
    one_row_is="the children of one level of a factor, or of all levels, and one outcome",
    extra={
        "factor": Column("str", "the factor in words"),
        "position": Column("str", "place of the level within its factor, in two digits; all comes last"),
        "n_hits": Column("Int64", "children of n who live in care, or were placed", ge=0),
    },
)


def build(surveyed_children: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the share of every level of every factor, and of all; no row where no survey was imported."""
    if surveyed_children.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    design = placement.design_of(surveyed_children, study)
    levels = risk.levels_of(surveyed_children, study)
    confidence = study.intervals.confidence
    rows = []
    for outcome in placement.OUTCOMES:
        hits = placement.outcome_of(surveyed_children, outcome)
        domain = placement.domain_of(surveyed_children, outcome)
        whole = _shares(hits, pd.Series(ALL, levels.index, dtype="category"), domain, design, confidence)
        for factor in levels:
            shares = pd.concat([_shares(hits, levels[factor], domain, design, confidence), whole], ignore_index=True)
            rows.append(shares.assign(outcome=outcome, term=factor, position=[f"{at:02d}" for at in shares.index]))
    return _worded(pd.concat(rows, ignore_index=True))[list(TABLE.columns)]


def _shares(hits: np.ndarray, levels: pd.Series, domain: np.ndarray, design: Design, confidence: float) -> pd.DataFrame:
    """Return the weighted share of each level with its interval, and how many children were asked and were hits."""
    names = levels.cat.categories
    codes = np.where(domain, levels.cat.codes, -1).astype("int64")
    found = means_by(np.where(domain, hits, np.nan), codes, len(names), design)
    low, high = found.interval(confidence, "logit")
    return pd.DataFrame(
        {
            "level": list(names),
            "estimate": PER * found.estimate,
            "ci_low": PER * low,
            "ci_high": PER * high,
            "n": np.bincount(codes[domain], minlength=len(names)),
            "n_hits": np.bincount(codes[domain], hits[domain], minlength=len(names)).round(),
        }
    )


def _worded(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        factor=rows["term"].map(risk.FACTORS),
        scale=SCALE,
        note=rows["outcome"].map(NOTES),
    )
