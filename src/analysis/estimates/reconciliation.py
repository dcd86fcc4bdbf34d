"""Reconciliation: one calculation among printed numbers, recomputed and held against what is printed.

A calculation that is known to fail in print stays in the table with its reason. One whose verdict, or whose distance
from the printed value, is not what the ruling says stops the build: a number has changed.
"""

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.contract import Column, ReconciliationError, estimate_table

KNOWN_DIGITS = 1e-5  # known differences are written with six digits
FLOAT_NOISE = 1e-9  # 73.9 + 11.7 + 14 is not exactly 99.6 in binary

TABLE = estimate_table(
    one_row_is="a calculation among printed numbers",
    extra={
        "statement": Column("str", "the calculation in words, with its numbers"),
        "printed_value": Column("Float64", "the printed or expected value"),
        "difference": Column("Float64", "computed minus printed"),
        "tolerance": Column("Float64", "rounding of the printed value", ge=0),
        "holds": Column("boolean", "whether the difference is within the tolerance"),
        "expected": Column("str", "whether it holds in print", isin=("holds", "fails")),
    },
)

OPERATIONS: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "difference": lambda terms: terms[0] - sum(terms[1:]),
    "product": math.prod,
    "ratio": lambda terms: terms[0] / terms[1],
    "percent": lambda terms: 100 * sum(terms[:-1]) / terms[-1],  # the parts, then the whole
    "percent_growth": lambda terms: 100 * (terms[1] / terms[0] - 1),
    "percent_decline": lambda terms: 100 * (1 - terms[1] / terms[0]),
    "percent_of": lambda terms: terms[0] / 100 * terms[1],
    "per_100k": lambda terms: 100_000 * terms[0] / terms[1],
    "scaled": lambda terms: terms[0] * terms[1] / terms[2],
    "equal": lambda terms: terms[0],
}


def build(claims: pd.DataFrame, identities: pd.DataFrame, province_children: pd.DataFrame) -> pd.DataFrame:
    """Return every identity with its computed and its printed value; raise if one has changed."""
    values = _known_values(claims, province_children)
    return (
        identities.pipe(_attach_computed, values)
        .pipe(_attach_printed, values)
        .pipe(_attach_verdict)
        .pipe(_refuse_changes)
        .pipe(_as_estimates)
    )


def _known_values(claims: pd.DataFrame, province_children: pd.DataFrame) -> dict[str, float]:
    """Return what a term may name: claims that have a number, and one total of a table."""
    stated = claims.dropna(subset="value").set_index("claim_id")["value"].astype("float64")
    children = float(province_children["n_children_2011"].sum())
    return {**stated.to_dict(), "table:province_children:n_children_2011": children}


def _attach_computed(identities: pd.DataFrame, values: dict[str, float]) -> pd.DataFrame:
    computed = [_computed(row, values) for row in identities.itertuples()]
    return identities.assign(estimate=pd.Series(computed, index=identities.index, dtype="Float64"))


def _computed(row: Any, values: dict[str, float]) -> float:
    terms = [_value(term, row.identity_id, values) for term in row.terms.split()]
    try:
        return OPERATIONS[row.operation](terms)
    except (IndexError, ZeroDivisionError):
        raise ReconciliationError(
            f"the identity {row.identity_id!r} cannot be computed: {row.operation} of {terms}. Correct its operation "
            "or its terms in data/raw/rulings/identities_printed.csv."
        ) from None


def _attach_printed(identities: pd.DataFrame, values: dict[str, float]) -> pd.DataFrame:
    printed = [
        row.expected_value if pd.isna(row.result) else _value(row.result, row.identity_id, values)
        for row in identities.itertuples()
    ]
    return identities.assign(printed_value=pd.Series(printed, index=identities.index, dtype="Float64"))


def _value(term: str, identity_id: str, values: dict[str, float]) -> float:
    if term in values:
        return values[term]
    try:
        return float(term)
    except ValueError:
        raise ReconciliationError(
            f"the identity {identity_id!r} names {term!r}, which is no claim with a number. Correct the name in "
            "data/raw/rulings/identities_printed.csv, or restore the claim in data/raw/published/claims_printed.csv."
        ) from None


def _attach_verdict(identities: pd.DataFrame) -> pd.DataFrame:
    difference = identities["estimate"] - identities["printed_value"]
    holds = difference.abs() <= identities["tolerance"] + FLOAT_NOISE * identities["printed_value"].abs()
    return identities.assign(difference=difference, holds=holds.astype("boolean"))


def _refuse_changes(identities: pd.DataFrame) -> pd.DataFrame:
    another_verdict = identities["holds"] != (identities["expected"] == "holds")
    another_distance = ~identities["holds"] & ~_is_as_known(identities["difference"], identities["known_difference"])
    changed = identities[another_verdict | another_distance]
    if len(changed):
        lines = [
            f"  - {row.identity_id} ({row.statement}): computed {row.estimate:,.10g} {row.unit}, printed "
            f"{row.printed_value:,.10g}, tolerance {row.tolerance:g}; it {_verdict(row.holds)} and was known as "
            f"'{row.expected}'{_distance(row.known_difference)}; terms {row.terms}"
            for row in changed.itertuples()
        ]
        raise ReconciliationError(
            f"{len(changed)} calculation(s) among printed numbers have changed:\n"
            + "\n".join(lines)
            + "\nA claim has changed: restore it in data/raw/published/claims_printed.csv. If the new number is "
            "right, say so in data/raw/rulings/identities_printed.csv (statement, expected, known_difference, note)."
        )
    return identities


def _verdict(holds: bool) -> str:
    return "holds now" if holds else "fails now"


def _is_as_known(difference: pd.Series, known: pd.Series) -> pd.Series:
    return ((difference - known).abs() <= KNOWN_DIGITS * known.abs()).fillna(False)


def _distance(known_difference: float) -> str:
    return "" if pd.isna(known_difference) else f" by {known_difference:g}"


def _as_estimates(identities: pd.DataFrame) -> pd.DataFrame:
    arithmetic = "Arithmetic on printed numbers: no interval."
    return identities.assign(
        outcome="identity",
        term=identities["identity_id"],
        level="all",
        scale=identities["unit"],
        ci_low=pd.NA,
        ci_high=pd.NA,
        n=pd.NA,
        note=(identities["note"].fillna("") + ". ").where(identities["note"].notna(), "") + arithmetic,
    )[list(TABLE.columns)]
