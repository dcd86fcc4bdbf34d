"""An import replaces everything or nothing, loses no row, and lets no id or name through."""

import datetime as dt
import json
import stat
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from analysis import store
from analysis.contract import ContractError
from analysis.importers import as_read, keys, outputs, partitions, piles, run, written
from analysis.importers.exports import found_in
from analysis.importers.faults import ExportError
from analysis.importers.findings import Findings, Found

DAY = dt.date(2020, 3, 1)
BORN = dt.date(2010, 5, 20)


def case(row: int, slug: str, **told: object) -> dict[str, object]:
    return {
        "sheet": "Clients",
        "row": row,
        "case_ref": f"slug:{slug}",
        "episode": 1,
        "slug": slug,
        "agency": slug.split("-")[0],
        "referred_on": DAY,
        "status": "active",
        "use_allowed": "yes",
        **told,
    }


def score(row: int, slug: str, domain: str, value: int, on: dt.date = DAY) -> dict[str, object]:
    ref = f"slug:{slug}/csi12/{on}"
    told = {"case_ref": f"slug:{slug}", "assessment_ref": ref, "instrument": "csi12", "instrument_version": "12:0"}
    return {"sheet": "CSI", "row": row, **told, "assessed_on": on, "completed": True, "domain_code": domain} | {
        "score": value
    }


class Importer:
    """Stands for the importers of all systems: what each file of the folder holds is written down in the test."""

    def __init__(self, holds: dict[str, tuple[str, dict[str, list[dict[str, object]]]]]) -> None:
        self.holds = holds

    def importer_of(self, file: Path) -> "Importer":
        if file.name not in self.holds:
            raise ExportError(f"{file.name}: no known export. Name what it is")
        return self

    def read(self, file: Path) -> Found:
        system, tables = self.holds[file.name]
        findings, frames = Findings(file), {}
        for table, rows in tables.items():
            frame = as_read.filled(pl.DataFrame(rows, infer_schema_length=None), table)
            for (sheet,), lines in frame.group_by("sheet"):
                n_lines = lines["row"].n_unique()
                findings.sheet(sheet, table=table, rows_in=n_lines, rows_out=n_lines)
            frames[table] = frame
        return Found(system, file, frames, findings)


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """Return a function that imports files made of rows as read, and the folder of the results."""

    def do(holds, *, manifest=True, keep_going=False, others=()):
        exports = tmp_path / "exports"
        exports.mkdir(exist_ok=True)
        for name in [*holds, *others]:
            (exports / name).write_text(f"contents of {name}")
        if manifest:
            found = found_in(exports)
            listed = dict(zip([f.name for f in found.files], found.digests, strict=True))
            (exports / "SIMULATED.json").write_text(json.dumps({"files": listed}))
        monkeypatch.setattr(partitions, "detect", Importer(holds))
        return run.import_exports(exports, tmp_path / "processed", tmp_path / "restricted", keep_going)

    return do


def table(tmp_path: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(tmp_path / "processed" / "imported" / f"{name}.parquet")


def test_two_files_become_canonical_tables_with_their_origin(imported, tmp_path):
    clients = {
        "case_records": [case(2, "ngo01-1", birth_date=BORN, dob_quality="exact"), case(3, "ngo02-7")],
        "assessments": [score(2, "ngo01-1", "1A", 3), score(2, "ngo01-1", "1B", 4)],
    }
    donor = {"case_records": [case(2, "ngo01-1", sex="female", use_allowed="unknown")]}
    done = imported({"a.xlsx": ("oscar", clients), "b.xlsx": ("donor_workbook", donor)})
    assert done.origin == "simulated"
    assert {file.stem for file in done.folder.glob("*.parquet")} == set(store.tables_of("imported"))
    assert pq.read_schema(done.folder / "cases.parquet").metadata[b"origin"] == b"simulated"
    assert table(tmp_path, "cases").height == 2
    child = table(tmp_path, "children").filter(pl.col("sex") == "female").row(0, named=True)
    assert (child["birth_month"], child["n_agencies"], child["n_systems"]) == ("2010-05", 1, 2)
    assert table(tmp_path, "cases")["age_at_referral_years"].drop_nulls().to_list() == [9]
    assert table(tmp_path, "assessments")["score"].to_list() == [3, 4]


def test_tables_read_back_as_their_contracts_say(imported, tmp_path, monkeypatch):
    imported(
        {"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1")], "assessments": [score(2, "ngo01-1", "1A", 3)]})}
    )
    from analysis.importers.checked import contract_of

    for name in store.tables_of("imported"):
        read = store.read(name, tmp_path / "processed")
        assert read.dtypes.astype(str).to_dict() == {c: k.dtype for c, k in contract_of(name).columns.items()}, name


