"""Numbers that a field of the snapshot may name: claims by their id, estimates as table:its key.

Not a table: it turns tables into one dictionary of numbers.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.contract import ReconciliationError
from analysis.estimates import care_rates, closure_funnel, driver_gradients, national_totals, regulation

BY_KEY = {
    "care_rates": care_rates,
    "closure_funnel": closure_funnel,
    "driver_gradients": driver_gradients,
    "national_totals": national_totals,
    "regulation": regulation,
}
AS_PERCENT = ("share",)  # scales that the snapshot tells in percent
RCI = "residential care institution"

Number = dict[str, Any]


def number_of(name: str, known: dict[str, Number]) -> Number:
    """Return the number called ``name``; raise ``ReconciliationError`` if there is none."""
    if name not in known:
        raise ReconciliationError(
            f"a field of the snapshot names {name!r}, which is no claim and no number of ours. Correct it in "
            "data/raw/rulings/snapshot_fields_ruled.csv."
        )
    return known[name]


def claims_by_id(claims: pd.DataFrame) -> dict[str, Number]:
    """Return every claim as the ledger holds it, with words of its own on the interval it does not have."""
    said = "As printed; no interval was printed in the text seen."
    notes = claims["note"].map(lambda note: said if pd.isna(note) else f"{said} In the ledger: {note}.")
    rows = claims.assign(estimate=claims["value"], note=notes, counts=claims["definition"])
    return {row["claim_id"]: row for row in rows.to_dict("records")}


def estimates_by_key(
    tables: dict[str, pd.DataFrame], commune_poverty: pd.DataFrame, mpi_trends: pd.DataFrame
) -> dict[str, Number]:
    """Return every estimate of ours that a field may name."""
    found = {
        ":".join([name, *(row[column] for column in BY_KEY[name].TABLE.key)]): _told(row)
        for name, rows in tables.items()
        for row in rows.to_dict("records")
    }
    poverty = commune_poverty[commune_poverty["level"].isin(["national", "province"])]
    found |= {f"commune_poverty:{row['outcome']}:{row['term']}": _told(row) for row in poverty.to_dict("records")}
    return found | dict(_trends(mpi_trends))


def _trends(mpi_trends: pd.DataFrame) -> Iterator[tuple[str, Number]]:
    """Yield the share of poor people of each region and survey; of a region that is a province by its code too."""
    note = "Of a survey; its interval is not printed in the harmonised series."
    for row in mpi_trends.to_dict("records"):
        number = _told({"estimate": row["headcount_share"], "scale": "share", "note": note})
        number |= {"period": row["survey_years"]}
        for place in (row["region"], row["province_code_2008"]):
            if pd.notna(place):
                yield f"mpi_trends:headcount_share:{row['survey_years']}:{place}", number


def of_provinces(
    claims: pd.DataFrame,
    provinces: pd.DataFrame,
    province_children: pd.DataFrame,
    province_rates: pd.DataFrame,
    province_mpi: pd.DataFrame,
) -> dict[str, Number]:
    """Return the numbers of provinces as table:what:code."""
    codes = provinces.set_index("province")["province_code"]
    printed = claims[(claims["topic"] == "mapping") & (claims["population"] == RCI) & claims["place"].isin(codes.index)]
    found = {
        f"claims:{row['indicator']}:{codes[row['place']]}": claim
        for row, claim in zip(printed.to_dict("records"), claims_by_id(printed).values(), strict=True)
    }
    counted = "Complete count of people registered minus adults registered: no interval."
    for row in province_children.to_dict("records"):
        number = {"estimate": row["n_children_2011"], "note": counted}
        found[f"province_children:n_children_2011:{row['province_code']}"] = number
    for row in province_rates.to_dict("records"):
        found[f"province_rates:{row['outcome']}:{row['level']}:{row['province_code']}"] = _told(row)
    surveyed = "95 % interval of the survey's design; n counts people in the sample."
    for row in province_mpi.to_dict("records"):
        ends = {"estimate": "headcount_share", "ci_low": "headcount_share_low", "ci_high": "headcount_share_high"}
        number = {name: row[column] for name, column in ends.items()}
        number |= {"n": row["n_sampled"], "scale": "share", "note": surveyed}
        found[f"province_mpi:headcount_share:{row['province_code']}"] = _told(number)
    return found


def _told(row: Number) -> Number:
    """Return the number with its interval, shares in percent; ours are derived, which is grade C."""
    times = 100 if row["scale"] in AS_PERCENT else 1
    told: Number = {name: row.get(name) for name in ("estimate", "ci_low", "ci_high")}
    ends: Number = {name: pd.NA if pd.isna(end) else end * times for name, end in told.items()}
    return ends | {"n": row.get("n", pd.NA), "note": row["note"], "grade": "C", "method": "derived"}
