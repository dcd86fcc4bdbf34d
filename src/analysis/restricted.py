"""Restricted lists: what facilities are called, what a person ruled about them, and what is known of partners.

They stay in ``data/restricted``: names are read by the steps that compare them, and no table and no message holds one.
A ruling file is checked here without quoting a cell, because somebody may have pasted a name into it.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.contract import DAY, MAX_FAULTS_SHOWN, ContractError
from analysis.imported import allowed
from analysis.study import OUTPUTS

if TYPE_CHECKING:
    import pandas as pd  # else only where a list is read: every step asks for their names

RESTRICTED = OUTPUTS / "data" / "restricted"
FILES = {
    "case_facilities": "facilities.csv",
    "facility_names": "facility_names.csv",
    "facility_matches": "rulings/facility_matches.csv",
    "partner_evidence": "partner_evidence.csv",
}
ROWS_NAMED = "facility_list_rows"  # the table whose rows both lists speak of
CASE_COLUMNS = ("facility_id", "facility_name")
NAME_COLUMNS = ("row_id", "name_latin", "name_km", "operator_name")
MATCH_COLUMNS = ("row_id_a", "row_id_b", "is_same", "decided_by", "decided_on", "reason")
PARTNER_COLUMNS = (
    *("org_code", "org_name", "criterion", "answer", "evidence", "dated_on", "expires_on", "reviewer_role"),
)
EXPECTED = {  # of a cell of a ruling: the pattern it must match, and what it must be in words
    "row_id_a": (r"[0-9a-f]{16}", "a row_id: 16 of 0-9 and a-f"),
    "row_id_b": (r"[0-9a-f]{16}", "a row_id: 16 of 0-9 and a-f"),
    "is_same": (r"(?i)yes|no", "yes or no; remove a line that nobody decided"),
    "decided_by": (r".*\S.*", "who decided"),
    "decided_on": (r"\d{4}-\d{2}-\d{2}", "a day as 2026-03-31"),
    "reason": (r".*\S.*", "why, in a few words"),
}
A_DAY_OR_NONE = (r"(?:\d{4}-\d{2}-\d{2})?", "a day as 2026-03-31, or nothing")
EXPECTED_OF_PARTNERS = {
    "org_code": (r"A\d{2,}", "the code of an organisation"),
    "criterion": ("|".join(allowed.PARTNER_CRITERION), f"one of {', '.join(allowed.PARTNER_CRITERION)}"),
    "answer": ("|".join(allowed.PARTNER_ANSWER), f"one of {', '.join(allowed.PARTNER_ANSWER)}"),
    "evidence": ("|".join(allowed.PARTNER_EVIDENCE), f"one of {', '.join(allowed.PARTNER_EVIDENCE)}"),
    "dated_on": A_DAY_OR_NONE,
    "expires_on": A_DAY_OR_NONE,
}
DAYS = ("decided_on", "dated_on", "expires_on")


def names() -> list[str]:
    """Return the names of the restricted lists that a step may take as an input."""
    return list(FILES)


def file_of(name: str, restricted: Path = RESTRICTED) -> Path:
    """Return the file of the restricted list ``name``."""
    return restricted / FILES[name]


def origin() -> str:
    """Return the origin of the restricted lists: that of the rows they speak of."""
    return store.origin(ROWS_NAMED)


def read(name: str, restricted: Path = RESTRICTED) -> "pd.DataFrame":
    """Return the restricted list ``name``.

    ``case_facilities`` has one row a facility that case records name: ``facility_id facility_name``.
    ``facility_names`` has one row a facility in one list: ``row_id name_latin name_km operator_name``.
    ``facility_matches`` has one row a pair somebody ruled on: ``row_id_a`` below ``row_id_b``, ``is_same``
    (boolean), ``decided_by decided_on reason``; no row where nobody has ruled. ``partner_evidence`` has one row a piece
    of evidence about a partner: the columns ``PARTNER_COLUMNS``, days as dates. Raises ``StoreError`` for a list not
    imported yet and ``ContractError`` with the lines of a file that is not what it should be.
    """
    file = file_of(name, restricted)
    if name == "facility_matches":
        return _matches(file)
    if name == "partner_evidence":
        return _partners(file)
    return _names(file, CASE_COLUMNS if name == "case_facilities" else NAME_COLUMNS)


def _names(file: Path, columns: tuple[str, ...]) -> "pd.DataFrame":
    _refuse_if_not_imported(file, "the names of facilities are")
    return _text(file, columns)


def _partners(file: Path) -> "pd.DataFrame":
    import pandas as pd

    _refuse_if_not_imported(file, "evidence about partners is")
    evidence = _text(file, PARTNER_COLUMNS)
    _refuse(file, "evidence", [*_faults_of_cells(evidence, EXPECTED_OF_PARTNERS)])
    days = {name: pd.to_datetime(evidence[name], format="%Y-%m-%d").astype(DAY) for name in ("dated_on", "expires_on")}
    return evidence.assign(**days).reset_index(drop=True)


def _refuse_if_not_imported(file: Path, what: str) -> None:
    if not file.exists():
        raise store.StoreError(f"{what} not imported yet ({file}); run: make import")


def _matches(file: Path) -> "pd.DataFrame":
    import pandas as pd

    if not file.exists():
        return _typed(pd.DataFrame(columns=list(MATCH_COLUMNS), dtype="str"))
    rulings = _text(file, MATCH_COLUMNS)
    _refuse(file, "rulings", [*_faults_of_cells(rulings, EXPECTED), *_faults_of_pairs(rulings)])
    return _typed(rulings)


def _refuse(file: Path, what: str, faults: list[str]) -> None:
    """Raise ``ContractError`` with the first of ``faults``, if there are any."""
    if not faults:
        return
    shown = faults[:MAX_FAULTS_SHOWN]
    if len(faults) > len(shown):
        shown.append(f"and {len(faults) - len(shown)} more")
    raise ContractError(f"{file} has {what} that cannot be used:\n  - " + "\n  - ".join(shown))


def _text(file: Path, columns: tuple[str, ...]) -> "pd.DataFrame":
    """Return a CSV as text with an index ``line``; a spreadsheet may have put a byte order mark before it.

    Read strictly: a reader that fills short rows, and takes the first of too many cells for an index, gives a row the
    name of another without a word.
    """
    import pandas as pd

    try:
        records = [*_records(file.read_bytes().decode("utf-8-sig"))]
    except (UnicodeDecodeError, csv.Error):
        raise ContractError(f"{file} is not a table: save it as CSV (UTF-8), with commas") from None
    (_, header), *rows = records or [(1, [])]
    if tuple(header) != columns:
        raise ContractError(f"{file}, line 1: expected the columns {', '.join(columns)}, in this order, and no other")
    _refuse(file, "rows", [*_faults_of_length(rows, len(columns))])
    index = pd.Index([line for line, _ in rows], dtype="int64", name="line")
    frame = pd.DataFrame([cells for _, cells in rows], index, columns=list(columns), dtype="str")
    return frame.mask(frame == "")


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each record begins, and its cells; a blank line is none."""
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def _faults_of_length(rows: list[tuple[int, list[str]]], n: int) -> Iterator[str]:
    for line, cells in rows:
        if len(cells) != n:
            yield f"line {line}: expected {n} cells, found {len(cells)}; one with a comma stands in quotation marks"


