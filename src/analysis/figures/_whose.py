"""Whose numbers a figure speaks of: the simulator's, or those of the records, lists or surveys that were imported."""

import pandas as pd


def origin_of(numbers: pd.DataFrame) -> str:
    """Return whether ``numbers`` are published, simulated or records; those just built do not say it yet."""
    return str(numbers["origin"].iloc[0]) if "origin" in numbers else "published"


def these(numbers: pd.DataFrame, what: str) -> str:
    """Return ``these records`` if ``what`` is records, or ``the simulated records``."""
    return f"the simulated {what}" if origin_of(numbers) == "simulated" else f"these {what}"


def this(numbers: pd.DataFrame, what: str) -> str:
    """Return ``this survey`` if ``what`` is a survey, or ``the simulated survey``."""
    return f"the simulated {what}" if origin_of(numbers) == "simulated" else f"this {what}"
