"""Data quality: how complete the imported columns are, and what share of lines each check concerns, by system.

ASSUME: a check on whole columns concerns as many lines of a sheet as the column with most cells found has cells.
ASSUME: a screening of facilities that holds no value of a column in any row does not ask for it.
"""

import pandas as pd

from analysis.contract import Column, Table, estimate_table
from analysis.importers import checks
from analysis.importers.checked import contract_of

COMPLETE = "complete"
TABLE = estimate_table(
    one_row_is="a column of a table, or a check of a table and what it led to, in the exports of a system",
    extra={
        "n_hits": Column("Int64", "rows with a known value, or lines the check concerns", unit="rows", ge=0),
        "action": Column("str", "what a check led to", isin=(COMPLETE, "undone", "unknown", "kept", "rejected")),
        "meaning": Column("str", "what the column holds, or what the check found"),
        "advice": Column("str", "what the keeper of the records can do; missing for columns", nullable=True),
    },
    key=("outcome", "term", "level", "action"),
)

MAY_NOT_APPLY = {  # a gap in them says nothing of care in recording
    *("closed_on", "closure_circumstance", "closure_reason", "end_on", "end_reason", "done_on", "facility_id"),
    *("amount", "amount_unit", "cost_category", "sample_stratum", "sample_weight"),
    *("survey_stratum", "survey_cluster", "survey_weight"),
}
FREE_WORDS = {"separation_reason", "harm_history", "service_code"}  # "unknown" where none was recorded
ALL_SYSTEMS = "all systems"
OTHER_SHEETS = "other sheets"  # such as care plans, of which no table is made
PLACE = ["system", "table", "check", "action", "file_code", "sheet"]


def build(
    assessments: pd.DataFrame,
    cases: pd.DataFrame,
    children: pd.DataFrame,
    facility_list_rows: pd.DataFrame,
    follow_ups: pd.DataFrame,
    household_members: pd.DataFrame,
    households: pd.DataFrame,
    placements: pd.DataFrame,
    referrals: pd.DataFrame,
    screening_answers: pd.DataFrame,
    support: pd.DataFrame,
    import_findings: pd.DataFrame,
    import_rows: pd.DataFrame,
) -> pd.DataFrame:
    """Return the share of known values by column, and the share of lines by check."""
    tables = {
        "assessments": assessments,
        "cases": cases,
        "children": children,
        "facility_list_rows": facility_list_rows.assign(source_system="facility_list"),
        "follow_ups": follow_ups,
        "household_members": household_members,
        "households": households,
        "placements": placements,
        "referrals": referrals,
        "support": support,
    }
    is_screened = {"facility_list_rows": facility_list_rows["row_id"].isin(screening_answers["row_id"])}
    columns = pd.concat([_completeness(frame, name, is_screened.get(name)) for name, frame in tables.items()])
    rows = pd.concat([columns, _hits(import_findings, import_rows)], ignore_index=True)
    share = (rows["n_hits"] / rows["n"]).astype("Float64")
    no_interval = pd.array([None] * len(rows), "Float64")
    return rows.assign(scale="share", estimate=share, ci_low=no_interval, ci_high=no_interval)


def _completeness(frame: pd.DataFrame, name: str, is_screened: pd.Series | None) -> pd.DataFrame:
    """Return the share of known values of each column, of the rows that are asked for it, by system."""
    contract = contract_of(name)
    columns = [column for column in contract.columns if _may_be_missing(contract, column)]
    system = frame["source_system"] if "source_system" in frame else pd.Series(ALL_SYSTEMS, frame.index)
    is_known = frame[columns].notna() & (frame[columns] != "unknown").fillna(False).astype(bool)
    tidy = _counted(is_known, system, "n_hits")
    n_asked = _counted(_is_asked(is_known, is_screened), system, "n")
    tidy = tidy.merge(n_asked, on=["term", "column"], validate="1:1")
    return tidy.assign(
        outcome=f"{COMPLETE}: " + tidy["column"],
        level=name,
        action=COMPLETE,
        meaning=tidy["column"].map({column: contract.columns[column].meaning for column in columns}),
        advice=None,
        note="n: rows of the table that are asked for it; a count of all of them, without interval",
    ).drop(columns="column")


def _counted(is_one: pd.DataFrame, system: pd.Series, name: str) -> pd.DataFrame:
    """Return how often each column is true by system, a row each."""
    sums = is_one.groupby(system.rename("term")).agg(["sum"]).droplevel(1, axis=1)
    return sums.melt(ignore_index=False, var_name="column", value_name=name).reset_index()


def _is_asked(is_known: pd.DataFrame, is_screened: pd.Series | None) -> pd.DataFrame:
    """Return which rows are asked for which columns: of a screening only those that it holds a value of."""
    asked = pd.DataFrame(True, is_known.index, is_known.columns)
    if is_screened is not None:
        asked.loc[is_screened] = is_known[is_screened].any().to_numpy()
    return asked


def _may_be_missing(contract: Table, name: str) -> bool:
    column = contract.columns[name]
    has_gaps = column.nullable or name in FREE_WORDS or "unknown" in (column.isin or ())
    return has_gaps and name not in MAY_NOT_APPLY


def _hits(findings: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that each check concerns, of all lines of the system's sheets for that table."""
    named = lines.assign(table=lines["table"].fillna(OTHER_SHEETS))
    n_lines = named.groupby(["system", "table"], as_index=False).agg(n=("rows_in", "sum"))
    told = n_lines.merge(_lines_found(findings), on=["system", "table"], validate="1:m")
    titles = checks.checks().to_pandas().set_index("check")
    return pd.DataFrame(
        {
            "outcome": told["check"],
            "term": told["system"],
            "level": told["table"],
            "action": told["action"],
            "n_hits": told[["n_hits", "n"]].min(axis=1),
            "n": told["n"],
            "meaning": told["check"].map(titles["title"]).fillna(told["check"]),
            "advice": told["check"].map(titles["officer_can"]),
            "note": "n: lines of the exports; a count of all lines, without interval",
        }
    )


def _lines_found(findings: pd.DataFrame) -> pd.DataFrame:
    placed = findings.assign(
        sheet=findings["sheet"].fillna(""),
        table=findings["table"].fillna(OTHER_SHEETS),
        column=findings["column"].fillna(""),
    )
    of_rows = placed.dropna(subset="row").groupby(PLACE)["row"].nunique()
    of_sheets = placed[placed["row"].isna()].groupby([*PLACE, "column"])["n"].sum().groupby(PLACE).max()
    by_sheet = of_rows.add(of_sheets, fill_value=0).astype("Int64").rename("n_hits").reset_index()
    return by_sheet.groupby(["system", "table", "check", "action"], as_index=False).agg(n_hits=("n_hits", "sum"))
