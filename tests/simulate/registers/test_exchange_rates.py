"""Exchange rates: one a month, near the level that was set, never negative."""

import numpy as np
import pandas as pd

from analysis.simulate.registers import exchange_rates


def test_each_month_has_a_rate_near_its_level(numbers):
    choices = numbers.registers.exchange_rates
    rates = exchange_rates.build(numbers, np.random.default_rng(2))
    for currency, level in choices.per_usd.items():
        rows = rates[rates["currency"] == currency]
        n = len(rows)
        assert rows["valid_from"].diff().dropna().dt.days.between(28, 31).all()
        assert rows["per_usd"].iloc[0] == level
        walk = 5 * choices.sd_log_month * n**0.5 + abs(choices.drift_year) * n / 12
        assert (np.abs(np.log(rows["per_usd"] / level)) < walk).all()


def test_money_of_small_numbers_keeps_its_decimals(numbers):
    euro = numbers.changed("registers.exchange_rates.per_usd", {"EUR": 0.92})
    rates = exchange_rates.build(euro, np.random.default_rng(2))
    assert rates["per_usd"].between(0.8, 1.1).all()
    assert rates["per_usd"].nunique() > 10
    assert rates["valid_from"].max() <= pd.Timestamp(numbers.case_management.last_day)
