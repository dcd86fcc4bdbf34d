"""Facility panel: a facility in a round of lists, told once however many lists of the round name it.

The lists of one year make a round; of two that differ, the more trusted one is believed, and another fills in what it
does not know. Lists that are selections, such as those of sampled communes, make no round. A facility has rows only
for the rounds in which it is listed.
"""

import pandas as pd

from analysis.contract import Column, ContractError, Table
from analysis.features._province_groups import AREA, UNKNOWN, area_of
from analysis.imported import facility_list_rows as listed
from analysis.study import Study

OTHER = "other"
STATUSES = ("operator_type", "registration_status", "mou_status", "main_funding")
AS_LISTED = (
    *("residents_age_0_3", "residents_age_4_12", "residents_age_13_17", "residents_parent_alive"),
    *("residents_disability", "admissions_12m", "exits_family_12m", "exits_other_12m", "deaths_12m"),
    *("n_family_contact", "n_care_plan", "n_entry_assessed", "n_placement_reviewed", "n_local_school"),
    *("staff_total", "staff_qualified"),
)
_LISTED = listed.TABLE.columns
_ROUND = ["facility_key", "round_id"]

TABLE = Table(
    one_row_is="a facility in a round of lists that names it",
    key=("facility_key", "round_id"),
    columns={
        "facility_key": Column("str", "the smallest row_id of the facility's rows", matches=r"^[0-9a-f]{16}$"),
        "round_id": Column("str", "the year of the lists", matches=r"^\d{4}$"),
        "is_listed": Column("boolean", "always true: other rounds have no row", isin=(True,)),
        "facility_type": Column(
            "str", "type by the most trusted list that has a word for it", isin=_LISTED["facility_type"].isin
        ),
        **{name: _LISTED[name] for name in ("province_code", "district_code", "commune_code")},
        "area": AREA,
        "opened_year": _LISTED["opened_year"],
        **{name: _LISTED[name] for name in STATUSES},
        "inspected": Column("boolean", "has ever been inspected; missing is unknown", nullable=True),
        "last_inspection_on": _LISTED["last_inspection_on"],
        "authorised": Column("boolean", "authorised under Sub-decree 119; missing is unknown", nullable=True),
        "hosts_visitors": _LISTED["hosts_visitors"],
        "n_girls": Column("Int64", "girls under 18", unit="children", ge=0, nullable=True),
        "n_boys": Column("Int64", "boys under 18", unit="children", ge=0, nullable=True),
        "n_children": Column(
            "Int64", "under-18s: girls and boys where both are told", unit="children", ge=0, nullable=True
        ),
        "n_adults": Column("Int64", "adults living there as residents", unit="persons", ge=0, nullable=True),
        **{name: _LISTED[name] for name in AS_LISTED},
        "counts_list": Column("str", "the list that all these numbers are from; missing if none counts", nullable=True),
        "lists": Column("str", "lists of the round that name it, the most trusted first, separated by spaces"),
        "n_lists": Column("Int64", "how many these are", unit="lists", ge=1),
    },
)


