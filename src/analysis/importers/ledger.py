"""The ledger of an import: which sheets were read, what was found in them, and where every row went."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import polars as pl

from analysis.importers import sheet_codes
from analysis.importers.exports import code
from analysis.importers.faults import ExportError
from analysis.importers.findings import Found
from analysis.importers.keyed import ROW_BITS
from analysis.importers.noted import are_among, once_each

PLACES = {"place": pl.UInt64, "file_number": pl.Int64, "file_code": pl.String, "system": pl.String, "sheet": pl.String}
FINDINGS = {
    **dict.fromkeys(("file_code", "system", "sheet"), pl.String),
    "row": pl.Int64,
    **dict.fromkeys(("table", "column", "check", "action"), pl.String),
    "n": pl.Int64,
}
CHECKS = pl.Categorical()
ACCOUNTS = {
    **dict.fromkeys(("file_code", "system", "sheet", "table"), pl.String),
    **dict.fromkeys(("rows_in", "rows_out", "rows_rejected"), pl.Int64),
}


class Ledger:
    """Everything that is said of an import besides its tables: places and counts, never content."""

    def __init__(self) -> None:
        """Start with an empty ledger."""
        self._places: list[tuple[int, int, str, str, str]] = []
        self._findings: list[pl.DataFrame] = []
        self._accounts: list[pl.DataFrame] = []
        self._set_aside: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._read: dict[str, list[pl.Series]] = defaultdict(list)
        self._kept: dict[str, list[pl.Series]] = defaultdict(list)

    def numbered(self, found: Found, numbers: Mapping[str, int]) -> dict[str, int]:
        """Return ``numbers`` of the sheets of the file that is read now, with those of the sheets in ``found``."""
        sheets = {sheet for frame in found.tables.values() for sheet in frame["sheet"].unique().fill_null("")}
        new = sorted(sheets - numbers.keys())
        return {**numbers, **{sheet: len(self._places) + len(numbers) + n for n, sheet in enumerate(new)}}

    def enter(self, found: Found, file_number: int, numbers: Mapping[str, int], lines: Sequence[pl.DataFrame]) -> None:
        """Enter what one file was found to hold: ``found`` its last piece, ``lines`` the ``lines_of`` every piece."""
        stamp = [pl.lit(code(file_number)).alias("file_code"), pl.lit(found.system).alias("system")]
        for sheet, number in numbers.items():
            self._places.append((number, file_number, code(file_number), found.system, sheet))
        sheet_text = pl.col("sheet").fill_null("")
        self._findings.append(found.findings.frame.with_columns(sheet_text, *stamp).select(*FINDINGS))
        self._accounts.append(_accounts(found, lines).with_columns(sheet_text, *stamp).select(*ACCOUNTS))

    @property
    def n_places(self) -> int:
        """Sheets that have a number."""
        return len(self._places)

    @property
    def places(self) -> pl.DataFrame:
        """One row a sheet: its number, its file and its system."""
        return pl.DataFrame(self._places, schema=PLACES, orient="row")

    def set_aside(self, rows: pl.DataFrame, table: str, check: str) -> None:
        """Note that ``rows`` (their ``at``) of a table as read go no further, and why."""
        said = pl.lit(check, dtype=CHECKS).alias("check")
        self._set_aside[table].append(rows.select("at", said).unique())

    def note_read(self, table: str, rows: pl.DataFrame) -> None:
        """Note that ``rows`` (their ``at``) of a table as read were read."""
        self._read[table].append(rows["at"].unique())

    def note_kept(self, table: str, rows: pl.DataFrame) -> None:
        """Note that ``rows`` (their ``at``) of a table as read went into a table."""
        self._kept[table].append(rows["at"].unique())

    def note(self, lines: pl.DataFrame) -> None:
        """Add lines about whole files (``file_code system table column check action n``)."""
        whole = lines.with_columns(pl.lit("").alias("sheet"), pl.lit(None, pl.Int64).alias("row"))
        self._findings.append(whole.select(pl.col(name).cast(dtype) for name, dtype in FINDINGS.items()))

    def note_copy(self, number: int, of: int) -> None:
        """Note that a file is byte for byte the file ``of``, read before, and was not read again."""
        system = next(system for _, file_number, _, system, _ in self._places if file_number == of)
        words = {"file_code": code(number), "system": system, "table": "", "column": "", "check": "duplicate_file"}
        self.note(pl.DataFrame({**words, "action": "kept", "n": 1}))

    def note_left_out(self, number: int) -> None:
        """Note that a file could not be read and was left out."""
        words = {"file_code": code(number), "system": "unknown", "table": "", "column": "", "check": "not_read"}
        self.note(pl.DataFrame({**words, "action": "rejected", "n": 1}))

    def note_rows(self, rows: pl.DataFrame, table: str, column: str, check: str, action: str) -> None:
        """Add one line for each of ``rows`` (their ``at``)."""
        words = {"table": table, "column": column, "check": check, "action": action}
        placed = self._placed(rows.select("at").unique())
        self._findings.append(
            placed.with_columns(*(pl.lit(word).alias(name) for name, word in words.items()), n=pl.lit(1)).select(
                pl.col(name).cast(dtype) for name, dtype in FINDINGS.items()
            )
        )

    def close(self, *tables: str) -> None:
        """Check that every row read of ``tables`` was kept or set aside, enter these, and forget their places.

        A row of a sheet that gave several rows of a table is kept if any of them is. Raises ``ExportError`` if a row
        was lost.
        """
        for table in tables:
            read, kept = (once_each(places.pop(table, [])) for places in (self._read, self._kept))
            reasons = [pl.DataFrame(schema={"at": pl.UInt64, "check": CHECKS}), *self._set_aside.pop(table, [])]
            told = pl.concat(reasons).unique("at", keep="first", maintain_order=True)
            rejected = told.filter(~are_among(told["at"].to_numpy(), kept))
            if n_lost := len(read) - len(kept) - rejected.height:  # what was kept or set aside had been read
                raise ExportError(
                    f"{n_lost} rows of {table} went neither into a table nor into "
                    "rejected.csv; this is a fault of the import, not of your files. Please report it"
                )
            self._reject(rejected, table)

    def _reject(self, rows: pl.DataFrame, table: str) -> None:
        if rows.is_empty():
            return
        for check in rows["check"].unique().sort():
            self.note_rows(rows.filter(pl.col("check") == check), table, "", check, "rejected")
        counted = self._placed(rows).group_by("file_code", "sheet").agg(more=pl.len().cast(pl.Int64))
        matched = pl.concat(self._accounts).join(counted, on=["file_code", "sheet"], how="left", maintain_order="left")
        more = pl.when(pl.col("table") == table).then(pl.col("more").fill_null(0)).otherwise(0)
        told = matched.with_columns(rows_out=pl.col("rows_out") - more, rows_rejected=pl.col("rows_rejected") + more)
        self._accounts = [told.drop("more")]  # of all files at once, from the first table on

    def _placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        place = (pl.col("at") // ROW_BITS).alias("place")
        row = (pl.col("at") % ROW_BITS).cast(pl.Int64).alias("row")
        return rows.with_columns(place, row).join(self.places, on="place", how="left", maintain_order="left")

    @property
    def findings(self) -> pl.DataFrame:
        """All findings; the same place, check and action stand once, with the sum of their cells."""
        lines = pl.concat([pl.DataFrame(schema=FINDINGS), *self._findings])
        by = [name for name in FINDINGS if name != "n"]
        return lines.group_by(by).agg(pl.col("n").sum()).sort(by, nulls_last=False)

    @property
    def rejected(self) -> pl.DataFrame:
        """The places of rows that were set aside and why, each once: ``file_code sheet row check``."""
        places = ("file_code", "sheet", "row", "check")
        none = pl.DataFrame(schema={name: FINDINGS[name] for name in places})
        lines = (frame.filter(pl.col("action") == "rejected").select(places) for frame in self._findings)
        return pl.concat([none, *lines]).unique()

    @property
    def sheets(self) -> pl.DataFrame:
        """One row a sheet of a workbook: its file, its code in tables and its name. A restricted list."""
        none = pl.DataFrame(schema=ACCOUNTS)
        return sheet_codes.listed([none, *self._findings, *self._accounts])

    @property
    def accounts(self) -> pl.DataFrame:
        """Rows in, out and rejected by sheet and table as read."""
        return pl.concat([pl.DataFrame(schema=ACCOUNTS), *self._accounts]).sort("file_code", "sheet", "table")


def lines_of(found: Found) -> pl.DataFrame:
    """Return how many lines of each sheet gave rows of each table as read: ``sheet table rows_out``."""
    counted = [
        frame.select(pl.col("sheet").fill_null(""), "row").group_by("sheet").agg(rows_out=pl.col("row").n_unique())
        .select("sheet", pl.lit(table).alias("table"), pl.col("rows_out").cast(pl.Int64))
        for table, frame in found.tables.items()
    ]  # fmt: skip
    return pl.concat(counted)


def _accounts(found: Found, lines: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the lines in and out by sheet and table; where an importer keeps no account, from the rows it found.

    Lines that give rows of several tables, such as a client with assessments, are accounted for in one of them.
    """
    kept = pl.concat(lines).group_by("sheet", "table").agg(pl.col("rows_out").sum())
    rejected = found.findings.frame.filter(pl.col("action") == "rejected").group_by("sheet", "table")
    told = found.findings.accounts.with_columns(pl.col("sheet").fill_null(""))
    others = kept.join(told, on=["sheet", "table"], how="anti")
    counted = others.join(rejected.agg(rows_rejected=pl.col("row").n_unique()), on=["sheet", "table"], how="left")
    out, gone = pl.col("rows_out"), pl.col("rows_rejected").fill_null(0).cast(pl.Int64)
    added = counted.select("sheet", "table", (out + gone).alias("rows_in"), out, gone)
    return pl.concat([told.select(added.columns), added])
