"""Placements as a system records them: spells in care and at home, with the delay of whoever writes them down."""

import numpy as np
import pandas as pd

from analysis.simulate import draws, visits
from analysis.study import Study

CARE_OF_PROGRAMME = {"kinship": "kinship", "foster": "foster_long", "emergency": "foster_emergency"} | {
    "adoption": "adoption",
    "independent_living": "independent",
}
END_OF_STATE = {"residential": "breakdown", "other": "breakdown", "aged_out": "aged_out", "died": "died"} | {
    "moved": "moved",
    "lost": "lost_contact",
}
FAMILY_CARE = ("birth_both", "birth_mother", "birth_father", "kinship")


def attach_recorded_end(
    choices: Study, rng: np.random.Generator, returns: pd.DataFrame, cases: pd.DataFrame
) -> pd.DataFrame:
    """Add ``recorded_end``, the day written as the end: the true day, or for a share that of the contact that noticed.

    Adds ``following`` too, the day of the next return in the case: by then at the latest the end is known.
    """
    returns = returns.assign(following=returns.groupby("case_no")["returned"].shift(-1))
    stays = (returns["end"] - returns["returned"]).to_numpy()
    noticed = returns["returned"] + visits.next_contact(choices.visits, returns["risk_level"], stays)
    closed = returns["case_no"].map(cases.set_index("case_no")["closed"]).fillna(draws.day(choices.last_day))
    latest = np.maximum(np.fmin(closed, returns["following"]), returns["end"])
    is_late = rng.random(len(returns)) < choices.closing.noticed_late_share
    ended = np.where(is_late, np.minimum(noticed, latest), returns["end"])
    lost = np.where(returns["stop"] == "lost", returns["observed_until"], np.nan)
    return returns.assign(recorded_end=np.where(returns["is_seen"], ended, lost))


def build(
    choices: Study,
    rng: np.random.Generator,
    cases: pd.DataFrame,
    returns: pd.DataFrame,
    children: pd.DataFrame,
    facilities: pd.DataFrame,
) -> pd.DataFrame:
    """Return the spells of care recorded in each accepted case, in the order of time."""
    home = children.set_index("child_id")
    seen = returns[returns["is_accepted"]].assign(
        family_type=lambda rows: rows["child_id"].map(home["family_type"]),
        facility_no=lambda rows: rows["child_id"].map(home["facility_no"]),
    )
    spells = pd.concat(
        [
            _before(choices, rng, cases, seen, home),
            _moved_by_closure(choices, rng, cases, seen, facilities),
            _at_home(choices, rng, seen),
            _back_in_care(choices, rng, seen, facilities),
            _placed(choices, rng, cases),
        ],
        ignore_index=True,
    )
    spells = spells.sort_values(["case_no", "start", "end"], kind="stable", ignore_index=True)
    return spells.assign(spell_no=spells.groupby("case_no").cumcount() + 1)


def _spell(cases: pd.DataFrame, **columns: object) -> pd.DataFrame:
    recorded = {
        **{"end": np.nan, "facility_no": pd.NA, "formality": "formal", "prepared": pd.NA, "end_reason": None},
        **columns,
    }
    return cases[["case_no", "child_id"]].assign(**recorded).astype({"facility_no": "Int64", "prepared": "boolean"})


def _before(
    choices: Study, rng: np.random.Generator, cases: pd.DataFrame, seen: pd.DataFrame, home: pd.DataFrame
) -> pd.DataFrame:
    """Return the stays in a facility before the first return; some started before the child was referred by years."""
    waiting = cases[cases["is_accepted"] & (cases["programme"] == "reintegration")]
    low, high = choices.placements.months_in_care
    stayed = rng.uniform(low, high, len(waiting)) * draws.DAYS_PER_MONTH
    first = seen.drop_duplicates("case_no").set_index("case_no")["returned"]
    left = waiting["case_no"].map(first)
    closure = draws.day(choices.closure.closed_on)
    left = left.where(~waiting["in_wave"], np.minimum(left.fillna(closure), closure))
    since = np.minimum(waiting["referred"], left.fillna(np.inf)) - stayed
    since = np.maximum(since, waiting["birth_day"] + 30)
    since = since.where(waiting["episode"] == 1, waiting["referred"] - 14)
    planned = ~waiting["is_abrupt"]
    reason = np.where(waiting["in_wave"], "facility_closed", np.where(planned, "planned_move", "unknown"))
    return _spell(
        waiting,
        start=np.floor(since),
        end=left,
        care_type="rci",
        entry_event=np.where(waiting["episode"] == 1, "initial", "re_separation"),
        facility_no=waiting["child_id"].map(home["facility_no"]),
        end_reason=np.where(left.notna(), reason, draws.BLANK),
    )


