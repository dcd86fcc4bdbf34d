import csv
import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import openpyxl
import polars as pl
import pytest

from analysis.simulate import block, parameters
from analysis.simulate.exports import primero
from analysis.simulate.planted import Planted

NUMBERS = parameters.load()
PREFIX = "part-0001/"
V2, V1, CSV, XLSX = (PREFIX + name for name in primero.FILES)
ROW_CHECKS = {"T16", "T17", "T18", "T19", "T23", "T24", "T30", "unknown_code", "score_out_of_range", "future_date"} | {
    *("date_order", "duplicate_row", "no_id", "orphan_row"),
}
COLUMN_CHECKS = {"T20", "T21", "T25", "T26", "T27", "T28", "T32"}


def write(world, folder: Path) -> Planted:
    planted = Planted()
    folder.mkdir()
    primero.write(world, folder, PREFIX, planted, NUMBERS, np.random.default_rng(5))
    return planted


@pytest.fixture(scope="module")
def world():
    return block.build(NUMBERS, 11, 1, 0.15)


@pytest.fixture(scope="module")
def written(world, tmp_path_factory):
    """What was written: records as a person reads them, by file, and what was planted."""
    folder = tmp_path_factory.mktemp("primero")
    write(world, folder / "exports").write(folder / "truth")
    exports = folder / "exports"
    v2 = [record["data"] | {"id": record["id"]} for record in json.loads((exports / primero.FILES[0]).read_text())]
    with (exports / primero.FILES[2]).open(newline="") as file:
        rows = list(csv.DictReader(file))
    book = openpyxl.load_workbook(exports / primero.FILES[3], read_only=True)
    return SimpleNamespace(
        folder=exports,
        records={V2: v2, V1: json.loads((exports / primero.FILES[1]).read_text()), CSV: rows},
        tabs={tab.title: list(tab.iter_rows(values_only=True)) for tab in book},
        faults=pl.read_parquet(folder / "truth" / "faults.parquet"),
        expected={file.stem: pl.read_parquet(file) for file in (folder / "truth" / "expected").iterdir()},
    )


def of_file(rows: pl.DataFrame, file: str, **where: str) -> list[dict]:
    return rows.filter(pl.col("file") == file, **where).to_dicts()


def record_at(written, file: str, row: int) -> dict:
    return written.records[file][row - (2 if file == CSV else 1)]


def iso(text: str | None) -> str | None:
    return text.replace("/", "-") if text else None


def test_an_agency_exports_one_file_and_every_synced_case_is_told_of_once(world, written):
    cases = written.expected["case_records"]
    assert cases.group_by("agency").agg(pl.col("file").n_unique())["file"].to_list() == [1] * cases["agency"].n_unique()
    told = cases["case_uuid"].to_list()
    assert len(told) == len(set(told))
    children = world.children.set_index("child_id")["village_code"]
    known = world.cases[world.cases["in_primero"].astype(bool)]
    synced = known[~known["in_oscar"].astype(bool) | (known["child_id"].map(children).str[:2] != "19")]
    without_id = written.faults.filter(check="no_id").height
    assert set(told) < set(synced["case_uuid"])
    assert len(told) + without_id == len(synced)


@pytest.mark.parametrize("file", [V2, V1, CSV])
def test_a_case_stands_at_its_row(written, file):
    rows = of_file(written.expected["case_records"], file)
    assert rows
    for row in rows:
        record = record_at(written, file, row["row"])
        assert record["case_id"] == row["case_uuid"] == row["case_ref"].removeprefix("case_id:")
        assert iso(record["registration_date"]) == str(row["referred_on"])
        assert str(record["location_current"]).zfill(8)[:2] == row["province_code"]
        assert (record["sex"] or "unknown") == row["sex"]
        assert record["owned_by_agency"] == f"agency-{row['agency']}"


def test_names_and_shapes_of_the_versions_differ(written):
    assert all("status" in record and "child_status" not in record for record in written.records[V2])
    assert all("child_status" in record and "status" not in record for record in written.records[V1])
    assert all("care_arrangements_section" not in record for record in written.records[V1])
    assert any(record["care_arrangements_type"] for record in written.records[V1])
    assert {record["consent_reporting"] for record in written.records[V2]} <= {True, False, None}
    assert {record["consent_reporting"] for record in written.records[V1]} <= {"true", "false", None}
    assert not {"services_section", "care_arrangements_section"} & set(written.records[CSV][0])
    assert {type(record["family_relations_rate"]) for record in written.records[V2]} <= {str, type(None)}


def test_rows_of_subforms_follow_from_the_record(written):
    visits = written.expected["follow_ups"].filter(pl.col("file") == V2)
    told = {row: rows.height for (row,), rows in visits.group_by("row")}
    for row, n in told.items():
        assert len(written.records[V2][row - 1]["followup_subform_section"]) == n
    assert visits.height
    for row in of_file(written.expected["placements"], V2, sheet="care_arrangements_section"):
        arrangements = written.records[V2][row["row"] - 1]["care_arrangements_section"]
        assert str(row["start_on"]) in {arrangement["care_arrangement_started_date"] for arrangement in arrangements}


