"""The last step of an import: codes for who is who, gaps said as gaps, and each table in the words of its contract."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from analysis.contract import Table
from analysis.importers import case_rows, register_tables
from analysis.importers.case_tables import CaseTables
from analysis.importers.episodes import with_case_id
from analysis.importers.keyed import OF_LISTED_FACILITIES
from analysis.importers.keys import as_text
from analysis.importers.organisations import agency_codes, facility_codes, with_org_code, with_others
from analysis.importers.register_rows import OF_AGENCIES
from analysis.importers.settled import CONFLICTS, settled

OF_HOUSEHOLDS = (
    *("agency", "province_code", "id_poor", "household_size", "n_children", "n_adults", "monthly_income"),
    *("income_currency", "dependable_income", "caregiver_relation", "caregiver_sex", "caregiver_age_band"),
    *("migration", "violence_in_home", "substance_use", "illness_or_disability", "vulnerability_class"),
    *("school_distance_km", "school_cost_usd", "survey_stratum", "survey_cluster", "survey_weight"),
)
OPEN_WORDS = {"separation_reason", "harm_history", "service_code", "instrument_version"}  # no closed list of values
IF_CLOSED = ("closure_circumstance", "closure_reason")
NAMES = ("row_id", "name_latin", "name_km", "operator_name")


@dataclass(frozen=True)
class Assembled:
    """Canonical tables, what contradicted in them, and the restricted lists that say who a code is."""

    tables: dict[str, pl.DataFrame]
    conflicts: pl.DataFrame
    restricted: dict[str, pl.DataFrame]
    unheard: tuple[int, ...] = ()  # lines of consent.csv that name no record


def canonical(kept: Mapping[str, pl.DataFrame], told: CaseTables, n_contradicting: Mapping[str, int]) -> Assembled:
    """Return the canonical tables of the permitted rows ``kept`` (by table as read) and of the cases in ``told``.

    Assessments, which are long, are made a share at a time by ``assembled``.
    """
    of_systems = agency_codes(kept["case_records"], kept["households"])
    agencies = with_others(of_systems, *(kept[table] for table in OF_AGENCIES))
    facilities = facility_codes(kept["placements"])
    episodes = episodes_of(told)
    of_episode = {
        table: with_case_id(kept[table].with_columns(source_system="system"), episodes, case_rows.DATES[table])
        for table in ("placements", "follow_ups", "support", "referrals")
    }
    children_of_cases = told.cases.select("case_id", "child_key")
    of_child = {table: of_episode[table].join(children_of_cases, on="case_id") for table in ("placements", "referrals")}
    households, households_differ = _households(kept["households"])
    tables = {
        **of_episode,
        **of_child,
        "placements": case_rows.with_setting(of_child["placements"], facilities),
        "cases": with_org_code(_with_reason_if_closed(told.cases), agencies),
        "children": _with_birth_month(told.children),
        "households": with_org_code(households, agencies),
        "household_members": kept["household_members"].rename(
            {"household": "household_key", "system": "source_system"}
        ),
        **{table: kept[table] for table in OF_LISTED_FACILITIES},
        "survey_children": kept["survey_children"].rename({"system": "source_system"}),
        **register_tables.tables(kept, told.cases, episodes, agencies, facilities),
    }
    conflicts = pl.concat([told.conflicts, households_differ, *_rulings(told, n_contradicting)])
    names = kept["facility_list_rows"].select(_as_digits("row_id", kept["facility_list_rows"]), *NAMES[1:])
    lists = {"organisations": agencies, "facilities": facilities, "facility_names": names.sort("row_id")}
    return Assembled(tables, conflicts, {**lists, **register_tables.lists(kept, agencies)})


def episodes_of(told: CaseTables) -> pl.DataFrame:
    """Return the episodes of every case, and when each began: ``case case_id episode starts_on``."""
    return told.cases.select("case", "case_id", "episode", starts_on=pl.coalesce("accepted_on", "referred_on"))


def in_words(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return ``frame`` with the columns of ``table``: keys as digits, words as text, "unknown" for gaps."""
    return frame.select(_in_words(frame, name, table) for name in table.columns)


def _in_words(frame: pl.DataFrame, name: str, table: Table) -> pl.Expr | pl.Series:
    column = table.columns[name]
    if frame.schema[name] == pl.UInt64 and column.dtype == "str":
        return _as_digits(name, frame)
    if column.dtype != "str":
        return pl.col(name)
    may_be_unknown = not column.nullable and (name in OPEN_WORDS or "unknown" in (column.isin or ()))
    if isinstance(frame.schema[name], pl.List):
        return pl.col(name).cast(pl.List(pl.String))
    text = pl.col(name).cast(pl.String)
    if column.nullable:
        return pl.when(text != "").then(text).alias(name)
    return text.fill_null("unknown") if may_be_unknown else text


def _as_digits(name: str, frame: pl.DataFrame) -> pl.Series:
    return as_text(frame[name])


def _households(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    columns = (*OF_HOUSEHOLDS, "source_system")
    one, conflicts = settled(rows.with_columns(source_system="system"), ["household"], columns, "households")
    return one.rename({"household": "household_key"}), conflicts.filter(pl.col("column") != "source_system")


def _with_birth_month(children: pl.DataFrame) -> pl.DataFrame:
    month = pl.col("birth_date").dt.strftime("%Y-%m")
    return children.rename({"household": "household_key"}).with_columns(birth_month=month)


def _with_reason_if_closed(cases: pl.DataFrame) -> pl.DataFrame:
    """A closed case without a reason has an unknown one; a case that runs has none."""
    is_closed = (pl.col("status") == "closed").fill_null(value=False)
    return cases.with_columns(
        pl.when(is_closed & pl.col(name).is_null())
        .then(pl.lit("unknown"))
        .otherwise(pl.col(name).cast(pl.String))
        .alias(name)
        for name in IF_CLOSED
    )


def _rulings(told: CaseTables, n_contradicting: Mapping[str, int]) -> list[pl.DataFrame]:
    """Return the contradictions that no order of systems settles: answers of yes and no, ids that point apart."""
    answers = [(table, "use_allowed", "", "", "a no beats a yes", n) for table, n in n_contradicting.items() if n]
    joins = [
        ("children", column, "", "", "not joined: a stronger id differs", n)
        for column, n in told.refused_joins.iter_rows()
        if n
    ]
    return [pl.DataFrame([*answers, *joins], schema=CONFLICTS, orient="row")]
