"""Registers beside case records: whose line it is, permission, each line once, and codes that do not move."""

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from analysis import restricted
from analysis.importers import keys, register_tables, run
from analysis.importers.keys import digester
from analysis.importers.registers import sheets

KEY = "k" * 64
PRIMERO = ("case_id", "registration_date", "owned_by", "owned_by_agency", "status", "consent_reporting", "risk_level")
CARE = ("care_arrangements_type", "care_arrangement_started_date", "care_agency_name")
YES, NO = "00000000-aaaaaa1", "00000000-bbbbbb2"
TWIN, OTHER_TWIN = "00000000-0000012", "11111111-0000012"
CASES = [
    [
        YES,
        "2020-01-01",
        "worker-7",
        "agency-ngo01",
        "open",
        "true",
        "high",
        "residential_care",
        "2020-01-01",
        "Sok San",
    ],
    [NO, "2020-01-01", "worker-8", "agency-ngo02", "open", "false", "high", "", "", ""],
    *(
        [twin, "2020-01-01", "worker-9", "agency-ngo02", "open", "true", "low", "", "", ""]
        for twin in (TWIN, OTHER_TWIN)
    ),
]
COST = {"Spent on": "2024-03-05", "Cost category": "Textbooks", "Amount": "12.50", "Currency": "USD", "Receipt": "R 1"}


@pytest.fixture
def imported(tmp_path: Path, monkeypatch) -> Callable[..., dict[str, pl.DataFrame]]:
    """Return a function that imports registers (lines by file) beside the case records above, or without them."""
    monkeypatch.setenv(keys.VARIABLE, KEY)

    def do(registers: dict[str, tuple[str, list[dict[str, str]]]], *, cases: bool = True) -> dict[str, pl.DataFrame]:
        exports = tmp_path / "exports"
        exports.mkdir(exist_ok=True)
        if cases:
            write(exports / "primero.csv", [*PRIMERO, *CARE], CASES)
        for name, (table, lines) in registers.items():
            header = [sheets.label_of(table, field) for field in sheets.fields_of(table)]
            write(exports / name, header, [[line.get(label, "") for label in header] for line in lines])
        done = run.import_exports(exports, tmp_path / "processed", tmp_path / "restricted")
        return {file.stem: pl.read_parquet(file) for file in done.folder.glob("*.parquet")}

    return do


def write(file: Path, header: list[str], lines: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])


def key_of(text: str) -> str:
    return digester(KEY.encode())(text).hex()


def rejected(tmp_path: Path) -> list[tuple]:
    listed = pl.read_csv(tmp_path / "processed" / "imported" / "rejected.csv", infer_schema=False)
    return listed.filter(pl.col("file") != "primero.csv").select("file", "row", "reason").rows()


def of_case(number: str, **other: str) -> dict[str, str]:
    return {**COST, "System": "Primero", "Case number": number, **other}


def test_a_line_finds_its_case_by_the_short_or_the_long_id_and_its_agency_and_child(imported):
    tables = imported(
        {"costs.csv": ("cost_lines", [of_case("AAAAAA1"), of_case(YES, Amount="1"), {**COST, "Amount": "2"}])}
    )
    (case,) = tables["cases"].filter(worker_key=key_of("worker:ngo01/worker-7")).rows(named=True)
    lines = tables["cost_lines"].sort("amount").select("case_id", "child_key", "org_code", "receipt_key").rows()
    of_the_case = (case["case_id"], case["child_key"], "A01", key_of("receipt:r1"))
    assert lines == [of_the_case, (None, None, None, key_of("receipt:r1")), of_the_case]
    assert case["org_code"] == "A01"


def test_lines_of_no_permission_of_nobody_and_of_two_are_set_aside_with_the_reason(imported, tmp_path):
    lines = [of_case("bbbbbb2"), of_case("ccccccc"), of_case("0000012"), of_case(TWIN), {**COST, "Case number": "7"}]
    tables = imported({"costs.csv": ("cost_lines", lines)})
    assert tables["cost_lines"].height == 1, "the long id tells the two apart"
    assert rejected(tmp_path) == [
        ("costs.csv", "2", "no_permission"),
        ("costs.csv", "3", "orphan_row"),
        ("costs.csv", "4", "ambiguous_id"),
        ("costs.csv", "6", "orphan_row"),
    ]
    accounts = tables["import_rows"].filter(system="registers").select("rows_in", "rows_out", "rows_rejected").rows()
    assert accounts == [(5, 1, 4)]


def test_a_line_in_two_files_counts_once_and_two_equal_lines_of_one_file_twice(imported, tmp_path):
    twice, once = of_case(YES), of_case(YES, Amount="3")
    tables = imported({"a.csv": ("cost_lines", [twice, once]), "b.csv": ("cost_lines", [twice, once, twice])})
    assert sorted(tables["cost_lines"]["amount"]) == [3, 12.5, 12.5]
    assert tables["cost_lines"]["cost_line_id"].n_unique() == 3
    assert {(file, reason) for file, _, reason in rejected(tmp_path)} == {("a.csv", "told_elsewhere")}


def test_the_later_file_says_how_far_a_goal_is(imported):
    goal = {"System": "Primero", "Case number": YES, "Area": "Health", "Set on": "2024-01-01", "Status": "Open"}
    done = {**goal, "Completed on": "2024-02-01", "Status": "Completed"}
    tables = imported({"plans 2024-01.csv": ("plan_goals", [goal]), "plans 2024-02.csv": ("plan_goals", [done])})
    assert tables["plan_goals"].select("status", "completed_on").rows() == [("completed", dt.datetime(2024, 2, 1))]


