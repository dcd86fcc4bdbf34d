"""Child population: children registered in 2011 and people counted in 2008, from Cambodia down to a commune.

Both are complete counts, so there is no interval. The two years have different codes and boundaries below the
province: compare them by province only.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE_OR_COUNTRY
from analysis.contract import Column, ReconciliationError, estimate_table

REGISTERED = "Complete count of people registered minus adults registered, 2011: no interval; n counts communes."
COUNTED = "Complete count, census of 2008, boundaries and codes of 2008: no interval; n counts districts."
CAPITAL = "12"
UNDERCOUNT = " Registration undercounts Phnom Penh."

TABLE = estimate_table(
    one_row_is="a place at one level in one count",
    extra={
        "province_code": PROVINCE_CODE_OR_COUNTRY,
        "name": Column("str", "name of the place; missing where the source is blank", nullable=True),
    },
)


def build(
    provinces: pd.DataFrame,
    commune_children: pd.DataFrame,
    district_migration: pd.DataFrame,
    province_age_sex: pd.DataFrame,
) -> pd.DataFrame:
    """Return both counts at every level they have."""
    _check_census(district_migration, province_age_sex)
    counts = pd.concat([_children_2011(commune_children), _people_2008(district_migration)])
    official = provinces.set_index("province_code")["province"]
    name = counts["name"].fillna(counts["term"].map(official)).mask(counts["level"] == "national", "Cambodia")
    estimates = counts.assign(name=name, ci_low=pd.NA, ci_high=pd.NA)
    _check_levels(estimates)
    return estimates


def _children_2011(commune_children: pd.DataFrame) -> pd.DataFrame:
    communes = commune_children.assign(
        counted=commune_children["n_people"] - commune_children["n_adults"], national="Cambodia"
    )
    levels = {"commune": "commune_code", "district": "district_code", "province": "province_code"}
    rows = _levels(communes, levels | {"national": "national"}, unit="commune_code")
    names = pd.concat(
        [
            communes.set_index("commune_code")["commune"],
            communes.groupby("district_code")["district"].first(),  # the first that is not blank
        ]
    )
    is_undercounted = (rows["province_code"] == CAPITAL) | (rows["level"] == "national")
    blanks = " Blank in the source and not counted: " + rows.pop("blank") + "."
    note = REGISTERED + is_undercounted.map({True: UNDERCOUNT, False: ""}) + blanks.fillna("")
    return rows.assign(outcome="n_children_2011", scale="children", name=rows["term"].map(names), note=note)


def _people_2008(district_migration: pd.DataFrame) -> pd.DataFrame:
    districts = district_migration.assign(counted=district_migration["n_people"], national="Cambodia")
    levels = {"district": "district_code_2008", "province": "province_code", "national": "national"}
    rows = _levels(districts, levels, unit="district_code_2008").drop(columns="blank")
    names = districts.set_index("district_code_2008")["district"]
    return rows.assign(outcome="n_people_2008", scale="people", name=rows["term"].map(names), note=COUNTED)


def _levels(counted: pd.DataFrame, levels: dict[str, str], unit: str) -> pd.DataFrame:
    """Return the sum of the column ``counted`` at each level; a place whose every unit is blank is missing."""
    return pd.concat([_level(counted, level, column, unit) for level, column in levels.items()])


def _level(counted: pd.DataFrame, level: str, column: str, unit: str) -> pd.DataFrame:
    places = counted.groupby(column)
    blank = counted[counted["counted"].isna()].groupby(column)[unit].agg(", ".join)
    sums = pd.DataFrame(
        {
            "estimate": places["counted"].sum(min_count=1),
            "n": places["counted"].count(),
            "blank": blank,
            "province_code": places["province_code"].first() if level != "national" else None,
        }
    )
    return sums.rename_axis("term").reset_index().assign(level=level)


def _check_census(district_migration: pd.DataFrame, province_age_sex: pd.DataFrame) -> None:
    """Raise ``ReconciliationError`` if the two printed tables of the census differ in a province of 2008."""
    by_district = district_migration.groupby("province_code_2008")["n_people"].sum()
    by_age = province_age_sex.groupby("province_code_2008")["n_people"].sum()
    by_district, by_age = by_district.align(by_age, fill_value=0)
    differing = by_district.index[by_district != by_age]
    if len(differing):
        raise ReconciliationError(
            "the census of 2008 has other totals by district than by age and sex in "
            + "; ".join(f"province {code}: {by_district[code]} and {by_age[code]}" for code in differing)
            + ". Correct data/raw/published/district_migration_2008.csv or province_age_sex_2008.csv."
        )


def _check_levels(estimates: pd.DataFrame) -> None:
    """Raise ``ReconciliationError`` if the levels of a count do not add up to the same total."""
    totals = estimates.groupby(["outcome", "level"])["estimate"].sum()
    for outcome, by_level in totals.groupby("outcome"):
        if by_level.min() != by_level.max():
            sums = ", ".join(f"{level} {total:,.0f}" for (_, level), total in by_level.items())
            raise ReconciliationError(f"the levels of {outcome} add up to different totals: {sums}")
