"""Household checks: whether a home meets each item of the list, before a planned return and while the case is open."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

DAY = pd.Timedelta(days=1)


def build(parameters: Study, rng: np.random.Generator, courses: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Return one row a check and item: whether it ``applies``, whether it truly ``is_met``, and the answer on paper."""
    choices = parameters.registers.household_checks
    home = courses[courses["returned"].notna()]
    birth = children.set_index("child_id")["birth_date"]
    home = home.assign(
        birth_date=birth.reindex(home["child_id"]).to_numpy(),
        family=_family_effect(home, choices.family_sd, rng),
        has_siblings=_siblings(home),
    )
    checks = pd.concat([_before(home, choices, rng), *_followed(home, choices, rng)])
    checks = checks.sort_values(["case_no", "checked_on"], kind="stable", ignore_index=True)
    checks = checks.drop_duplicates(["case_no", "checked_on"], ignore_index=True)
    checks = checks.assign(check_no=np.arange(1, len(checks) + 1))
    return pd.concat([_item(checks, item, choices, rng) for item in choices.met_before], ignore_index=True)


def _family_effect(home: pd.DataFrame, sd: float, rng: np.random.Generator) -> np.ndarray:
    code, groups = pd.factorize(home["sibling_group"])
    return rng.normal(0, sd, len(groups))[code]


def _siblings(home: pd.DataFrame) -> pd.Series:
    return home.groupby("sibling_group")["child_id"].transform("nunique") > 1


def _before(home: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the checks before planned returns, where the case was open by then."""
    low, high = choices.before_days
    day = home["returned"] - pd.to_timedelta(low + draws.uniform_days(rng, high - low, len(home)), unit="D")
    done = ~home["is_abrupt"] & (day >= home["opened"]) & (rng.random(len(home)) < choices.done_share)
    return home.assign(checked_on=day, occasion="before_placement", years=0.0)[done]


def _followed(home: pd.DataFrame, choices: Study, rng: np.random.Generator) -> list[pd.DataFrame]:
    """Return the checks due after the return while the child was at home and the case open."""
    found = []
    for months in choices.due_months:
        slack = draws.uniform_days(rng, choices.slack_days, len(home))
        day = home["returned"] + pd.to_timedelta(np.round(months * draws.DAYS_PER_MONTH) + slack, unit="D")
        done = (day >= home["opened"]) & (day <= home["home_until"]) & (rng.random(len(home)) < choices.done_share)
        years = (day - home["returned"]) / DAY / draws.DAYS_PER_YEAR
        found.append(home.assign(checked_on=day, occasion="follow_up", years=years)[done])
    return found


def _item(checks: pd.DataFrame, item: str, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    n = len(checks)
    log_odds = (
        choices.met_before[item]
        + choices.gain_year[item] * checks["years"]
        + choices.abrupt * checks["is_abrupt"]
        + choices.need * checks["need"].clip(-2, 2)
        + checks["family"]
    )
    is_met = rng.random(n) < 1 / (1 + np.exp(-log_odds.to_numpy(dtype=float)))
    silence = rng.random(n)
    left_out = choices.not_assessed_share
    answer = np.where(is_met, "met", "not_met").astype(object)
    answer = np.where(silence < left_out + choices.unknown_share, "unknown", answer)
    answer = np.where(silence < left_out, "not_assessed", answer)
    applies = _applies(checks, item, choices)
    answer = np.where(applies, answer, "does_not_apply")
    return checks[["check_no", "case_no", "checked_on", "occasion", "years"]].assign(
        item=item, applies=applies, is_met=is_met, answer=answer, reason=_reasons(item, answer, choices, rng)
    )


def _applies(checks: pd.DataFrame, item: str, choices: Study) -> np.ndarray:
    if item == "siblings_together":
        return checks["has_siblings"].to_numpy(dtype=bool)
    if item in choices.only_planned:
        return ~checks["is_abrupt"].to_numpy(dtype=bool)
    if item == "schooling":
        age = (checks["checked_on"] - checks["birth_date"]) / DAY / draws.DAYS_PER_YEAR
        return (age >= choices.no_answer_for_young_years).to_numpy()
    return np.ones(len(checks), dtype=bool)


def _reasons(item: str, answer: np.ndarray, choices: Study, rng: np.random.Generator) -> np.ndarray:
    """Return why siblings live apart, where they do and somebody wrote it down."""
    if item != "siblings_together":
        return np.full(len(answer), None, dtype=object)
    told = (answer == "not_met") & (rng.random(len(answer)) < choices.reason_told_share)
    return np.where(told, draws.words(rng, choices.reasons, len(answer)), draws.BLANK)
