"""Restricted lists: rulings are checked line by line without quoting a cell; names reach only what compares them."""

import re

import jupytext
import pytest

from analysis import pipeline, restricted, store
from analysis.contract import ContractError
from analysis.study import ROOT

HEAD = "row_id_a,row_id_b,is_same,decided_by,decided_on,reason\n"
A, B, C = "a" * 16, "b" * 16, "c" * 16
GOOD = "analyst,2026-03-31,same director\n"
A_NAME = "Sok San Centre"


def rulings_of(tmp_path, *lines: str, head: str = HEAD):
    file = tmp_path / "rulings" / "facility_matches.csv"
    file.parent.mkdir(exist_ok=True)
    file.write_text(head + "".join(lines), encoding="utf-8")
    return restricted.read("facility_matches", tmp_path)


def faults_of(tmp_path, *lines: str) -> list[str]:
    with pytest.raises(ContractError) as stopped:
        rulings_of(tmp_path, *lines)
    first, *faults = str(stopped.value).splitlines()
    assert first.startswith(f"{tmp_path / 'rulings' / 'facility_matches.csv'} has rulings that cannot be used")
    return [fault.removeprefix("  - ") for fault in faults]


def test_where_nobody_has_ruled_there_is_an_empty_table(tmp_path):
    rulings = restricted.read("facility_matches", tmp_path)
    assert rulings.empty
    assert rulings.dtypes["is_same"] == "boolean"
    assert rulings.dtypes["row_id_a"] == "str"
    assert tuple(rulings.columns) == restricted.MATCH_COLUMNS
    assert rulings_of(tmp_path).dtypes.to_dict() == rulings.dtypes.to_dict()


def test_a_ruling_is_read_whichever_row_stands_first_and_whatever_a_spreadsheet_adds(tmp_path):
    rulings = rulings_of(tmp_path, f"{B},{A},YES,{GOOD}", f"{B}, {C} ,no,{GOOD}", head="\ufeff" + HEAD)
    assert rulings[["row_id_a", "row_id_b"]].to_numpy().tolist() == [[A, B], [B, C]]
    assert rulings["is_same"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"{A_NAME},{B},yes,{GOOD}", "line 2: row_id_a must be a row_id: 16 of 0-9 and a-f"),
        (f"{A},,yes,{GOOD}", "line 2: row_id_b must be a row_id: 16 of 0-9 and a-f"),
        (f"{A},{B},perhaps,{GOOD}", "line 2: is_same must be yes or no; remove a line that nobody decided"),
        (f"{A},{B},,{GOOD}", "line 2: is_same must be yes or no; remove a line that nobody decided"),
        (f"{A},{B},yes,,2026-03-31,why\n", "line 2: decided_by must be who decided"),
        (f"{A},{B},yes,x,31/03/2026,why\n", "line 2: decided_on must be a day as 2026-03-31"),
        (f"{A},{B},yes,x,2026-02-30,why\n", "line 2: decided_on must be a day as 2026-03-31"),
        (f"{A},{B},yes,x,2026-03-31,  \n", "line 2: reason must be why, in a few words"),
        (f"{A},{A},yes,{GOOD}", "line 2: a row is ruled against itself"),
    ],
)
def test_a_wrong_cell_is_told_by_its_line_and_never_quoted(tmp_path, line, fault):
    faults = faults_of(tmp_path, line)
    assert faults == [fault]


def test_two_rulings_on_one_pair_are_refused_with_both_lines(tmp_path):
    faults = faults_of(tmp_path, f"{A},{B},yes,{GOOD}", f"{B},{C},no,{GOOD}", f"{B},{A},no,{GOOD}")
    assert faults == ["lines 2, 4: a pair is ruled on more than once; keep one line a pair"]


def test_many_faults_are_cut_off_and_counted(tmp_path):
    faults = faults_of(tmp_path, *(f"{A},{n:016x},perhaps,{GOOD}" for n in range(25)))
    assert faults[-1] == "and 5 more"
    assert len(faults) == 21


@pytest.mark.parametrize("head", ["row_id_a,row_id_b\n", HEAD.replace(",reason", ",reason,name"), ""])
def test_other_columns_are_refused_in_one_line(tmp_path, head):
    with pytest.raises(ContractError) as stopped:
        rulings_of(tmp_path, head=head)
    assert "\n" not in str(stopped.value)
    assert re.search("line 1: expected the columns row_id_a, row_id_b, is_same|save it as CSV", str(stopped.value))


def test_a_spreadsheets_own_letters_are_refused_in_one_line(tmp_path):
    (tmp_path / "rulings").mkdir()
    (tmp_path / "rulings" / "facility_matches.csv").write_bytes(HEAD.encode() + "é".encode("cp1252"))
    with pytest.raises(ContractError, match=r"save it as CSV \(UTF-8\)"):
        restricted.read("facility_matches", tmp_path)


def test_names_not_imported_yet_say_how_to_import_them(tmp_path):
    with pytest.raises(store.StoreError, match="run: make import"):
        restricted.read("facility_names", tmp_path)


