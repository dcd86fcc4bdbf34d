"""Children as systems record them: a few dated events each, from which the frames of an import are made."""

import hashlib
from dataclasses import dataclass, field
from itertools import count

import pandas as pd

from analysis.contract import Table
from analysis.imported import assessments, cases, children, follow_ups, placements

BIRTH_MONTH = "2010-05"
OSCAR, DONOR, PRIMERO = "oscar", "donor_workbook", "primero"
NOT_ASKED = dict.fromkeys(("setting", "formality", "harm_history"), "unknown") | {
    **{"referral_source": "government", "use_allowed": "yes", "dob_quality": "exact", "n_agencies": 1, "n_systems": 1},
    **{"instrument_version": "12", "source_system": "oscar"},
}
DOMAINS = ("1A", "1B", "2A", "2B", "3A", "3B", "4A", "4B", "5A", "5B", "6A", "6B")


def key(text: str) -> str:
    """Return a key as the importers make them."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def case(referred: str = "2021-01-01", accepted: str | None = "2021-01-10", system: str = OSCAR, **facts) -> dict:
    """Return a case; told closed by its day of closing."""
    closed = facts.get("closed_on")
    return {
        "source_system": system,
        "referred_on": referred,
        "accepted_on": accepted,
        "status": "closed" if closed else "active",
        "closure_circumstance": "exited" if closed else None,
        "closure_reason": "goals_met" if closed else None,
        "programme": "reintegration",
        "org_code": "A01",
        "risk_level": "unknown",
        "separation_reason": "unknown",
        **facts,
    }


def primero_case(referred: str = "2021-01-01", **facts) -> dict:
    """Return a case of a system that does not record acceptance."""
    return case(referred, None, PRIMERO, **facts)


def stay(care: str, start: str, end: str | None = None, reason: str | None = None, **facts) -> dict:
    """Return a placement; in the donor's workbook unless told otherwise."""
    return {
        "source_system": DONOR,
        "care_type": care,
        "start_on": start,
        "end_on": end,
        "end_reason": reason or ("unknown" if end else None),
        "entry_event": "placement",
        "prepared": None,
        "facility_id": None,
        **facts,
    }


def went_home(start: str, end: str | None = None, reason: str | None = None, **facts) -> dict:
    """Return a reunification, as the donor's workbook has it: into which family is not told."""
    return stay(facts.pop("care", "unknown"), start, end, reason, **{"entry_event": "reunification", **facts})


def contact(day: str, **facts) -> dict:
    """Return a home visit."""
    return {"done_on": day, "mode": "visit", "child_seen": None, **facts}


@dataclass
class Recorded:
    """A child with its cases, stays, contacts and assessments; stays and contacts name their case by its place."""

    name: str
    stays: list[dict]
    cases: list[dict] = field(default_factory=lambda: [case()])
    contacts: list[dict] = field(default_factory=list)
    assessments: list[dict] = field(default_factory=list)
    birth_month: str | None = BIRTH_MONTH
    household: str | None = None


def case_id(child: Recorded, number: int) -> str:
    """Return the key of a case of a child."""
    return key(f"{child.name}/case/{number}")


def frames(recorded: list[Recorded]) -> dict[str, pd.DataFrame]:
    """Return the imported tables that hold these children."""
    numbers = count()
    rows = {name: [] for name in ("placements", "cases", "children", "follow_ups", "assessments")}
    for child in recorded:
        rows["children"].append(_child(child))
        rows["cases"] += [{"case_id": case_id(child, i), **_of(child), **one} for i, one in enumerate(child.cases)]
        for name, prefix, events in (
            ("placements", "placement", child.stays),
            ("follow_ups", "followup", child.contacts),
        ):
            rows[name] += [
                {f"{prefix}_id": key(f"{name}/{next(numbers)}"), **_of(child), **_in_case(child, event)}
                for event in events
            ]
        for event in child.assessments:
            rows["assessments"] += _scored(child, event, key(f"assessment/{next(numbers)}"))
    tables = {"placements": placements, "cases": cases, "children": children, "follow_ups": follow_ups} | {
        "assessments": assessments
    }
    return {name: _typed(rows[name], module.TABLE) for name, module in tables.items()}


def types_of(**facility_types: str) -> pd.DataFrame:
    """Return the types of facilities as lists tell them."""
    return pd.DataFrame({"facility_id": facility_types.keys(), "facility_type": facility_types.values()}, dtype="str")


def _of(child: Recorded) -> dict:
    return {"child_key": key(child.name)}


def _child(child: Recorded) -> dict:
    household = key(child.household) if child.household else None
    return {**_of(child), "birth_month": child.birth_month, "household_key": household, "sex": "female"} | {
        "orphan_status": "unknown"
    }


def _in_case(child: Recorded, event: dict) -> dict:
    number = event.get("case", 0)
    told = {name: value for name, value in event.items() if name != "case"}
    return {"source_system": child.cases[number]["source_system"], **told, "case_id": case_id(child, number)}


def _scored(child: Recorded, event: dict, assessment_id: str) -> list[dict]:
    scores = event["scores"]
    told = {"assessed_on": event["on"], "completed": event.get("completed", True), "instrument": "csi12"}
    return [
        {**told, "assessment_id": assessment_id, "case_id": case_id(child, 0), "domain_code": code, "score": score}
        for code, score in zip(DOMAINS, scores, strict=False)
    ]


def _typed(rows: list[dict], table: Table) -> pd.DataFrame:
    """Return rows as an imported table has them; what the rows do not tell is missing, or unknown where it must be."""
    made = pd.DataFrame(rows, columns=None if rows else list(table.columns)).reindex(columns=list(table.columns))
    plain = {name: NOT_ASKED.get(name) for name in table.columns if made[name].isna().all()}
    return table.validated(made.assign(**plain), "recorded")