def test_lists_in_the_csv_are_printed_as_ruby_does(written):
    causes = {record["separation_cause"] for record in written.records[CSV]}
    assert all(re.fullmatch(r'\[("[a-z_0-9]+"(, "[a-z_0-9]+")*)?\]', cause) for cause in causes)
    ids = [record["family_id"] for record in written.records[CSV] if record["family_id"]]
    assert ids
    assert all(family.startswith("'@") for family in ids)


def test_the_workbook_names_cases_by_their_short_id(written):
    header, *rows = written.tabs[primero.RECORD_TAB]
    long_id = header.index("Long ID")
    short_ids = {row[long_id]: row[0] for row in rows if row[long_id]}
    assert all(long.endswith(short) for long, short in short_ids.items())
    for table in ("follow_ups", "support", "referrals", "placements"):
        found = of_file(written.expected[table], XLSX)
        assert found
        for row in found:
            cells = written.tabs[row["sheet"]][row["row"] - 1]
            assert cells[0] == short_ids[row["case_ref"].removeprefix("case_id:")]
    orphans = of_file(written.faults, XLSX, check="orphan_row")
    accepted = {row["case_uuid"][-7:] for row in of_file(written.expected["case_records"], XLSX)}
    assert orphans
    assert all(written.tabs[fault["sheet"]][fault["row"] - 1][0] not in accepted for fault in orphans)


@pytest.mark.parametrize("file", [V2, V1, CSV])
def test_a_fault_of_a_row_is_seen_in_that_row(written, file):
    def at(check: str) -> list[dict]:
        return [record_at(written, file, fault["row"]) for fault in of_file(written.faults, file, check=check)]

    for record in at("T16"):
        birth, registered = iso(record["date_of_birth"]), iso(record["registration_date"])
        assert len(birth.split("-")[0]) == 5 or birth < "1900" or birth > registered
    assert all(record["risk_level"] == "no_action" and record["oscar_number"] for record in at("T17"))
    assert all(str(record["age"]) == "0" and record["oscar_number"] for record in at("T18"))
    assert all("[]" in json.dumps(record["protection_concerns"]) for record in at("T19"))
    assert all(iso(record["date_closure"]) > "2026" for record in at("future_date"))
    assert all(iso(record["date_closure"]) < iso(record["registration_date"]) for record in at("date_order"))
    assert all(not record["case_id"] for record in at("no_id"))
    for fault in of_file(written.faults, file, check="duplicate_row"):
        before = [record_at(written, file, row)["case_id"] for row in range(2 if file == CSV else 1, fault["row"])]
        assert record_at(written, file, fault["row"])["case_id"] in before


@pytest.mark.parametrize("file", [V2, V1, CSV])
def test_a_clean_row_bears_no_mark_of_a_fault(written, file):
    impossible = {fault["row"] for fault in of_file(written.faults, file, check="T16")}
    artificial = {fault["row"] for fault in of_file(written.faults, file, check="T17")}
    for row in of_file(written.expected["case_records"], file):
        record = record_at(written, file, row["row"])
        assert (row["dob_quality"] == "implausible") == (row["row"] in impossible)
        assert (record["risk_level"] == "no_action" and bool(record["oscar_number"])) == (row["row"] in artificial)


def test_every_check_of_primero_is_planted(written):
    planted = set(written.faults["check"])
    assert planted >= ROW_CHECKS | COLUMN_CHECKS
    per_row = written.faults.filter(pl.col("check").is_in(list(ROW_CHECKS)))
    assert per_row["row"].null_count() == 0
    assert written.faults.filter(pl.col("check").is_in(list(COLUMN_CHECKS)))["row"].drop_nulls().is_empty()


def test_rejected_rows_are_not_expected(written):
    rejected = written.faults.filter(action="rejected")
    for table, rows in written.expected.items():
        places = ["file", "sheet", "row"]
        assert rows.join(rejected.filter(table=table), on=places, how="semi").is_empty()


def test_stung_treng_is_reported_where_no_case_from_oscar_stands_in_it(written):
    for file in (V2, V1, CSV, XLSX):
        from_oscar = written.expected["case_records"].filter(pl.col("file") == file, pl.col("global_id").is_not_null())
        faults = of_file(written.faults, file, check="T22")
        assert [fault["n"] for fault in faults] == ([from_oscar.height] if from_oscar.height else [])
        assert "19" not in from_oscar["province_code"].to_list()


def test_personal_content_is_marked(written):
    personal = re.compile("PRIVATE|ឯកជន|^0999|^$")
    names = {"name", "name_first", "name_last", "address_current", "telephone_current", "gps_current"} | {
        *("family_notes", "notes_section", "name_caregiver", "name_nickname"),
    }
    for records in written.records.values():
        for record in records:
            assert all(personal.search(record[name] or "") for name in names)
    inner = [visit for record in written.records[V2] for visit in record["followup_subform_section"] or []]
    assert all("PRIVATE" in visit["progress_notes"] for visit in inner)


def test_the_same_generator_gives_the_same_bytes(world, written, tmp_path):
    write(world, tmp_path / "again")
    for name in primero.FILES:
        assert (tmp_path / "again" / name).read_bytes() == (written.folder / name).read_bytes(), name


def test_agencies_are_shared_out_evenly():
    sizes = {"a": 9, "b": 4, "c": 4, "d": 2, "e": 1}
    agencies = pl.Series("agency", [agency for agency, n in sizes.items() for _ in range(n)])
    assert primero.shares(agencies) == [["a"], ["b"], ["c"], ["d", "e"]]