def test_names_are_text_by_row(tmp_path):
    (tmp_path / "facility_names.csv").write_text(f"row_id,name_latin,name_km,operator_name\n{A},NA,មណ្ឌល,\n")
    assert restricted.read("facility_names", tmp_path).iloc[0, :3].tolist() == [A, "NA", "មណ្ឌល"]


NAMES = "row_id,name_latin,name_km,operator_name\n"


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (f"{A},Sok, San Centre,,\n", "line 2: expected 4 cells, found 5"),
        (f"{A},{A_NAME},,,\n{B},{A_NAME},,,\n", "line 2: expected 4 cells, found 5"),
        (f'\n{A},"{A_NAME},\nbeside it",,\n\n{B},{A_NAME}\n', "line 6: expected 4 cells, found 2"),
    ],
)
def test_a_row_with_a_cell_too_many_or_too_few_is_told_by_its_line_and_never_filled(tmp_path, lines, fault):
    (tmp_path / "facility_names.csv").write_text(NAMES + lines, encoding="utf-8")
    with pytest.raises(ContractError) as stopped:
        restricted.read("facility_names", tmp_path)
    first, told, *_ = str(stopped.value).splitlines()
    assert first == f"{tmp_path / 'facility_names.csv'} has rows that cannot be used:"
    assert told == f"  - {fault}; one with a comma stands in quotation marks"
    assert "San" not in str(stopped.value)


@pytest.mark.parametrize("content", [f'{NAMES}{A},"{A_NAME},,\n'.encode(), f"{NAMES}{A},é,,\n".encode("cp1252")])
def test_a_quotation_mark_that_does_not_close_and_other_letters_are_refused_in_one_line(tmp_path, content):
    (tmp_path / "facility_names.csv").write_bytes(content)
    with pytest.raises(ContractError, match=r"facility_names.csv is not a table: save it as CSV \(UTF-8\)") as stopped:
        restricted.read("facility_names", tmp_path)
    assert "\n" not in str(stopped.value)


def test_the_line_of_a_row_is_where_it_stands_in_the_file(tmp_path):
    (tmp_path / "facility_names.csv").write_text(f'{NAMES}\n{A},"Sok\nSan",,\n{B},\ufffd,,\n', encoding="utf-8")
    names = restricted.read("facility_names", tmp_path)
    assert names["name_latin"].to_dict() == {3: "Sok\nSan", 5: "\ufffd"}
    assert names["operator_name"].isna().all()


EVIDENCE = ",".join(restricted.PARTNER_COLUMNS) + "\n"
PARTNER = "A01,Good House,locally_led,yes,document,2024-01-01,2031-01-01,auditor\n"


def evidence_of(tmp_path, *lines: str):
    (tmp_path / "partner_evidence.csv").write_text(EVIDENCE + "".join(lines), encoding="utf-8")
    return restricted.read("partner_evidence", tmp_path)


def test_evidence_about_partners_has_days_and_is_empty_where_nobody_keeps_it(tmp_path):
    evidence, empty = evidence_of(tmp_path, PARTNER, "A02,,registered,unknown,unknown,,,\n"), evidence_of(tmp_path)
    assert evidence["expires_on"].dt.year.fillna(0).tolist() == [2031, 0]
    assert evidence["org_name"].fillna("").tolist() == ["Good House", ""]
    assert empty.empty
    assert empty.dtypes.to_dict() == evidence.dtypes.to_dict()
    with pytest.raises(store.StoreError, match="evidence about partners is not imported yet"):
        restricted.read("partner_evidence", tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (PARTNER.replace("A01", "Good House"), "line 2: org_code must be the code of an organisation"),
        (PARTNER.replace("yes", "perhaps"), "line 2: answer must be one of yes, no, unknown"),
        (PARTNER.replace("2031-01-01", "2031-02-30"), "line 2: expires_on must be a day as 2026-03-31, or nothing"),
    ],
)
def test_wrong_evidence_is_told_by_its_line_and_names_nobody(tmp_path, wrong, fault):
    with pytest.raises(ContractError) as stopped:
        evidence_of(tmp_path, wrong)
    assert str(stopped.value).splitlines()[1:] == [f"  - {fault}"]
    assert "Good House" not in str(stopped.value)


def test_the_names_of_facilities_reach_two_steps_only():
    takers = [
        f"{stage}/{name}"
        for stage in store.STAGES
        for name in store.tables_of(stage)
        if {"case_facilities", "facility_names"} & set(pipeline.inputs_of(pipeline.module_of(f"{stage}/{name}").build))
    ]
    assert takers == ["features/case_facility_types", "features/facility_pairs"]
    for step in takers:
        columns = pipeline.module_of(step).TABLE.columns
        assert not {"name_latin", "name_km", "operator_name", "facility_name"} & set(columns)


@pytest.mark.parametrize("file", sorted((ROOT / "notebooks").glob("[0-9]*.py")), ids=lambda f: f.stem)
def test_a_notebook_never_opens_a_restricted_list(file):
    code = "\n".join(cell.source for cell in jupytext.read(file).cells if cell.cell_type == "code")
    assert not re.search(r"restricted|facility_names|facility_matches|facility_review", code)
