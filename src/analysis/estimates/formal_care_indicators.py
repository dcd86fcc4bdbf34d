"""Formal care indicators: the manual's 15 indicators for children in formal care, from lists of facilities.

By area and round: numerator, denominator, and how many facilities answered. A facility that did not answer, or whose
answer cannot be (more children with a care plan than children), is in neither: it is counted, and never taken for a 0.
Facility lists know residential care only. What they leave out stands in ``missing``, with who could give it.

ASSUME: facilities that did not answer are like those that did.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.models.cluster_totals import clustered_rate_interval, clustered_share_interval
from analysis.models.counts import binomial_interval
from analysis.study import Study

TOTAL, NO_LIST = "all", "no list"
AREAS = {  # area of the facility panel -> the same provinces in the counts of children
    "phnom_penh": "Phnom Penh",
    "siem_reap": "Siem Reap",
    "priority_three": "battambang_kandal_preah_sihanouk",
    "other20": "other20",
    "unknown": None,
    TOTAL: "cambodia",
}
DENOMINATOR = "2011 registration"
PER = 100_000
SCALES = {
    "rate": "per_100k_children",
    "share": "share",
    "registered": "share_of_facilities",
    "not_in_lists": "not in facility lists",
}
REGISTERED, UNKNOWN = ("mosvy", "other_government"), "unknown"

TABLE = estimate_table(
    one_row_is="an indicator in one area and round",
    extra={
        "round_id": Column("str", "year of the lists"),
        "title": Column("str", "title of the indicator in the manual"),
        "is_core": Column("boolean", "whether it is one of the manual's four core indicators"),
        "n_hits": Column("Int64", "the numerator; missing where no facility answered", ge=0, nullable=True),
        "exposure": Column("Int64", "children of the area, registered in 2011; for rates", gt=0, nullable=True),
        "n_answered": Column("Int64", "facilities that answered", ge=0),
        "n_not_answered": Column("Int64", "facilities that did not, or whose answer cannot be", ge=0),
        "top_two_share": Column(
            "Float64", "share of the people counted who are in the two largest", ge=0, le=1, nullable=True
        ),
        "numerator": Column("str", "what the numerator counts"),
        "denominator": Column("str", "what the denominator counts; missing where nothing is counted", nullable=True),
        "status": Column("str", "whether title and definition were seen in the manual or stand from memory"),
        "missing": Column("str", "what is missing, and who could give it"),
    },
    key=("outcome", "term", "level", "round_id"),
)
NOTES = {
    "rate": "n: none; the numerator is n_hits. Interval for children who live in facilities: a Poisson number of "
    "independent facilities of the sizes seen, normal on the log scale. Everything listed is counted: chance only.",
    "share": "n: the denominator. Ratio estimator with facilities as clusters, linearised, Student's t on the logit "
    "scale: it takes the facilities for independent draws of like ones. Everything listed is counted: chance only.",
    "registered": "n: facilities whose registration is known. Exact (Clopper-Pearson) interval; chance only.",
    "not_in_lists": "No estimate: facility lists do not hold it. No interval.",
}
NOT_ASKED = "no facility here answered, or no list of this round asks it"


def build(
    facility_panel: pd.DataFrame, care_indicators: pd.DataFrame, group_children: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return every indicator for every area and round, with the facilities that answered and that did not."""
    counted = group_children[group_children["denominator"] == DENOMINATOR].set_index("area")["n_children"]
    rounds = sorted(facility_panel["round_id"].unique()) or [NO_LIST]
    rows = [
        row
        for round_id in rounds
        for indicator in care_indicators.itertuples()
        for row in _rows_of(indicator, round_id, facility_panel, counted, study.intervals.confidence)
    ]
    return pd.DataFrame(rows, columns=list(TABLE.columns))


def _rows_of(
    indicator: Any, round_id: str, facility_panel: pd.DataFrame, children: pd.Series, confidence: float
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one indicator in one round, one for each area and one for all."""
    answers = _answers(indicator, facility_panel[facility_panel["round_id"] == round_id])
    said = {name: getattr(indicator, name) for name in ("title", "is_core", "numerator", "denominator", "status")}
    said |= {"outcome": f"indicator {indicator.indicator}", "level": TOTAL, "round_id": round_id}
    for term, group in AREAS.items():
        own = answers if term == TOTAL else answers[answers["area"] == term]
        given = own[own["is_answered"]]
        exposure = children.get(group) if indicator.computed_as == "rate" else None
        is_silent = given.empty and indicator.computed_as != "not_in_lists"
        missing = f"{NOT_ASKED}; {indicator.who_could_tell_more}" if is_silent else indicator.who_could_tell_more
        number = _number(indicator.computed_as, given, exposure, confidence)
        n = {"n_answered": len(given), "n_not_answered": len(own) - len(given)}
        yield {"term": term, "exposure": exposure, "missing": missing, **n, **said, **number}


def _answers(indicator: Any, listed: pd.DataFrame) -> pd.DataFrame:
    """Return what each facility counts above and below, and whether its answer can be."""
    hits = of = pd.Series(pd.NA, listed.index, dtype="Int64")
    if indicator.computed_as == "registered":
        is_known = listed["registration_status"] != UNKNOWN
        of = is_known.astype("Int64").mask(~is_known)
        hits = listed["registration_status"].isin(REGISTERED).astype("Int64").mask(~is_known)
    elif indicator.computed_as != "not_in_lists":
        hits = _sum_of(listed, indicator.numerator_columns)
        of = hits if indicator.computed_as == "rate" else _sum_of(listed, indicator.denominator_columns)
    is_answered = (hits <= of).fillna(False).astype(bool)
    return pd.DataFrame({"area": listed["area"], "hits": hits, "of": of, "is_answered": is_answered})


def _sum_of(listed: pd.DataFrame, columns: str) -> pd.Series:
    """Return the sum of the named columns; missing where one of them is."""
    return listed[columns.split()].sum(axis=1, skipna=False).astype("Int64")


def _number(computed_as: str, given: pd.DataFrame, exposure: Any, confidence: float) -> dict[str, Any]:
    """Return the estimate, its counts and its interval; without any answer all are missing."""
    hits, of = (given[column].to_numpy("float64") for column in ("hits", "of"))
    found: dict[str, Any] = {"scale": SCALES[computed_as], "note": NOTES[computed_as]}
    if not len(hits):
        return found
    found |= {"n_hits": int(hits.sum()), "top_two_share": _top_two_share(of)}
    if computed_as == "rate":
        if exposure is None or pd.isna(exposure):
            return found  # facilities of no known province: in no area's rate, but in the country's
        low, high = clustered_rate_interval(hits, float(exposure), confidence)
        return found | {"estimate": PER * hits.sum() / exposure, "ci_low": PER * low, "ci_high": PER * high}
    if of.sum() == 0:
        return found | {"n": 0}
    if computed_as == "registered":
        low, high = (float(end) for end in binomial_interval(hits.sum(), of.sum(), confidence))
    else:
        low, high = clustered_share_interval(hits, of, confidence)
    return found | {"n": int(of.sum()), "estimate": hits.sum() / of.sum(), "ci_low": low, "ci_high": high}


def _top_two_share(of: np.ndarray) -> float | None:
    return float(np.sort(of)[-2:].sum() / of.sum()) if of.sum() > 0 else None
