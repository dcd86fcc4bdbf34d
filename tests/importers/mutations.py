"""Small exports, and what can go wrong with one on its way: sheets, headers, rows, cells, records and bytes.

A mutation takes the export apart with a generator of random numbers; the same numbers give the same mutant. Rows know
what they are, so that somebody else than the reader can count how many there are to account for.
"""

import copy
import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import xlsxwriter
import xlwt

Cell = str | int | float | bool | dt.date | None
MARKS = ("PRIVATE", "ឯកជន", "0999")  # every piece of personal content in the exports holds one
# Names of partners are marked too, and belong into restricted lists; a key of 16 digits may begin with 0999.
MARKED = re.compile(r"PRIVATE(?!-organisation)|ឯកជន|(?<![0-9A-Za-z.])0999\d{3,6}(?![0-9a-f])")
AND = " + "  # between the mutations of one mutant
LONG = 32_767  # letters in a cell of Excel
ODD_CELLS: tuple[Cell, ...] = (
    *(None, "", " ", "\u200b", "x", "?", "unknown", "-", "--", "n/a", "#N/A", "#REF!", "#DIV/0!", "=1+1", "'=1+1"),
    *("+855", "@a", "|", "%", "'", '"', '""', 'a"b', "\\", "\\N", "\x07", "\x1f", "a\x1fb", "a\nb", "a\tb", "\r"),
    *(
        "១២៣",
        "០៥/០៣/២០២០",
        "ថ្ងៃទី១១ ខែមិថុនា ឆ្នាំ២០០៨",
        "បាទ",
        "តេស្ត",
        "😀",
        "👨‍👩‍👧",
        "\u202eabc",
        "e\u0301",
        "ẞ",
        "K",
        "ﬁ",
    ),
    *("31/02/2020", "29/02/2023", "22012-01-01", "0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "3000-01-01"),
    *("2150-06-01", "13/13/2013", "05/06/2019", "1/2/3", "2020-06-15T25:61:00Z", "June 2008", "2019", "43831", "99999"),
    *("11 June 2008, 12 June 2009", "2020-01-01, , 2020-01-01", "Kinship care : 11 June 2008", "19-Aug-2026"),
    *("-1", "0", "7", "11", "350", "1.5", "1,200", "1.200,50", "1e308", "1e999", "-0.0", "NaN", "inf", "9" * 400, "٣"),
    *("[", "[]", '["a", nil]', '["a", "[\\"b\\"]"]', '["\\u{FFFFFF}"]', '["\\uD800"]', '"[', "[" * 200, " ||| ", "|||"),
    *(", , ,", "a, " * 500, "high, low, high", "yes", "No", "true", "0.0", "test", "Total", "Sub-total", "សរុប"),
    *("99", "26", "00", "19", "1", "0101", "99999999", "123456789", "A" * LONG, "slug-", "-", "-1", "ngo01-1", "a-b-c"),
    *(True, False, 0, -5, 1.5, 1e300, 43831, 43831.75, dt.datetime(2020, 1, 2), dt.datetime(2150, 1, 2, 3, 4)),
)
ODD_VALUES = (*ODD_CELLS, [], {}, [[]], [None], ["x"], [["x"]], {"a": 1}, [{"a": None}], [1, "a", None], 2**70, 1e-320)
IN_FRONT = (b"\xef\xbb\xbf", b"\xff\xfe", b"PK", b"{", b"[", b"\n\n", b" ", b"\xd0\xcf\x11\xe0")
SUFFIXES = (".xlsx", ".xls", ".csv", ".json", ".txt", "", ".pdf")


@dataclass
class Row:
    """A row of a sheet and whether it is a title, a header or data."""

    cells: list[Cell]
    kind: str

    def is_blank(self, encoding: str) -> bool:
        """Return whether nothing stands in the row, once it is written: a letter unknown to ``encoding`` becomes ?."""
        written = (str(c).encode(encoding, "replace").decode(encoding) for c in self.cells if c is not None)
        return not any(text.strip(" \t\r\n\u200b\ufeff\x1f") for text in written)


@dataclass
class Table:
    """A sheet, or the table of a CSV."""

    name: str
    rows: list[Row]

    @property
    def data(self) -> list[int]:
        """Return at which positions the rows of data stand."""
        return [at for at, row in enumerate(self.rows) if row.kind == "data"]

    @property
    def header(self) -> Row:
        """Return the last row of the header, or an empty one."""
        return next((row for row in reversed(self.rows) if row.kind == "header"), Row([""], "header"))


@dataclass
class Export:
    """An export taken apart: tables of a workbook or CSV, or the records of a JSON file."""

    shape: str  # xlsx, xls, csv, json
    tables: list[Table] = field(default_factory=list)
    records: Any = None
    separator: str = ","
    encoding: str = "utf-8"
    is_enveloped: bool = False


@dataclass
class Mutant:
    """A file that went wrong: its name and bytes, what was done, and how many rows of data there are by sheet.

    ``is_shifted``: personal content may stand under a label that says it is something else, which nobody can see.
    """

    name: str
    content: bytes
    what: str
    n_rows: dict[str, int] | None
    n_lines: dict[str, int]
    is_shifted: bool


# --- taking apart


def from_workbook(file: Path, n_header: Callable[[list[list[Cell]]], int], n_rows: int) -> Export:
    """Return the first ``n_rows`` rows of each sheet; ``n_header`` tells how many rows titles and header take."""
    book = openpyxl.load_workbook(file)
    return Export("xlsx", [_table(sheet.title, [list(r) for r in sheet.values], n_header, n_rows) for sheet in book])


def from_csv(file: Path, n_rows: int) -> Export:
    """Return the first ``n_rows`` records of a CSV."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        start = stream.readline()
        separator = max(",;\t", key=start.count)
        stream.seek(0)
        rows = list(csv.reader(stream, delimiter=separator))
    return Export("csv", [_table("", rows, lambda _: 1, n_rows)], separator=separator)


def from_json(file: Path, n_rows: int) -> Export:
    """Return the first ``n_rows`` records of a JSON file."""
    document = json.loads(file.read_text(encoding="utf-8-sig"))
    is_enveloped = isinstance(document, dict)
    return Export("json", records=(document["data"] if is_enveloped else document)[:n_rows], is_enveloped=is_enveloped)


def _table(name: str, rows: list[list[Cell]], n_header: Callable[[list[list[Cell]]], int], n_rows: int) -> Table:
    top = n_header(rows)
    kinds = ["title"] * (top - 1) + ["header"] + ["data"] * (len(rows) - top)
    return Table(name, [Row(cells, kind) for cells, kind in zip(rows, kinds, strict=True)][: top + n_rows])


# --- putting together


def written(export: Export) -> bytes:
    """Return the bytes of an export."""
    stream = io.BytesIO()
    if export.shape == "json":
        document = {"data": export.records} if export.is_enveloped else export.records
        return json.dumps(document, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
    if export.shape == "csv":
        return _as_csv(export)
    (_write_xls if export.shape == "xls" else _write_xlsx)(stream, export.tables)
    return stream.getvalue()


def _as_csv(export: Export) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=export.separator)
    writer.writerows([["" if c is None else c for c in row.cells] for row in export.tables[0].rows])
    return text.getvalue().encode(export.encoding, "replace")


def _write_xlsx(stream: io.BytesIO, tables: list[Table]) -> None:
    with xlsxwriter.Workbook(stream, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        date = book.add_format({"num_format": "dd/mm/yyyy"})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            for y, row in enumerate(table.rows):
                for x, cell in enumerate(row.cells):
                    if isinstance(cell, bool):
                        sheet.write_boolean(y, x, cell)
                    elif isinstance(cell, str):
                        sheet.write_string(y, x, cell[:LONG])
                    elif isinstance(cell, dt.date):
                        sheet.write_datetime(y, x, cell, date)
                    elif cell is not None:
                        sheet.write_number(y, x, cell)


def _write_xls(stream: io.BytesIO, tables: list[Table]) -> None:
    book, date = xlwt.Workbook(encoding="utf-8"), xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for table in tables:
        sheet = book.add_sheet(table.name)
        for y, row in enumerate(table.rows):
            for x, cell in enumerate(row.cells[:256]):
                if isinstance(cell, dt.date):
                    sheet.write(y, x, cell, date)
                elif cell is not None:
                    sheet.write(y, x, cell[:LONG] if isinstance(cell, str) else cell)
    book.save(stream)


# --- what can go wrong: in a header


def _pick(rng: np.random.Generator, options: Any) -> Any:
    return options[int(rng.integers(len(options)))]


def _column(rng: np.random.Generator, table: Table) -> int:
    return int(rng.integers(max(1, len(table.header.cells))))


def rename_header(rng: np.random.Generator, table: Table) -> None:
    """A label is typed otherwise, lost, very long or in other letters."""
    at, cells = _column(rng, table), table.header.cells
    label = str(cells[at] or "")
    cut = int(rng.integers(len(label) + 1))
    others = (label[:cut] + label[cut + 1 :], label.upper(), f"  {label} *", label.replace(" ", "\u00a0"), "", None)
    cells[at] = _pick(rng, (*others, "Column 1", "L" * 5000, 7, "😀", label + "\u200b", label[::-1], "Consent form?"))


def double_header(rng: np.random.Generator, table: Table) -> None:
    """A label stands twice, the second time above other cells."""
    table.header.cells[_column(rng, table)] = table.header.cells[_column(rng, table)]


def swap_headers(rng: np.random.Generator, table: Table) -> None:
    """Labels are moved without their cells."""
    cells, a, b = table.header.cells, _column(rng, table), _column(rng, table)
    cells[a], cells[b] = cells[b], cells[a]


def drop_column(rng: np.random.Generator, table: Table) -> None:
    """Columns are missing."""
    for _ in range(int(rng.integers(1, 4))):
        at = _column(rng, table)
        for row in table.rows:
            del row.cells[at : at + 1]


def reorder_columns(rng: np.random.Generator, table: Table) -> None:
    """Columns stand in another order, labels with their cells."""
    width = max((len(row.cells) for row in table.rows), default=0)
    order = rng.permutation(width)
    for row in table.rows:
        padded = row.cells + [None] * (width - len(row.cells))
        row.cells = [padded[at] for at in order]


def double_column(rng: np.random.Generator, table: Table) -> None:
    """A column stands twice, or an empty or unknown one is put in."""
    at, label = _column(rng, table), _pick(rng, ("same", None, "Remarks of the office"))
    for row in table.rows:
        cell = row.cells[at] if at < len(row.cells) else None
        row.cells.insert(at, cell if label == "same" else label if row is table.header else None)


def without_header(rng: np.random.Generator, table: Table) -> None:
    """The header is missing."""
    table.rows.remove(table.header) if table.header in table.rows else None
    for row in table.rows[:1]:
        row.kind = "header"


def titles_on_top(rng: np.random.Generator, table: Table) -> None:
    """Titles or empty rows stand above the header."""
    n = _pick(rng, (1, 2, 5, 150))
    table.rows[:0] = [
        Row([_pick(rng, (None, "", "Report of the year 2024")) if n < 9 else None], "title") for _ in range(n)
    ]


# --- in rows


def repeat_header(rng: np.random.Generator, table: Table) -> None:
    """The header stands again among the rows."""
    for _ in range(int(rng.integers(1, 3))):
        table.rows.append(Row(list(table.header.cells), "data"))
        _move_last(rng, table)


def _move_last(rng: np.random.Generator, table: Table) -> None:
    first = table.rows.index(table.header) + 1 if table.header in table.rows else 0
    table.rows.insert(int(rng.integers(first, len(table.rows) + 1)), table.rows.pop())


def delete_rows(rng: np.random.Generator, table: Table) -> None:
    """Rows are missing, perhaps all."""
    gone = set(table.data if rng.random() < 0.2 else [at for at in table.data if rng.random() < 0.4])
    table.rows = [row for at, row in enumerate(table.rows) if at not in gone]


def double_rows(rng: np.random.Generator, table: Table) -> None:
    """Rows stand twice, here or at the end."""
    for at in [at for at in table.data if rng.random() < 0.3]:
        table.rows.append(Row(list(table.rows[at].cells), "data"))
        _move_last(rng, table)


def empty_rows(rng: np.random.Generator, table: Table) -> None:
    """Rows are empty, or hold blanks only."""
    for at in [at for at in table.data if rng.random() < 0.4]:
        table.rows[at].cells = [_pick(rng, (None, "", " ", "\u200b")) for _ in table.rows[at].cells]


def shift_rows(rng: np.random.Generator, table: Table) -> None:
    """Rows are shifted to the right or to the left."""
    for at in [at for at in table.data if rng.random() < 0.3]:
        cells = table.rows[at].cells
        table.rows[at].cells = [None, *cells[:-1]] if rng.random() < 0.5 else [*cells[1:], None]


def cut_rows(rng: np.random.Generator, table: Table) -> None:
    """Rows are shorter or longer than the header."""
    for at in [at for at in table.data if rng.random() < 0.3]:
        row = table.rows[at]
        n = int(rng.integers(1, len(row.cells) + 1))
        row.cells = row.cells[:n] if rng.random() < 0.7 else [*row.cells, *["more"] * (n % 3 + 1)]


def sort_rows(rng: np.random.Generator, table: Table) -> None:
    """Rows stand in another order."""
    places = table.data
    rows = [table.rows[at] for at in rng.permutation(places)] if places else []
    for at, row in zip(places, rows, strict=True):
        table.rows[at] = row


def total_row(rng: np.random.Generator, table: Table) -> None:
    """Somebody added a line of totals, a remark or a far-away cell."""
    width = len(table.header.cells)
    lines = ([None] * int(rng.integers(width)) + ["Total", 7], ["See the other sheet"], [None] * (width - 1) + ["x"])
    table.rows.append(Row(list(_pick(rng, lines)), "data"))
    _move_last(rng, table)


# --- in cells


def odd_cells(rng: np.random.Generator, table: Table) -> None:
    """Cells hold what nobody expects there."""
    for _ in range(int(rng.integers(1, 12))):
        _put(rng, table, _column(rng, table), 1)


def odd_column(rng: np.random.Generator, table: Table) -> None:
    """A whole column holds what nobody expects there."""
    for _ in range(int(rng.integers(1, 4))):
        _put(rng, table, _column(rng, table), len(table.rows))


def _put(rng: np.random.Generator, table: Table, column: int, n: int) -> None:
    cell = _pick(rng, ODD_CELLS)
    places = table.data
    for at in rng.permutation(places)[:n] if places else []:
        cells = table.rows[at].cells
        cells += [None] * (column + 1 - len(cells))
        cells[column] = cell


def other_cells(rng: np.random.Generator, table: Table) -> None:
    """Cells hold what another row or column of the sheet holds, or its label; never personal content."""
    places = table.data
    for at in rng.permutation(places)[:6] if places else []:
        source = table.rows[int(_pick(rng, places))] if rng.random() < 0.8 else table.header
        cell = _pick(rng, source.cells) if source.cells else None
        column = _column(rng, table)
        if not is_marked(str(cell)) and column < len(table.rows[at].cells):
            table.rows[at].cells[column] = cell


def is_marked(text: str) -> bool:
    """Return whether a text holds personal content."""
    return bool(MARKED.search(text))


# --- in a workbook


def rename_sheet(rng: np.random.Generator, export: Export) -> None:
    """A sheet has another name."""
    used = {table.name.lower() for table in export.tables}
    name = _pick(rng, ("Sheet1", "x" * 31, "ទិន្នន័យ", "a b", "😀", "2024"))
    if name.lower() not in used and export.shape in ("xlsx", "xls"):
        _pick(rng, export.tables).name = name


def drop_sheet(rng: np.random.Generator, export: Export) -> None:
    """A sheet is missing."""
    if len(export.tables) > 1:
        export.tables.pop(int(rng.integers(len(export.tables))))


def empty_sheet(rng: np.random.Generator, export: Export) -> None:
    """A sheet is empty."""
    _pick(rng, export.tables).rows = []


def copy_sheet(rng: np.random.Generator, export: Export) -> None:
    """A sheet stands twice, under another name."""
    if export.shape in ("xlsx", "xls") and all(table.name != "Copy" for table in export.tables):
        export.tables.append(Table("Copy", copy.deepcopy(_pick(rng, export.tables).rows)))


def note_sheet(rng: np.random.Generator, export: Export) -> None:
    """Somebody keeps notes in a sheet of their own."""
    notes = [Row([f"{MARKS[0]} note 7: call {MARKS[0]}-kin-7", f"{MARKS[2]}123456"], "header"), Row([MARKS[1]], "data")]
    if export.shape in ("xlsx", "xls") and all(table.name != "My notes" for table in export.tables):
        export.tables.insert(int(rng.integers(len(export.tables) + 1)), Table("My notes", notes))


def mix_sheets(rng: np.random.Generator, export: Export) -> None:
    """Sheets stand in another order."""
    export.tables = [export.tables[at] for at in rng.permutation(len(export.tables))]


def another_shape(rng: np.random.Generator, export: Export) -> None:
    """The file was saved otherwise: legacy Excel, another separator, another encoding."""
    if export.shape == "csv":
        export.separator = _pick(rng, ",;\t|:")
        export.encoding = _pick(rng, ("utf-8-sig", "utf-16", "latin-1", "utf-16-le", "cp1252"))
    else:
        export.shape = "xls"


OF_TABLES = (
    *(rename_header, double_header, swap_headers, drop_column, reorder_columns, double_column, without_header),
    *(titles_on_top, repeat_header, delete_rows, double_rows, empty_rows, shift_rows, cut_rows, sort_rows, total_row),
    *(odd_cells, odd_cells, odd_cells, odd_cells, odd_column, odd_column, odd_column, other_cells, other_cells),
)
OF_EXPORTS = (rename_sheet, drop_sheet, empty_sheet, copy_sheet, note_sheet, mix_sheets, another_shape, another_shape)
SHIFTING = {double_header, swap_headers, without_header, shift_rows}
UNCOUNTABLE = {without_header, titles_on_top}  # what is the header then is a matter of opinion


# --- in JSON


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in _places(item, (*path, key)))]


def mutate_records(rng: np.random.Generator, export: Export) -> str:
    """Do something to a record or a value in one; return what."""
    what = _pick(rng, ("value", "value", "value", "value", "key", "drop", "rename", "double", "record", "root", "all"))
    if what in ("double", "record", "root") or not export.records:
        _change_list(rng, export, what)
        return what
    places = [place for place in _places(export.records) if len(place) > 1]
    if places:
        *above, last = _pick(rng, places)
        _change_value(rng, export.records, above, last, what)
    return what


def _change_list(rng: np.random.Generator, export: Export, what: str) -> None:
    records = export.records if isinstance(export.records, list) else []
    if what == "double" and records:
        records.append(copy.deepcopy(_pick(rng, records)))
    elif what == "record":
        strange = _pick(rng, (None, 1, "x", [], {}, True, [{}], {"data": None}))
        records.insert(int(rng.integers(len(records) + 1)), strange)
    elif what == "root":
        export.records = _pick(rng, (None, 1, "x", [], {}, True, [[]], {"data": []}, {"records": records}, [records]))
        export.is_enveloped = False


def _change_value(rng: np.random.Generator, records: list[Any], above: list[Any], last: Any, what: str) -> None:
    holder = records
    for key in above:
        holder = holder[key]
    if what == "drop":
        holder.pop(last)
    elif what == "rename" and isinstance(holder, dict):
        holder[_pick(rng, (f"{last}_2", str(last).upper(), "", "data", "ឈ្មោះ"))] = holder.pop(last)
    elif what == "all" and isinstance(holder, dict):
        value = _pick(rng, ODD_VALUES)
        for record in records:
            if isinstance(record, dict) and last in record:
                record[last] = copy.deepcopy(value)
    else:
        holder[last] = copy.deepcopy(_pick(rng, ODD_VALUES))


# --- in bytes


def damage(rng: np.random.Generator, content: bytes) -> tuple[bytes, str]:
    """Return the content as it comes out of a bad disk, a cut download or another program, and what was done."""
    at = int(rng.integers(max(1, len(content))))
    ways = {
        "cut": content[:at],
        "empty": b"",
        "byte lost": content[:at] + content[at + 1 :],
        "zero": content[:at] + b"\0" + content[at:],
        "in front": _pick(rng, IN_FRONT) + content,
        "behind": content + _pick(rng, (b"]", b"\n\n\n", b"\0" * 512, b"PK", content[: min(at, 2000)])),
        "line ends": content.replace(b"\r\n", b"\r").replace(b"\n", b"\r"),
        "utf-16": content.decode("utf-8", "replace").encode("utf-16"),
        "quote": content[:at] + b'"' + content[at:],
    }
    name = _pick(rng, (*ways, *["flipped"] * 8))
    return (_flipped(rng, content), name) if name == "flipped" else (ways[name], name)


def _flipped(rng: np.random.Generator, content: bytes) -> bytes:
    changed = bytearray(content)
    for at in rng.integers(len(changed), size=int(rng.integers(1, 20))) if changed else []:
        changed[at] = int(rng.integers(256))
    return bytes(changed)


# --- one mutant


def mutant(template: Export, rng: np.random.Generator) -> Mutant:
    """Return a mutant of ``template``: one to three mutations of what it holds, in a tenth also of its bytes."""
    export, done = copy.deepcopy(template), []
    for _ in range(int(rng.choice((1, 1, 1, 2, 3)))):
        if export.shape == "json":
            done.append(mutate_records(rng, export))
            continue
        mutate = _pick(rng, (*OF_TABLES, *(OF_EXPORTS if rng.random() < 0.5 else ())))
        mutate(rng, _pick(rng, export.tables) if mutate in OF_TABLES else export)
        done.append(mutate.__name__)
    content, is_damaged = written(export), bool(rng.random() < 0.12)
    if is_damaged:
        content, how = damage(rng, content)
        done.append(how)
    suffix = _pick(rng, SUFFIXES) if rng.random() < 0.05 else f".{export.shape}"
    is_countable = not is_damaged and not {way.__name__ for way in UNCOUNTABLE}.intersection(done)
    return Mutant(
        f"mutant{suffix}",
        content,
        AND.join(done),
        _counted(export, "data") if is_countable else None,
        _counted(export, ""),
        is_damaged or bool({way.__name__ for way in SHIFTING}.intersection(done)),
    )


def _counted(export: Export, kind: str) -> dict[str, int]:
    """Return how many rows of a kind ("" for any) hold something, by sheet; of records, how many there are."""
    if export.shape == "json":
        return {"": len(export.records) if isinstance(export.records, list) else 0}
    return {
        t.name: sum(not row.is_blank(export.encoding) and kind in ("", row.kind) for row in t.rows)
        for t in export.tables
    }
