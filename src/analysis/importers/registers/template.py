"""An empty workbook of registers to fill in: a sheet each, its columns, and the words that a cell may hold."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis.imported import allowed
from analysis.importers import values
from analysis.importers.faults import ExportError
from analysis.importers.registers import sheets
from analysis.importers.registers.kinds import ITEMS, REGISTERS, Register

LAST_ROW = 1_048_575  # of a sheet, counted from 0
WIDTH = 18  # letters of a column
NOTES = {  # what somebody who fills in a column must know, by field
    "system": "OSCaR or Primero: the system that knows the case. Leave blank where the line is about no single case.",
    "case_number": "The number as the system shows it: ngo01-110 in OSCaR, the seven signs of the case in Primero.",
    "agency": "The short name of the organisation, as the case system has it.",
    "worker": "The name of the user in the case system. Never a person's name.",
    "amount": "The price of the whole item as on its receipt, also where several paid for it. Digits only.",
    "covered_share": "The share of the item that this funder paid: 0.5 or 50%.",
    "paid": "Whole if this funder paid the whole item, part if others paid as well.",
    "receipt": "The number of the receipt. Lines of two funders with the same receipt are seen to be one item.",
    "is_externally_supported": "Yes if the case is supported by somebody outside the agency.",
    "per_usd": "How many units of the currency are worth one US dollar from this day on.",
    "facility_name": "The name as it stands in the records of children who lived there.",
    "n_children_present": "Leave a count blank where nobody counted. Write 0 only where it was nought.",
    "n_high": "Of the children assessed or enrolled.",
    "started_year": "The year in which the programme began in the commune. Blank while it has not.",
    "reason": "Only where siblings do not live together. No story: choose a word.",
    "reviewer_role": "A role such as director. Never a name.",
    **dict.fromkeys(ITEMS, "Leave blank what nobody looked at."),
}


def write(file: Path) -> None:
    """Write the empty workbook to ``file``; raise ``ExportError`` where a file stands or that is no ``.xlsx``."""
    if file.suffix != ".xlsx":
        raise ExportError(f"{file} does not end in .xlsx; name a workbook, such as registers.xlsx")
    if file.exists():
        raise ExportError(f"{file} stands already and may be filled in; name another file")
    file.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(file) as book:
        head, day, text = (book.add_format(form) for form in ({"bold": True}, {"num_format": "yyyy-mm-dd"}, {}))
        text.set_num_format("@")  # or Excel takes ids such as 0012345 and 1234e56 for numbers
        for table, register in REGISTERS.items():
            _fill(book.add_worksheet(register.title), table, register, {"head": head, "day": day, "text": text})


def _fill(tab: Worksheet, table: str, register: Register, forms: dict[str, Format]) -> None:
    tab.freeze_panes(1, 0)
    for at, field in enumerate(sheets.fields_of(table)):
        form = (
            forms["day"] if field in register.dates else forms["text"] if field in ("case_number", "receipt") else None
        )
        tab.set_column(at, at, WIDTH, form)
        tab.write_string(0, at, sheets.label_of(table, field), forms["head"])
        if field in NOTES:
            tab.write_comment(0, at, NOTES[field])
        words = words_of(register, field)
        if words:
            tab.data_validation(1, at, LAST_ROW, at, {"validate": "list", "source": list(words)})


def words_of(register: Register, field: str) -> Sequence[str]:
    """Return the words that a cell of ``field`` may hold, none where it may hold anything."""
    if field == "currency":
        return allowed.CURRENCY[:-1]
    if field in register.answers:
        return ("Yes", "No")
    vocabulary = "case_system" if field == "system" else register.codes.get(field)
    return _first_words(vocabulary) if vocabulary else ()


def _first_words(vocabulary: str) -> list[str]:
    """Return the first word that is listed for each code, as an officer types it."""
    listed = pl.read_csv(values.TABLE, infer_schema=False).filter(
        (pl.col("canonical_field") == vocabulary) & (pl.col("system") == sheets.SYSTEM)
    )
    return listed.unique("canonical_value", keep="first", maintain_order=True)["source_value"].to_list()
