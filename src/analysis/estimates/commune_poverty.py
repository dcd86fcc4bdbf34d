"""Commune poverty: the share of households that IDPoor identified as poor, from Cambodia down to a commune.

A complete count of about 2022, so there is no interval. Districts are the first four digits of the extract's own
codes; they are not the districts of another source that carry the same code.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE_OR_COUNTRY
from analysis.contract import Column, ReconciliationError, estimate_table

NOTE = (
    "Complete count of households in the IDPoor extract of about 2022, whose date is uncertain: no interval; "
    "n counts households."
)
OWN_DISTRICTS = " The district is the first four digits of the extract's own codes, which it does not name."

TABLE = estimate_table(
    one_row_is="a place at one level",
    extra={
        "n_poor_households": Column("Int64", "households of IDPoor levels 1 and 2", unit="households", ge=0),
        "n_households": Column("Int64", "all households", unit="households", gt=0),
        "province_code": PROVINCE_CODE_OR_COUNTRY,
        "name": Column("str", "name of the place; missing for a district", nullable=True),
    },
)


def build(commune_idpoor: pd.DataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
    """Return the share of poor households at every level."""
    communes = commune_idpoor.assign(
        n_poor_households=commune_idpoor["n_poor_1_households"] + commune_idpoor["n_poor_2_households"],
        district_code=commune_idpoor["commune_code"].str[:4],
        national="Cambodia",
    )
    _check_communes(communes)
    columns = {"commune": "commune_code", "district": "district_code", "province": "province_code"}
    levels = [_level(communes, *level) for level in (columns | {"national": "national"}).items()]
    estimates = pd.concat(levels).assign(outcome="idpoor_share", scale="share", ci_low=pd.NA, ci_high=pd.NA)
    _check_levels(estimates)
    return estimates.assign(name=_names(estimates, communes, provinces))


def _level(communes: pd.DataFrame, level: str, column: str) -> pd.DataFrame:
    places = communes.groupby(column)
    sums = places[["n_poor_households", "n_households"]].sum()
    return (
        sums.assign(
            estimate=sums["n_poor_households"] / sums["n_households"],
            n=sums["n_households"],
            province_code=places["province_code"].first() if level != "national" else None,
            level=level,
            note=NOTE + (OWN_DISTRICTS if level == "district" else ""),
        )
        .rename_axis("term")
        .reset_index()
    )


def _names(estimates: pd.DataFrame, communes: pd.DataFrame, provinces: pd.DataFrame) -> pd.Series:
    names = pd.concat(
        [
            communes.set_index("commune_code")["commune"],
            provinces.set_index("province_code")["province"],
            pd.Series({"Cambodia": "Cambodia"}),
        ]
    )
    return estimates["term"].map(names)


def _check_communes(communes: pd.DataFrame) -> None:
    """Raise ``ReconciliationError`` if a commune has more poor than all, or a code of another province."""
    faulty = communes[communes["n_poor_households"] > communes["n_households"]]
    if len(faulty):
        raise ReconciliationError(
            f"more poor households than households in communes {', '.join(faulty['commune_code'])}; "
            "correct data/raw/published/commune_idpoor_2022.csv"
        )
    astray = communes[communes["commune_code"].str[:2] != communes["province_code"]]
    if len(astray):
        raise ReconciliationError(
            f"the code and the province disagree for communes {', '.join(astray['commune_code'])}, so their "
            "districts would be another province's; correct data/raw/published/commune_idpoor_2022.csv"
        )


def _check_levels(estimates: pd.DataFrame) -> None:
    """Raise ``ReconciliationError`` if the levels do not add up to the same households."""
    totals = estimates.groupby("level")[["n_poor_households", "n_households"]].sum()
    if len(totals.drop_duplicates()) > 1:
        raise ReconciliationError(f"the levels add up to different households:\n{totals.to_string()}")