def test_every_row_goes_into_a_table_or_into_the_list_of_those_set_aside(imported, tmp_path):
    clients = {
        "case_records": [
            case(2, "ngo01-1"),
            case(3, "ngo01-2", use_allowed="no"),
            case(4, "ngo01-3", use_allowed="unknown"),
        ],
        "assessments": [score(2, "ngo01-1", "1A", 3), score(3, "ngo01-2", "1A", 3), score(4, "ngo09-9", "1A", 3)],
    }
    imported({"a.xlsx": ("oscar", clients)})
    assert table(tmp_path, "cases").height == 1
    rejected = (tmp_path / "processed/imported/rejected.csv").read_text().splitlines()
    assert rejected == [
        "file,sheet,row,reason",
        "a.xlsx,CSI,3,no_permission",
        "a.xlsx,CSI,4,orphan_row",
        "a.xlsx,Clients,3,no_permission",
        "a.xlsx,Clients,4,no_permission",
    ]
    rows = table(tmp_path, "import_rows").sort("table")
    assert rows.select("rows_in", "rows_out", "rows_rejected").rows() == [(3, 1, 2), (3, 1, 2)]


def test_a_row_lost_by_the_import_itself_stops_it(imported, monkeypatch):
    monkeypatch.setattr(run.Ledger, "set_aside", lambda *_: None)
    with pytest.raises(ExportError, match="1 rows of case_records went neither into a table nor into"):
        imported({"a.xlsx": ("oscar", {"case_records": [case(2, "n-1"), case(3, "n-2", use_allowed="no")]})})


def test_what_a_file_or_a_stranger_could_recognise_stays_out_of_the_tables(imported, tmp_path):
    told = {"worker": "worker-0001", "global_id": "01GLOBAL", "mosvy_number": "M-77", "household_ref": "family:ngo01/5"}
    spell = {"sheet": "S", "row": 2, "case_ref": "slug:ngo01-1", "placement_ref": "slug:ngo01-1/spell/1"}
    place = {"care_type": "rci", "facility_name": "Sok San Centre", "start_on": DAY}
    listed = {"sheet": "L", "row": 9, "list_id": "mapping_2015", "name_latin": "Sok San Centre"}
    holds = {
        "case_records": [case(2, "ngo01-1", **told)],
        "placements": [spell | place],
        "facility_list_rows": [listed],
    }
    imported({"ngo01 report.xlsx": ("oscar", holds)})
    written = b"".join(table(tmp_path, name).write_csv().encode() for name in store.tables_of("imported"))
    for secret in ("ngo01", "worker-0001", "01GLOBAL", "M-77", "Sok San", "family:", "slug:"):
        assert secret.encode() not in written, secret
    lists = {file.name: file.read_text() for file in (tmp_path / "restricted").glob("*.csv")}
    assert lists["organisations.csv"] == "org_code,agency\nA01,ngo01\n"
    assert lists["facilities.csv"] == "facility_id,facility_name\nF0001,sok san centre\n"
    assert "Sok San Centre" in lists["facility_names.csv"]
    assert "ngo01 report.xlsx" in lists["files.csv"]
    assert table(tmp_path, "placements")["facility_id"].to_list() == ["F0001"]
    assert table(tmp_path, "placements")["setting"].to_list() == ["residential"]


def test_cases_of_one_worker_have_one_key_and_those_of_none_have_none(imported, tmp_path):
    workers = {"ngo01-1": "worker-1", "ngo01-2": "worker-1", "ngo01-3": "worker-2", "ngo01-4": None}
    cases = [case(row, slug, worker=worker) for row, (slug, worker) in enumerate(workers.items(), start=2)]
    other_agency = case(2, "ngo02-1", worker="worker-1")
    imported({"a.xlsx": ("oscar", {"case_records": cases}), "b.xlsx": ("oscar", {"case_records": [other_agency]})})
    keyed = table(tmp_path, "cases")["worker_key"]
    assert sorted(keyed.drop_nulls().value_counts()["count"]) == [1, 1, 2]
    assert keyed.null_count() == 1


def test_sheets_stand_as_codes_whose_names_are_in_a_restricted_list(imported, tmp_path):
    first = {"case_records": [case(2, "ngo01-1"), case(3, "ngo01-2", sheet="Sok Dara", use_allowed="no")]}
    second = {"case_records": [case(2, "ngo02-1", sheet="")]}
    imported({"a.xlsx": ("oscar", first), "b.json": ("oscar", second)})
    listed = (tmp_path / "restricted" / "sheets.csv").read_text()
    assert listed == "file_code,sheet_code,sheet\nE001,S01,Clients\nE001,S02,Sok Dara\n"
    places = table(tmp_path, "import_rows").select("file_code", "sheet", "rows_in", "rows_rejected").rows()
    assert places == [("E001", "S01", 1, 0), ("E001", "S02", 1, 1), ("E002", None, 1, 0)]
    found = table(tmp_path, "import_findings").select("file_code", "sheet", "row", "check").rows()
    assert found == [("E001", "S02", 3, "no_permission")]
    assert "a.xlsx,Sok Dara,3,no_permission" in (tmp_path / "processed/imported/rejected.csv").read_text()


def test_results_are_their_owners_alone(imported, tmp_path):
    done = imported({"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1")]})})
    for place in (done.folder, tmp_path / "restricted"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in place.iterdir()} == {0o600}


