"""Exchange rates: one row a currency and month, as an office copies them from its central bank."""

import numpy as np
import pandas as pd

from analysis.study import Study


def build(parameters: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return units per US dollar of each currency from the first day of each month: a slow random walk."""
    choices = parameters.registers.exchange_rates
    months = pd.date_range(choices.first_month, parameters.case_management.last_day, freq="MS")
    walks = [_walk(choices, rng, currency, level, months) for currency, level in choices.per_usd.items()]
    return pd.concat(walks, ignore_index=True)


def _walk(
    choices: Study, rng: np.random.Generator, currency: str, level: float, months: pd.DatetimeIndex
) -> pd.DataFrame:
    steps = rng.normal(choices.drift_year / 12, choices.sd_log_month, len(months))
    per_usd = level * np.exp(np.cumsum(steps) - steps[0])
    decimals = 0 if level > 100 else 4  # an office writes riel in whole numbers
    return pd.DataFrame({"currency": currency, "valid_from": months, "per_usd": np.round(per_usd, decimals)})
