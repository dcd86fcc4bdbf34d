"""Services: care plans, support given with its costs, and referrals from and to other agencies."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

GROUPS = (
    *("social_work_case_work", "family_based_care", "drug_alcohol", "counselling", "financial_development"),
    *("disability_support", "medical_support", "legal_support", "mental_health_support", "training_education"),
    *("family_support", "anti_trafficking", "other"),
)


def care_plans(choices: Study, rng: np.random.Generator, cases: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return the care plans: one soon after acceptance, before a planned return where there is one, then reviews."""
    open_cases = cases[cases["is_accepted"]]
    until = open_cases["closed"].fillna(draws.day(choices.last_day))
    first_return = returns.drop_duplicates("case_no").set_index("case_no")["returned"]
    returned = open_cases["case_no"].map(first_return).where(~open_cases["is_abrupt"])
    plans = choices.care_plans
    first = open_cases["accepted"] + 1 + draws.uniform_days(rng, plans.first_within_days, len(open_cases))
    first = np.fmin(first, np.maximum(returned - 1, open_cases["accepted"]))
    rounds = [(first, rng.random(len(first)) < plans.first_share)]
    for year in range(1, plans.n_reviews + 1):
        rounds.append((first + year * plans.every_days, rounds[0][1] & (rng.random(len(first)) < plans.review_share)))
    kept = [(day, (made & (day <= until)).to_numpy()) for day, made in rounds]
    written = [open_cases[made].assign(plan=day.to_numpy()[made]) for day, made in kept]
    plan = pd.concat(written).sort_values(["case_no", "plan"], kind="stable", ignore_index=True)
    return plan.assign(plan_no=plan.groupby("case_no").cumcount() + 1)


def support(choices: Study, rng: np.random.Generator, cases: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return the services given: the package of returns that have it, and what agencies give besides."""
    given = pd.concat([_package(choices, rng, returns), _others(choices, rng, cases)], ignore_index=True)
    until = given["case_no"].map(cases.set_index("case_no")["closed"])
    last_day = draws.day(choices.last_day)
    end = np.fmin(given["end"], until)
    has_ended = (given["decision"] == "accepted") & (end <= last_day)
    given = given.assign(end=end.where(has_ended), service_group=_group(given["service_code"]))
    given = given.sort_values(["case_no", "start", "service_code"], kind="stable", ignore_index=True)
    return given.assign(support_no=given.groupby("case_no").cumcount() + 1).pipe(_with_costs, choices.services, rng)


def referrals(choices: Study, rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the referrals: how a case came from another agency, and what others were asked for."""
    asked = choices.referrals
    came = cases[rng.random(len(cases)) < asked.came_share]
    came = came.assign(day=came["referred"], direction="from", decision=_answer(came))
    own = cases[cases["is_accepted"]]
    sent = own.loc[own.index.repeat(rng.poisson(asked.sent_mean, len(own)))]
    until = sent["closed"].fillna(draws.day(choices.last_day))
    sent = sent.assign(
        day=np.floor(sent["accepted"] + rng.random(len(sent)) * (until - sent["accepted"])),
        direction="to",
        decision=draws.words(rng, asked.decision, len(sent)),
    )
    rows = pd.concat([came, sent]).sort_values(["case_no", "day"], kind="stable", ignore_index=True)
    code = draws.words(rng, choices.services.others, len(rows))
    return rows.assign(
        referral_no=rows.groupby("case_no").cumcount() + 1, service_code=code, service_group=_group(pd.Series(code))
    )


def _package(choices: Study, rng: np.random.Generator, returns: pd.DataFrame) -> pd.DataFrame:
    """Return the services of each package: all start on the first day the child is at home and in the programme."""
    helped = returns[returns["had_package"]]
    names = np.array(choices.package.services, dtype=object)
    rows = helped.loc[helped.index.repeat(len(names))]
    least, most = choices.services.package_months
    months = rng.uniform(least, most, len(rows))
    return pd.DataFrame(
        {
            "case_no": rows["case_no"].to_numpy(),
            "service_code": np.tile(names, len(helped)),
            "start": rows["care_start"].to_numpy(),
            "end": np.floor(rows["care_start"] + months * draws.DAYS_PER_MONTH).to_numpy(),
            "decision": "accepted",
        }
    )


def _others(choices: Study, rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    service = choices.services
    open_cases = cases[cases["is_accepted"]]
    mean = service.n_others * np.exp(service.n_others_need * open_cases["need"].clip(-2, 2))
    rows = open_cases.loc[open_cases.index.repeat(rng.poisson(mean))]
    until = rows["closed"].fillna(draws.day(choices.last_day))
    start = np.floor(rows["accepted"] + rng.random(len(rows)) * (until - rows["accepted"]))
    decision = draws.words(rng, service.decision, len(rows))
    least, most = service.service_months
    months = rng.uniform(least, most, len(rows))
    end = np.floor(start + months * draws.DAYS_PER_MONTH).where(rng.random(len(rows)) < service.in_year_share)
    return pd.DataFrame(
        {
            "case_no": rows["case_no"],
            "service_code": draws.words(rng, service.others, len(rows)),
            "start": start,
            "end": end,
            "decision": decision,
        }
    )


def _with_costs(given: pd.DataFrame, service: Study, rng: np.random.Generator) -> pd.DataFrame:
    n = len(given)
    category = np.full(n, "other", dtype=object)
    for group, names in service.cost_of.items():
        drawn = np.array(names, dtype=object)[rng.integers(0, len(names), n)]
        category = np.where(given["service_group"] == group, drawn, category)
    median = pd.Series(category).map(dict(service.usd_median)).to_numpy(dtype=float)
    amount = np.round(median * np.exp(rng.normal(0, service.usd_log_sd, n)), 2)
    is_paid = (rng.random(n) < service.paid_share) & (given["decision"] == "accepted")
    paid_for = np.where(is_paid, category, draws.BLANK)
    return given.assign(amount_usd=np.where(is_paid, amount, np.nan), cost_category=paid_for)


def _answer(came: pd.DataFrame) -> np.ndarray:
    return np.where(came["is_accepted"], "accepted", np.where(came["is_pending"], "pending", "rejected"))


def _group(code: pd.Series) -> np.ndarray:
    """Return the group of each service: the longest group name its code begins with."""
    found = np.full(len(code), "other", dtype=object)
    for group in sorted(GROUPS, key=len):
        found = np.where(code.str.startswith(group + "_"), group, found)
    return found
