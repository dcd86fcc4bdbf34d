"""Records that somebody made to try the system: told by a tick or by a name that begins with "test" (T30).

Names are looked at in the file and only the answer leaves; in JSON they are not looked at.
"""

import polars as pl

from analysis.importers import fields, labels, reading
from analysis.importers.primero.forms import SYSTEM
from analysis.importers.reading import Grid

PATTERN = r"(?i)^test\b"
NAMES = ("name", "name_first", "name_middle", "name_last", "name_nickname", "name_other")
IS_NAMED_SO = "is_named_test"


def marked(rows: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Return ``rows`` of ``grid`` with whether one of the names in the row begins with "test"."""
    positions = positions_of_names(grid)
    if not positions:
        return rows.with_columns(pl.lit(False).alias(IS_NAMED_SO))
    answers = reading.is_match(grid, positions, PATTERN)
    named = rows.select("row").join(answers, on="row", how="left", maintain_order="left")
    return rows.with_columns(named["is_match"].alias(IS_NAMED_SO))


def positions_of_names(grid: Grid) -> list[int]:
    """Return where the names of persons stand."""
    listed = labels.aliases(SYSTEM).filter(pl.col("field").is_in(NAMES) & (pl.col("sheet_kind") == "case"))
    letters = {labels.normalised(label) for label in listed["label"]}
    return [position for position, label in enumerate(grid.header) if labels.normalised(label) in letters]


def is_test() -> pl.Expr:
    """Return where a record of the frame was made to try the system."""
    return pl.col(IS_NAMED_SO) | fields.yes_no(pl.col("for_testing")).fill_null(False)
