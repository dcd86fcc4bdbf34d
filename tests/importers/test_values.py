"""Codes become our words by the table alone; what it does not list is unknown and reported."""

from pathlib import Path

import polars as pl
import pytest

from analysis.imported import allowed
from analysis.importers import services, values
from analysis.importers.findings import Findings

LISTED = pl.read_csv(values.TABLE, infer_schema=False)
SERVICES = pl.read_csv(services.TABLE, infer_schema=False)


def words(cells: list, field: str, system: str) -> list[str]:
    frame = pl.DataFrame({"raw": cells}, schema={"raw": pl.String})
    return frame.select(values.canonical(pl.col("raw"), field, system)).to_series().to_list()


def test_each_code_has_one_meaning_and_an_allowed_one() -> None:
    codes = LISTED.with_columns(pl.col("source_value").str.to_lowercase())
    meanings = codes.group_by("canonical_field", "system", "source_value").agg(pl.col("canonical_value").n_unique())

    assert meanings.filter(pl.col("canonical_value") > 1).is_empty()
    for field, value in LISTED.select("canonical_field", "canonical_value").unique().iter_rows():
        permitted = getattr(allowed, field.upper(), None)
        assert permitted is None or value in permitted, f"{field} {value}"


@pytest.mark.parametrize(
    ("field", "system", "code", "word"),
    [
        *(("sex", "oscar", "Female", "female"), ("sex", "oscar", " LGBT ", "other"), ("sex", "oscar", None, "unknown")),
        ("care_type", "oscar", "Birth Family (Only Mother)", "birth_mother"),
        ("care_type", "primero", "residential_care_center", "rci"),
        ("status", "primero", "open", "active"),
        ("status", "oscar", "open", "unknown"),
        ("decision", "oscar", "Accetped", "accepted"),
        ("separation_reason", "oscar", "Orphan (lost father)", "orphan_father"),
    ],
)
def test_codes_become_our_words(field: str, system: str, code: str | None, word: str) -> None:
    assert words([code], field, system) == [word]


def test_t25_codes_match_on_their_stem() -> None:
    assert words(["accepted_340953", "accepted_99999", "accepted"], "decision", "primero") == ["accepted"] * 3
    assert words(["poverty_12345", "povertyx"], "separation_reason", "primero") == ["poverty", "unknown"]


def test_lists_of_codes_are_joined_once_each() -> None:
    cells = [["Client died", "Other", "client died"], ["nonsense"], [], None, ["nonsense", "Other"]]
    frame = pl.DataFrame({"raw": cells}, schema={"raw": pl.List(pl.String)})

    joined = frame.select(values.canonical_list(pl.col("raw"), "closure_reason", "oscar")).to_series().to_list()

    assert joined == ["died|other", "unknown", "unknown", "unknown", "other"]


def test_unlisted_codes_are_reported_by_row_and_kept_as_written() -> None:
    rows = pl.DataFrame(
        {"sheet": "S", "row": [2, 3, 4], "sex": ["female", "F.", None], "why": [["x", "y"], [], ["Other"]]}
    )
    findings = Findings(Path("report.xlsx"))

    values.note_unlisted(rows, "sex", "sex", "oscar", findings, "case_records")
    values.note_unlisted(rows, "why", "closure_reason", "oscar", findings, "case_records")

    assert findings.frame.select("row", "column", "check", "action").rows() == [
        (3, "sex", "unknown_code", "unknown"),
        (2, "closure_reason", "unknown_code", "unknown"),
    ]
    assert findings.unknown_codes["value"].to_list() == ["x", "y", "F."]


def of_services(cells: list[str | None]) -> list[tuple]:
    raw = pl.col("raw")
    frame = pl.DataFrame({"raw": cells}, schema={"raw": pl.String})
    asked = (services.group(raw, "oscar"), services.code(raw, "oscar"), services.failed_check(raw, "oscar"))
    return frame.select(*(answer.alias(str(n)) for n, answer in enumerate(asked))).rows()


def test_services_have_a_group_and_a_code() -> None:
    assert (
        of_services(["Kinship care", "kinship  care"]) == [("family_based_care", "family_based_care_kinship", None)] * 2
    )
    assert set(SERVICES["service_group"]) <= set(allowed.SERVICE_GROUP)
    assert not SERVICES.select("system", pl.col("name").str.to_lowercase()).is_duplicated().any()


@pytest.mark.parametrize("name", ["Therapeutic interventions", "Therapeutic training", "Direct medical support"])
def test_t23_a_service_of_two_groups_is_unknown(name: str) -> None:
    assert of_services([name]) == [("unknown", "unknown", "T23")]


@pytest.mark.parametrize("name", ["Not Specified", "Literacy Support"])
def test_t24_a_service_of_no_group_is_unknown(name: str) -> None:
    assert of_services([name]) == [("unknown", "unknown", "T24")]


def test_a_service_nobody_lists_is_unknown_and_a_missing_one_no_fault() -> None:
    assert of_services(["Horse riding", None]) == [("unknown", "unknown", "unknown_code"), ("unknown", "unknown", None)]


@pytest.mark.parametrize(
    ("names", "programme"),
    [
        (["School support", "Kinship care", "Family reunification"], "reintegration"),
        (["Emergency foster care", "Long term foster care"], "emergency"),
        (["Family preservation", "Life skills"], "prevention"),
        *((["Life skills"], "other"), (["Horse riding"], "other"), ([], "unknown"), (None, "unknown")),
    ],
)
def test_the_first_programme_of_a_case_names_it(names: list[str] | None, programme: str) -> None:
    frame = pl.DataFrame({"raw": [names]}, schema={"raw": pl.List(pl.String)})

    assert frame.select(services.programme(pl.col("raw"), "oscar")).item() == programme