def test_files_that_no_manifest_lists_are_records_and_need_a_key(imported, tmp_path, monkeypatch):
    holds = {"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1")]})}
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    with pytest.raises(ExportError, match=r"real records and HOMEWARD_KEY is not set; make one"):
        imported(holds, manifest=False)
    monkeypatch.setenv(keys.VARIABLE, "k" * 64)
    assert imported(holds, manifest=False).origin == "records"
    of_records = table(tmp_path, "cases")["case_id"].item()
    imported(holds)
    assert of_records != table(tmp_path, "cases")["case_id"].item(), "another key gives other pseudonyms"


def test_one_changed_byte_makes_simulated_exports_records(imported, tmp_path, monkeypatch):
    imported({"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1")]})})
    (tmp_path / "exports" / "a.xlsx").write_text("somebody's own rows")
    assert found_in(tmp_path / "exports").origin == "records"


def test_the_same_exports_give_the_same_bytes_and_leave_times_alone(imported, tmp_path):
    holds = {"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1"), case(3, "ngo01-2")]})}
    folder = imported(holds).folder
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}
    imported(holds)
    assert before == {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}


def test_a_file_nobody_knows_stops_everything_or_is_left_out_by_name(imported, tmp_path):
    holds = {"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1")]})}
    with pytest.raises(ExportError, match=r"notes.docx: no known export"):
        imported(holds, others=["notes.docx"])
    assert not (tmp_path / "processed").exists()
    done = imported(holds, others=["notes.docx"], keep_going=True)
    assert done.left_out == ("notes.docx: no known export. Name what it is",)
    assert "left out: notes.docx" in done.summary
    assert table(tmp_path, "cases").height == 1


def test_where_no_file_is_known_nothing_is_written_even_if_it_keeps_going(imported, tmp_path):
    with pytest.raises(ExportError, match="no file could be imported"):
        imported({}, others=["notes.docx"], keep_going=True)
    assert not (tmp_path / "processed").exists()


def test_a_fault_nobody_foresaw_is_told_without_its_text(imported, monkeypatch):
    def broken(self, file):
        raise KeyError("PRIVATE-given-00123")

    monkeypatch.setattr(Importer, "read", broken)
    with pytest.raises(ExportError, match=r"a.xlsx: reading it failed .*KeyError, test_run.py line \d+") as caught:
        imported({"a.xlsx": ("oscar", {})})
    assert "PRIVATE" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("of", "broken"), [(outputs.TableFile, "add"), (outputs, "write_csv"), (written, "checked")])
@pytest.mark.parametrize("rows_held", [piles.ROWS_HELD, 1])
def test_a_failure_on_the_way_leaves_everything_as_it_was(imported, tmp_path, monkeypatch, of, broken, rows_held):
    monkeypatch.setattr(piles, "ROWS_HELD", rows_held)
    holds = {"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1")]})}
    folder = imported(holds).folder
    before = {file: file.read_bytes() for place in (folder, tmp_path / "restricted") for file in place.iterdir()}

    def fail(*_):
        raise ContractError("a column is not what it should be")

    monkeypatch.setattr(of, broken, fail)
    with pytest.raises(ContractError):
        imported({"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1"), case(3, "ngo01-2")]})})
    assert {f: f.read_bytes() for p in (folder, tmp_path / "restricted") for f in p.iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["exports", "processed", "restricted"]
    assert [p.name for p in (tmp_path / "processed").iterdir()] == ["imported"]


def test_a_failure_of_the_last_exchange_puts_the_first_back(imported, tmp_path, monkeypatch):
    holds = {"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1")]})}
    before = table_bytes(imported(holds).folder)
    replace = Path.replace

    def fail_at_restricted(self, target):
        if Path(target) == tmp_path / "restricted" and not self.name.endswith("-old"):
            raise OSError("the disk is full")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_at_restricted)
    with pytest.raises(OSError, match="the disk is full"):
        imported({"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1"), case(3, "ngo01-2")]})})
    assert table_bytes(tmp_path / "processed" / "imported") == before
    assert (tmp_path / "restricted" / "organisations.csv").exists()


def test_a_holders_own_list_beside_ours_stays(imported, tmp_path):
    holds = {"a.xlsx": ("oscar", {"case_records": [case(2, "ngo01-1")]})}
    imported(holds)
    (tmp_path / "restricted" / "keepers.csv").write_text("mine")
    imported(holds)
    assert (tmp_path / "restricted" / "keepers.csv").read_text() == "mine"


def test_a_copy_of_a_file_is_read_once_and_reported(imported, tmp_path):
    rows = {"case_records": [case(2, "ngo01-1")], "facility_list_rows": [{"sheet": "L", "row": 2, "list_id": "x"}]}
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "z copy.xlsx").write_text("contents of a.xlsx")
    imported({"a.xlsx": ("oscar", rows)})
    assert table(tmp_path, "facility_list_rows").height == 1
    found = table(tmp_path, "import_findings").row(0, named=True)
    assert (found["file_code"], found["check"], found["system"]) == ("E002", "duplicate_file", "oscar")


def table_bytes(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}
