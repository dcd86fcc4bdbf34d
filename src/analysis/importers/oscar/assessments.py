"""Assessments: a line is an assessment, a pair of columns a domain. The score stands under the blank header (T01).

The text of the worker stands under the domain's own name, and is never read.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import polars as pl

from analysis.importers import dated, fields, labels, reading
from analysis.importers.faults import refused
from analysis.importers.findings import Findings
from analysis.importers.oscar import rejected
from analysis.importers.oscar.sheets import SYSTEM, Sheet

TABLE = "assessments"
KNOWN = ("csi12", "aht10")  # 1A is food in one and risk in the other: a domain is its code and its name
HIGHEST = {"csi12": 4, "aht10": 4, "custom": 10}
CODE_AND_NAME = re.compile(r"^\s*(?P<code>[1-9][A-Z])?\b[\s.:(-]*(?P<name>.*?)\)?\s*$")


@dataclass(frozen=True)
class Domains:
    """The domains of a sheet: the instrument they make up, and the position of the score by the code of the domain."""

    instrument: str
    positions: dict[str, int]


def assessments(sheet: Sheet, clients: pl.Series, findings: Findings) -> pl.DataFrame:
    """Return the scores of a sheet, one row a domain of an assessment, without ``assessment_ref``."""
    domains = domains_of(sheet)
    rows = rejected.kept(sheet, TABLE, findings, of=clients)
    scores = reading.read(sheet.grid, domains.positions).drop("sheet")
    created = dated.dated(rows, "created_on", findings, TABLE, "assessed_on")
    completed = dated.dated(rows, "completed_on", findings, TABLE, "assessed_on")
    lines = rows.select(
        "sheet",
        "row",
        pl.format("slug:{}", "id").alias("case_ref"),
        pl.lit(domains.instrument).alias("instrument"),
        pl.lit(version(domains.positions)).alias("instrument_version"),
        pl.coalesce(completed, created).alias("assessed_on"),
        completed.is_not_null().alias("completed"),
    )
    written = lines.join(scores, on="row", how="left", maintain_order="left")
    _report(sheet, written, domains, findings)
    index = [column for column in written.columns if column not in domains.positions]
    scored = written.unpivot(list(domains.positions), index=index, variable_name="domain_code", value_name="text")
    return checked(scored, HIGHEST[domains.instrument], findings)


def checked(scored: pl.DataFrame, highest: int, findings: Findings) -> pl.DataFrame:
    """Return ``scored`` with ``score`` for its ``text``; beyond the scale it is missing, and its line reported once."""
    number = fields.whole_number(pl.col("text"))
    is_beyond = pl.col("text").is_not_null() & ~number.is_between(1, highest).fill_null(False)
    judged = scored.with_columns(score=number, is_beyond=is_beyond)
    beyond = judged.filter("is_beyond").unique(["sheet", "row"], maintain_order=True).sort("row")
    findings.rows(beyond, pl.lit(True), table=TABLE, check="score_out_of_range", action="unknown", column="score")
    return judged.with_columns(pl.when(~pl.col("is_beyond")).then("score").alias("score")).drop("text", "is_beyond")


def with_refs(scored: pl.DataFrame) -> pl.DataFrame:
    """Return ``scored`` with ``assessment_ref``: the case, the instrument and the day.

    Where there is no day, or two assessments of a case with one instrument share it, their order in time stands in
    its place.
    """
    of = ["case_ref", "instrument"]
    lines = scored.select("sheet", "row", *of, "assessed_on").unique(maintain_order=True)
    ordered = lines.sort([*of, "assessed_on", "row"], nulls_last=True, maintain_order=True)
    day = pl.col("assessed_on").dt.to_string("%Y-%m-%d")
    is_alone = pl.len().over([*of, "assessed_on"]) == 1
    number = pl.int_range(1, pl.len() + 1).over(of).cast(pl.String)
    which = pl.when(is_alone & day.is_not_null()).then(day).otherwise(number)
    named = ordered.select(
        "sheet", "row", *of, "assessed_on", pl.format("{}/{}/{}", *of, which).alias("assessment_ref")
    )
    keys = ["sheet", "row", *of, "assessed_on"]
    return scored.join(named, on=keys, how="left", nulls_equal=True, maintain_order="left")


def version(codes: Collection[str]) -> str:
    """Return the number of domains and a digest of their codes: organisations edit them."""
    digest = hashlib.sha256("|".join(sorted(codes)).encode()).hexdigest()
    return f"{len(codes)}:{digest[:8]}"


def codes_of(instrument: str) -> list[str]:
    """Return the codes of the domains of a known instrument."""
    return sorted(set(_known(instrument).values()))


def domains_of(sheet: Sheet) -> Domains:
    """Return the domains of a sheet by the pairs of a blank header and a name to its right.

    Raises ``ExportError`` if there is no such pair.
    """
    header = sheet.grid.header
    unknown = set(labels.matched(sheet.grid, SYSTEM, sheet.kind).unknown)
    pairs = {header[at]: at - 1 for at in range(1, len(header)) if header[at] in unknown and not header[at - 1]}
    if not pairs:
        raise refused(
            sheet.grid.file,
            "no domain found; expected each one's score under a blank header to the left of its name",
            "Export the sheet again without deleting the columns that have no header.",
            sheet.grid.sheet,
        )
    instrument, codes = _instrument(list(pairs))
    return Domains(instrument, dict(zip(codes, pairs.values(), strict=True)))


def _instrument(names: list[str]) -> tuple[str, list[str]]:
    """Return the instrument to which all the names belong, and their codes; custom if they belong to none."""
    for instrument in KNOWN:
        codes = [code for name in names if (code := _known(instrument).get(_letters(name)))]
        if len(codes) == len(names):
            return instrument, codes
    return "custom", [_own_code(name) for name in names]


def _letters(name: str) -> str:
    """Return the letters of a domain's name without its code, or of the code where there is no name."""
    parts = CODE_AND_NAME.match(name)
    return labels.normalised((parts and parts["name"]) or name)


def _own_code(name: str) -> str:
    """Return a code for a domain of an organisation's own: its label in lower case, joined by underscores."""
    return "_".join(re.findall(r"[^\W_\u17d4-\u17da]+|[\u17b4-\u17d3]+", name.lower()))


@cache
def _known(instrument: str) -> dict[str, str]:
    listed = labels.aliases(SYSTEM).filter(pl.col("sheet_kind") == instrument)
    return {labels.normalised(label): code for code, label in listed.select("field", "label").iter_rows()}


def _report(sheet: Sheet, written: pl.DataFrame, domains: Domains, findings: Findings) -> None:
    name = sheet.grid.sheet
    n_scores = written.select(pl.sum_horizontal(pl.col(list(domains.positions)).count())).item()
    findings.whole(name, table=TABLE, check="T01", column="score", n=n_scores)
    if domains.instrument == "custom":  # "1st" is the latest here, the first elsewhere: dates tell the order
        findings.whole(name, table=TABLE, check="T02", column="assessed_on", n=written.height)
    if sheet.has("count"):
        findings.whole(name, table=TABLE, check="T04", column="case_ref", n=sheet.rows["count"].null_count())