def test_a_rate_and_a_check_stand_once_the_first_line_of_a_file_counts(imported, tmp_path):
    rates = [{"Currency": "KHR", "Valid from": "2024-01-01", "Units per US dollar": rate} for rate in ("4100", "4000")]
    visit = {"System": "Primero", "Case number": YES, "Checked on": "2024-03-05", "Food": "Met"}
    tables = imported(
        {
            "rates.csv": ("exchange_rates", rates),
            "visits.csv": ("household_checks", [visit, {**visit, "Food": "Not met"}]),
        }
    )
    assert tables["exchange_rates"].select("currency", "per_usd").rows() == [("KHR", 4100.0)]
    assert tables["household_checks"].filter(item="food")["answer"].to_list() == ["met"]
    assert rejected(tmp_path) == [("rates.csv", "3", "duplicate_row"), ("visits.csv", "3", "duplicate_row")]


def test_a_facility_has_the_code_that_placements_give_it_and_no_other_gets_one(imported, tmp_path):
    closed = {"Agency": "ngo01", "Closed on": "2024-01-01", "Children present": "30"}
    lines = [{**closed, "Facility": "SOK  SAN."}, {**closed, "Facility": "Elsewhere"}, closed]
    tables = imported({"closures.csv": ("closure_events", lines)})
    assert sorted(tables["closure_events"]["facility_id"].to_list(), key=str) == ["F0001", None, None]
    assert "elsewhere" not in (tmp_path / "restricted" / "facilities.csv").read_text()


def test_agencies_that_only_registers_know_come_behind_those_of_the_cases(imported, tmp_path):
    imported({"courses.csv": ("trainings", [{"Agency": "NGO00", "Course": "Reintegration"}])})
    listed = (tmp_path / "restricted" / "organisations.csv").read_text().splitlines()
    assert listed == ["org_code,agency", "A01,ngo01", "A02,ngo02", "A03,ngo00"]


def test_a_worker_is_the_worker_of_the_cases(imported):
    course = {"Agency": "ngo01", "Worker": "worker-7", "Course": "Case management", "Completed on": "2024-01-01"}
    tables = imported({"courses.csv": ("trainings", [course])})
    assert tables["trainings"]["worker_key"].is_in(tables["cases"]["worker_key"].implode()).to_list() == [True]


def test_who_funders_and_partners_are_stands_in_restricted_lists_only(imported, tmp_path):
    partner = {
        "Agency": "ngo77",
        "Organisation": "Good House",
        "Criterion": "Registered",
        "Answer": "No",
        "Evidence": "Visit",
    }
    dated = {**partner, "Dated on": "2023-05-01", "Expires on": "2031-01-01", "Role of reviewer": "auditor"}
    costs = [of_case(YES, Funder="Good Fund"), of_case(YES, Funder="GOOD  FUND", Amount="1")]
    tables = imported({"costs.csv": ("cost_lines", costs), "partners.csv": ("partner_evidence", [partner, dated])})
    assert tables["cost_lines"]["funder_key"].unique().to_list() == [key_of("funder:good fund")]
    written = "".join(frame.write_csv() for frame in tables.values())
    assert not [word for word in ("Fund", "House", "ngo77", "auditor") if word in written]
    funders = (tmp_path / "restricted" / "funders.csv").read_text().splitlines()
    assert funders == ["funder_key,funder", f"{key_of('funder:good fund')},GOOD FUND"]
    evidence = restricted.read("partner_evidence", tmp_path / "restricted")
    assert evidence["org_code"].tolist() == ["A03", "A03"]
    assert evidence["expires_on"].dt.year.fillna(0).tolist() == [0, 2031]


def test_registers_alone_are_imported_but_for_lines_of_cases_that_nobody_knows(imported, tmp_path):
    tables = imported({"costs.csv": ("cost_lines", [COST, of_case(YES)])}, cases=False)
    assert tables["cost_lines"].height == 1
    assert tables["cases"].is_empty()
    assert rejected(tmp_path) == [("costs.csv", "3", "orphan_row")]


@pytest.mark.parametrize(
    ("table", "day"), [("cost_lines", "spent_on"), ("household_checks", "checked_on"), ("plan_goals", "set_on")]
)
def test_a_line_belongs_to_the_episode_that_ran_on_its_day(table, day):
    began = [dt.date(2020, 1, 1), dt.date(2022, 1, 1)]
    one_child = {"case": [1, 1], "case_id": [11, 12], "episode": [1, 2], "child_key": [5, 5], "agency": ["a", "b"]}
    episodes = pl.DataFrame({**one_child, "starts_on": began})
    days = [dt.date(2021, 6, 1), dt.date(2023, 6, 1), None]
    schema = {"case": pl.Int64, "completed_on": pl.Date, "due_on": pl.Date, day: pl.Date}
    rows = pl.DataFrame([{"case": 1, "completed_on": None, "due_on": None, day: on} for on in days], schema=schema)
    told = register_tables._of_cases(rows.with_row_index("line"), table, episodes).sort("line")
    assert told["case_id"].to_list() == [11, 12, 12]
    assert told["child_key"].to_list() == [5, 5, 5]
