"""Peers of the import in environments of their own: ``PYTHON import_peers.py READER FILE OUT GIVEN.json``.

The workbook is only read. Of the CSV polars and DuckDB make seven columns of ``cases`` that need no key, a part of what
the import does: no keys, no children, assessments, placements and households, no faults reported, no contracts.
GIVEN has the columns to read and our word for each code, which the peers are not charged for finding.
"""

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

AGREED = "agreed.json"
CASES = "cases_without_keys.parquet"
COLUMNS = ("referral_source", "referred_on", "province_code", "status", "risk_level", "closed_on", "closure_reason")
LOCAL = r"_(?:\d{5,6}|[0-9a-f]{7})$"  # what a place adds to a code
PROVINCES = 25


def calamine_workbook(file: Path, out: Path, given: dict) -> None:
    """Read the columns with pandas and calamine."""
    pandas_workbook(file, out, given, "calamine")


def pandas_workbook(file: Path, out: Path, given: dict, engine: str) -> None:
    """Read the columns with pandas."""
    import pandas as pd

    clients_in, scores_in = given["sheets"]
    with pd.ExcelFile(file, engine=engine) as workbook:
        clients = pd.read_excel(workbook, sheet_name=clients_in, usecols=given["clients"], dtype="str")
        lines = pd.read_excel(workbook, sheet_name=scores_in, usecols=given["scored"], dtype="str")
    scores = lines.iloc[:, 3:].apply(pd.to_numeric, errors="coerce")
    agree(out, clients["ID"].dropna().unique(), scores.where((scores >= 1) & (scores <= 4)).sum().sum())


def polars_workbook(file: Path, out: Path, given: dict) -> None:
    """Read the columns with polars and calamine."""
    import polars as pl

    clients_in, scores_in = given["sheets"]
    as_text = {"engine": "calamine", "infer_schema_length": 0}
    clients = pl.read_excel(file, sheet_name=clients_in, columns=given["clients"], **as_text)
    lines = pl.read_excel(file, sheet_name=scores_in, columns=given["scored"], **as_text)
    scores = lines.select(pl.nth(range(3, len(given["scored"]))).cast(pl.Float64, strict=False))
    total = scores.select(pl.all().filter(pl.all().is_between(1, 4)).sum()).sum_horizontal()[0]
    agree(out, clients["ID"].drop_nulls().unique(), total)


def polars_cases(file: Path, out: Path, given: dict) -> None:
    """Make the columns of the cases with polars."""
    import polars as pl

    last_day = pl.lit(given["last_day"]).str.to_date()

    def day(column: str) -> pl.Expr:
        read = pl.col(column).str.to_date("%Y-%m-%d", strict=False)
        return pl.when(read <= last_day).then(read)

    def words(name: str) -> pl.Expr:
        code, known = pl.col(given["codes"][name]).str.to_lowercase(), given["words"][name]
        ours = [each.replace_strict(known, default=None) for each in (code, code.str.replace(LOCAL, ""))]
        return pl.coalesce(*ours, pl.lit("unknown")).alias(name)

    place = pl.col("location_current")
    digits = pl.when(place.str.contains(r"^[0-9]{1,8}$")).then(place)
    province = pl.when(digits.str.len_chars() % 2 == 0).then(digits).otherwise("0" + digits).str.slice(0, 2)
    permitted = (
        pl.scan_csv(file, infer_schema=False)
        .filter(pl.col("case_id").is_not_null())
        .unique("case_id", keep="first", maintain_order=True)
        .filter(pl.col("consent_reporting") == "true")
        .with_columns(*(words(name) for name in given["codes"]))
    )
    is_unsure = (pl.col("risk_level") == "no_action") & pl.col("oscar_number").is_not_null()
    permitted.with_columns(
        referred_on=day("registration_date"),
        closed_on=day("date_closure"),
        province_code=pl.when(province.cast(pl.Int32).is_between(1, PROVINCES)).then(province),
        risk_level=pl.when(is_unsure).then(pl.lit("unknown")).otherwise("risk_level"),
        closure_reason=pl.when(pl.col("status") == "closed").then("closure_reason"),
    ).select(COLUMNS).collect().write_parquet(out / CASES, compression="zstd")


def duckdb_cases(file: Path, out: Path, given: dict) -> None:
    """Make the columns of the cases with DuckDB."""
    import duckdb

    session = duckdb.connect()
    session.execute("set threads = 2; set enable_progress_bar = false")
    for name, known in given["words"].items():
        session.execute(f"create table {name}_words (code text primary key, ours text)")
        session.executemany(f"insert into {name}_words values (?, ?)", list(known.items()))  # noqa: S608
    joins = " ".join(
        f"left join {name}_words {name}_a on {name}_a.code = lower({column}) "
        f"left join {name}_words {name}_b on {name}_b.code = regexp_replace(lower({column}), '{LOCAL}', '')"
        for name, column in given["codes"].items()
    )
    word = {name: f"coalesce({name}_a.ours, {name}_b.ours, 'unknown')" for name in given["codes"]}
    digits = "case when regexp_full_match(location_current, '[0-9]{1,8}') then location_current end"
    province = f"left(case when length({digits}) % 2 = 0 then {digits} else '0' || {digits} end, 2)"
    days = {
        name: f"case when try_strptime({name}, '%Y-%m-%d') <= date '{given['last_day']}' "
        f"then try_strptime({name}, '%Y-%m-%d')::date end"
        for name in ("registration_date", "date_closure")
    }
    columns = {
        "referral_source": word["referral_source"],
        "referred_on": days["registration_date"],
        "province_code": f"case when try_cast({province} as int) between 1 and {PROVINCES} then {province} end",
        "status": word["status"],
        "risk_level": f"case when {word['risk_level']} = 'no_action' and oscar_number is not null then 'unknown' "
        f"else {word['risk_level']} end",
        "closed_on": days["date_closure"],
        "closure_reason": f"case when {word['status']} = 'closed' then {word['closure_reason']} end",
    }
    asked = ", ".join(f"{made} as {name}" for name, made in columns.items())
    session.execute("create table records as select * from read_csv(?, all_varchar = true)", [str(file)])
    session.execute(
        f"copy (select {asked} from (select * from records where case_id is not null "  # noqa: S608
        "qualify row_number() over (partition by case_id order by rowid) = 1) as permitted "
        f"{joins} where consent_reporting = 'true') to '{out / CASES}' (compression zstd)"
    )


def agree(out: Path, ids: Iterable[str], total: float) -> None:
    """Leave a digest of the ids and the sum of the scores: what all readers of a workbook must come to."""
    listed = sorted(ids)
    digest = hashlib.sha256("\n".join(listed).encode()).hexdigest()
    (out / AGREED).write_text(json.dumps({"clients": len(listed), "ids": digest, "scores": int(total)}))


READERS = {reader.__name__: reader for reader in (calamine_workbook, polars_workbook, polars_cases, duckdb_cases)}


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[4]).read_text(encoding="utf-8"))
    READERS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), told)
