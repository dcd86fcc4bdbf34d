"""What was planted into the exports: the faults, and the rows a perfect reader of each file would find."""

from pathlib import Path

import polars as pl

from analysis.importers import as_read


class Planted:
    """Faults and expected rows of one block, collected while its exports are written."""

    def __init__(self) -> None:
        self._faults: list[pl.DataFrame] = []
        self._expected: dict[str, list[pl.DataFrame]] = {}
        self._links: list[pl.DataFrame] = []

    def fault(
        self,
        file: str,
        sheet: str,
        rows: list[int] | None,
        *,
        table: str,
        column: str,
        check: str,
        action: str,
        n: int = 1,
    ) -> None:
        """Note a fault: one line a row of ``rows``, or one line for the sheet if ``rows`` is None (``n`` cells)."""
        places = [None] if rows is None else rows
        self._faults.append(
            pl.DataFrame({"row": places}, schema={"row": pl.Int64}).select(
                pl.lit(file).alias("file"),
                pl.lit(sheet).alias("sheet"),
                "row",
                *(
                    pl.lit(value).alias(name)
                    for name, value in {"table": table, "column": column, "check": check, "action": action}.items()
                ),
                pl.lit(n, dtype=pl.Int64).alias("n"),
            )
        )

    def expect(self, file: str, table: str, frame: pl.DataFrame) -> None:
        """Note the rows of ``table`` as read that a perfect reader finds in ``file``."""
        rows = as_read.filled(frame, table).select(pl.lit(file).alias("file"), pl.all())
        self._expected.setdefault(table, []).append(rows)

    def link(self, file: str, sheet: str, rows: list[int], facility_no: list[int]) -> None:
        """Note which facility each of these rows of a list truly is."""
        places = pl.DataFrame(
            {"row": rows, "facility_no": facility_no}, schema={"row": pl.Int64, "facility_no": pl.Int64}
        )
        self._links.append(places.select(pl.lit(file).alias("file"), pl.lit(sheet).alias("sheet"), pl.all()))

    def write(self, folder: Path) -> None:
        """Write ``faults.parquet``, ``list_links.parquet`` and ``expected/TABLE.parquet`` into ``folder``."""
        (folder / "expected").mkdir(parents=True, exist_ok=True)
        pl.concat(self._faults).write_parquet(folder / "faults.parquet")
        if self._links:
            pl.concat(self._links).write_parquet(folder / "list_links.parquet")
        for table, frames in self._expected.items():
            pl.concat(frames).write_parquet(folder / "expected" / f"{table}.parquet")
