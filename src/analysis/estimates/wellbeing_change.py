"""Wellbeing change: how children do by their ratings before and after they go home, and how ready cases are to close.

Estimand of a change: the mean difference, in points from 1 to 4, of the last rating in follow-up and the last one
before, in children like those who have both. Of shares: children like those rated in a wave. Intervals are of agencies
as clusters (shares linearised on the logit scale, all else by jackknife, Student's t), so they hold where agencies
rate or follow differently; where agencies are too few, children are the clusters.

Odds ratios are those of the ordinal mixed model (``models.ordinal``, ``_wellbeing_model``): of a higher score in a
wave, beside the time before, for one child. Chance alone is regression to the mean: the change that those with a low
first rating would show by that model had nothing changed; what they show beyond it stands beside it.

ASSUME: raters score alike at both times; children without a later rating are, given their ratings, like those with
one. A change after a return is no effect of it: children grow older, and none were left in care to compare with.
Totals of points are never told: they mean another thing in each system.
"""

from collections.abc import Iterator

import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _closure_rows as closure
from analysis.estimates import _wellbeing_levels as levels
from analysis.estimates import _wellbeing_model as model
from analysis.estimates import _wellbeing_ratings as ratings_of
from analysis.features.assessment_waves import WHY_NOT
from analysis.study import Study

AFTER_RETURN, OTHERS = "after a return", "since acceptance"
LEVELS = {"return": AFTER_RETURN, "acceptance": OTHERS}
CRITERION, CONDITION, LEFT_OUT, ASSESSMENTS = "criterion", "condition", "left out", "assessments"
FOLLOW_UP_FORM, COUNTED = "follow-up form", "counted"

TABLE = estimate_table(
    one_row_is="a domain, criterion or condition, a group of children, a wave and what is told of it",
    key=("outcome", "sort", "term", "level", "wave", "measure"),
    extra={
        "wave": Column("str", "the wave; both: two ratings of a child are compared; last: only the last counts"),
        "measure": Column("str", "what is told"),
        "sort": Column("str", "what the term is", isin=(levels.DOMAIN, levels.OUTCOME, CRITERION, CONDITION, LEFT_OUT)),
        "label": Column("str", "the term in words"),
        "n_hits": Column("Int64", "of a share: of whom it holds", ge=0, nullable=True),
        "df_residual": Column("Int64", "of a model: ratings less parameters", nullable=True),
    },
)


def build(
    assessments: pd.DataFrame,
    assessment_waves: pd.DataFrame,
    closure_readiness: pd.DataFrame,
    follow_ups: pd.DataFrame,
    cases: pd.DataFrame,
    spells: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return all rows; none where no child was rated after a return."""
    rules, confidence = study.wellbeing_change, study.intervals.confidence
    ratings = ratings_of.counted(assessments, assessment_waves, rules)
    if not (ratings["counted_from"] == "return").any():
        return pd.DataFrame(columns=list(TABLE.columns))
    answers = ratings_of.with_clusters(closure.last_answers(follow_ups, cases, spells, rules), rules)
    readiness = ratings_of.with_clusters(closure_readiness, rules)
    rows = [
        *_of_levels(ratings, rules, confidence),
        *_sorted_as(closure.of_criteria(answers, rules, confidence), CRITERION, FOLLOW_UP_FORM),
        *_sorted_as(closure.of_readiness(readiness, study.closure_readiness, confidence), CONDITION),
        *_left_out(assessment_waves, rules),
    ]
    return _worded(pd.DataFrame(rows).reindex(columns=list(TABLE.columns)))


def _of_levels(ratings: pd.DataFrame, rules: Study, confidence: float) -> Iterator[levels.Row]:
    """Yield the rows of ratings of children who went home and of all others; of the former also by the model."""
    for counted_from, level in LEVELS.items():
        rated = ratings_of.with_clusters(ratings[ratings["counted_from"] == counted_from], rules)
        both = ratings_of.pairs(rated, rules)
        rows = list(levels.of_ratings(rated, both, rules, confidence))
        if level == AFTER_RETURN:
            rows += model.of_models(rated, both, rules, confidence)
        yield from ({**row, "level": level} for row in rows)


def _sorted_as(rows: Iterator[levels.Row], sort: str, outcome: str = "") -> Iterator[levels.Row]:
    """Yield rows with what their terms are, and an outcome and level where they have none."""
    for row in rows:
        yield {"outcome": outcome, "level": AFTER_RETURN, **row, "sort": sort}


def _left_out(assessment_waves: pd.DataFrame, rules: Study) -> Iterator[levels.Row]:
    """Yield how many assessments of each instrument count, and how many do not for each reason."""
    reasons = assessment_waves["left_out"].fillna(COUNTED)
    counts = assessment_waves.groupby(["instrument", reasons]).size()
    for instrument in rules.instruments:
        for reason in (COUNTED, *WHY_NOT):
            n = int(counts.get((instrument, reason), 0))
            named = {"outcome": instrument, "term": reason, "level": ASSESSMENTS, "label": reason, "sort": LEFT_OUT}
            yield {**named, "wave": "any", "measure": LEFT_OUT, "scale": ASSESSMENTS, "estimate": n}


NOTES = {
    levels.DOMAIN: "n: children with both ratings, or rated in the wave; interval of agencies",
    levels.OUTCOME: "n: children with both ratings of one of its domains or more; interval of agencies",
    CRITERION: "n: children with an answer at the last contact after their return; interval of agencies",
    CONDITION: "n: cases with a rating; what is left open counts as the measure says; interval of agencies",
    LEFT_OUT: "assessments, drafts among them; a count of all",
}


def _worded(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with a note, which says where a number is missing."""
    note = rows["sort"].map(NOTES)
    is_spread = rows["measure"].isin(model.SPREADS)
    note = note.mask(is_spread, "n: children; standard deviation in the model, without interval")
    note = note.mask(rows["estimate"].isna(), note + "; too few ratings for a number")
    return rows.assign(note=rows["note"].fillna(note))