def build(
    facility_list_rows: pd.DataFrame,
    facility_links: pd.DataFrame,
    areas: pd.DataFrame,
    provinces: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return every facility in each round whose lists name it."""
    rows = facility_list_rows.merge(facility_links[["row_id", "facility_key"]], on="row_id", validate="1:1")
    rows = rows.pipe(_attach_rounds, study.facility_rounds).pipe(_attach_children)
    panel = (
        rows.groupby(_ROUND, as_index=False)
        .agg(lists=("list_id", lambda lists: " ".join(lists.unique())), n_lists=("list_id", "nunique"))
        .merge(_told_first(rows), on=_ROUND, validate="1:1")
        .merge(_counts(rows), on=_ROUND, how="left", validate="1:1")
    )
    area = panel["province_code"].map(area_of(areas, provinces)).fillna(UNKNOWN)
    return panel.assign(area=area.astype("str"), is_listed=True)[list(TABLE.columns)]


def _attach_rounds(rows: pd.DataFrame, choices: Study) -> pd.DataFrame:
    """Keep the rows of lists that make a round, with it, the most trusted list of each facility's round first."""
    maker = rows["list_id"].str.replace(r"_?\d{4}$", "", regex=True)
    kept = rows.assign(
        round_id=rows["list_id"].map(dict(choices.round_of)).astype("str").fillna(_year(rows["list_id"])),
        trust=maker.map({name: place for place, name in enumerate(choices.makers_by_trust)}),
    )[~maker.isin(choices.selections)]
    homeless = kept.loc[kept["round_id"].isna() | kept["trust"].isna(), "list_id"].unique()
    if len(homeless):
        raise ContractError(
            f"no round is known for the facility lists {', '.join(sorted(homeless))}: name the year in the title of "
            "the list, or in study.toml, [facility_rounds], its round in round_of and its maker in makers_by_trust"
        )
    return kept.sort_values([*_ROUND, "trust", "row_id"], ignore_index=True)


def _year(lists: pd.Series) -> pd.Series:
    return lists.str.extract(r"(?:^|_)(\d{4})$", expand=False)


def _attach_children(rows: pd.DataFrame) -> pd.DataFrame:
    """Attach girls, boys and their sum; where one of the three is not told, the other two give it.

    ASSUME: girls and boys were counted and their total was added up, so that where they differ the parts are right.
    """
    girls, boys, total = (rows[name] for name in ("residents_u18_f", "residents_u18_m", "residents_u18"))
    n_girls, n_boys = girls.fillna(total - boys), boys.fillna(total - girls)
    is_possible = (n_girls >= 0).fillna(True) & (n_boys >= 0).fillna(True)  # not one part above the total
    n_girls, n_boys = n_girls.where(is_possible), n_boys.where(is_possible)
    return rows.assign(n_girls=n_girls, n_boys=n_boys, n_children=(n_girls + n_boys).fillna(total))


def _told_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the most trusted list that knows it says: type, place, statuses. Unknown is never taken for no."""
    types = rows["facility_type"].mask(rows["facility_type"] == UNKNOWN)
    told = rows.assign(
        **{name: rows[name].mask(rows[name] == UNKNOWN) for name in STATUSES},
        **_nested_places(rows),
        named_type=types.mask(types == OTHER),
        any_type=types,
        inspected=rows["inspected_ever"].mask(rows["last_inspection_on"].notna(), True),
        authorised=rows["authorised_sd119"],
    )
    first = ["province_code", "district_code", "commune_code", "opened_year", "authorised", "hosts_visitors"]
    groups = told.groupby(_ROUND)
    known = groups[[*first, *STATUSES, "named_type", "any_type"]].first()
    ever = groups[["inspected", "last_inspection_on"]].max()  # one dated inspection outweighs any "never"
    known["facility_type"] = known["named_type"].fillna(known["any_type"]).fillna(UNKNOWN)
    known[list(STATUSES)] = known[list(STATUSES)].fillna(UNKNOWN)
    return known.drop(columns=["named_type", "any_type"]).join(ever, validate="1:1").reset_index()


def _nested_places(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return codes so that the commune told lies in the district told, and that in the province told."""
    by = [rows[name] for name in _ROUND]
    province = rows["province_code"].groupby(by).transform("first")
    district = rows["district_code"].where(rows["province_code"] == province)
    first_district = district.groupby(by).transform("first")
    commune = rows["commune_code"].where(rows["district_code"] == first_district)
    return {"province_code": province, "district_code": district, "commune_code": commune}


def _counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the most trusted list that counts the children: all of one list, so that they belong."""
    counted = rows[rows["n_children"].notna()].drop_duplicates(_ROUND)
    named = counted.rename(columns={"residents_18plus": "n_adults", "list_id": "counts_list"})
    return named[[*_ROUND, "n_girls", "n_boys", "n_children", "n_adults", *AS_LISTED, "counts_list"]]
