"""The OSCaR files read back cell by cell, without the importers: what was planted is what stands there, and where."""

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.importers import as_read
from analysis.simulate import block, parameters
from analysis.simulate.exports import oscar, oscar_labels, oscar_people, oscar_stored, oscar_template
from analysis.simulate.planted import Planted
from analysis.simulate.world import World

PART = "part-0001"
NAMES = ("Given Name (Latin)", "Family Name (Latin)", "Given Name (Khmer)", "Family Name (Khmer)")
MARKS = r"PRIVATE|ឯកជន|^0999"


@dataclass(frozen=True)
class Written:
    """A folder of exports, the faults planted into them, and the rows expected from them."""

    folder: Path
    faults: pl.DataFrame
    expected: dict[str, pl.DataFrame]

    def file(self, beginning: str, number: int = 0) -> str:
        found = sorted(f.name for f in (self.folder / PART).iterdir() if f.name.startswith(beginning))
        return f"{PART}/{found[number]}"

    def sheet(self, file: str, name: str) -> pl.DataFrame:
        """Return a sheet as text below its first row, with ``row``; columns are the header's cells and a number."""
        read = pl.read_excel(self.folder / file, sheet_name=name, has_header=False, infer_schema_length=0)
        header = [f"{cell or ''}#{i}" for i, cell in enumerate(read.row(0))]
        return read[1:].rename(dict(zip(read.columns, header, strict=True))).with_row_index("row", 2)

    def rows(self, file: str, check: str, **where: str) -> list[int]:
        found = self.faults.filter((pl.col("file") == file) & (pl.col("check") == check))
        return sorted(found.filter(**where)["row"].drop_nulls().to_list())

    def of(self, table: str, file: str) -> pl.DataFrame:
        return self.expected[table].filter(pl.col("file") == file)


@pytest.fixture(scope="module")
def world() -> World:
    return block.build(parameters.load(), 11, 1, 0.15)


def exported(world: World, folder: Path) -> Written:
    planted = Planted()
    (folder / "exports" / PART).mkdir(parents=True)
    oscar.write(world, folder / "exports" / PART, f"{PART}/", planted, parameters.load(), np.random.default_rng(5))
    planted.write(folder / "truth")
    expected = {f.stem: pl.read_parquet(f) for f in (folder / "truth" / "expected").iterdir()}
    return Written(folder / "exports", pl.read_parquet(folder / "truth" / "faults.parquet"), expected)


@pytest.fixture(scope="module")
def written(world, tmp_path_factory) -> Written:
    return exported(world, tmp_path_factory.mktemp("oscar"))


def labelled(sheet: pl.DataFrame, label: str) -> pl.Series:
    """Return the first column under ``label``."""
    return sheet[next(name for name in sheet.columns if name.rpartition("#")[0] == label)]


def where(sheet: pl.DataFrame, flags: pl.Series) -> list[int]:
    return sheet.filter(flags.fill_null(False))["row"].to_list()


def client_files(written: Written) -> list[str]:
    return sorted({f for f in written.faults["file"].unique() if "client_report" in f})


def english_files(written: Written) -> list[str]:
    return [f for f in client_files(written) if "ngo02" not in f and "ngo03" not in f]


def test_the_same_world_gives_the_same_bytes(world, written, tmp_path):
    def digests(folder: Path) -> dict[str, str]:
        return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in (folder / PART).iterdir()}

    again = exported(world, tmp_path)
    assert digests(again.folder) == digests(written.folder)
    assert again.faults.equals(written.faults)
    assert len(digests(written.folder)) == 2 * 11 + 3


def test_all_agencies_write_two_of_them_in_the_old_format_and_one_in_khmer(written):
    assert sum(f.endswith(".xls") for f in client_files(written)) == 2
    khmer = written.sheet(written.file("client_report", 1), "Worksheet1")
    labels = [name.rpartition("#")[0] for name in khmer.columns[1:]]
    assert all(re.search("[\u1780-\u17ff]", label) for label in labels)
    assert set(labelled(khmer, "ភេទ").drop_nulls()) <= {"ស្រី", "ប្រុស"}
    assert labelled(khmer, "ថ្ងៃ ខែ ឆ្នាំ កំណើត").drop_nulls().str.contains("^[០-៩]{1,2} [^0-9A-Za-z]+ [០-៩]{4,5}$").all()


