"""What an importer says about one file: checks that failed, rows set aside, codes nobody knows. Never content.

Codes nobody knows are the one exception: they are kept as written in ``unknown_codes``, a restricted list.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis.importers import as_read
from analysis.importers.faults import refused

ACTIONS = ("undone", "unknown", "kept", "rejected")
UNKNOWN_CODES = {"field": pl.String, "value": pl.String, "n": pl.Int64}
WORDS = ("table", "column", "check", "action")
ACCOUNTS = {"sheet": pl.String, "table": pl.String, "rows_in": pl.Int64, "rows_out": pl.Int64}


class Findings:
    """The findings of one file, in the order they were made."""

    def __init__(self, file: Path) -> None:
        """Start with no finding about ``file``."""
        self.file = file
        self._lines: list[pl.DataFrame] = []
        self._accounts: list[tuple[str, str, int, int]] = []
        self._codes: list[pl.DataFrame] = []

    def rows(
        self, frame: pl.DataFrame, where: pl.Expr, *, table: str, check: str, action: str, column: str = ""
    ) -> None:
        """Add one line for each row of ``frame`` (with its ``sheet`` and ``row``) where ``where`` holds."""
        found = frame.select("sheet", "row", is_found=where).filter("is_found").select("sheet", "row", n=pl.lit(1))
        self._add(found, table, check, action, column)

    def whole(
        self, sheet: str, *, table: str, check: str, action: str = "undone", column: str = "", n: int = 1
    ) -> None:
        """Add one line about ``n`` cells of a whole sheet or column; nothing if ``n`` is 0."""
        if n:
            self._add(pl.DataFrame({"sheet": [sheet], "row": [None], "n": [n]}), table, check, action, column)

    def sheet(self, name: str, *, table: str, rows_in: int, rows_out: int) -> None:
        """Note how many lines of a sheet were read for ``table`` and how many of these lines stand in it."""
        self._accounts.append((name, table, rows_in, rows_out))

    def unknown_code(self, field: str, raw: pl.Series) -> None:
        """Keep the codes of ``field`` that are in no table, as written, with how often they occur."""
        codes = raw.drop_nulls().cast(pl.String).alias("value")
        self._codes.append(codes.value_counts(name="n").select(pl.lit(field).alias("field"), "value", "n"))

    @property
    def frame(self) -> pl.DataFrame:
        """All findings, as ``as_read.FINDINGS``."""
        return pl.concat([pl.DataFrame(schema=as_read.FINDINGS), *self._lines])

    @property
    def unknown_codes(self) -> pl.DataFrame:
        """Codes in no table by field, as written, with their number."""
        codes = [frame.cast(pl.Schema(UNKNOWN_CODES)) for frame in self._codes]
        listed = pl.concat([pl.DataFrame(schema=UNKNOWN_CODES), *codes])
        return listed.group_by("field", "value").agg(pl.col("n").sum()).sort("field", "value")

    @property
    def accounts(self) -> pl.DataFrame:
        """Lines in, lines out and lines rejected by sheet and table."""
        accounts = pl.DataFrame(self._accounts, schema=ACCOUNTS, orient="row")
        summed = accounts.group_by("sheet", "table", maintain_order=True).agg(pl.col("rows_in", "rows_out").sum())
        rejected = self.frame.filter(pl.col("action") == "rejected").group_by("sheet", "table")
        counted = rejected.agg(rows_rejected=pl.col("row").n_unique().cast(pl.Int64))
        return summed.join(counted, on=["sheet", "table"], how="left").with_columns(
            pl.col("rows_rejected").fill_null(0)
        )

    def check_nothing_lost(self) -> None:
        """Raise ``ExportError`` if lines of a sheet neither stand in their table nor were rejected."""
        lost = self.accounts.filter(pl.col("rows_in") != pl.col("rows_out") + pl.col("rows_rejected"))
        for account in lost.iter_rows(named=True):
            raise refused(
                self.file,
                "{rows_in} rows were read for {table}, {rows_out} kept and {rows_rejected} rejected".format(**account),
                "These numbers must add up; this is a fault of the importer, not of the file. Please report it.",
                account["sheet"],
            )

    def _add(self, found: pl.DataFrame, table: str, check: str, action: str, column: str) -> None:
        if action not in ACTIONS:
            raise ValueError(f"an action is one of {', '.join(ACTIONS)}, not {action!r}")
        if found.is_empty():
            return
        words = {name: pl.lit(word) for name, word in zip(WORDS, (table, column, check, action), strict=True)}
        told = (words.get(name, pl.col(name)).cast(dtype).alias(name) for name, dtype in as_read.FINDINGS.items())
        self._lines.append(found.select(told))


@dataclass(frozen=True)
class Found:
    """What one importer returns: the tables as read from one file and what it found on the way."""

    system: str
    file: Path
    tables: dict[str, pl.DataFrame]
    findings: Findings
