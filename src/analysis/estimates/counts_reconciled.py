"""Counts reconciled: every way of counting children in care and facilities beside the others, one row a definition.

From one side facilities are counted: by the ministry's list, by a visit to all of them, in sampled communes; from the
other households are asked which of their children live in care. Each number says what it counts, how, and whom it
covers. Nothing is added up: a child whom a household reports in care is counted again in a facility, and a child in a
facility without a household is in no survey of households (``populations.one_population`` refuses such a sum).

What is in print and what rests on imported records stand in parts of their own.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _national_estimators as ways
from analysis.estimates._placement_model import LIVES_IN_CARE, design_of, domain_of, outcome_of
from analysis.estimates.list_coverage import ALL, ANY, ESTIMATED
from analysis.models.survey.means import total
from analysis.populations import COVERS, FACILITY, HOUSEHOLD
from analysis.study import Study

PRINT, RECORDS = "print", "records"
CHILDREN, FACILITIES = "children", "facilities"
PRINTED, LISTED, MODELLED, SURVEYED = "printed", "listed", "modelled", "surveyed"
KEY = ("outcome", "term", "source")

TABLE = estimate_table(
    one_row_is="a number of children or of facilities by one definition and one way to count",
    extra={
        "source": Column("str", "where it is from", isin=(PRINT, RECORDS)),
        "covers": Column("str", "whom it covers: children in facilities, or those whom households report", isin=COVERS),
        "definition": Column("str", "what is counted and how"),
        "n_hits": Column("Int64", "children in care of those whom households were asked about", ge=0, nullable=True),
        "n_facilities": Column("Int64", "facilities behind a number of children", ge=0, nullable=True),
        "top_two_share": Column("Float64", "share of the children that the two largest hold", ge=0, nullable=True),
    },
    key=KEY,
)

IN_PRINT = {  # term: the claims of its children and its facilities
    "ministry": ("trend-2014-children", "trend-2014-facilities"),
    "mapping_rci": ("mapping-cambodia-rci-children", "mapping-cambodia-rci-facilities"),
    "mapping": ("mapping-cambodia-children", "mapping-cambodia-facilities"),
    "sample": ("study-national-children", "study-national-institutions"),
}
COUNTED = {  # term: what it counts, in the records
    "ministry": "on the ministry's list of 2014, all types",
    "mapping_rci": "on the lists of 2015, residential care institutions",
    "mapping": "on the lists of 2015, all types",
    "missed": "the same with those that no list names",
    "sample": "by the sample of communes, where a facility is reported",
    "households": "whom households report in residential care",
}
ROUNDS = {"ministry": ("2014", None), "mapping_rci": ("2015", "rci"), "mapping": ("2015", None)}
A_COUNT = "a count of the facilities with a number, each once, as the lists are linked; no interval"
A_PRINT = "as printed; no interval was printed in the text seen"
MISSED = (
    "log-linear models of three lists, or Chapman's estimator of two; how many children live in those that no list "
)
MISSED += "names is not estimated"
WEIGHTED = (
    "each sampled commune times the communes it stands for; four nights a week; Rao-Wu bootstrap, t on the log scale"
)
REPORTED = (
    "weighted; interval of the survey's design, t on the log scale; leaves out children in care whom no household "
)
REPORTED += "of the survey calls its own, and those of whom it was not said"


def build(
    claims: pd.DataFrame,
    facility_panel: pd.DataFrame,
    list_coverage: pd.DataFrame,
    national_survey: pd.DataFrame,
    surveyed_children: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return every number that there is, printed and from records; what was not imported has no row."""
    rows = [
        *_printed(claims),
        *_listed(facility_panel),
        *_missed(list_coverage),
        *_sampled(national_survey),
        *_by_households(surveyed_children, study),
    ]
    return pd.DataFrame(rows).assign(level="all").reindex(columns=list(TABLE.columns))


