"""Lines of a register in our types and words: dates, amounts, codes and places. What cannot be read is missing."""

import polars as pl

from analysis.imported import allowed
from analysis.importers import codes, dated, fields, place_names, values
from analysis.importers.findings import Findings
from analysis.importers.registers import references
from analysis.importers.registers.kinds import ITEMS, REGISTERS
from analysis.importers.registers.sheets import SYSTEM

MAY_BE_AHEAD = ("due_on", "expires_on")  # days that may well lie in the future
AGENCY_PREFIX = r"^agency-"
PERCENT, LOST_A_ZERO = r"^(.*\d)\s*%$", r"^\d(?:\d\d)*$"
NOT_KNOWN = ("unknown", "not known", "?")  # said of a yes or no that nobody knows
APART, TOGETHER = "not_met", "siblings_together"
N_DIGITS = 6  # of a commune


def worded(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Return the lines of a register with typed columns for its fields, and report what could not be read."""
    register = REGISTERS[table]
    plain = _without_blank_answers(rows) if table == "household_checks" else rows
    columns = [
        *(_dated(rows, name, table, findings) for name in register.dates),
        *(_coded(plain, name, vocabulary, table, findings) for name, vocabulary in register.codes.items()),
        *(_number(rows, name, fields.whole_number(pl.col(name)), table, findings) for name in register.counts),
        *(_number(rows, name, fields.decimal(pl.col(name)), table, findings) for name in register.numbers),
        *(_number(rows, name, _share(pl.col(name)), table, findings) for name in register.shares),
        *(_answer(rows, name, table, findings) for name in register.answers),
    ]
    told = rows.with_columns(columns)
    for name, reading in PLAIN.items():
        if name in rows.columns:
            told = reading(told, table, findings)
    return told


def one_row_an_item(checks: pl.DataFrame) -> pl.DataFrame:
    """Return one row an item of each check of a household; a reason only where siblings live apart."""
    kept = [name for name in checks.columns if name not in ITEMS]
    long = checks.unpivot(list(ITEMS), index=kept, variable_name="item", value_name="answer")
    is_apart = (pl.col("item") == TOGETHER) & (pl.col("answer") == APART)
    return long.with_columns(reason=pl.when(is_apart).then("reason")).sort("row", maintain_order=True)


def _without_blank_answers(rows: pl.DataFrame) -> pl.DataFrame:
    """An item that nobody answered was not assessed, which is no unknown answer."""
    return rows.with_columns(pl.col(ITEMS).fill_null("not_assessed"))


def _dated(rows: pl.DataFrame, name: str, table: str, findings: Findings) -> pl.Series:
    latest = {"latest": dated.ANY_YEAR} if name in MAY_BE_AHEAD else {}
    return dated.dated(rows, name, findings, table, name, **latest)


def _coded(rows: pl.DataFrame, name: str, vocabulary: str, table: str, findings: Findings) -> pl.Series:
    values.note_unlisted(rows, name, vocabulary, SYSTEM, findings, table)
    return rows.select(values.canonical(pl.col(name), vocabulary, SYSTEM).alias(name)).to_series()


def _number(rows: pl.DataFrame, name: str, number: pl.Expr, table: str, findings: Findings) -> pl.Series:
    """Return the ``number`` that stands in each cell of a column; report cells that hold none."""
    read = rows.select("sheet", "row", name, number=number)
    is_none = pl.col(name).is_not_null() & pl.col("number").is_null()
    findings.rows(read, is_none, table=table, check="unreadable_number", action="unknown", column=name)
    return read["number"].alias(name)


def _share(text: pl.Expr) -> pl.Expr:
    """Return a share of one, written so or as a per cent."""
    return pl.coalesce(fields.decimal(text.str.extract(PERCENT)) / 100, fields.decimal(text))


def _answer(rows: pl.DataFrame, name: str, table: str, findings: Findings) -> pl.Series:
    text, answer = pl.col(name), fields.yes_no(pl.col(name))
    is_unlisted = text.is_not_null() & answer.is_null() & ~text.str.to_lowercase().is_in(NOT_KNOWN)
    findings.unknown_code(name, rows.filter(is_unlisted)[name])
    findings.rows(rows, is_unlisted, table=table, check="unknown_code", action="unknown", column=name)
    return rows.select(answer.alias(name)).to_series()


def _agency(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Attach the short name of the agency as case systems have it; a partner without one goes by its name."""
    text = pl.col("agency").str.to_lowercase().str.replace(AGENCY_PREFIX, "")
    is_named = table == "partner_evidence"
    return rows.with_columns(agency=pl.coalesce(text, pl.col("org_name").str.to_lowercase()) if is_named else text)


def _province(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Attach the province, by its code or its name."""
    coded = rows.select(codes.location(pl.col("province"), digits=2)).to_series()
    province = coded.fill_null(place_names.province_codes(rows["province"].set(coded.is_not_null(), None)))
    placed = rows.with_columns(province_code=province)
    is_nowhere = pl.col("province").is_not_null() & pl.col("province_code").is_null()
    findings.rows(placed, is_nowhere, table=table, check="unknown_code", action="unknown", column="province_code")
    return placed.drop("province")


def _commune(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Attach the commune with the zero that its code lost (T21), and its province."""
    n_lost = int(rows["commune_code"].str.contains(LOST_A_ZERO).sum())
    findings.whole(_sheet(rows), table=table, check="T21", column="commune_code", n=n_lost)
    code = codes.location(pl.col("commune_code"), digits=N_DIGITS)
    return rows.with_columns(commune_code=code, province_code=code.str.head(2))


def _currency(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Attach the currency by its code of three letters; another one is unknown and reported."""
    code = pl.col("currency").str.to_uppercase()
    is_listed = code.is_in(allowed.CURRENCY)
    is_unlisted = ~is_listed & (code != "UNKNOWN")
    findings.unknown_code("currency", rows.filter(is_unlisted)["currency"])
    findings.rows(rows, is_unlisted, table=table, check="unknown_code", action="unknown", column="currency")
    return rows.with_columns(currency=pl.when(is_listed).then(code).otherwise(pl.lit(values.UNKNOWN)))


def _order(rows: pl.DataFrame, table: str, findings: Findings) -> pl.DataFrame:
    """Report goals that were completed before they were set; both days stay."""
    is_early = pl.col("completed_on") < pl.col("set_on")
    findings.rows(rows, is_early, table=table, check="date_order", action="kept", column="completed_on")
    return rows


def _sheet(rows: pl.DataFrame) -> str:
    return str(rows["sheet"].first() or "")


PLAIN = {  # by a field that a register has: what is read from it besides
    "agency": _agency,
    "province": _province,
    "commune_code": _commune,
    "currency": _currency,
    "set_on": _order,
    "case_number": references.with_case,
    "worker": references.with_worker,
    "funder": references.with_funder,
    "receipt": references.with_receipt,
}
