"""Made-up ledgers of support, and the cases, children and returns beside them."""

import pandas as pd

from analysis.clean.support_ledger import TABLE as SUPPORT_LEDGER
from analysis.features.spells import TABLE as SPELLS
from analysis.imported.cases import TABLE as CASES
from analysis.imported.children import TABLE as CHILDREN
from analysis.imported.exchange_rates import TABLE as EXCHANGE_RATES

ANN, BEN = "a" * 16, "b" * 16  # funders


def key(number):
    """Return a made-up key."""
    return f"{number:016x}"


def of_table(table, rows, **defaults):
    """Return ``rows`` (dicts of what differs) as a frame of ``table``; what is not told is missing."""
    told = pd.DataFrame([defaults | row for row in rows], columns=list(table.columns))
    return told.astype({name: column.dtype for name, column in table.columns.items()})


def ledger(*rows):
    """Return lines of case 1, on health, of 10 US dollars paid in whole by one funder on a day of 2023."""
    numbered = [{"cost_line_id": key(at)} | row for at, row in enumerate(rows, start=1)]
    usual = {
        "agency": "A01", "case_id": key(1), "child_key": key(1), "spent_on": pd.Timestamp("2023-05-01"), "amount": 10.0,
        "cost_category": "health", "currency": "USD", "funder": ANN, "receipt": key(7), "funded_share": 1.0,
    }  # fmt: skip
    return of_table(SUPPORT_LEDGER, numbered, **usual)


def rates(**per_usd):
    """Return rates of exchange of riel by day, such as ``rates(**{"2023-01-01": 4000})``."""
    rows = [{"valid_from": pd.Timestamp(day), "per_usd": rate} for day, rate in per_usd.items()]
    return of_table(EXCHANGE_RATES, rows, currency="KHR")


def cases(*rows):
    """Return cases of agency A01, each of its own child, open since January 2023."""
    numbered = [{"case_id": key(at), "child_key": key(at)} | row for at, row in enumerate(rows, start=1)]
    opened = pd.Timestamp("2023-01-01")
    usual = {
        "source_system": "oscar", "org_code": "A01", "status": "active", "risk_level": "high", "accepted_on": opened,
        "referred_on": opened,
    }  # fmt: skip
    return of_table(CASES, numbered, **usual)


def children(n, **told):
    """Return so many children, each of a household of its own."""
    rows = [{"child_key": key(at), "household_key": key(100 + at)} for at in range(1, n + 1)]
    return of_table(CHILDREN, rows, **told)


def spells(*rows):
    """Return returns of child 1, at home from 2023-03-01 to the end of the records."""
    numbered = [{"spell_id": key(at)} | row for at, row in enumerate(rows, start=1)]
    days = {"returned_on": pd.Timestamp("2023-03-01"), "ended_on": pd.Timestamp("2024-12-31")}
    return of_table(SPELLS, numbered, child_key=key(1), state="administrative", agency="A01", **days)
