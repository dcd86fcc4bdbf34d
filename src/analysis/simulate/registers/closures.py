"""Closures of facilities: how many children were there, and how many were found and helped, stage by stage.

The closings of the wave hold the very children whose cases stand in the case systems; others are drawn whole.
"""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

STAGES = ("present", "identified", "traced", "assessed", "enrolled", "in_school")
TIERS = ("high", "medium", "low")
COUNTS = [f"n_children_{stage}" for stage in STAGES]
OF_TIERS = [f"n_{tier}" for tier in TIERS]


def build(parameters: Study, rng: np.random.Generator, frames: dict[str, pd.DataFrame], size: float) -> pd.DataFrame:
    """Return one row a closing with its true numbers; ``left_blank`` names, joined by |, what nobody wrote down."""
    choices = parameters.registers.closure_events
    wave = _of_wave(parameters, rng, frames)
    others = _others(choices, rng, frames, size)
    events = pd.concat([wave, others], ignore_index=True).sort_values(["closed_on", "facility_no"], ignore_index=True)
    blanks = {name: rng.random(len(events)) < share for name, share in choices.blank_share.items()}
    blanks["facility_no"] = rng.random(len(events)) < choices.facility_unknown_share
    blanks["closed_on"] = rng.random(len(events)) < choices.date_unknown_share
    left = pd.Series(draws.joined(blanks)).replace("unknown", "")
    return events.assign(event_no=np.arange(1, len(events) + 1), left_blank=left)


def _of_wave(parameters: Study, rng: np.random.Generator, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the closings of the wave: one a facility that closed, with its children who have a case."""
    choices, cases = parameters.registers.closure_events, frames["cases"]
    houses = frames["facilities"].loc[frames["facilities"]["closed_in_wave_2023"].astype(bool)]
    child = frames["children"].set_index("child_id")["facility_no"]
    met = cases[cases["closure_event_id"].notna()].assign(facility_no=lambda rows: rows["child_id"].map(child))
    enrolled = met[met["accepted_on"].notna()]
    counts = pd.DataFrame(
        {
            "n_children_identified": met.groupby("facility_no").size(),
            "n_children_enrolled": enrolled.groupby("facility_no").size(),
            **{f"n_{tier}": enrolled[enrolled["risk_level"] == tier].groupby("facility_no").size() for tier in TIERS},
        }
    ).reindex(houses["facility_no"])
    events = houses[["facility_no", "province_code"]].reset_index(drop=True)
    events = events.assign(**counts.fillna(0).astype(int).reset_index(drop=True))
    return events.assign(
        agency=_agency_of(events["facility_no"], met, rng, frames["agencies"]),
        closed_on=pd.Timestamp(parameters.case_management.closure.closed_on),
        closure_mode="sudden",
    ).pipe(_around_cases, choices, rng)


def _around_cases(events: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add the stages that no case tells: present before them, traced and assessed between, in school after."""
    identified, enrolled = events["n_children_identified"], events["n_children_enrolled"]
    missed = rng.negative_binomial(identified + choices.children_shape / 2, choices.identified_share.sudden)
    traced = enrolled + rng.binomial(identified - enrolled, choices.traced_share.sudden)
    return events.assign(
        n_children_present=identified + missed,
        n_children_traced=traced,
        n_children_assessed=enrolled + rng.binomial(traced - enrolled, choices.assessed_share.sudden),
        n_children_in_school=rng.binomial(enrolled, choices.in_school_share.sudden),
    )


def _others(choices: Study, rng: np.random.Generator, frames: dict[str, pd.DataFrame], size: float) -> pd.DataFrame:
    """Return closings of single facilities outside the wave, with the children of each stage drawn by mode."""
    is_open = ~frames["facilities"]["closed_in_wave_2023"].astype(bool)
    houses = frames["facilities"].loc[is_open, ["facility_no", "province_code"]].reset_index(drop=True)
    n = min(max(choices.least_others, round(choices.n_others * size)), len(houses))
    chosen = houses.iloc[rng.choice(len(houses), n, replace=False)].reset_index(drop=True)
    mode = draws.words(rng, choices.modes, n)
    within = (pd.Timestamp(choices.last_on) - pd.Timestamp(choices.first_on)).days
    counts = _chain(choices, rng, mode)
    shares = np.array([choices.tiers[name] for name in mode])
    tiers = rng.multinomial(counts["n_children_enrolled"], shares)
    return chosen.assign(
        **counts,
        **dict(zip(OF_TIERS, tiers.T, strict=True)),
        agency=rng.choice(frames["agencies"]["agency"].to_numpy(), n),
        closed_on=pd.Timestamp(choices.first_on) + pd.to_timedelta(draws.uniform_days(rng, within, n), unit="D"),
        closure_mode=mode,
    )


def _chain(choices: Study, rng: np.random.Generator, mode: np.ndarray) -> dict[str, np.ndarray]:
    """Return the numbers of children of each stage, each a part of the stage before it."""
    mean = np.array([choices.children_mean[name] for name in mode], dtype=float)
    shape = choices.children_shape
    counts = {COUNTS[0]: rng.negative_binomial(shape, shape / (shape + mean))}
    for before, stage, name in zip(COUNTS, STAGES[1:], COUNTS[1:], strict=False):
        share = np.array([choices[f"{stage}_share"][of_mode] for of_mode in mode])
        counts[name] = rng.binomial(counts[before], share)
    return counts


def _agency_of(
    facility_no: pd.Series, met: pd.DataFrame, rng: np.random.Generator, agencies: pd.DataFrame
) -> np.ndarray:
    """Return the agency that writes a closing down: the one with most of its children, else any."""
    most = met.groupby(["facility_no", "agency"]).size().sort_values(kind="stable").reset_index()
    of_house = most.drop_duplicates("facility_no", keep="last").set_index("facility_no")["agency"]
    known = facility_no.map(of_house)
    drawn = rng.choice(agencies["agency"].to_numpy(), len(facility_no))
    return known.where(known.notna(), pd.Series(drawn, index=facility_no.index)).to_numpy()