def _faults_of_cells(rows: "pd.DataFrame", expected: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    import pandas as pd

    for column, (pattern, words) in expected.items():
        cells = rows[column].fillna("").str.strip()
        is_wrong = ~cells.str.fullmatch(pattern)
        if column in DAYS:
            is_wrong |= (cells != "") & pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce").isna()
        yield from (f"line {line}: {column} must be {words}" for line in rows.index[is_wrong])


def _faults_of_pairs(rulings: "pd.DataFrame") -> Iterator[str]:
    pairs = _in_order(rulings)
    is_itself = pairs["row_id_a"] == pairs["row_id_b"]
    yield from (f"line {line}: a row is ruled against itself" for line in rulings.index[is_itself])
    again = pairs.dropna().duplicated(["row_id_a", "row_id_b"], keep=False)
    lines = ", ".join(map(str, again.index[again]))
    if lines:
        yield f"lines {lines}: a pair is ruled on more than once; keep one line a pair"


def _in_order(rulings: "pd.DataFrame") -> "pd.DataFrame":
    """Return the two rows of each pair, the smaller first."""
    import pandas as pd

    one, other = rulings["row_id_a"].str.strip(), rulings["row_id_b"].str.strip()
    is_smaller = one < other
    return pd.DataFrame({"row_id_a": one.where(is_smaller, other), "row_id_b": other.where(is_smaller, one)})


def _typed(rulings: "pd.DataFrame") -> "pd.DataFrame":
    typed = rulings.assign(is_same=rulings["is_same"].str.strip().str.lower().eq("yes").astype("boolean"))
    if len(rulings):
        typed[["row_id_a", "row_id_b"]] = _in_order(rulings)
    return typed.astype({"row_id_a": "str", "row_id_b": "str"}).reset_index(drop=True)
