"""Families of the cases: which parents live, the household as the first case of it tells, and its members."""

import polars as pl

from analysis.importers import fields, values
from analysis.importers.findings import Findings
from analysis.importers.primero.forms import SYSTEM

PARENTS = ("mother", "father")
AGE_BANDS = {"<18": 18, "18-29": 30, "30-44": 45, "45-59": 60}  # the age that no longer belongs to the band
MEMBERS = "household_members"


def worded(family: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the family rows with relation, sex, age and whether alive in our types and words."""
    values.note_unlisted(family, "relation", "relation", SYSTEM, findings, MEMBERS)
    values.note_unlisted(family, "relation_sex", "sex", SYSTEM, findings, MEMBERS)
    is_alive = pl.col("relation_is_alive").str.to_lowercase()
    return family.with_columns(
        parent=pl.col("relation").str.to_lowercase(),
        relation=values.canonical(pl.col("relation"), "relation", SYSTEM),
        sex=values.canonical(pl.col("relation_sex"), "sex", SYSTEM),
        age_years=fields.whole_number(pl.col("relation_age")),
        is_caregiver=fields.yes_no(pl.col("relation_is_caregiver")),
        is_alive=pl.when(is_alive == "alive").then(True).when(is_alive == "dead").then(False),
    )


def orphan_status(family: pl.DataFrame) -> pl.DataFrame:
    """Return ``case_ref`` and ``orphan_status``: a parent lives if any row says so; unknown unless both are known."""
    of_parent = {
        parent: pl.when((pl.col("relation") == parent) & pl.col("is_alive").is_not_null()).then("is_alive").max()
        for parent in PARENTS
    }
    known = family.group_by("case_ref", maintain_order=True).agg(**of_parent)
    mother, father = pl.col("mother"), pl.col("father")
    return known.select(
        "case_ref",
        orphan_status=pl.when(mother & father)
        .then(pl.lit("both_alive"))
        .when(mother & ~father)
        .then(pl.lit("mother_alive_only"))
        .when(~mother & father)
        .then(pl.lit("father_alive_only"))
        .when(~mother & ~father)
        .then(pl.lit("double_orphan"))
        .otherwise(pl.lit("unknown")),
    )


def households(cases: pl.DataFrame, family: pl.DataFrame | None) -> pl.DataFrame:
    """Return one row a household, from the first record of it; caregiver columns only where families are told."""
    places = ("sheet", "row", "case_ref", "household_ref", "agency", "province_code")
    first = cases.select(*places, "family_size", "number_children_in_charge", "tells_of_family").filter(
        "tells_of_family"
    )
    told = first.select(
        *places,
        household_size=fields.whole_number(pl.col("family_size")),
        n_children=fields.whole_number(pl.col("number_children_in_charge")),
    )
    return told if family is None else _with_caregiver(told, family)


def _with_caregiver(told: pl.DataFrame, family: pl.DataFrame) -> pl.DataFrame:
    """Attach relation, sex and age band of the first family row that is a caregiver."""
    caregivers = family.filter(pl.col("is_caregiver")).unique("case_ref", keep="first", maintain_order=True)
    chosen = caregivers.select(
        "case_ref",
        caregiver_relation="relation",
        caregiver_sex="sex",
        caregiver_age_band=age_band(pl.col("age_years")),
    )
    attached = told.join(chosen, on="case_ref", how="left", maintain_order="left", validate="1:1")
    return attached.with_columns(
        pl.col("caregiver_relation", "caregiver_sex", "caregiver_age_band").fill_null("unknown")
    )


def members(family: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Return one row a member of each household, from the record that tells of it, in the order of the file."""
    listed = family.join(told.select("case_ref", "household_ref"), on="case_ref", how="inner", maintain_order="left")
    n = pl.int_range(1, pl.len() + 1).over("household_ref").cast(pl.String)
    return listed.select(
        *("sheet", "row", "household_ref", "relation", "sex", "age_years", "is_caregiver", "is_alive"),
        member_ref=pl.col("household_ref") + "/" + n,
    )


def age_band(age: pl.Expr) -> pl.Expr:
    """Return the band of an age in years; "unknown" without one."""
    in_order = [pl.when(age < end).then(pl.lit(band)) for band, end in AGE_BANDS.items()]
    return pl.coalesce(*in_order, pl.when(age.is_not_null()).then(pl.lit("60+")), pl.lit("unknown"))
