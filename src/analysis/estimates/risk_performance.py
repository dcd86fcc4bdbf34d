"""Risk performance: how well the model of placement tells, in villages it has not seen, which children are placed.

Predictions of each child come from a model fitted on other villages (cross-validation by whole clusters, dealt within
strata); missing answers are imputed, and what imputing took from the child's own outcome is taken out again. Shares are
weighted, intervals hold the design: strata, villages and weights. They take the predictions as they are.

Judged is whether a child not in care was placed within 12 months. The survey asked once, so "predicted" is said of
placements that had happened; some answers may be their consequence. Nothing here is about a single child.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _performance_rows as rows
from analysis.estimates import _placement_model as model
from analysis.estimates._held_out_risks import HeldOutRisks, held_out_risks
from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.study import Study

WHOLE, UNKNOWN = "whole", "unknown"
HELD_OUT, APPARENT = "in villages not seen", "in its own sample"
DISABILITY = {True: "with a disability", False: "without a disability"}

TABLE = estimate_table(
    one_row_is="a measure of how well placements are predicted, of all children at risk or of a group",
    extra={
        "group": Column("str", "whole; answers, sex, disability, age_band or area: what term is a value of"),
        "at": Column("Float64", "predicted risk per 1,000, or percent of children, that the row is at", nullable=True),
        "n_hits": Column("Int64", "of n, those of whom it holds; the note says what", ge=0, nullable=True),
    },
    key=("outcome", "group", "term", "level"),
)
NOTES = {
    "observed risk": "groups expect equally many placements; n children, n_hits placed",
    "calibration curve": "restricted cubic spline of the predicted log odds; n children, n_hits placed",
    "placed children": "n placed children; of all of a group the ratio of those placed to those expected",
    "flagged children": "n children, n_hits with a predicted risk from the threshold on",
    "flagged": "n children, n_hits with a predicted risk from the threshold on",
    "missed": "n placed children, n_hits below the threshold",
    "reached": "n placed children, n_hits in the villages chosen; by chance the share would be that of the children",
    "net benefit of everyone": "n children, n_hits placed",
    "net benefit of the model": "n placed children, n_hits from the threshold on",
    "gain over everyone": "n placed children, n_hits from the threshold on",
    "instability": "over samples of villages drawn again (Rao-Wu); n children, n_hits placed",
    "optimism": "area under the curve in a model's own sample less that in all, over samples drawn again",
}
OVERALL = "n children, n_hits placed"


def build(
    surveyed_children: pd.DataFrame,
    imputed_answers: model.Imputed,
    areas: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return all measures; no row where too few children were placed to fit the model without some of the villages."""
    columns = list(TABLE.columns)
    if surveyed_children.empty or not model.is_enough(surveyed_children, model.PLACED, study):
        return pd.DataFrame(columns=columns)
    try:
        risks = held_out_risks(surveyed_children, imputed_answers, study, rng)
    except NotEstimableError:
        return pd.DataFrame(columns=columns)
    found = pd.DataFrame([*_of_all(risks, study), *_of_groups(risks, surveyed_children, areas, study)])
    notes = found["outcome"].map(NOTES).fillna(OVERALL)
    return found.assign(note=notes).fillna({"group": WHOLE, "term": rows.ALL, "level": "observed"})[columns]


def _of_all(risks: HeldOutRisks, study: Study) -> list[rows.Row]:
    judged = risks.held_out
    return [
        *rows.overall(judged, HELD_OUT, study),
        *rows.overall(risks.apparent, APPARENT, study),
        *rows.calibration(judged, study),
        *rows.decisions(judged, study),
        *rows.villages(judged, study),
        *rows.answers(judged, risks.has_answered, study),
        *rows.variation(judged, risks.sd_log_odds, risks.crossings, risks.optimism, study),
    ]


def _of_groups(
    risks: HeldOutRisks, surveyed_children: pd.DataFrame, areas: pd.DataFrame, study: Study
) -> list[rows.Row]:
    schemes, ages = study.risk_performance.area_schemes, study.risk_performance.age_from
    province = areas[areas["area"].isin(list(schemes))].set_index("province_code")["area"].map(schemes)
    disability = surveyed_children["disability"].map(DISABILITY)
    age = pd.cut(surveyed_children["age_years"].astype("float64"), [*ages.values(), 18], right=False, labels=[*ages])
    groups = {
        "sex": (surveyed_children["sex"], ["female", "male", "other"]),
        "disability": (disability, list(DISABILITY.values())),
        "age_band": (age.astype("object"), list(ages)),
        "area": (surveyed_children["province_code"].map(province), list(schemes.values())),
    }
    return [
        row
        for group, (terms, names) in groups.items()
        for row in rows.groups(risks.held_out, group, terms.astype("object").fillna(UNKNOWN), [*names, UNKNOWN], study)
    ]
