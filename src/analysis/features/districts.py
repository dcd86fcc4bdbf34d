"""Districts: children and published conditions of a district of today, each of the year it was printed for.

Counts are sums over communes, placed by ``commune_districts``. The census of 2008 is printed by district of 2008: a
district divided since carries the rate of the one most of its children lived in, and says so. Town share, schools and
multidimensional poverty are printed for no district: town is a matter of status, and what is of a province says so.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table
from analysis.features.commune_districts import IDPOOR, REGISTER

TOWN = ("Krong", "Khan")
A_TOWN_IN_2008 = r"\bKrong?h?\b"  # as the census writes it

TABLE = Table(
    one_row_is="a district of today",
    key=("district_code",),
    columns={
        "district_code": Column("str", "four-digit code, list of 2025", matches=r"^\d{4}$"),
        "province_code": PROVINCE_CODE,
        "n_children_2011": Column("Int64", "under-18s registered in 2011", unit="children", gt=0),
        "n_people_2011": Column("Int64", "people registered in 2011", unit="people", gt=0),
        "n_children_census": Column(
            "Float64", "under-18s of the province in 2008, spread over its districts as in 2011", unit="children", gt=0
        ),
        "idpoor_share": Column("Float64", "IDPoor households of all, about 2022", unit="share", ge=0, le=1),
        "migrants_abroad_share": Column(
            "Float64", "adults abroad as a share of adults registered, 2011", unit="share", ge=0, le=1
        ),
        "is_town": Column("boolean", "a town (krong, khan), as far as is known of 2018 or before", nullable=True),
        "net_migration_per_1k": Column(
            "Float64",
            "lifetime migrants in minus out, 2008",
            unit="per 1,000 people",
            nullable=True,
        ),
        "is_part_of_district_2008": Column("boolean", "whether the migration is of a district divided since"),
        "province_school_distance_km": Column(
            "Float64", "median village of the province to an upper secondary school, 2013", unit="km", ge=0
        ),
        "province_mpi": Column(
            "Float64", "multidimensional poverty of the province, 2021-22", unit="index", ge=0, le=1
        ),
        "is_in_tourism_province": Column("boolean", "whether tourists go to the province, by our ruling"),
    },
)


def build(
    commune_districts: pd.DataFrame,
    commune_children: pd.DataFrame,
    commune_idpoor: pd.DataFrame,
    district_codes: pd.DataFrame,
    district_migration: pd.DataFrame,
    province_census_2008: pd.DataFrame,
    province_conditions: pd.DataFrame,
) -> pd.DataFrame:
    """Return the districts that have children in the register, with their conditions side by side."""
    registered = _placed(commune_children, commune_districts, REGISTER)
    parents = _parents(registered, district_migration)
    return (
        _registered(registered)
        .merge(_idpoor(_placed(commune_idpoor, commune_districts, IDPOOR)), on="district_code", validate="1:1")
        .merge(_towns(parents, district_codes, district_migration), on="district_code", validate="1:1")
        .merge(_of_2008(parents, district_migration), on="district_code", validate="1:1")
        .pipe(_attach_census_children, province_census_2008)
        .merge(_of_province(province_conditions), on="province_code", validate="m:1")
    )[list(TABLE.columns)]


def _placed(communes: pd.DataFrame, commune_districts: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the communes of one list with their district of today; those without one print no numbers."""
    of_list = commune_districts.loc[commune_districts["source"] == source, ["commune_code", "district_code"]]
    own = communes.rename(columns={"district_code": "district_code_2011"})
    placed = own.merge(of_list, on="commune_code", how="left", validate="1:1")
    lost = placed["district_code"].isna() & placed.select_dtypes("number").notna().any(axis=1)
    if lost.any():
        raise ValueError(f"communes of {source} with numbers lie in no district: {[*placed['commune_code'][lost]]}")
    return placed.dropna(subset="district_code")


def _registered(registered: pd.DataFrame) -> pd.DataFrame:
    columns = ["n_people", "n_adults", "n_migrants_abroad_adults"]
    sums = registered.groupby(["district_code", "province_code"])[columns].sum().reset_index()
    return sums.assign(
        n_people_2011=sums["n_people"],
        n_children_2011=sums["n_people"] - sums["n_adults"],
        migrants_abroad_share=sums["n_migrants_abroad_adults"] / sums["n_adults"],
    ).drop(columns=columns)


def _idpoor(identified: pd.DataFrame) -> pd.DataFrame:
    columns = ["n_poor_1_households", "n_poor_2_households", "n_households"]
    sums = identified.groupby("district_code")[columns].sum()
    poor = sums["n_poor_1_households"] + sums["n_poor_2_households"]
    return (poor / sums["n_households"]).rename("idpoor_share").reset_index()


