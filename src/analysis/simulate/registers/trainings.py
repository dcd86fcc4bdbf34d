"""Trainings: who began which course and what became of it, case workers and commune workers."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study


def build(parameters: Study, rng: np.random.Generator, frames: dict[str, pd.DataFrame], size: float) -> pd.DataFrame:
    """Return one row a person and course that was begun; commune workers have no ``worker_id``."""
    choices = parameters.registers.trainings
    people = pd.concat([_case_workers(frames), _commune_workers(choices, rng, frames["agencies"], size)])
    effect = _province_effects(choices, rng, people["province_code"])
    begun = [_begun(people, course, choices, rng, effect) for course in choices.courses]
    rows = pd.concat(begun).sort_values(["agency", "person"], kind="stable", ignore_index=True)
    n = len(rows)
    last = pd.Timestamp(parameters.case_management.last_day)
    days = rng.random(n) * (last - pd.Timestamp(choices.first_on)).days
    status = draws.words(rng, choices.status, n)
    day = pd.Series(pd.Timestamp(choices.first_on) + pd.to_timedelta(np.floor(days), unit="D"))
    named = rows["worker_id"].notna() & (rng.random(n) >= choices.worker_unknown_share)
    return rows.assign(
        training_no=np.arange(1, n + 1),
        completed_on=day.where(status == "completed"),
        status=status,
        is_named=named,
    )


def _case_workers(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    province = frames["agencies"].set_index("agency")["province_code"]
    workers = frames["workers"]
    return pd.DataFrame(
        {
            "person": workers["worker_id"],
            "worker_id": workers["worker_id"],
            "agency": workers["agency"],
            "province_code": workers["agency"].map(province),
            "is_case_worker": True,
        }
    )


def _commune_workers(choices: Study, rng: np.random.Generator, agencies: pd.DataFrame, size: float) -> pd.DataFrame:
    """Return the commune workers of the provinces where agencies are; an agency there keeps their list."""
    keepers = agencies.sort_values("agency").drop_duplicates("province_code")
    n = rng.poisson(max(choices.commune_workers_per_province * size, 1), len(keepers))
    rows = keepers.loc[keepers.index.repeat(n), ["agency", "province_code"]].reset_index(drop=True)
    person = [f"commune-worker-{number:04d}" for number in range(1, len(rows) + 1)]
    return rows.assign(person=person, worker_id=None, is_case_worker=False)


def _province_effects(choices: Study, rng: np.random.Generator, province_code: pd.Series) -> np.ndarray:
    codes = np.sort(province_code.unique())
    effect = rng.normal(0, choices.province_sd, len(codes))
    return province_code.map(dict(zip(codes, effect, strict=True))).to_numpy(dtype=float)


def _begun(
    people: pd.DataFrame, course: str, choices: Study, rng: np.random.Generator, effect: np.ndarray
) -> pd.DataFrame:
    share = np.where(people["is_case_worker"], choices.courses[course], choices.commune_courses[course])
    chance = 1 / (1 + np.exp(-(np.log(share / (1 - share)) + effect)))
    return people[rng.random(len(people)) < chance].assign(course=course)
