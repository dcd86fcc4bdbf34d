"""Which submission a row of a repeat group belongs to: ``_parent_index`` is the ``_index`` of the parent table.

Two CSVs are read one by one, so the parent table is looked for beside the file of the repeat group.
"""

from pathlib import Path

import polars as pl

from analysis.importers import labels, reading
from analysis.importers.reading import Grid

SYSTEM = "kobo"


def positions(grid: Grid, kind: str) -> dict[str, int]:
    """Return where each field of ``kind`` stands; the first column where two carry it."""
    return {field: places[0] for field, places in labels.matched(grid, SYSTEM, kind).positions.items()}


def listed(grid: Grid) -> pl.DataFrame:
    """Return ``parent_index``, ``parent_uuid`` and whether the submission stood in the table before."""
    places = positions(grid, "main")
    rows = reading.read(grid, {field: places[field] for field in ("index", "uuid") if field in places})
    if "index" not in rows.columns:
        rows = rows.with_columns(index=pl.int_range(1, pl.len() + 1).cast(pl.String))
    return rows.select(
        parent_index=pl.col("index"),
        parent_uuid=pl.col("uuid"),
        is_repeated=~pl.col("uuid").is_first_distinct() & pl.col("uuid").is_not_null(),
    )


def name_of(grid: Grid) -> str:
    """Return the name of the parent table as the rows of a repeat group say it."""
    rows = reading.read(grid, {"parent": positions(grid, "members")["parent_table"]})
    return str(rows["parent"].drop_nulls().first() or "")


def beside(grid: Grid) -> pl.DataFrame | None:
    """Return the submissions of the parent table beside the file: the CSV of its name, else the only one."""
    folder, name = grid.file.parent, name_of(grid)
    named = [file for file in _separated(folder) if file.stem == name]
    grids = [other for file in named or _separated(folder) if (other := _main(file)) is not None]
    return listed(grids[0]) if len(grids) == 1 else None


def _separated(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.csv") if file.is_file())


def _main(file: Path) -> Grid | None:
    """Return the table of a CSV if it is one of submissions."""
    try:
        (grid,) = reading.grids(file)
    except ValueError:  # no table, or none that can be read: another importer says so
        return None
    found = positions(grid, "main")
    return grid if {"uuid", "index", "consent"} <= found.keys() else None
