"""Things bought for children: how many a month by phase of the case, tier and agency, and at what price."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

PHASES = ("before", "home", "after")
DAY = pd.Timedelta(days=1)


def build(parameters: Study, rng: np.random.Generator, courses: pd.DataFrame, ledgers: pd.DataFrame) -> pd.DataFrame:
    """Return one row a thing bought while its agency kept a ledger: day, category, true price, phase of the case.

    Their number is Poisson with mean months x items a month of the phase x ratios of tier and agency.
    """
    choices = parameters.registers.cost_lines
    spans = pd.concat([_span(courses, phase) for phase in PHASES], ignore_index=True)
    of_agency = ledgers.set_index("agency")
    ratio = of_agency["spending_ratio"].reindex(spans["agency"]).to_numpy()
    months = (spans["to_on"] - spans["from_on"]) / DAY / draws.DAYS_PER_MONTH
    mean = _mapped(spans["phase"], choices.items_per_month) * _mapped(spans["risk_level"], choices.tier_ratio)
    mean = mean * ratio * months
    bought = spans.loc[spans.index.repeat(rng.poisson(mean.fillna(0.0)))].reset_index(drop=True)
    length = (bought["to_on"] - bought["from_on"]) / DAY
    spent = bought["from_on"] + pd.to_timedelta(np.floor(rng.random(len(bought)) * length), unit="D")
    category = draws.words(rng, choices.categories, len(bought))
    found = bought.assign(spent_on=spent, cost_category=category, amount_usd=_price(parameters, rng, category))
    is_kept = found["spent_on"].to_numpy() >= of_agency["kept_from"].reindex(found["agency"]).to_numpy()
    told = found[is_kept].sort_values(["case_no", "spent_on"], kind="stable", ignore_index=True)
    return told.assign(item_no=np.arange(1, len(told) + 1))


def _mapped(words: pd.Series, numbers: Study) -> pd.Series:
    return words.map(dict(numbers)).astype(float)


def _span(courses: pd.DataFrame, phase: str) -> pd.DataFrame:
    """Return from when to when each case is in a phase; in other programmes a child is at home all along."""
    opened, until = courses["opened"], courses["until"]
    elsewhere = courses["programme"] != "reintegration"
    start, stop = {
        "before": (opened, courses["returned"].fillna(until).mask(elsewhere, opened)),
        "home": (courses["returned"].mask(elsewhere, opened), courses["home_until"].mask(elsewhere, until)),
        "after": (courses["home_until"].mask(elsewhere), until),
    }[phase]
    start = start.where(start.isna() | (start > opened), opened)
    of_case = courses[["case_no", "agency", "risk_level", "externally_supported"]]
    return of_case.assign(phase=phase, from_on=start, to_on=stop.where(stop > start, start))


def _price(parameters: Study, rng: np.random.Generator, category: np.ndarray) -> np.ndarray:
    services = parameters.case_management.services
    median = pd.Series(category).map(dict(services.usd_median)).to_numpy(dtype=float)
    return np.round(median * np.exp(rng.normal(0, services.usd_log_sd, len(category))), 2)
