"""Communes of the made-up country: today's places with the children, families and poverty printed for them.

The register of 2011 counts communes as they were then. Where the gazetteer's code is not in it the median of the
province stands, and numbers of a province are scaled to its sum: nobody of the register is lost. In a country without
that register communes are made up.
"""

import numpy as np
import pandas as pd

from analysis import sources
from analysis.simulate import made_up_communes
from analysis.study import Study

REGISTER = "commune_children_2011"
COUNTS = ["n_people", "n_children", "n_families"]
POOR = ["n_poor_1_households", "n_poor_2_households"]


def build(parameters: Study, size: float) -> pd.DataFrame:
    """Return the communes of ``world.COLUMNS``, and the ``area`` and ``abroad_share`` that other steps draw from."""
    own = parameters.country
    is_printed = REGISTER in sources.names()
    communes = _printed(own) if is_printed else made_up_communes.build(own.made_up_places, own.poverty_elsewhere_idpoor)
    return communes.assign(
        area=_areas(communes["province_code"], parameters),
        is_urban=_is_urban(communes, own),
        n_households=(communes["n_families"] * size).round().clip(lower=1).astype(int),
        n_children=communes["n_children"].round().astype(int),
    )


def _printed(own: Study) -> pd.DataFrame:
    """Return today's communes with their codes, names and what is printed of their people."""
    gazetteer, register = sources.read_gazetteer(), _register()
    places = gazetteer[gazetteer["level"] == "commune"].rename(columns={"code": "commune_code"})
    return (
        places.assign(district_code=places["commune_code"].str[:4], province_code=places["commune_code"].str[:2])
        .merge(register.drop(columns="province_code"), on="commune_code", how="left", validate="1:1")
        .merge(_poverty(), on="commune_code", how="left", validate="1:1")
        .pipe(_filled, register, own.poverty_elsewhere_idpoor)
        .sort_values("commune_code", ignore_index=True)
    )


def _areas(province_codes: pd.Series, parameters: Study) -> pd.Series:
    """Return the area of each province for which facilities are printed: one of four."""
    area_of = {code: area for area, codes in parameters.facilities.areas.items() for code in codes}
    return province_codes.map(area_of).fillna("elsewhere")


def _register() -> pd.DataFrame:
    register = sources.read(REGISTER)
    people, adults, families, abroad = (
        pd.to_numeric(register[name]) for name in ("n_people", "n_adults", "n_families", "n_migrants_abroad_adults")
    )
    return register[["commune_code", "province_code"]].assign(
        n_people=people, n_children=people - adults, n_families=families, abroad_share=abroad / adults
    )


def _poverty() -> pd.DataFrame:
    identified = sources.read("commune_idpoor_2022")
    n_poor = identified[POOR].apply(pd.to_numeric).sum(axis=1)
    share = n_poor / pd.to_numeric(identified["n_households"])
    return identified[["commune_code"]].assign(poverty_share=share.where(np.isfinite(share)).clip(0.01, 0.8))


def _filled(communes: pd.DataFrame, register: pd.DataFrame, poverty_elsewhere: float) -> pd.DataFrame:
    """Fill with the median of the province, of all where a province has no code in common with the register."""
    by_province = communes.groupby("province_code")
    medians = {name: by_province[name].transform("median") for name in [*COUNTS, "abroad_share", "poverty_share"]}
    filled = communes.assign(**{name: communes[name].fillna(median) for name, median in medians.items()})
    filled = filled.fillna({name: communes[name].median() for name in [*COUNTS, "abroad_share"]})
    sums = register.groupby("province_code")[COUNTS].sum() / filled.groupby("province_code")[COUNTS].sum()
    scaled = {name: filled[name] * filled["province_code"].map(sums[name]) for name in COUNTS}
    return filled.assign(**scaled, poverty_share=filled["poverty_share"].fillna(poverty_elsewhere))


def _is_urban(communes: pd.DataFrame, own: Study) -> pd.Series:
    """Return whether a commune is among the largest of its province that together hold its urban share."""
    ordered = communes.sort_values(["province_code", "n_people"], ascending=[True, False])
    people = ordered.groupby("province_code")["n_people"]
    before = (people.cumsum() - ordered["n_people"]) / people.transform("sum")
    is_capital = ordered["province_code"].eq(own.capital)
    urban_share = np.where(is_capital, own.urban_share_of_capital, own.urban_share_elsewhere)
    return (before < urban_share).sort_index()
