"""The country snapshot as it is read: sections, their fields and the numbers of each; and by province.

The page shows this, and the JSON file is this, so that people and machines read the same.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd

from analysis import country

Nested = dict[str, Any]
Rows = list[Nested]

TITLES = {
    "demographic_data": "Demographic data",
    "living_arrangements": "Children's living arrangements",
    "without_biological_parents": "Children living without biological parents",
    "at_risk_of_separation": "Children at risk of separation",
    "formal_alternative_care": "Children in formal alternative care",
    "social_work_force": "Social work force",
    "care_reform": "Care reform",
    "key_stakeholders": "Key stakeholders",
    "other_relevant_reforms": "Other relevant reforms",
    "drivers_of_institutionalisation": "Drivers of institutionalisation",
    "resources": "Resources",
    "provinces": "Provinces",
    "key_data_sources": "Key data sources",
}
APART = ("provinces", "key_data_sources")  # told by province, and as a list of documents
CHECK, VALUE, TEXT = "check", "value", "text"
FIELD = ("label", "scale", "definition", "denominator", "side_by_side", "who_could_fill", "shown_originally", "why")
NUMBER = (
    *(
        "term",
        "scale",
        "estimate",
        "value_printed",
        "ci_low",
        "ci_high",
        "n",
        "period",
        "year",
        "age_years",
        "is_stale",
    ),
    *("counts", "method", "grade", "source_id", "source", "locator", "note", "previous_estimate"),
    *("previous_value_printed", "previous_period", "previous_source_id", "previous_basis", "change"),
)
CHECKED = ("term", "label", "estimate", "checked_against", "difference", "tolerance", "holds", "note")
WORDS = ("text", "period", "source_id", "source")
DOCUMENT = ("term", "label", "source", "year", "n")
IN_JSON = {"term": "id", "scale": "unit", "estimate": "value", "previous_estimate": "previous_value"}


def nested(numbers: pd.DataFrame) -> Nested:
    """Return the rows of the snapshot by section and field, in their order, with missing values as ``None``."""
    rows = _records(numbers.sort_values(["position", "level", "entry"]))
    of_country = [row for row in rows if row["province"] is None]
    of_provinces = sorted((row for row in rows if row["province"] is not None), key=itemgetter("level"))
    return {
        "title": f"Country Care Snapshot: {country.NAME}",
        "country": country.NAME,
        **{name: rows[0][name] for name in ("reference_year", "stale_after_years", "origin")},
        "sections": [_section(of_country, name) for name in TITLES if name not in APART],
        "provinces": [
            {"code": code, "name": own[0]["province"], "fields": _fields(own)}
            for code, own in _groups(of_provinces, "level")
        ],
        "documents": [_renamed(row, DOCUMENT) for row in of_country if row["section"] == "key_data_sources"],
    }


def _section(rows: Rows, name: str) -> Nested:
    own = [row for row in rows if row["section"] == name]
    values = [row for row in own if row["row_is"] == VALUE]
    fields = _fields(own)
    return {
        "id": name,
        "title": TITLES[name],
        "n_numbers": len(values),
        "n_stale": sum(row["is_stale"] is True for row in values),
        "n_without_year": sum(row["year"] is None for row in values),
        "n_empty": sum(field["status"] not in (VALUE, TEXT) for field in fields),
        "first_year": own[0]["section_first_year"],
        "last_year": own[0]["section_last_year"],
        "is_mixed_vintage": own[0]["is_mixed_vintage"],
        "fields": fields,
    }


def _fields(rows: Rows) -> list[Nested]:
    return [_field(own) for _, own in _groups(rows, "position")]


def _field(rows: Rows) -> Nested:
    told, checks = ([row for row in rows if (row["row_is"] == CHECK) is of_checks] for of_checks in (False, True))
    first = told[0]
    field = {"id": first["outcome"], "status": first["row_is"]} | _renamed(first, FIELD)
    if first["row_is"] == VALUE:
        field["numbers"] = [_renamed(row, NUMBER) for row in told]
    if first["row_is"] == TEXT:
        field["text"] = _renamed(first, WORDS)
    return field | {"checks": [_renamed(row, CHECKED) for row in checks]}


def _groups(rows: Rows, column: str) -> Iterator[tuple[str, Rows]]:
    return ((name, list(own)) for name, own in groupby(rows, key=itemgetter(column)))


def _renamed(row: Nested, names: tuple[str, ...]) -> Nested:
    return {IN_JSON.get(name, name): row[name] for name in names}


def _records(rows: pd.DataFrame) -> Rows:
    columns = {name: [_plain(value) for value in rows[name].array] for name in rows}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: nothing known is ``None``, a whole number has no point."""
    if pd.isna(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, float) and value == int(value) else value
