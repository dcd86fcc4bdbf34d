"""Commune reports: every commune of today with its people, town, poverty, and the facilities that lists report there.

It is the frame a sample of communes is drawn from, and what is known of communes that were not drawn. The register of
2011 and IDPoor count communes as they were then: numbers of a commune that is found today in a district, but not under
its own code, are spread evenly over the communes of that district that have none, so that nobody is lost. Communes
without any number of their own have the median of their province. Facilities are those of the lists that a study asks
first; a facility on two of them counts once.
"""

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table
from analysis.features.commune_districts import IDPOOR, REGISTER
from analysis.study import Study

STILL_THERE = ("code and name", "code")  # how a commune was found if its code is that of today

TABLE = Table(
    one_row_is="a commune of today",
    key=("commune_code",),
    columns={
        "commune_code": Column("str", "six-digit code, list of 2025", matches=r"^\d{6}$"),
        "district_code": Column("str", "four-digit code", matches=r"^\d{4}$"),
        "province_code": PROVINCE_CODE,
        "n_people": Column("Float64", "people registered in 2011, spread where the commune is newer", gt=0),
        "is_town": Column("Int64", "1 in a town (krong, khan); 0 elsewhere or where it is not known", ge=0, le=1),
        "idpoor_share": Column("Float64", "IDPoor households of all, about 2022", unit="share", ge=0, le=1),
        "n_reported": Column("Int64", "facilities that the reporting lists name there", unit="facilities", ge=0),
    },
)


def build(
    places: pd.DataFrame,
    commune_districts: pd.DataFrame,
    commune_children: pd.DataFrame,
    commune_idpoor: pd.DataFrame,
    districts: pd.DataFrame,
    facility_list_rows: pd.DataFrame,
    facility_links: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return the communes of the gazetteer with what is known of each."""
    codes = places.loc[places["level"] == "commune", "code"]
    communes = pd.DataFrame({"commune_code": codes, "district_code": codes.str[:4], "province_code": codes.str[:2]})
    towns = districts.set_index("district_code")["is_town"]
    reported = _reported(facility_list_rows, facility_links, study.national_survey)
    return communes.assign(
        n_people=_people(communes, _placed(commune_children, commune_districts, REGISTER)),
        is_town=communes["district_code"].map(towns).fillna(False).astype("Int64"),
        idpoor_share=_poverty(communes, _placed(commune_idpoor, commune_districts, IDPOOR)),
        n_reported=communes["commune_code"].map(reported).fillna(0),
    )[list(TABLE.columns)]


def _placed(communes: pd.DataFrame, commune_districts: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the communes of one list with their district of today and how they were found."""
    columns = ["commune_code", "district_code", "found_by"]
    of_list = commune_districts.loc[commune_districts["source"] == source, columns]
    own = communes.drop(columns="district_code", errors="ignore")
    return own.merge(of_list, on="commune_code", how="left", validate="1:1")


def _people(communes: pd.DataFrame, registered: pd.DataFrame) -> pd.Series:
    """Return the people of each commune: its own, a share of those without a code of today, or the median."""
    is_own = registered["found_by"].isin(STILL_THERE)
    own = communes["commune_code"].map(registered[is_own].set_index("commune_code")["n_people"])
    homeless = registered[~is_own].groupby("district_code")["n_people"].sum()
    n_without = own.isna().groupby(communes["district_code"]).transform("sum")
    share = communes["district_code"].map(homeless) / n_without
    filled = own.astype("Float64").fillna(share)
    medians = filled.groupby(communes["province_code"]).transform("median")
    return filled.fillna(medians).fillna(filled.median())


def _poverty(communes: pd.DataFrame, identified: pd.DataFrame) -> pd.Series:
    """Return the share of IDPoor households of each commune, of its district or province where it has none."""
    poor = identified["n_poor_1_households"] + identified["n_poor_2_households"]
    known = identified.assign(poor=poor, province_code=identified["commune_code"].str[:2])
    own = known[known["found_by"].isin(STILL_THERE)].set_index("commune_code")
    share = communes["commune_code"].map((own["poor"] / own["n_households"]).astype("Float64"))
    for area in ("district_code", "province_code"):
        sums = known.groupby(area)[["poor", "n_households"]].sum()
        share = share.fillna(communes[area].map((sums["poor"] / sums["n_households"]).astype("Float64")))
    return share.fillna(known["poor"].sum() / known["n_households"].sum())


def _reported(rows: pd.DataFrame, links: pd.DataFrame, choices: Study) -> pd.Series:
    """Return how many facilities the reporting lists name by commune, each once.

    Not every list tells the commune: a facility stands where the first list that does has it, but not the sample,
    which knows more of the communes it went to than of others.
    """
    order = {name: place for place, name in enumerate(choices.reporting_lists)}
    linked = rows.assign(facility_key=rows["row_id"].map(links.set_index("row_id")["facility_key"]))
    is_reported = linked["facility_key"].isin(linked.loc[linked["list_id"].isin(order), "facility_key"])
    placed = linked[is_reported & linked["commune_code"].notna() & (linked["list_id"] != choices.sample_list)]
    first = (
        placed.assign(order=placed["list_id"].map(order).fillna(len(order)))
        .sort_values(["order", "row_id"])
        .drop_duplicates("facility_key")
    )
    return first.groupby("commune_code").size()
