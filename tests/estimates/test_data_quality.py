"""Completeness is counted by column and system; a check concerns lines, each once, of all lines read for a table."""

import pandas as pd
import pytest

from analysis import pipeline
from analysis.estimates import data_quality
from analysis.importers.checked import contract_of

NAMES = pipeline.inputs_of(data_quality.build)


def empty(name: str) -> pd.DataFrame:
    columns = contract_of(name).columns
    return pd.DataFrame({column: pd.array([], kind.dtype) for column, kind in columns.items()})


def frame(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    columns = contract_of(name).columns
    return pd.DataFrame({c: pd.array([row.get(c) for row in rows], k.dtype) for c, k in columns.items()})


@pytest.fixture
def built():
    def build(**frames: pd.DataFrame) -> pd.DataFrame:
        given = {name: frames.get(name, empty(name)) for name in NAMES}
        made = data_quality.TABLE.validated(data_quality.build(**given), "data_quality")
        return made.set_index(["outcome", "term", "level", "action"])

    return build


def finding(row: int | None, check: str = "T16", **told: object) -> dict[str, object]:
    place = {"file_code": "E001", "system": "oscar", "sheet": "Clients", "row": row, "table": "case_records"}
    return {**place, "column": "birth_date", "check": check, "action": "unknown", "n": 1, **told}


def lines(n: int, **told: object) -> dict[str, object]:
    return {
        "file_code": "E001",
        "system": "oscar",
        "sheet": "Clients",
        "table": "case_records",
        "rows_in": n,
        "rows_out": n,
        "rows_rejected": 0,
        **told,
    }


def test_known_values_are_counted_by_system_and_unknown_is_not_known(built):
    cases = frame(
        "cases",
        {"source_system": "oscar", "risk_level": "high", "province_code": "01"},
        {"source_system": "oscar", "risk_level": "unknown", "province_code": None},
        {"source_system": "primero", "risk_level": "unknown", "province_code": "02"},
    )
    rows = built(cases=cases)
    assert rows.loc[("complete: risk_level", "oscar", "cases", "complete"), ["n_hits", "n"]].tolist() == [1, 2]
    assert rows.loc[("complete: risk_level", "primero", "cases", "complete"), "estimate"] == 0
    assert rows.loc[("complete: province_code", "oscar", "cases", "complete"), "estimate"] == 0.5


def test_a_gap_that_need_not_be_one_is_not_counted_against_anybody(built):
    rows = built(cases=frame("cases", {"source_system": "oscar", "status": "active", "closed_on": None}))
    assert not [outcome for outcome, *_ in rows.index if "clos" in outcome]


def test_a_screening_is_not_asked_for_numbers_it_never_has(built):
    listed = [{"row_id": f"{at:016x}", "facility_type": "rci", "residents_u18": n} for at, n in enumerate([20, None])]
    screened = [{"row_id": f"{at:016x}", "facility_type": kind} for at, kind in ((2, "rci"), (3, "unknown"))]
    rows = built(
        facility_list_rows=frame("facility_list_rows", *listed, *screened),
        screening_answers=frame("screening_answers", *({"row_id": row["row_id"]} for row in screened)),
    )
    of_lists = rows.xs("facility_list_rows", level="level").droplevel(["term", "action"])
    assert of_lists.loc["complete: residents_u18", ["n_hits", "n"]].tolist() == [1, 2]
    assert of_lists.loc["complete: facility_type", ["n_hits", "n"]].tolist() == [3, 4]


def test_a_false_is_known(built):
    rows = built(children=frame("children", {"disability": False}, {"disability": None}))
    assert rows.loc[("complete: disability", "all systems", "children", "complete"), "estimate"] == 0.5


def test_a_line_counts_once_however_many_of_its_cells_a_check_concerns(built):
    found = frame("import_findings", finding(2), finding(2, column="referred_on"), finding(7))
    rows = built(import_findings=found, import_rows=frame("import_rows", lines(20)))
    assert rows.loc[("T16", "oscar", "case_records", "unknown"), ["n_hits", "n", "estimate"]].tolist() == [2, 20, 0.1]


def test_a_check_on_columns_counts_the_column_with_most_cells_and_no_more_than_the_lines(built):
    found = frame(
        "import_findings",
        finding(None, "T11", column="a", n=3),
        finding(None, "T11", column="b", n=5),
        finding(None, "T11", column="b", n=400, sheet="Other"),
    )
    told = frame("import_rows", lines(20), lines(30, sheet="Other"))
    rows = built(import_findings=found, import_rows=told)
    assert rows.loc[("T11", "oscar", "case_records", "unknown"), ["n_hits", "n"]].tolist() == [50, 50]


def test_systems_and_actions_stand_apart_and_advice_comes_with_the_check(built):
    found = frame("import_findings", finding(2), finding(3, action="kept"), finding(2, system="primero"))
    told = frame("import_rows", lines(4), lines(8, system="primero", file_code="E002"))
    rows = built(import_findings=found, import_rows=told)
    hits = rows.xs("T16")["estimate"].to_dict()
    assert hits == {
        ("oscar", "case_records", "kept"): 0.25,
        ("oscar", "case_records", "unknown"): 0.25,
        ("primero", "case_records", "unknown"): 0.125,
    }
    assert rows.loc["T16"]["advice"].iloc[0] == "Correct the birth date of this record"