def _parents(registered: pd.DataFrame, district_migration: pd.DataFrame) -> pd.DataFrame:
    """Return each district with the districts of 2011 and 2008 that most of its children lived in."""
    children = registered["n_people"] - registered["n_adults"]
    sums = children.groupby([registered["district_code"], registered["district_code_2011"]]).sum().reset_index(name="n")
    parents = sums.sort_values(["district_code", "n"]).drop_duplicates("district_code", keep="last").drop(columns="n")
    of_2008 = _of_2008_by_code(registered, district_migration)
    return parents.assign(district_code_2008=parents["district_code_2011"].map(of_2008))


def _of_2008_by_code(registered: pd.DataFrame, district_migration: pd.DataFrame) -> dict[str, str]:
    """Return the district of 2008 that each district of 2011 was, or was a part of.

    The census table joins districts divided between 2008 and 2011 under two names, such as "Ruessei Kaev + Saensokh":
    one without a row of its own was a part of the row with its name, or else of a joint row of its province that names
    no other new one. ASSUME: where there is none either, of the district that shrank most between the two counts.
    """
    census = district_migration.set_index("district_code_2008")
    in_2011 = registered.groupby("district_code_2011").agg(
        district=("district", "first"), province_code=("province_code", "first"), n_people=("n_people", "sum")
    )
    known = {code: code for code in in_2011.index.intersection(census.index)}
    shrunk = in_2011["n_people"] / census["n_people"]
    joint = census[census["district"].str.contains("+", regex=False)]
    new = in_2011[~in_2011.index.isin(census.index)]
    named = {
        code: found[0]
        for code, name in new["district"].items()
        if len(found := joint.index[joint["district"].str.contains(name, regex=False)])
    }
    for code, province in new.loc[new.index.difference(list(named)), "province_code"].items():
        free = joint.index[joint["province_code"].eq(province) & ~joint.index.isin(list(named.values()))]
        others = census.index[census["province_code"].eq(province) & ~census.index.isin(joint.index)]
        named[code] = free[0] if len(free) else shrunk[others].idxmin()
    return known | named


def _towns(parents: pd.DataFrame, district_codes: pd.DataFrame, district_migration: pd.DataFrame) -> pd.DataFrame:
    """Return whether a district is a town: newer ones as the district was that they were a part of in 2011.

    A status given after 2018 is not used, as institutions were counted before. The list prints none for a district
    that is no more; there the name in the census of 2008 tells.
    """
    known = district_codes[district_codes["comparison"].isin(["same place", "another place"])]
    is_town = known.set_index("district_code")["unit"].isin(TOWN)
    in_2008 = district_migration.set_index("district_code_2008")["district"].str.contains(A_TOWN_IN_2008)
    status = (
        parents["district_code"]
        .map(is_town)
        .astype("boolean")
        .fillna(parents["district_code_2011"].map(is_town).astype("boolean"))
        .fillna(parents["district_code_2008"].map(in_2008).astype("boolean"))
    )
    return parents[["district_code"]].assign(is_town=status)


def _of_2008(parents: pd.DataFrame, district_migration: pd.DataFrame) -> pd.DataFrame:
    """Return net migration in 2008; it is of another place where a district was divided or joined since."""
    census = district_migration.set_index("district_code_2008")
    net = 1000 * (census["n_in_migrants"] - census["n_out_migrants"]) / census["n_people"]
    is_divided = parents["district_code_2008"].duplicated(keep=False) & parents["district_code_2008"].notna()
    joined = parents.assign(is_part_of_district_2008=is_divided).merge(
        net.rename("net_migration_per_1k"), left_on="district_code_2008", right_index=True, how="left", validate="m:1"
    )
    return joined.drop(columns=["district_code_2011", "district_code_2008"])


def _attach_census_children(districts: pd.DataFrame, province_census_2008: pd.DataFrame) -> pd.DataFrame:
    """Attach the under-18s of the census, spread as the register has them: it undercounts the capital."""
    census = province_census_2008[["province_code", "province_code_2008", "n_children_in_province_2008"]]
    joined = districts.merge(census, on="province_code", validate="m:1")
    share = joined["n_children_2011"] / joined.groupby("province_code_2008")["n_children_2011"].transform("sum")
    return joined.assign(n_children_census=share * joined["n_children_in_province_2008"])


def _of_province(province_conditions: pd.DataFrame) -> pd.DataFrame:
    return province_conditions[["province_code", "school_distance_km", "mpi", "is_tourism_destination"]].rename(
        columns={
            "school_distance_km": "province_school_distance_km",
            "mpi": "province_mpi",
            "is_tourism_destination": "is_in_tourism_province",
        }
    )