def test_every_trap_of_these_files_is_planted(written):
    traps = {*range(1, 17), 22, 23, 24, 30, 31, 32} - {9}
    more = {"duplicate_row", "no_id", "orphan_row", "future_date", "date_order", "score_out_of_range", "unknown_code"}
    assert set(written.faults["check"]) - {"T09"} == {f"T{trap:02d}" for trap in traps} | more | {"header_repeated"}


def test_personal_columns_are_marked_and_no_other_column_is(written):
    for file in english_files(written):
        sheet = written.sheet(file, "Worksheet1")
        for name in sheet.columns[1:]:
            label, cells = name.rpartition("#")[0], sheet[name].drop_nulls()
            is_private = cells.str.contains(MARKS) | (cells.is_in(["Test", "តេស្ត"]) & (label in NAMES))
            personal = label in (*NAMES, "Phone Number", "School Name", "Case Worker", "Family", "NGO Exit Note")
            personal |= label.startswith(("Address - Comm", "Address - Vill", "Address - Str", "Other - More"))
            personal |= label == "Referral Source"
            assert is_private.all() if personal else not is_private.any(), label


@pytest.mark.parametrize("number", [0, *range(3, 11)])
def test_the_faults_of_a_first_sheet_stand_where_they_are_noted_and_nowhere_else(written, number):
    file = written.file("client_report", number)
    sheet = written.sheet(file, "Worksheet1")
    ids = labelled(sheet, "ID")
    repeats = where(sheet, ~ids.is_first_distinct())
    assert written.rows(file, "duplicate_row") == repeats
    first = sheet.filter(~pl.col("row").is_in(repeats))
    given = labelled(first, "Given Name (Latin)")
    assert written.rows(file, "T30") == where(first, given.str.contains(r"(?i)\btest\b"))
    assert written.rows(file, "T07") == where(first, labelled(first, "Current Province (English)").is_null())
    assert written.rows(file, "T13") == where(first, labelled(first, "Level of Risk").str.contains(", "))
    assert written.rows(file, "T14") == where(
        first, labelled(first, "Exit Circumstance").str.contains("Rejected Referral")
    )
    dates = ("NGO Accept Date", "NGO Exit Date", "Program Enrollment Date", "Program Exit Date")
    several = [labelled(first, label).str.contains(", ").fill_null(False) for label in dates]
    assert written.rows(file, "T05") == where(first, several[0] | several[1] | several[2] | several[3])
    born, referred = (_day(labelled(first, label)) for label in ("Date of Birth", "Initial Referral Date"))
    assert written.rows(file, "T16") == where(first, born.is_null() | (born.dt.year() < 1900) | (born > referred))
    radio = labelled(first, "Referral Source Category") == "Radio programme"
    assert written.rows(file, "unknown_code", column="referral_source") == where(first, radio)


