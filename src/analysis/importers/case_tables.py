"""Cases and children: records of several files and systems settled into one row an episode and one row a child."""

from dataclasses import dataclass

import polars as pl

from analysis.importers.keyed import SHARED_IDS
from analysis.importers.linked import children_of
from analysis.importers.settled import settled

OF_CASES = (
    *("agency", "worker_key", "programme", "referral_source", "referred_on", "accepted_on", "province_code", "status"),
    *("risk_level", "separation_reason", "harm_history", "closed_on", "closure_circumstance", "closure_reason"),
    *("age_recorded",),
)
OF_CHILDREN = (
    *("household", "sex", "orphan_status", "disability", "birth_registered", "ever_in_rcf", "ever_in_gov_care"),
)
IF_CLOSED = ("closure_circumstance", "closure_reason")
AGES = (0, 30)  # years; the domain of a case file, as the contract of cases has it


@dataclass(frozen=True)
class CaseTables:
    """Cases and children with their keys still numbers, what contradicted, impossible ages and births."""

    cases: pl.DataFrame
    children: pl.DataFrame
    conflicts: pl.DataFrame
    refused_joins: pl.DataFrame
    impossible_ages: pl.Series
    impossible_births: pl.Series  # places of records


def case_tables(records: pl.DataFrame) -> CaseTables:
    """Return cases and children of ranked, permitted case records."""
    ids, ids_differ = settled(records, ["case"], list(SHARED_IDS), "children")
    links, refused_joins = children_of(ids.sort("case"))
    of_child = records.join(links, on="case", maintain_order="left")
    possible, impossible_births = _without_impossible_births(of_child)
    births, births_differ = _births(possible)
    cases, cases_differ = settled(of_child, ["case_id"], OF_CASES, "cases")
    cases = _with_ages(_with_fixed(cases, of_child).join(births, on="child_key", how="left"))
    is_impossible = pl.col("age").is_not_null() & ~pl.col("age").is_between(*AGES)
    children, children_differ = settled(of_child, ["child_key"], OF_CHILDREN, "children")
    is_own_id = pl.col("column") == "household"  # each system numbers families itself: no contradiction
    return CaseTables(
        cases=cases.with_columns(
            age_at_referral_years=pl.when(pl.col("age").is_between(*AGES)).then("age"), use_allowed=pl.lit("yes")
        ),
        children=children.join(births, on="child_key").join(_holders(of_child), on="child_key"),
        conflicts=pl.concat([ids_differ, births_differ, cases_differ, children_differ.filter(~is_own_id)]),
        refused_joins=refused_joins,
        impossible_ages=cases.filter(is_impossible)["case_id"],
        impossible_births=impossible_births,
    )


def _with_fixed(cases: pl.DataFrame, of_child: pl.DataFrame) -> pl.DataFrame:
    """Attach what is no matter of opinion: the case, its episode, its child, and the first system that tells of it."""
    columns = ("case", "episode", "child_key", "system")
    fixed = of_child.group_by("case_id", maintain_order=True).agg(pl.col(column).first() for column in columns)
    return cases.join(fixed, on="case_id").rename({"system": "source_system"})


def _without_impossible_births(of_child: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the records without birth dates after the child's first referral in any file, and their places.

    A file without a day of referral cannot see that its birth date is wrong; together the files can (T16).
    """
    is_late = (pl.col("birth_date") > pl.col("referred_on").min().over("child_key")).fill_null(False)
    late = of_child.filter(is_late)["at"]
    without = of_child.with_columns(
        birth_date=pl.when(~is_late).then("birth_date"),
        dob_quality=pl.when(is_late).then(pl.lit("implausible")).otherwise(pl.col("dob_quality").cast(pl.String)),
    )
    return without, late


def _births(of_child: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return each child's birth date with the quality that the same record gives it, and what contradicted."""
    dated, conflicts = settled(
        of_child.filter(pl.col("birth_date").is_not_null()), ["child_key"], ["birth_date", "dob_quality"], "children"
    )
    undated, _ = settled(of_child, ["child_key"], ["dob_quality"], "children", told=False)
    both = undated.rename({"dob_quality": "undated"}).join(dated, on="child_key", how="left")
    quality = pl.coalesce("dob_quality", "undated").cast(pl.String).fill_null("missing")
    return both.select("child_key", "birth_date", quality.alias("dob_quality")), conflicts


def _with_ages(cases: pl.DataFrame) -> pl.DataFrame:
    """Attach completed years at referral; the age somebody wrote down counts only where there is no birth date."""
    referred, born = pl.col("referred_on"), pl.col("birth_date")
    day_of_year = [date.dt.month().cast(pl.Int32) * 100 + date.dt.day() for date in (referred, born)]
    years = referred.dt.year() - born.dt.year() - (day_of_year[0] < day_of_year[1]).cast(pl.Int32)
    return cases.with_columns(age=pl.when(born.is_null()).then("age_recorded").otherwise(years).cast(pl.Int64))


def _holders(of_child: pl.DataFrame) -> pl.DataFrame:
    """Return how many agencies and systems hold each child; a record that names no agency is one of some agency."""
    counted = of_child.group_by("child_key").agg(
        n_agencies=pl.col("agency").drop_nulls().n_unique(), n_systems=pl.col("system").n_unique()
    )
    return counted.with_columns(pl.col("n_agencies").clip(lower_bound=1))


def with_birth_month(children: pl.DataFrame) -> pl.DataFrame:
    """Name the household as the table of children does, and say the month of birth."""
    month = pl.col("birth_date").dt.strftime("%Y-%m")
    return children.rename({"household": "household_key"}).with_columns(birth_month=month)


def with_reason_if_closed(cases: pl.DataFrame) -> pl.DataFrame:
    """Give a closed case without a reason an unknown one; a case that runs has none."""
    is_closed = (pl.col("status") == "closed").fill_null(value=False)
    return cases.with_columns(
        pl.when(is_closed & pl.col(name).is_null())
        .then(pl.lit("unknown"))
        .otherwise(pl.col(name).cast(pl.String))
        .alias(name)
        for name in IF_CLOSED
    )
