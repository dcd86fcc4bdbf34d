"""One block of the simulated country: a ``World`` of its frames, from a seed and the number of the block."""

import zlib
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.simulate import (
    assessments,
    case_children,
    case_families,
    cases,
    country,
    draws,
    placements,
    prevention,
    services,
    visits,
)
from analysis.simulate.registers import build as registers
from analysis.simulate.world import COLUMNS, World
from analysis.study import Study

DAYS = {  # day numbers of the simulation, and the dates they become
    "children": {"birth_day": "birth_date"},
    "cases": {"referred": "referred_on", "accepted": "accepted_on", "risk_assessed": "risk_assessed_on"}
    | {"closed": "closed_on"},
    "assessments": {"assessed": "assessed_on", "created": "created_on"},
    "care_plans": {"plan": "plan_on"},
    "placements": {"start": "start_on", "end": "end_on"},
    "follow_ups": {"due": "due_on", "done": "done_on"},
    "support": {"start": "start_on", "end": "end_on"},
    "referrals": {"day": "referred_on"},
    "returns": {"returned": "return_on", "end": "end_on", "observed_until": "observed_until"},
    "preventions": {"accepted": "accepted_on", "separated": "separated_on", "closed": "closed_on"},
}
RngOf = Callable[[str], np.random.Generator]


def generators(seed: int, part: int) -> RngOf:
    """Return the maker of random generators of a block: one a step, so that a new step changes no other's numbers."""
    return lambda step: np.random.default_rng([seed, part, zlib.crc32(step.encode())])


def build(parameters: Study, seed: int, part: int, size: float) -> World:
    """Return block ``part`` (from 1) of the country of ``seed``; ``size`` 1 is a whole country."""
    rng_of = generators(seed, part)
    frames = country.build(parameters, rng_of, size, is_first=part == 1)
    frames |= case_frames(parameters.case_management, rng_of, part, size, frames)
    frames |= _with_prevention(parameters, rng_of, part, size, frames)
    kept = registers.build(parameters, rng_of, frames, size)
    return World(**frames, **{name: _as_world(name, frame) for name, frame in kept.items()})


def case_frames(
    choices: Study, rng_of: RngOf, part: int, size: float, country_frames: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the frames of case management, from the communes and facilities of the country."""
    communes, facilities = country_frames["communes"], country_frames["facilities"]
    agencies = case_families.agencies(choices, rng_of("agencies"), part)
    families = case_families.households(choices, rng_of("case_households"), size, agencies)
    children = case_children.children(choices, rng_of("children"), families, communes, facilities)
    episodes, returns = cases.build(choices, rng_of("cases"), children, agencies)
    recorded, workers = cases.attach_record(choices, rng_of("case_records"), episodes, families, part)
    returns = placements.attach_recorded_end(choices, rng_of("recorded_ends"), returns, recorded)
    found = {
        "agencies": agencies,
        "workers": workers,
        "case_households": case_families.attach_class(choices, families, children),
        "case_members": case_children.members(choices, rng_of("case_members"), families, children),
        "children": case_children.attach_ids(choices, rng_of("child_ids"), children, recorded, part),
        "cases": recorded,
        "assessments": assessments.build(choices, rng_of("assessments"), recorded, returns),
        "care_plans": services.care_plans(choices, rng_of("care_plans"), recorded, returns),
        "placements": placements.build(choices, rng_of("placements"), recorded, returns, children, facilities),
        "follow_ups": visits.follow_ups(choices, rng_of("follow_ups"), recorded, returns),
        "support": services.support(choices, rng_of("support"), recorded, returns),
        "referrals": services.referrals(choices, rng_of("referrals"), recorded),
        "returns": returns.assign(is_planned=~returns["is_abrupt"].astype(bool)),
    }
    return {name: _as_world(name, frame) for name, frame in found.items()}


def _with_prevention(
    parameters: Study, rng_of: RngOf, part: int, size: float, frames: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the frames that the programme of prevention adds to, its rows behind the others, and its own."""
    added = prevention.build(parameters, rng_of, part, size, frames)
    rows = {name: _as_world(name, frame) for name, frame in added.items()}
    both = {name: [frames[name], frame] for name, frame in rows.items() if name in frames}
    together = {name: pd.concat(of, ignore_index=True).astype(of[0].dtypes) for name, of in both.items()}
    return rows | together


def _as_world(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with the columns of the world: days become dates, text is text even where nobody has any."""
    dated = frame.assign(**{date: draws.dates(frame[number]) for number, date in DAYS.get(name, {}).items()})
    kept = dated[list(COLUMNS[name])].reset_index(drop=True)
    return kept.astype({column: "str" for column in kept if kept[column].dtype == object})
