"""Rows of the snapshot: the numbers, the text or the empty place of a field, for the country and by province.

Not a table: it turns a ruled field into rows.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.clean.snapshot_fields import SAME
from analysis.estimates._snapshot_known import Number, number_of
from analysis.study import Study

VALUE, TEXT, EMPTY, WITHHELD = "value", "text", "no data", "withheld"
COUNTRY, PROVINCES = "country", "provinces"
OF_FIELD = ("position", "section", "label", "definition", "denominator", "shown_originally", "why")
OF_NUMBER = (
    *("estimate", "ci_low", "ci_high", "n", "note", "value_printed", "period"),
    *("source_id", "locator", "counts", "method", "grade"),
)
ABOUT_CHILDREN, ABOUT_FACILITIES = "children", "facilities"
NOTHING = "No number was found; this is not 0."
A_TEXT = "A text, no number: it has no interval."
TOO_FEW = "Withheld: so few could be recognised; this is not 0."


def of_country(field: Any, known: dict[str, Number]) -> Iterator[dict]:
    """Yield the rows of one field: its claims and our estimate side by side, or its text, or that it is empty."""
    names = [*_listed(field.claims), *([] if pd.isna(field.estimates) else [field.estimates])]
    for entry, name in enumerate(names, 1):
        number = _of_ours(field) | number_of(name, known)
        beside = {"n_side_by_side": len(names), "side_by_side": field.side_by_side}
        before = _before(field, number, known) if entry == 1 else {}
        yield _row(field, VALUE, term=name, entry=entry) | _only(number) | beside | before
    if names:
        return
    if pd.notna(field.text):
        told = {"text": field.text, "note": A_TEXT, "period": field.period, "source_id": field.source_id}
        yield _row(field, TEXT) | told | {"cited": field.cited}
    else:
        yield _row(field, EMPTY) | {"note": NOTHING, "who_could_fill": field.who_could_fill}


def of_province(field: Any, province: Any, known: dict[str, Number], study: Study) -> Iterator[dict]:
    """Yield the row of one field in one province; a small count is withheld, an unknown one said to be so."""
    name, code = f"{field.estimates}:{province.province_code}", province.province_code
    place = {"level": code, "province": province.province}
    if pd.isna(field.estimates) or name not in known:
        yield _row(field, EMPTY) | place | {"note": NOTHING, "who_could_fill": field.who_could_fill}
        return
    number = _of_ours(field) | known[name]
    if _is_small(number, field.unit, study):
        yield _row(field, WITHHELD, term=name) | place | {"note": TOO_FEW, "period": field.period}
        return
    before = _of_same_place(field, code, number, known)
    yield _row(field, VALUE, term=name) | place | _only(number) | {"n_side_by_side": 1} | before


def _is_small(number: Number, unit: str, study: Study) -> bool:
    """Return whether the gate would withhold the number if it came from records: a small count, or one of few."""
    rules = study.disclosure
    least = {ABOUT_CHILDREN: rules.least_rows, ABOUT_FACILITIES: rules.least_facilities}.get(unit, 0)
    is_few = pd.notna(number["estimate"]) and 0 < number["estimate"] < least
    return bool(is_few or (pd.notna(number.get("n")) and number["n"] < rules.least_rows))


def _of_same_place(field: Any, code: str, number: Number, known: dict[str, Number]) -> dict:
    """Return the vintage before, if the region of both surveys is the province itself."""
    if pd.isna(field.earlier):
        return {}
    table, what, _ = field.earlier.split(":")
    again = known.get(f"{table}:{what}:{field.period}:{code}")
    if again is None or abs(again["estimate"] - number["estimate"]) > 1e-3:  # printed with four decimals of a percent
        return {}
    return _compared(known[f"{field.earlier}:{code}"], number, field.earlier_basis)


def _before(field: Any, number: Number, known: dict[str, Number]) -> dict:
    return {} if pd.isna(field.earlier) else _compared(number_of(field.earlier, known), number, field.earlier_basis)


def _compared(earlier: Number, number: Number, basis: str) -> dict:
    """Return the vintage before and, where both were counted alike, the difference to it."""
    change = number["estimate"] - earlier["estimate"] if basis == SAME else pd.NA
    told = {f"previous_{name}": earlier.get(name) for name in ("value_printed", "period", "source_id")}
    return told | {"previous_estimate": earlier["estimate"], "previous_basis": basis, "change": change}


def _of_ours(field: Any) -> Number:
    """Return what the ruling says of a number of ours; a claim says it of itself."""
    return {
        "period": field.period,
        "source_id": field.source_id,
        "counts": field.definition,
        "locator": field.estimates,
    }


def _only(number: Number) -> dict:
    """Return what a row tells of its number; a claim has a unit of its own (persons beside children)."""
    own_unit = {"scale": number["unit"]} if "unit" in number else {}
    return {name: number.get(name, pd.NA) for name in OF_NUMBER} | own_unit


def _row(field: Any, row_is: str, term: str = "none", entry: int = 1) -> dict:
    about = {name: getattr(field, name) for name in OF_FIELD}
    scale = "text" if pd.isna(field.unit) else field.unit
    return about | {
        "outcome": field.field_id,
        "term": term,
        "level": COUNTRY,
        "scale": scale,
        "row_is": row_is,
        "entry": entry,
    }


def _listed(claims: str) -> list[str]:
    return [] if pd.isna(claims) else claims.split()
