"""The registers an agency keeps beside its case system: what each is about, and what its columns hold.

A register is told by its labels alone (``labels/registers.csv``); how its cells are written stands here.
"""

from dataclasses import dataclass, field

from analysis.imported.allowed import HOUSEHOLD_ITEM

REFERENCE = ("case_ref", "case_short")
ITEMS = HOUSEHOLD_ITEM  # of a check of a household: a column each, a row each in the table
CLOSURE_COUNTS = (
    *("n_children_present", "n_children_identified", "n_children_traced", "n_children_assessed"),
    *("n_children_enrolled", "n_children_in_school", "n_high", "n_medium", "n_low"),
)


@dataclass(frozen=True)
class Register:
    """One kind of register.

    ``telling`` are the fields without which a sheet is no such register, ``needed`` those without which a line says
    nothing. ``identity`` are the columns by which a line is the same line in another file (all, if empty). ``codes``
    gives the list of words that a field is read by. Where ``is_repeatable``, two equal lines of a file are two.
    """

    title: str
    telling: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...] = ()  # of each of these at least one
    identity: tuple[str, ...] = ()
    is_repeatable: bool = True
    codes: dict[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()  # yes or no


REGISTERS = {  # by the table as read
    "closure_events": Register(
        title="Closures",
        telling=("closed_on", "closure_mode"),
        identity=("agency", "facility_name", "province_code", "closed_on"),
        codes={"closure_mode": "closure_mode"},
        dates=("closed_on",),
        counts=CLOSURE_COUNTS,
    ),
    "cost_lines": Register(
        title="Cost lines",
        telling=("spent_on", "cost_category", "amount"),
        codes={"cost_category": "cost_category", "paid": "paid"},
        dates=("spent_on",),
        numbers=("amount",),
        shares=("covered_share",),
        answers=("is_externally_supported",),
    ),
    "exchange_rates": Register(
        title="Exchange rates",
        telling=("currency", "valid_from", "per_usd"),
        needed=(("currency",), ("valid_from",), ("per_usd",)),
        identity=("currency", "valid_from"),
        is_repeatable=False,
        dates=("valid_from",),
        numbers=("per_usd",),
    ),
    "trainings": Register(
        title="Trainings",
        telling=("course", "completed_on"),
        identity=("agency", "worker_ref", "course"),
        codes={"course": "course", "status": "training_status"},
        dates=("completed_on",),
    ),
    "household_checks": Register(
        title="Household checks",
        telling=("case_number", "checked_on"),
        needed=(REFERENCE,),
        identity=(*REFERENCE, "checked_on", "occasion"),
        is_repeatable=False,
        codes={"occasion": "occasion", "reason": "reason_apart", **dict.fromkeys(ITEMS, "household_answer")},
        dates=("checked_on",),
    ),
    "plan_goals": Register(
        title="Plan goals",
        telling=("area", "set_on"),
        identity=(*REFERENCE, "area", "set_on"),
        codes={"area": "goal_area", "status": "goal_status"},
        dates=("set_on", "due_on", "completed_on"),
    ),
    "commune_years": Register(
        title="Commune years",
        telling=("commune_code", "year"),
        needed=(("commune_code",), ("year",)),
        identity=("commune_code", "year"),
        is_repeatable=False,
        counts=("year", "n_children", "n_entries", "n_families_supported", "started_year"),
    ),
    "partner_evidence": Register(
        title="Partner evidence",
        telling=("criterion", "answer", "evidence"),
        needed=(("agency",), ("criterion",)),
        codes={"criterion": "partner_criterion", "answer": "partner_answer", "evidence": "partner_evidence"},
        dates=("dated_on", "expires_on"),
    ),
}
