"""First and latest assessment of each client, in one line: two blocks of columns with the same labels (T15).

A cell names its own domain, ``1A: 3``: what it says counts, not the label above it.
"""

import re
from functools import cache

import polars as pl

from analysis.importers import dated, labels, reading
from analysis.importers.findings import Findings
from analysis.importers.oscar import assessments as of_sheets
from analysis.importers.oscar.sheets import Sheet

TABLE = "assessments"
BLOCKS = ("initial_on", "latest_on")
DOMAIN = re.compile(r"^([1-9][A-Z])(?:\.1)?$")  # 1A.1 where the workbook went through another program
CELL = r"^(?:([1-9][A-Z])\s*:\s*)?(\S*)$"
HIGHEST = 4


def assessments(sheet: Sheet, clients: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the scores of both blocks, one row a domain; a block with the day of the other is the same assessment."""
    read = [_block(sheet, clients, block, findings) for block in BLOCKS]
    findings.whole(sheet.grid.sheet, table=TABLE, check="T15", column="score", n=len(_domains(sheet, BLOCKS[1])))
    both = pl.concat(read).with_columns(completed=pl.lit(None, pl.Boolean))
    is_first = pl.col("block") == pl.col("block").first().over("row", "assessed_on")
    is_repeated = pl.col("assessed_on").is_not_null() & ~is_first
    scored = of_sheets.checked(both.filter(~is_repeated).drop("block"), HIGHEST, findings)
    return of_sheets.with_refs(scored)


def _block(sheet: Sheet, clients: pl.DataFrame, block: str, findings: Findings) -> pl.DataFrame:
    """Return one row a domain of a block's assessments, with the score as text."""
    domains = _domains(sheet, block)
    cells = reading.read(sheet.grid, domains).drop("sheet")
    days = clients.select("sheet", "row", "id", dated.dated(clients, block, findings, TABLE, "assessed_on"))
    index = ["sheet", "row", "id", "assessed_on"]
    lines = days.join(cells, on="row", how="left", maintain_order="left")
    long = lines.unpivot(list(domains), index=index, variable_name="label", value_name="cell")
    written = long.cast({"label": pl.String, "cell": pl.String})  # nothing has no type, where there are no domains
    parts = pl.col("cell").str.extract_groups(CELL).struct
    is_told = pl.col("assessed_on").is_not_null() | pl.col("cell").is_not_null().any().over("row")
    named = written.filter(is_told).with_columns(
        pl.coalesce(parts.field("1"), "label").alias("domain_code"), parts.field("2").alias("text")
    )
    return _with_instrument(named, list(domains)).select(
        "sheet",
        "row",
        pl.format("slug:{}", "id").alias("case_ref"),
        *("instrument", "instrument_version", "assessed_on"),
        pl.lit(block).alias("block"),
        *("domain_code", "text"),
    )


def _with_instrument(named: pl.DataFrame, codes: list[str]) -> pl.DataFrame:
    """Return the instrument of each line: a code that the first does not have makes it the second."""
    first, second = ({"name": name, "codes": of_sheets.codes_of(name)} for name in of_sheets.KNOWN)
    is_second = (~pl.col("domain_code").is_in(first["codes"])).any().over("row")
    return named.filter(~is_second | pl.col("cell").is_not_null()).with_columns(
        pl.when(is_second).then(pl.lit(second["name"])).otherwise(pl.lit(first["name"])).alias("instrument"),
        pl.when(is_second).then(pl.lit(of_sheets.version(second["codes"]))).otherwise(pl.lit(of_sheets.version(codes)))
        .alias("instrument_version"),
    )  # fmt: skip


def _domains(sheet: Sheet, block: str) -> dict[str, int]:
    """Return the position of each domain in a block: those that follow the label of its day."""
    codes, inside = {}, False
    starts = {labels.normalised(label): field for field, label in _labels_of_days()}
    for at, label in enumerate(sheet.grid.header):
        code = DOMAIN.match(label)
        if code and inside:
            codes[code[1]] = at
        elif not code and label:
            inside = starts.get(labels.normalised(label)) == block
    return codes


@cache
def _labels_of_days() -> list[tuple[str, str]]:
    listed = labels.aliases("donor_workbook").filter(pl.col("field").is_in(BLOCKS))
    return list(listed.select("field", "label").iter_rows())
