"""Cost items: as many a month as planted in each phase of a case, while the agency keeps a ledger."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import draws
from analysis.simulate.registers import cost_items

N_CASES = 1500
DAYS = {"opened": "2020-01-01", "returned": "2020-07-01", "home_until": "2021-07-01", "until": "2021-10-01"}


def courses(**changed) -> pd.DataFrame:
    """Return many cases of one course."""
    days = {name: pd.Timestamp(day) for name, day in {**DAYS, **changed}.items() if name in DAYS}
    told = {"programme": "reintegration", "agency": "ngo01", "risk_level": "high", "externally_supported": False}
    told |= {name: value for name, value in changed.items() if name not in DAYS}
    return pd.DataFrame({"case_no": np.arange(1, N_CASES + 1), **days, **told})


def ledgers(kept_from: str | None = "2019-01-01", ratio: float = 1.0) -> pd.DataFrame:
    return pd.DataFrame({"agency": ["ngo01"], "kept_from": [pd.Timestamp(kept_from)], "spending_ratio": [ratio]})


def months(first: str, last: str) -> float:
    return (pd.Timestamp(last) - pd.Timestamp(first)).days / draws.DAYS_PER_MONTH


def bought(numbers, *of) -> pd.DataFrame:
    return cost_items.build(numbers, np.random.default_rng(5), *of)


def test_items_come_at_the_planted_rate_of_phase_tier_and_agency(numbers):
    items = bought(numbers, courses(), ledgers(ratio=1.5))
    choices = numbers.registers.cost_lines
    spans = {"before": ("opened", "returned"), "home": ("returned", "home_until"), "after": ("home_until", "until")}
    for phase, (first, last) in spans.items():
        rows = items[items["phase"] == phase]
        rate = choices.items_per_month[phase] * choices.tier_ratio.high * 1.5
        mean = N_CASES * rate * months(DAYS[first], DAYS[last])
        assert abs(len(rows) - mean) < 4 * mean**0.5, phase
        assert rows["spent_on"].between(DAYS[first], DAYS[last]).all()


def test_a_case_of_another_programme_is_at_home_all_along(numbers):
    items = bought(numbers, courses(programme="kinship", returned=None, home_until=None), ledgers())
    assert set(items["phase"]) == {"home"}
    assert items["spent_on"].max() > pd.Timestamp(DAYS["home_until"])


def test_a_return_before_the_case_was_opened_leaves_no_time_before_it(numbers):
    items = bought(numbers, courses(returned="2019-11-01"), ledgers())
    assert "before" not in set(items["phase"])
    assert (items["spent_on"] >= DAYS["opened"]).all()


def test_nothing_is_told_of_before_the_ledger_and_nothing_where_none_is_kept(numbers):
    assert (bought(numbers, courses(), ledgers("2021-01-01"))["spent_on"] >= "2021-01-01").all()
    assert bought(numbers, courses(), ledgers(None)).empty


def test_prices_have_the_planted_mean(numbers):
    items = bought(numbers, courses(), ledgers())
    services = numbers.case_management.services
    for category, rows in items.groupby("cost_category"):
        mean = services.usd_median[category] * np.exp(services.usd_log_sd**2 / 2)
        error = mean * np.sqrt(np.expm1(services.usd_log_sd**2) / len(rows))
        assert rows["amount_usd"].mean() == pytest.approx(mean, abs=4 * error), category
