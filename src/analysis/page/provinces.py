"""Provinces: what the published figures say of each, and what they do not, for the page's picker."""

from dataclasses import dataclass

import pandas as pd

from analysis.charts import CONFIDENCE, in_print
from analysis.page.entries import Entry
from analysis.page.tables import rounded

NEEDED = ("province_rates", "province_conditions", "care_rates")
CONDITIONS = {  # as a reader says them; units stand in the numbers
    "mpi": "Poverty index (MPI)",
    "idpoor_share": "Poor households (IDPoor)",
    "urban_share": "People who live in towns",
    "net_migration_per_1k": "Net migration into the province",
    "migrants_abroad_share": "Adults who work abroad",
    "school_distance_km": "Way to an upper secondary school",
}
PRIORITY, OTHER = ("priority5", "the five priority provinces"), ("other20", "the twenty other provinces")


@dataclass(frozen=True)
class Condition:
    """A condition around families in a province, beside the median of all."""

    label: str
    unit: str
    value: str  # with its interval, if one is printed
    median: str
    note: str


@dataclass(frozen=True)
class Province:
    """What is known of a province, in English."""

    code: str
    name: str
    is_counted: bool
    rate: str
    meaning: str  # what the rate is, with its interval
    sentences: list[str]
    conditions: list[Condition]
    not_known: str


def provinces(entries: dict[str, Entry]) -> list[Province]:
    """Return every province by name; none where a figure is left out."""
    if not set(NEEDED) <= set(entries):
        return []
    rates, conditions, groups = (entries[name].numbers for name in NEEDED)
    return [_province(row, conditions, groups) for _, row in rates.sort_values("term").iterrows()]


def measures(entries: dict[str, Entry]) -> list[tuple[str, str]]:
    """Return what each condition is called and the document it was printed in."""
    if not set(NEEDED) <= set(entries):
        return []
    told = entries["province_conditions"].numbers.drop_duplicates("condition")
    return [(_label(row["condition"]), row["source_id"]) for _, row in told.iterrows()]


def _province(row: pd.Series, conditions: pd.DataFrame, groups: pd.DataFrame) -> Province:
    is_counted = row["is_count_printed"] == "True"
    own = conditions[conditions["province_code"] == row["province_code"]]
    group = PRIORITY if (own["is_priority"] == "True").any() else OTHER
    missing = "how many children live in residential care there, and how many of them come from there"
    return Province(
        code=row["province_code"],
        name=row["term"],
        is_counted=is_counted,
        rate=_read(row["estimate"]),
        meaning=_meaning(row),
        sentences=[_basis(row, is_counted=is_counted), _of_children(groups, *group)],
        conditions=[_condition(one, conditions) for _, one in own.iterrows()],
        not_known=f"{'' if is_counted else 'how many institutions stand there, '}{missing}; why they were admitted; "
        "how many went home, and how many of these came back",
    )


def _meaning(row: pd.Series) -> str:
    return (
        "residential care institutions for each 100,000 children registered in 2011 "
        f"({CONFIDENCE} interval {_read(row['ci_low'])} to {_read(row['ci_high'])})."
    )


def _basis(row: pd.Series, *, is_counted: bool) -> str:
    if is_counted:
        return f"The mapping of 2014–15 counted {row['n']} institutions there; the interval is for chance alone."
    return (
        f"It is worked out from the {row['n']} institutions of its group of provinces; without one of the model's "
        f"conditions it would be {_read(row['without_one_low'])} to {_read(row['without_one_high'])}."
    )


def _of_children(groups: pd.DataFrame, term: str, called: str) -> str:
    """Return what is known of the children: for the group of provinces only."""
    told = groups[(groups["outcome"] == "n_children_in_rcis") & (groups["term"] == term)]
    row = told[told["level"] == "2011 registration"].iloc[0]
    return (
        f"Children are counted for {called} together only: {int(row['n']):,}, or {_read(row['estimate'])} for each "
        f"100,000 children registered in 2011 ({CONFIDENCE} interval {_read(row['ci_low'])} to "
        f"{_read(row['ci_high'])})."
    )


def _condition(row: pd.Series, conditions: pd.DataFrame) -> Condition:
    every = pd.to_numeric(conditions.loc[conditions["condition"] == row["condition"], "value"])
    interval = f" ({rounded(float(row['ci_low']))} to {rounded(float(row['ci_high']))})" if row["ci_low"] else ""
    return Condition(
        label=_label(row["condition"]),
        unit=row["unit"],
        value=(rounded(float(row["value"])) if row["value"] else "not known") + interval,
        median=rounded(every.median()),
        note="before the province was divided" if row["is_of_24_provinces"] == "True" else "",
    )


def _label(condition: str) -> str:
    return CONDITIONS.get(condition, condition.replace("_", " "))


def _read(text: str) -> str:
    return in_print(float(text)) if text else "not known"
