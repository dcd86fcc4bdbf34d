"""Cases of a spell: what the case records of a stay tell, also those that another system keeps of the same referral."""

import pandas as pd

from analysis.features._spell_stays import UNKNOWN, ranked
from analysis.study import Study

ENTRIES = ("referred_on", "accepted_on", "closed_on")  # dates of a case that somebody entered
FACTS = (
    *("case_id", "org_code", "worker_key", "province_code", "risk_level", "programme", "status"),
    *("referred_on", "accepted_on", "closed_on", "closure_circumstance", "closure_reason", "data_end"),
)


def with_readable_closing(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the cases without days of closing before their acceptance or registration: one of the two is mistyped."""
    began = cases["accepted_on"].fillna(cases["referred_on"])
    return cases.assign(closed_on=cases["closed_on"].mask(cases["closed_on"] < began))


def with_data_end(
    cases: pd.DataFrame, placements: pd.DataFrame, follow_ups: pd.DataFrame, assessments: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Add ``data_end``, the last day the records of the case can tell of.

    ASSUME: without a day of export, it is the last dated entry of the agency in that system: someone who worked that
    day would have entered a return to care.
    """
    if study.spells.data_end:
        return cases.assign(data_end=pd.Timestamp(study.spells.data_end))
    dated = [
        *(cases.set_index("case_id")[name] for name in ENTRIES),
        *(placements.set_index("case_id")[name] for name in ("start_on", "end_on")),
        follow_ups.set_index("case_id")["done_on"],
        assessments.set_index("case_id")["assessed_on"],
    ]
    last = pd.concat(dated).groupby(level="case_id").max()
    known = cases.assign(last=last.reindex(cases["case_id"]).array)
    by_agency = known.groupby(["source_system", "org_code"], dropna=False)
    return cases.assign(data_end=by_agency["last"].transform("max"))


def of_stays(rows: pd.DataFrame, cases: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return ``stay`` and the facts of each of its cases: the cases of its records and what other systems keep of them.

    Cases of a child in two systems are of one referral if the days of referral are near each other.
    """
    own = rows[["stay", "child_key", "case_id"]].drop_duplicates()
    own = own.merge(cases[["case_id", "source_system", "referred_on"]], on="case_id", validate="m:1")
    others = own.merge(cases, on="child_key", suffixes=("_own", ""), validate="m:m")
    apart = (others["referred_on"] - others["referred_on_own"]).dt.days.abs()
    elsewhere = (others["source_system"] != others["source_system_own"]) & (apart <= study.spells.same_case_days)
    linked = others[(others["case_id"] == others["case_id_own"]) | elsewhere]
    return linked.drop_duplicates(["stay", "case_id"])[["stay", "child_key", *_of_case(cases)]]


def told(linked: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return for each stay every fact from the case of the system believed first that tells it."""
    known = linked.assign(**{name: linked[name].mask(linked[name] == UNKNOWN) for name in ("risk_level", "programme")})
    by_stay = ranked(known, study).groupby("stay")
    return by_stay[list(FACTS)].first().assign(data_end=by_stay["data_end"].max())


def risk_of_child(cases: pd.DataFrame, study: Study) -> pd.Series:
    """Return by child the risk level of its first case that has one."""
    known = ranked(cases[cases["risk_level"] != UNKNOWN], study).sort_values("referred_on", kind="stable")
    return known.groupby("child_key")["risk_level"].first()


def _of_case(cases: pd.DataFrame) -> list[str]:
    return [column for column in cases.columns if column != "child_key"]