def test_ages_are_counted_in_years_of_365_and_months_of_31_days(written):
    sheet = written.sheet(written.file("client_report"), "Worksheet1")
    days = (pl.Series([oscar.oscar_clients.EXPORTED_ON]) - _day(labelled(sheet, "Date of Birth"))).dt.total_days()
    age = labelled(sheet, "Age").str.extract_groups(r"(\d+) years (\d+) months").struct.unnest().cast(pl.Int64)
    is_born = days >= 0
    assert (age["1"] == days // 365).filter(is_born).all()
    assert (age["2"] == days % 365 // 31).filter(is_born).all()


@pytest.mark.parametrize("number", [0, 3, 5])
def test_expected_clients_are_the_accepted_episodes_of_the_sheet(written, number):
    file = written.file("client_report", number)
    sheet = written.sheet(file, "Worksheet1")
    records = written.of("case_records", file)
    accepts = labelled(sheet, "NGO Accept Date").str.split(", ")
    kept = labelled(sheet, "ID").is_first_distinct()
    n_episodes = accepts.list.len().fill_null(1).clip(1)
    assert records.height == n_episodes.filter(kept).sum()
    at = sheet.select("row").with_columns(slug=labelled(sheet, "ID"), accepted=accepts).filter(kept)
    told = at.explode("accepted").with_columns(accepted=_day_expr("accepted")).sort("row", "accepted")
    read = records.sort("row", "accepted_on")
    assert read["row"].to_list() == told["row"].to_list()
    assert read["slug"].to_list() == told["slug"].to_list()
    assert read["accepted_on"].to_list() == told["accepted"].to_list()
    assert read["episode"].to_list() == read.select(pl.int_range(1, pl.len() + 1).over("slug")).to_series().to_list()


def test_an_exit_belongs_to_the_latest_acceptance_before_it(written):
    records = pl.concat([written.of("case_records", f) for f in client_files(written)])
    later = records.filter(pl.col("episode") > 1)
    assert later.height > 0
    ordered = records.sort("slug", "episode").with_columns(next_accept=pl.col("accepted_on").shift(-1).over("slug"))
    both = ordered.filter(pl.col("next_accept").is_not_null())
    assert (both["closed_on"] < both["next_accept"]).all()
    assert (both["status"] == "closed").all()
    assert (later["referred_on"] == later["accepted_on"]).all()


@pytest.mark.parametrize("number", [0, 2, 3])
def test_scores_stand_left_of_their_domain_and_definitions_under_it(written, number):
    file = written.file("client_report", number)
    sheet = written.sheet(file, "CSI Assessment")
    scores = written.of("assessments", file).filter(pl.col("instrument") == "csi12")
    assert scores.height == 12 * sheet.height
    struck = written.rows(file, "score_out_of_range")
    for position, (code, name) in enumerate(oscar_labels.DOMAINS.items()):
        blank, domain = sheet.columns[8 + 2 * position], sheet.columns[9 + 2 * position]
        assert (blank.split("#")[0], name in domain) == ("", True)
        told = scores.filter(pl.col("domain_code") == code).sort("row")["score"]
        typed = sheet[blank].cast(pl.Int64)
        fits = typed.eq_missing(told) | (sheet["row"].is_in(struck) & ~typed.is_between(1, 4) & told.is_null())
        assert fits.all()
        assert sheet[domain].drop_nulls().str.contains("PRIVATE").all()
    days = pl.coalesce(
        labelled(sheet, "Assessment Completed Date"), labelled(sheet, "Assessment Created At"), eager=True
    )
    read = scores.unique("row").sort("row")
    assert read["assessed_on"].to_list() == days.str.to_date().to_list()
    assert read["completed"].to_list() == labelled(sheet, "Assessment Completed Date").is_not_null().to_list()


def test_one_agencys_own_assessment_runs_backwards(written):
    file = written.file("client_report", 1)
    sheet = written.sheet(file, "Resilience Assessment")
    ids, days = labelled(sheet, "Client ID"), labelled(sheet, "Assessment Created At").str.to_date()
    newer = days.shift(1) >= days
    assert newer.filter(ids == ids.shift(1)).all()
    assert set(labelled(sheet, "Assessment # (Ordinal Numbers)").filter(ids.is_first_distinct())) == {"1st"}
    assert written.faults.filter(file=file, check="T02")["sheet"].to_list() == ["Resilience Assessment"]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_notes_are_expected_as_they_stand(written, number):
    file = written.file("client_report", number)
    sheet = written.sheet(file, "Case Note")
    ids, on_first = labelled(sheet, "Client ID"), set(written.of("case_records", file)["slug"])
    assert written.rows(file, "no_id", table="follow_ups") == where(sheet, ids.is_null())
    assert written.rows(file, "orphan_row", table="follow_ups") == where(sheet, ~ids.is_in(list(on_first)))
    read = written.of("follow_ups", file).sort("row")
    kept = sheet.filter(pl.col("row").is_in(read["row"].to_list()))
    assert kept.height == sheet.height - ids.is_null().sum() - len(written.rows(file, "orphan_row"))
    assert read["case_ref"].to_list() == ("slug:" + labelled(kept, "Client ID")).to_list()
    days = labelled(kept, "Case Note Date").str.to_date()
    assert read["done_on"].to_list() == pl.select(pl.when(days.dt.year() < 2027).then(days)).to_series().to_list()
    follows_its_own = read["case_ref"] == read["case_ref"].shift(1)
    assert (read["done_on"] <= read["done_on"].shift(1)).filter(follows_its_own).all()
    in_time = read.sort("case_ref", "done_on", "row", nulls_last=True)["followup_ref"].to_list()
    assert in_time == [
        f"{case}/contact/{n}"
        for case, n in read.sort("case_ref").select("case_ref", pl.int_range(1, pl.len() + 1).over("case_ref")).rows()
    ]


def test_the_count_stands_on_the_first_row_of_a_client_only(written):
    sheet = written.sheet(written.file("client_report"), "Care Plan")
    ids = labelled(sheet, "Client ID")
    assert labelled(sheet, "#").is_not_null().equals(ids.is_first_distinct())


def test_families_keep_income_without_currency_and_no_is_unknown(written):
    for number in (0, 1):
        file = written.file("family_report", number)
        read = written.of("households", file).sort("row")
        sheet = written.sheet(file, "Worksheet1")
        income = sheet[next(c for c in sheet.columns if c.startswith(("Monthly", "ប្រាក់ចំណូលគ្រួសារ")))]
        assert income.str.replace_all(",", "").cast(pl.Float64).to_list() == read["monthly_income"].to_list()
        assert set(read["income_currency"]) == {"unknown"}
        assert set(read["dependable_income"]) == {True, None}
        assert read["n_children"].is_not_null().all()


def test_the_donors_workbook_has_its_misspelt_and_doubled_headers(written):
    file = written.file("clients-end-line")
    sheet = written.sheet(file, "Clients")
    labels = [name.rpartition("#")[0] for name in sheet.columns[1:]]
    assert {"Reason for Family Seperation", "Latet date of CSI"} <= set(labels)
    assert [labels.count(code) for code in oscar_labels.DOMAINS] == [2] * 12
    scores = sheet[sheet.columns[1 + labels.index("3A")]].drop_nulls()
    assert scores.str.contains("^3A: [1-4]$").all()
    streams = written.sheet(file, "Clients' Program Stream")
    known = pl.concat([written.of(table, file).select("row") for table in ("placements", "support")])
    aside = written.rows(file, "no_id") + written.rows(file, "orphan_row")
    assert sorted([*known["row"], *aside]) == streams["row"].to_list()
    untold = labelled(streams, "Service types").is_in(["Not Specified", "Literacy Support"])
    assert written.rows(file, "T24") == where(streams, untold)
    several = [
        labelled(sheet, f"NGO {word} date").str.contains(", ").fill_null(False) for word in ("accepted", "exited")
    ]
    first = labelled(sheet, "Client ID").is_first_distinct()
    assert written.rows(file, "T05") == where(sheet, (several[0] | several[1]) & first)
    families = written.sheet(file, "Families")
    refs = "family:" + labelled(families, "NGO Name").str.extract(r"\((.+)\)") + "/" + labelled(families, "ID")
    assert written.of("households", file).sort("row")["household_ref"].to_list() == refs.to_list()


def test_the_api_sends_no_referral_of_stung_treng(world, tmp_path):
    moved = world.children.assign(village_code="190101" + world.children["village_code"].str[-2:])
    far = exported(replace(world, children=moved), tmp_path)
    records = json.loads((far.folder / far.file("oscar-api")).read_text(encoding="utf-8"))["data"]
    assert not any(service["referral_id"] for record in records for service in record["services"])
    assert "referrals" not in far.expected or far.of("referrals", far.file("oscar-api")).is_empty()


def test_the_api_sends_every_client_with_its_ids(written):
    file = written.file("oscar-api")
    records = json.loads((written.folder / file).read_text(encoding="utf-8"))["data"]
    read = written.of("case_records", file).sort("row")
    aside = written.rows(file, "no_id") + written.rows(file, "duplicate_row")
    assert sorted([*read["row"], *aside]) == list(range(1, len(records) + 1))
    assert [records[row - 1]["slug"] for row in read["row"]] == read["slug"].to_list()
    assert [records[row - 1]["global_id"] for row in read["row"]] == read["global_id"].to_list()
    asked = [(i, s) for i, r in enumerate(records, 1) for s in r["services"] if s["referral_id"] and i not in aside]
    assert [row for row, _ in asked] == written.of("referrals", file)["row"].to_list()
    assert "Accetped" in {service["referral_status"] for _, service in asked}
    assert read["episode"].is_null().all()


@pytest.mark.parametrize("one_way", [False, True])
def test_a_date_of_the_template_is_in_doubt_only_where_nothing_settles_it(world, one_way, monkeypatch):
    ways = ("native", "iso", "day first") if one_way else oscar_template.WAYS
    monkeypatch.setattr(oscar_template, "WAYS", ways)
    faults, rng = parameters.load().faults.oscar, np.random.default_rng(1)
    clients = oscar_people.known_of(oscar_stored.stored(world, faults, rng))
    sheet = oscar_template.clients_sheet(clients, faults, rng)
    read = sheet.tables["case_records"]
    for position, column in ((6, "birth_date"), (11, "referred_on")):
        typed = {row: cells[position] for row, cells in enumerate(sheet.cells, 2) if row in read["row"]}
        parts = {
            row: [int(part) for part in text.split("/")[:2]]
            for row, text in typed.items()
            if isinstance(text, str) and "/" in text
        }
        either = [row for row, (a, b) in parts.items() if a <= 12 and b <= 12 and a != b]
        assert either
        noted = [fault.rows for fault in sheet.faults if (fault.check, fault.column) == ("T09", column)]
        assert noted == [[] if one_way else either]
        assert read.filter(pl.col("row").is_in(noted[0]))[column].is_null().all()
        native = {row: day for row, day in typed.items() if isinstance(day, dt.date)}
        known = dict(read.drop_nulls(column).select("row", column).rows())
        assert native
        assert all(known[row] == day for row, day in native.items() if row in known)


def test_the_template_repeats_its_header_and_lacks_ids(written):
    file = written.file("import-template")
    sheet = written.sheet(file, "clients")
    ids = labelled(sheet, "ID")
    assert written.rows(file, "header_repeated") == where(sheet, ids == "ID")
    assert written.rows(file, "no_id") == where(sheet, ids.is_null())
    assert written.rows(file, "duplicate_row") == where(sheet, ~ids.is_first_distinct() & ids.is_not_null())
    aside = [row for check in ("header_repeated", "no_id", "duplicate_row") for row in written.rows(file, check)]
    assert sorted([*written.of("case_records", file)["row"], *aside]) == sheet["row"].to_list()


def test_expected_rows_fit_the_tables_as_read(written):
    for table, rows in written.expected.items():
        assert dict(rows.drop("file").schema) == as_read.SCHEMAS[table]
        refs = [name for name in rows.columns if name.endswith("_ref") and name not in ("case_ref", "household_ref")]
        keys = ["file", *refs, *(["domain_code"] if table == "assessments" else [])]
        assert not refs or not rows.select(keys).is_duplicated().any(), table


def _day(text: pl.Series) -> pl.Series:
    return text.to_frame("text").select(_day_expr("text")).to_series()


def _day_expr(name: str) -> pl.Expr:
    """Return dates such as 11 June 2008; a year of five digits is no date."""
    text = pl.col(name)
    return pl.when(text.str.contains(r"^\d+ \w+ \d{4}$")).then(text).str.to_date("%-d %B %Y", strict=False)
