"""Where the header of a facility list stands and what its columns are: below titles, in one row or in two.

In a header of two rows the upper one names a group of columns, written in its first cell only because it is merged.
A column without a group has its label in the upper row.
"""

from dataclasses import dataclass

from analysis.importers import labels, reading
from analysis.importers.facility_list import screening
from analysis.importers.reading import Grid

SYSTEM = "facility_list"
KIND = "list"
N_ROWS_SEARCHED = 40
N_FIELDS_NEEDED = 3
SHARE_OF_MOST = 0.5  # of the labels of the best header that an earlier one must have to be it
NAMES = {"name_latin", "name_km"}


@dataclass(frozen=True)
class Layout:
    """A sheet with its header: where fields stand, the header texts above each, the titles, the personal labels.

    ``items`` says where the answers and evidence of screening items stand, if there are any.
    """

    grid: Grid
    positions: dict[str, int]
    texts: dict[str, frozenset[str]]
    titles: tuple[str, ...]
    personal: tuple[str, ...]
    unknown: tuple[str, ...]
    items: dict[str, int]

    @property
    def n_known(self) -> int:
        """How many columns are ours."""
        return len(self.positions) + len(self.items)


def found(grid: Grid) -> Layout | None:
    """Return the layout of the first header at the top, of one row or of two; None without any.

    A header may stand again further down, even with more known labels: then rows of facilities stand between.
    """
    rows = reading.top(grid, N_ROWS_SEARCHED)
    layouts = [
        _layout(grid, rows, last, n_rows) for last in range(len(rows)) for n_rows in (1, 2) if last + 1 >= n_rows
    ]
    most = max((layout.n_known for layout in layouts), default=0)
    like = [layout for layout in layouts if layout.n_known >= max(N_FIELDS_NEEDED, SHARE_OF_MOST * most)]
    near = [layout for layout in like if layout.grid.header_row <= like[0].grid.header_row + 1]
    best = max(near, key=lambda layout: layout.n_known, default=None)
    return best if best and NAMES & best.positions.keys() else None


def _layout(grid: Grid, rows: list[list[str]], last: int, n_rows: int) -> Layout:
    """Return the layout if the header is the ``n_rows`` that end with row ``last`` (from 0)."""
    header = rows[last - n_rows + 1 : last + 1]
    joined = _joined(*header) if n_rows == 2 else tuple(header[0])
    headed = reading.with_header(grid, last + 1, joined)
    matched = labels.matched(headed, SYSTEM, KIND)
    positions = {field: places[0] for field, places in matched.positions.items()}
    texts = {
        field: frozenset(row[place] for row in header if place < len(row) and row[place])
        for field, place in positions.items()
    }
    titles = tuple(cell for row in rows[: last - n_rows + 1] for cell in row if cell)
    items = screening.item_columns(headed.header)
    unknown = tuple(label for label in matched.unknown if label not in {headed.header[at] for at in items.values()})
    return Layout(headed, positions, texts, titles, tuple(matched.personal), unknown, items)


def _joined(upper: list[str], lower: list[str]) -> tuple[str, ...]:
    """Return one label a column: the group and the label below it, or the upper label where there is none below."""
    width = max(len(upper), len(lower))
    group, joined = "", []
    for above, below in zip(_padded(upper, width), _padded(lower, width), strict=True):
        group = above or (group if below else "")
        joined.append(f"{group} {below}".strip() if below else above)
    return tuple(joined)


def _padded(row: list[str], width: int) -> list[str]:
    return row + [""] * (width - len(row))