def _printed(claims: pd.DataFrame) -> Iterator[dict]:
    of = claims.set_index("claim_id")
    for term, claim_ids in IN_PRINT.items():
        for outcome, claim_id in zip((CHILDREN, FACILITIES), claim_ids, strict=True):
            claim = of.loc[claim_id]
            about = {"estimate": claim["value"], "n": int(claim["value"]), "definition": claim["definition"]}
            yield _row(outcome, term, PRINTED, PRINT, FACILITY) | about | {"note": A_PRINT}


def _listed(panel: pd.DataFrame) -> Iterator[dict]:
    """Yield the children and facilities of each round; of children only those of facilities with a number."""
    for term, (round_id, kind) in ROUNDS.items():
        of_round = panel[(panel["round_id"] == round_id) & ((panel["facility_type"] == kind) if kind else True)]
        counted = of_round["n_children"].dropna().astype("float64").sort_values()
        if counted.sum() == 0:
            continue
        behind = {
            "estimate": counted.sum(),
            "n_facilities": int((counted > 0).sum()),
            "top_two_share": counted.tail(2).sum() / counted.sum(),
        }
        yield _of_records(CHILDREN, term, LISTED) | behind | {"note": A_COUNT}
        yield _of_records(FACILITIES, term, LISTED) | {"estimate": float(len(of_round)), "note": A_COUNT}


def _missed(coverage: pd.DataFrame) -> Iterator[dict]:
    of_all = (coverage["term"] == ALL) & (coverage["level"] == ALL) & (coverage["list_id"] == ANY)
    rows = coverage[of_all & (coverage["scale"] == ESTIMATED) & coverage["estimate"].notna()]
    for _, row in rows.iterrows():
        yield _of_records(FACILITIES, "missed", MODELLED) | _numbers_of(row) | {"note": MISSED}


def _sampled(survey: pd.DataFrame) -> Iterator[dict]:
    """Yield the weighted totals of the sampled communes."""
    is_weighted = (survey["term"] == ways.WEIGHTED) & (survey["interval"] == ways.T) & survey["estimate"].notna()
    for _, row in survey[is_weighted].iterrows():
        of_children = row["scale"] == CHILDREN
        behind = {name: row[name] for name in ("n_facilities", "top_two_share")} if of_children else {}
        base = _of_records(row["scale"], "sample", "sampled" if of_children else MODELLED)
        yield base | _numbers_of(row) | behind | {"note": WEIGHTED}


def _by_households(children: pd.DataFrame, study: Study) -> Iterator[dict]:
    """Yield how many children households report in care; none where nobody was asked, or nobody is in care."""
    if children.empty:
        return
    is_known, in_care = domain_of(children, LIVES_IN_CARE), outcome_of(children, LIVES_IN_CARE)
    n_hits = int(np.nansum(in_care))
    if n_hits == 0:
        return
    estimated = total(np.where(is_known, in_care, 0.0), design_of(children, study), is_known)
    low, high = estimated.interval(study.intervals.confidence, "log")
    numbers = {
        "estimate": float(estimated.estimate[0]),
        "ci_low": float(low[0]),
        "ci_high": float(high[0]),
        "n": int(is_known.sum()),
        "n_hits": n_hits,
    }
    yield _of_records(CHILDREN, "households", SURVEYED, HOUSEHOLD) | numbers | {"note": REPORTED}


def _numbers_of(row: pd.Series) -> dict:
    return {name: row[name] for name in ("estimate", "ci_low", "ci_high", "n")}


def _of_records(outcome: str, term: str, how: str, covers: str = FACILITY) -> dict:
    return _row(outcome, term, how, RECORDS, covers) | {"definition": COUNTED[term]}


def _row(outcome: str, term: str, how: str, source: str, covers: str) -> dict:
    return {"outcome": outcome, "term": term, "scale": f"{outcome} {how}", "source": source, "covers": covers}
