"""One sheet of a facility list: titles, header, blocks by province with a merged cell and a subtotal, a grand total."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from analysis.simulate.exports.facility_layouts import Layout
from analysis.simulate.exports.facility_rows import COUNTED, ListRows
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.workbook import Cell
from analysis.study import Study

TABLE = "facility_list_rows"
TITLE_WIDTH = 6  # columns over which a title is merged


@dataclass
class Sheet:
    """Cells from the top, merged ranges, and the numbers (from 1) of the rows of each kind."""

    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    facility_rows: list[int] = field(default_factory=list)
    total_rows: list[int] = field(default_factory=list)
    mismatched_rows: list[int] = field(default_factory=list)
    repeated_rows: list[int] = field(default_factory=list)

    def add(self, cells: list[Cell]) -> int:
        """Add a row below the others and return its number."""
        self.rows.append(cells)
        return len(self.rows)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge the cells between two rows (from 1) and two columns (from 0), if they are more than one."""
        if (top, left) != (bottom, right):
            self.merged.append((top - 1, left, bottom - 1, right))


def arranged(listed: ListRows, rows: pl.DataFrame, layout: Layout, faults: Study, rng: np.random.Generator) -> Sheet:
    """Return the sheet of these rows; a few subtotals do not add up and a few blocks repeat the header."""
    sheet = Sheet()
    for title in layout.titles:
        number = sheet.add([title] + [None] * (TITLE_WIDTH - 1))
        sheet.merge(number, 0, number, TITLE_WIDTH - 1)
    sheet.add([None])
    _add_header(sheet, layout, is_first=True)
    blocks = _blocks(rows["province_code"])
    wrong = struck(rng, np.ones(len(blocks), dtype=bool), faults.wrong_subtotal)
    repeats = struck(rng, np.arange(len(blocks)) > 0, faults.repeated_header)
    for number, (start, stop) in enumerate(blocks):
        if repeats[number]:
            _add_header(sheet, layout, is_first=False)
        name = _add_block(sheet, listed, layout, start, stop)
        _add_total(sheet, rows[start:stop], layout, layout.subtotal.format(name), off_by=int(wrong[number]) * 7)
    _add_total(sheet, rows, layout, layout.total, off_by=0)
    return sheet


def _blocks(provinces: pl.Series) -> list[tuple[int, int]]:
    """Return where the rows of each province start and stop."""
    lengths = provinces.rle().struct.field("len").cum_sum().to_list()
    return list(zip([0, *lengths[:-1]], lengths, strict=True))


def _add_header(sheet: Sheet, layout: Layout, *, is_first: bool) -> None:
    groups = [column[2] if len(column) > 2 else None for column in layout.columns]
    labels: list[Cell] = [column[1] for column in layout.columns]
    if not layout.has_groups:
        added = [sheet.add(labels)]
    else:
        is_start = [
            group is not None and group != before for before, group in zip([None, *groups], groups, strict=False)
        ]
        upper: list[Cell] = [
            label if group is None else (group if starts else None)
            for label, group, starts in zip(labels, groups, is_start, strict=True)
        ]
        lower: list[Cell] = [label if group else None for label, group in zip(labels, groups, strict=True)]
        added = [sheet.add(upper), sheet.add(lower)]
        if is_first:
            _merge_header(sheet, groups, added[0])
    if not is_first:
        sheet.repeated_rows.extend(added)


def _merge_header(sheet: Sheet, groups: list[str | None], top: int) -> None:
    start = 0
    for position in range(1, len(groups) + 1):
        if position == len(groups) or groups[position] is None or groups[position] != groups[start]:
            height = 1 if groups[start] is None else 0
            sheet.merge(top, start, top + height, position - 1)
            start = position


def _add_block(sheet: Sheet, listed: ListRows, layout: Layout, start: int, stop: int) -> str:
    """Add the facilities of a province, its name once for all of them; return the name."""
    fields = [column[0] for column in layout.columns]
    province = fields.index("province")
    name = listed.typed["province"][start]
    numbers = []
    for row in range(start, stop):
        cells = [listed.typed[field][row] for field in fields]
        cells[province] = name if row == start else None
        numbers.append(sheet.add(cells))
    sheet.merge(numbers[0], province, numbers[-1], province)
    sheet.facility_rows.extend(numbers)
    return name


def _add_total(sheet: Sheet, rows: pl.DataFrame, layout: Layout, label: str, *, off_by: int) -> None:
    fields = [column[0] for column in layout.columns]
    cells: list[Cell] = [None] * len(fields)
    cells[fields.index("province")] = label
    for name in COUNTED:
        if name in fields:
            cells[fields.index(name)] = int(rows[name].sum()) + (off_by if name == "residents_u18" else 0)
    number = sheet.add(cells)
    sheet.total_rows.append(number)
    if off_by:
        sheet.mismatched_rows.append(number)
