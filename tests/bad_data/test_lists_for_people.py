"""Lists that people open in a spreadsheet hold no cell that it would run, whatever somebody typed into an export."""

import csv
import re
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from analysis import overdue_queue, partner_register, restricted, sources, study
from analysis.clean import partner_criteria
from analysis.features import overdue_contacts, spells
from analysis.imported import cases
from analysis.importers.outputs import write_csv
from analysis.study import ROOT

RUN_BY_SOME = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "＝1+1", "－x", "-", "+"]
NOT_RUN = ["12", "-12.5", "+855", "-1,5", "a=b", "1-1", "'=1", "ឈ្មោះ\u200b", "naïve", "", "x\u2013"]


def is_run(cell: str) -> bool:
    """Return whether a spreadsheet would take a cell for a formula: a number with a sign is none."""
    if not cell.startswith((*"=+-@＝＋－＠\t\r",)):
        return False
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return True
    return False


def cells_of(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return [cell for line in csv.reader(stream) for cell in line]


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
def test_a_cell_that_would_be_run_gets_an_apostrophe_and_others_stay(dtype, tmp_path):
    texts = [*RUN_BY_SOME, *NOT_RUN, None]
    write_csv(pl.DataFrame({"text": texts, "n": -1}, schema_overrides={"text": dtype}), tmp_path / "list.csv")
    written = pl.read_csv(tmp_path / "list.csv", infer_schema=False)
    assert written["text"].to_list() == [*(f"'{cell}" for cell in RUN_BY_SOME), *NOT_RUN, None]
    assert set(written["n"]) == {"-1"}


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\t", "\r", "\n", "\u202e", "\u2066", "\u2028"]
)
def test_a_sign_that_drives_a_terminal_is_replaced(sign, tmp_path):
    write_csv(pl.DataFrame({"text": [f"{sign}=1", f"a{sign}b", "ab"]}), tmp_path / "list.csv")
    assert cells_of(tmp_path / "list.csv") == ["text", "\ufffd=1", "a\ufffdb", "ab"]


@pytest.mark.parametrize("name", ["organisations.csv", "unknown_codes.csv"])
def test_names_and_codes_of_an_export_are_written_as_text(name, records, csv_of, trainings):
    lines = [[cell, "w", "02", cell, "2024-03-01", "-12.5"] for cell in RUN_BY_SOME]
    (records.folder / "trainings.csv").write_bytes(csv_of([trainings[0], *lines]))
    assert records.imported().status == 0
    cells = set(cells_of(records.root / "data" / "restricted" / name))
    written = [cell.lower() for cell in RUN_BY_SOME] if name == "organisations.csv" else RUN_BY_SOME
    assert {cell for cell in cells if cell.startswith("'")} == {f"'{cell}" for cell in written}
    assert not any(map(is_run, cells))
    assert records.table("trainings").height == len(RUN_BY_SOME)


def test_the_register_of_partners_holds_no_such_cell(records, csv_of):
    header = ["Organisation", "Criterion", "Answer", "Evidence", "Dated on", "Role of reviewer"]
    lines = [[name, "Registered", "Yes", "Document", "2024-03-01", name] for name in RUN_BY_SOME]
    (records.folder / "partners.csv").write_bytes(csv_of([header, *lines]))
    assert records.imported().status == 0
    evidence = restricted.read("partner_evidence", records.root / "data" / "restricted")
    criteria = partner_criteria.TABLE.validated(sources.read("partner_criteria_ruled"), "partner_criteria")
    lines = partner_register.register(evidence, criteria, study.load())
    assert set(lines["org_name"]) == {f"'{name}" for name in RUN_BY_SOME}
    texts = lines.select_dtypes("str").to_numpy().ravel()
    assert not [cell for cell in texts if isinstance(cell, str) and is_run(cell)]


def test_the_list_of_overdue_contacts_holds_codes_and_words_of_ours_alone():
    agency = cases.TABLE.columns["org_code"]
    first_said = {"agency": agency, "return_kind": spells.TABLE.columns["return_kind"]}  # where they come from
    columns = {**cases.TABLE.columns, **overdue_contacts.TABLE.columns, **first_said}
    texts = {name: columns[name] for name in overdue_queue.SHOWN if columns[name].dtype == "str"}
    assert texts
    for name, column in texts.items():
        for cell in RUN_BY_SOME:
            is_refused = cell not in column.isin if column.isin else not re.match(column.matches, cell)
            assert is_refused, name


def test_no_published_number_stands_in_such_a_cell():
    files = sorted((ROOT / "figures").glob("*.csv"))
    assert files
    for file in files:
        assert not [cell for cell in cells_of(file) if is_run(cell)], file.name


def test_a_list_without_text_is_written_as_it_is(tmp_path):
    write_csv(pl.DataFrame({"n": [1, None], "text": pl.Series([None, None], dtype=pl.String)}), tmp_path / "list.csv")
    assert pd.read_csv(tmp_path / "list.csv").isna().to_numpy().tolist() == [[False, True], [True, True]]