def _moved_by_closure(
    choices: Study, rng: np.random.Generator, cases: pd.DataFrame, seen: pd.DataFrame, facilities: pd.DataFrame
) -> pd.DataFrame:
    """Return the stays in another facility of children who did not go home when theirs closed."""
    moved = cases[cases["is_accepted"] & cases["in_wave"] & ~cases["is_abrupt"]]
    left = moved["case_no"].map(seen.drop_duplicates("case_no").set_index("case_no")["returned"])
    return _spell(
        moved,
        start=draws.day(choices.closure.closed_on),
        end=left,
        care_type="rci",
        formality="informal",
        entry_event="closure_displacement",
        facility_no=rng.choice(_open_facilities(facilities), len(moved)),
        end_reason=np.where(left.notna(), "planned_move", draws.BLANK),
    )


def _open_facilities(facilities: pd.DataFrame) -> np.ndarray:
    """Return the facilities that did not close in the wave."""
    return facilities.loc[~facilities["closed_in_wave_2023"].astype(bool), "facility_no"].to_numpy()


def _at_home(choices: Study, rng: np.random.Generator, seen: pd.DataFrame) -> pd.DataFrame:
    """Return the spells at home; an unplanned one of the closure counts as displacement, another as spontaneous."""
    planned = ~seen["is_abrupt"]
    unplanned = np.where(seen["in_wave"], "closure_displacement", "spontaneous_return")
    formal = rng.random(len(seen)) < choices.placements.home_formal_share
    return _spell(
        seen,
        start=seen["returned"],
        end=seen["recorded_end"],
        care_type=np.where(seen["family_type"].isin(FAMILY_CARE), seen["family_type"], "kinship"),
        formality=np.where(formal & planned, "formal", "informal"),
        entry_event=np.where(planned, "reunification", unplanned),
        prepared=planned & (rng.random(len(seen)) < choices.placements.prepared_share),
        end_reason=pd.Series(seen["stop"]).map(END_OF_STATE).where(np.isfinite(seen["recorded_end"])).to_numpy(),
    )


def _back_in_care(
    choices: Study, rng: np.random.Generator, seen: pd.DataFrame, facilities: pd.DataFrame
) -> pd.DataFrame:
    """Return what follows an end that was seen: a facility again, or the street, work, another family."""
    gone = seen[seen["is_seen"] & seen["end_state"].isin(("residential", "other"))]
    in_facility = gone["end_state"] == "residential"
    elsewhere = draws.words(rng, choices.placements.after_other, len(gone))
    open_homes = _open_facilities(facilities)
    same = gone["facility_no"].isin(open_homes) & (rng.random(len(gone)) < choices.placements.same_facility_share)
    drawn = rng.choice(open_homes, len(gone))
    facility = gone["facility_no"].where(same, pd.Series(drawn, index=gone.index)).where(in_facility)
    return _spell(
        gone,
        start=gone["recorded_end"],
        end=gone["following"],
        care_type=np.where(in_facility, "rci", elsewhere),
        formality="informal",
        entry_event="re_separation",
        facility_no=facility,
        end_reason=np.where(gone["following"].notna(), "planned_move", draws.BLANK),
    )


def _placed(choices: Study, rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the placements of the programmes that find a family for a child."""
    placed = cases[cases["is_accepted"] & cases["programme"].isin(CARE_OF_PROGRAMME) & (cases["episode"] == 1)]
    start = placed["accepted"] + draws.uniform_days(rng, choices.placements.placed_within_days, len(placed))
    last = placed["closed"].fillna(draws.day(choices.last_day))
    start = np.minimum(start, last)
    ended = rng.random(len(placed)) < choices.placements.breakdown_share
    end = (start + np.ceil(rng.random(len(placed)) * (last - start))).where(ended)
    return _spell(
        placed,
        start=start,
        end=end,
        care_type=placed["programme"].map(CARE_OF_PROGRAMME),
        entry_event="placement",
        prepared=rng.random(len(placed)) < choices.placements.prepared_share,
        end_reason=np.where(ended, "breakdown", draws.BLANK),
    )
