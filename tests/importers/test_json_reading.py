"""Records come out of every envelope, known keys only; a broken file is named by line and column (T29)."""

import json
from pathlib import Path

import pytest

from analysis.importers.faults import ExportError
from analysis.importers.json_reading import json_keys, json_records

KNOWN = {"case_id", "protection_concerns", "services_section.service_type"}
CASE = {
    "case_id": "a-1",
    "name": "PRIVATE-given-00001",
    "protection_concerns": ["caafag"],
    "services_section": [{"service_type": "legal", "note": "PRIVATE-note"}],
}
READ = {"case_id": "a-1", "protection_concerns": ["caafag"], "services_section": [{"service_type": "legal"}]}


def written(folder: Path, content: object) -> Path:
    file = folder / "cases.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


@pytest.mark.parametrize(
    "document",
    [
        [CASE],
        {"data": [CASE]},
        {"data": [{"id": "1", "data": CASE}], "metadata": {"total": 1}},
        [{"id": "1", "case_id": "envelope", "data": CASE}],
        CASE,
        {"id": "1", "data": CASE},
    ],
)
def test_records_come_out_of_every_envelope_without_unknown_keys(tmp_path: Path, document: object) -> None:
    assert json_records(written(tmp_path, document), KNOWN) == [READ]


def test_a_subform_of_one_record_is_a_list_and_an_absent_key_is_none(tmp_path: Path) -> None:
    records = json_records(written(tmp_path, [{"services_section": {"service_type": "legal"}}, {}]), KNOWN)

    assert [record["services_section"] for record in records] == [[{"service_type": "legal"}], None]
    assert records[1] == {"case_id": None, "protection_concerns": None, "services_section": None}


def test_keys_name_subforms_with_a_dot_and_hold_no_value(tmp_path: Path) -> None:
    keys = json_keys(written(tmp_path, {"data": [{"id": "1", "data": CASE}, {"id": "2", "data": {"late": 1.5}}]}))

    assert keys == [
        *("id", "case_id", "name", "protection_concerns"),
        *("services_section", "services_section.service_type", "services_section.note", "late"),
    ]


def test_a_mark_in_front_of_the_file_is_skipped(tmp_path: Path) -> None:
    assert json_records(written(tmp_path, b'\xef\xbb\xbf[{"case_id": "b"}]'), {"case_id"}) == [{"case_id": "b"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'[{"case_id": "a",\n  "name": PRIVATE}]', r"not valid JSON at line 2, column 11"),
        (b'[{"case_id": "a"', r"not valid JSON at line 1, column 17"),
        (b'[{"case_id": "\xff"}]', r"expected UTF-8"),
        (b'[{"case_id": [[["PRIVATE"]]]}]', r"plain values, not so at `\$\[0\]\.case_id"),
        (b'["PRIVATE"]', r"record 1 is no object"),
        (b'"PRIVATE"', r"expected a list of records"),
        (b'[{"x": ' + b"[" * 100_000, r"nested too deep"),
        (b'[{"case_id": "\\ud800"}]', r"not valid JSON at line 1, column \d+"),
        (b'[{"case_id": "a\0b"}]', r"not valid JSON at line 1, column \d+"),
        (b'[{"case_id": "\xed\xa0\x80"}]', r"expected UTF-8"),
    ],
)
def test_t29_a_file_that_is_not_valid_json_is_named_by_its_place(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(ExportError, match=rf"^cases\.json: .*{message}") as caught:
        json_records(written(tmp_path, content), KNOWN)
    assert "PRIVATE" not in str(caught.value)
