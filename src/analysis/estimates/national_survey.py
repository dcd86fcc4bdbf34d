"""National survey: children in residential care and facilities in all, from communes in which all were counted.

The published way beside others: one rate with the interval of a Poisson count; a negative binomial rate; a rate and a
total with the weights of the sample, and the total with help of what is known of every commune. The switch "only
districts with a reported facility" is the ``level``: to whom a rate is applied.

Weighted numbers are of the communes that could be drawn; what stands where nobody reports a facility is in none.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _national_estimators as ways
from analysis.models import sampled_totals as models
from analysis.study import Study

CHILDREN, FACILITIES = "n_children_in_residential_care", "n_facilities"
COUNTED = {CHILDREN: ("n_children", "children"), FACILITIES: ("n_facilities", "facilities")}
KEY = ("outcome", "term", "level", "interval")
ESTIMATORS = (
    *(ways.ONE_RATE, ways.NEGATIVE_BINOMIAL, ways.RATIO, ways.WEIGHTED),
    *(ways.ASSISTED, ways.ASSISTED_MORE),
)
INTERVALS = (ways.POISSON, ways.MODEL, ways.T, ways.STUDENTISED)

TABLE = estimate_table(
    one_row_is="a total by one estimator, for one target and with one interval",
    extra={
        "interval": Column("str", "how the interval is made", isin=INTERVALS),
        "n_communes": Column("Int64", "communes of the sample", unit="communes", ge=0),
        "n_facilities": Column("Int64", "facilities visited", unit="facilities", ge=0),
        "top_two_share": Column("Float64", "share of what was counted that the two largest hold", ge=0, nullable=True),
        "n_people": Column("Float64", "people of the target, registered in 2011", ge=0),
        "chance_of_report": Column("Float64", "of a facility, to stand on a list asked", ge=0, le=1, nullable=True),
    },
    key=KEY,
)

NOTES = {
    ways.ONE_RATE: "all that was counted over all people of the sampled communes, times people of the target; no "
    "weights, as if communes had been drawn without regard to facilities",
    ways.NEGATIVE_BINOMIAL: "one rate that differs between communes by a gamma factor; no weights, so that it is as "
    "much too high as the single rate where communes were drawn by reported facilities",
    ways.RATIO: "weighted count over weighted people, times people of the target",
    ways.WEIGHTED: "each commune times the communes it stands for",
    ways.ASSISTED: "weighted total, calibrated to people and reported facilities of all communes that could be drawn",
    ways.ASSISTED_MORE: "the same, calibrated to people in towns and poor people besides",
}
INTERVAL_NOTES = {
    ways.POISSON: "interval of a Poisson count, as if children came one by one and all communes had one rate",
    ways.MODEL: "interval of the model, t with communes less one degrees of freedom",
    ways.T: "Rao-Wu bootstrap of communes within strata, t on the log scale, communes less strata degrees of freedom",
    ways.STUDENTISED: "Rao-Wu bootstrap-t of communes within strata; where the upper end is missing, there is none",
}
TOO_FEW = "too few communes in a stratum or in all, or nobody in them: no estimate"


def build(
    sampled_communes: pd.DataFrame,
    commune_reports: pd.DataFrame,
    facility_links: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return children and facilities by every estimator; no row where no sample of communes was imported."""
    known = commune_reports.drop(columns=["district_code", "province_code"])
    sampled = sampled_communes.merge(known, on="commune_code", validate="1:1")
    if sampled.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    chance = _chance_of_report(facility_links, study.national_survey.reporting_lists)
    could_be_drawn = commune_reports["n_reported"] > 0
    frame = ways.frame_of(
        commune_reports.assign(could_be_drawn=could_be_drawn), 1.0 if np.isnan(chance) else chance
    )  # without two lists nothing tells how many a list misses: the districts then stay as they are
    estimated = pd.concat([_of_outcome(outcome, sampled, frame, study, rng) for outcome in COUNTED], ignore_index=True)
    return estimated.assign(
        n_communes=len(sampled),
        n_facilities=int(sampled["n_facilities"].sum()),
        n_people=estimated["level"].map(frame.people),
        chance_of_report=chance,
    )[list(TABLE.columns)]


def _chance_of_report(facility_links: pd.DataFrame, lists: tuple[str, ...]) -> float:
    """Return the chance of a facility to stand on one of the two lists that are asked; missing unless there are two."""
    on = [set(facility_links.loc[facility_links["list_id"] == name, "facility_key"]) for name in lists]
    if len(on) != 2 or not all(on):
        return float("nan")
    return models.chance_of_report(len(on[0]), len(on[1]), len(on[0] & on[1]))


def _of_outcome(
    outcome: str, sampled: pd.DataFrame, frame: ways.Frame, study: Study, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the rows of one outcome; without an estimate where too little was sampled."""
    count, unit = COUNTED[outcome]
    n = int(sampled[count].sum())
    is_enough = (
        n > 0
        and len(sampled) >= study.national_survey.least_communes
        and sampled["sample_stratum"].value_counts().min() >= 2
    )
    rows = pd.DataFrame(_estimated(sampled, count, frame, study, rng) if is_enough else _not_estimated())
    said = rows["term"].map(NOTES) + "; " + rows["interval"].map(INTERVAL_NOTES)
    largest = sampled[["n_children_largest", "n_children_second"]].to_numpy("float64").ravel()
    top_two = np.sort(largest)[-2:].sum() / n if outcome == CHILDREN and n else 2 / max(n, 2)
    return rows.assign(
        outcome=outcome, scale=unit, n=n, note=said if is_enough else TOO_FEW, top_two_share=min(float(top_two), 1.0)
    )


def _estimated(
    sampled: pd.DataFrame, count: str, frame: ways.Frame, study: Study, rng: np.random.Generator
) -> ways.Rows:
    choices = study.national_survey
    survey = ways.survey_of(sampled, count, frame)
    way = ways.Resampling(choices.n_replicates, study.intervals.confidence, rng)
    districts, every = (ways.REPORTED, ways.ALL), (ways.DRAWABLE, ways.REPORTED, ways.ALL)
    return [
        *ways.published_rows(survey, districts, way.confidence),
        *ways.one_rate_rows(survey, districts, way),
        *ways.ratio_rows(survey, every, way),
        *ways.weighted_rows(survey, choices, way),
    ]


def _not_estimated() -> ways.Rows:
    missing = {"estimate": np.nan, "ci_low": np.nan, "ci_high": np.nan}
    return [{"term": name, "level": ways.DRAWABLE, "interval": ways.T} | missing for name in ESTIMATORS]
