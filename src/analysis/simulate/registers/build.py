"""All registers of one block, from the frames of its country and its cases."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.simulate.registers import (
    closures,
    cost_items,
    courses,
    exchange_rates,
    household_checks,
    ledger,
    partners,
    plan_goals,
    roll_out,
    trainings,
)
from analysis.study import Study


def build(
    parameters: Study, rng_of: Callable[[str], np.random.Generator], frames: dict[str, pd.DataFrame], size: float
) -> dict[str, pd.DataFrame]:
    """Return the registers by name; ``frames`` are those of the country and of case management, with dates.

    Each register has a generator of its own, so that none changes another or what the case systems hold.
    """
    open_cases = courses.of_cases(parameters.case_management, frames["cases"], frames["returns"])
    rates = exchange_rates.build(parameters, rng_of("registers/exchange_rates"))
    ledgers = ledger.of_agencies(parameters, rng_of("registers/ledgers"), frames["agencies"])
    bought = cost_items.build(parameters, rng_of("registers/cost_items"), open_cases, ledgers)
    items, lines = ledger.lines(parameters, rng_of("registers/cost_lines"), bought, rates)
    return {
        "closure_events": closures.build(parameters, rng_of("registers/closure_events"), frames, size),
        "ledgers": ledgers,
        "cost_items": items,
        "cost_lines": lines,
        "exchange_rates": rates,
        "trainings": trainings.build(parameters, rng_of("registers/trainings"), frames, size),
        "household_checks": household_checks.build(
            parameters, rng_of("registers/household_checks"), open_cases, frames["children"]
        ),
        "plan_goals": plan_goals.build(parameters, rng_of("registers/plan_goals"), frames["care_plans"], open_cases),
        "commune_years": roll_out.build(parameters, rng_of("registers/commune_years"), frames["communes"], size),
        "partner_evidence": partners.build(parameters, rng_of("registers/partner_evidence"), frames["agencies"]),
    }
