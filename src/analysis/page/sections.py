"""Sections: the questions of the page in their order, the figures that answer each, and the parts they stand in."""

from dataclasses import dataclass

from analysis.page.entries import Entry

PARTS = ("published", "records", "simulated")  # the order on the page: what was made up comes last
QUESTIONS = {
    "How many children live in residential care?": ("national_totals", "care_trend"),
    "Where are they?": ("care_rates", "province_rates", "province_map"),
    "In what kind of place do they live, and who watches over it?": ("facility_types", "regulation"),
    "Do they have parents?": ("living_parents",),
    "What goes with more residential care?": ("driver_gradients", "province_conditions"),
    "What happens after they go home?": (),
    "When facilities close, what becomes of the children, and how many workers does it take?": (
        *("closure_funnel", "response_plan"),
    ),
    "How old are the numbers of the country care snapshot, and which of its fields are empty?": ("country_snapshot",),
    "How many children live in residential care, by definition, in print and in records?": ("counts_reconciled",),
    "What does a sample of communes say of the whole country, and how often is its interval right?": (
        *("national_survey", "national_survey_coverage"),
    ),
    "Of 1,000 children, how many are placed within a year, and in which families?": (
        "risk_gradients",
        "placement_risk",
    ),
    "How well can placement be foreseen, and whom would it miss?": ("risk_calibration", "decision_curve"),
    "With whom do children in households live?": ("living_arrangements",),
    "How many children are back in care after they went home, and how soon?": ("re_separation", "planned_vs_abrupt"),
    "What goes with coming back, and does support help?": (
        *("reintegration_effects", "support_effect", "support_effect_simulation"),
    ),
    "How do children do after they went home?": ("wellbeing_change",),
    "Are they seen in time, and do workers and scores see the same risk?": (
        *("follow_up_compliance", "triage_agreement"),
    ),
    "When facilities close, how far are the children of the records followed?": (
        *("closure_funnel_recorded", "response_plan_recorded"),
    ),
    "What does support cost?": ("support_costs",),
    "Are referrals answered, goals met and workers trained?": ("referral_funnel", "training_coverage"),
    "Whom do rules of eligibility take, and what do homes not meet?": ("eligibility_verdicts", "household_checks"),
    "What became of children supported in their families, and of communes with the programme?": (
        *("prevention_outcomes", "rollout_effect"),
    ),
    "What do lists of facilities hold, and what do they miss?": (
        *("list_coverage", "facility_map", "facility_concentration", "facility_flows"),
    ),
    "How far does regulation reach, and how are the children cared for?": (
        *("facility_funnel", "formal_care_indicators"),
    ),
    "Which districts have more facilities?": ("driver_effects",),
    "What did a screening for signs of orphanage trafficking find, and how much is not known?": (
        *("screening_prevalence",),
    ),
    "Who is in the records?": ("record_children",),
    "How good are the records that are kept?": ("data_quality",),
}


@dataclass(frozen=True)
class Section:
    """A question and the figures that answer it, all of one origin."""

    anchor: str
    question: str
    entries: list[Entry]


@dataclass(frozen=True)
class Part:
    """The sections whose numbers are of one origin."""

    origin: str
    sections: list[Section]


def parts(entries: dict[str, Entry]) -> list[Part]:
    """Return the page's parts, each with the questions that ``entries`` of its origin answer.

    A question without any figure stands among the published ones: that nothing was published is its answer.
    """
    found = [Part(origin, _sections(entries, origin)) for origin in PARTS]
    return [part for part in found if any(section.entries for section in part.sections)]


def _sections(entries: dict[str, Entry], origin: str) -> list[Section]:
    every = [
        Section(f"{origin}-{at}", question, [entries[name] for name in names if _is_of(entries, name, origin)])
        for at, (question, names) in enumerate(QUESTIONS.items(), start=1)
    ]
    unanswered = [question for question, names in QUESTIONS.items() if not names]
    return [s for s in every if s.entries or (s.question in unanswered and origin == PARTS[0])]


def _is_of(entries: dict[str, Entry], name: str, origin: str) -> bool:
    return name in entries and entries[name].origin == origin
