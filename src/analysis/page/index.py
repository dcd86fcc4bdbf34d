"""``figures/index.html``: the figures by question, each with its reading, its table, its source and its limits."""

import json
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis import country, country_steps, sources, store

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


def make(figures: Path, to: Path) -> None:
    """Write the page for the figures in the folder ``figures`` to ``to``; the country may go without some."""
    folder = Path(__file__).parent
    templates = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    left_out = [name for names in QUESTIONS.values() for name in names if f"figures/{name}" in country_steps.left_out()]
    sections = {
        question: [_entry(figures, name) for name in names if name not in left_out]
        for question, names in QUESTIONS.items()
        if not left_out or set(names) - set(left_out)
    }
    told = {"country": country.NAME, "is_all_here": not left_out, "left_out": ", ".join(left_out).replace("_", " ")}
    page = templates.get_template("index.html").render(sections=sections, **told)
    store.replace(to, (page + "\n").encode())


def _entry(figures: Path, name: str) -> dict[str, object]:
    words = json.loads((figures / f"{name}.json").read_text(encoding="utf-8"))
    numbers = pd.read_csv(figures / f"{name}.csv", dtype="str", keep_default_na=False)
    is_current = words["numbers_sha256"] == sources.sha256(figures / f"{name}.csv")
    headings = [column.replace("_", " ") for column in numbers.columns]
    return words | {"headings": headings, "rows": numbers.to_numpy().tolist(), "is_current": is_current}
