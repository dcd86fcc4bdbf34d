"""The system is told from content; a file of no system is refused with what was seen, and no name in it."""

import csv
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.importers import detect, labels, reading
from analysis.importers.faults import ExportError

TABLES = {
    "clinic": "sheet_kind,field,label,language,handling\nvisits,id,Visit ID,en,read\nvisits,day,Day of visit,en,read\n",
    "school": "sheet_kind,field,label,language,handling\npupils,id,Pupil,en,read\npupils,name,Given Name,en,personal\n",
}


@pytest.fixture
def systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two systems that know a file by the share of their labels in it; return a folder for files."""
    for system, table in TABLES.items():
        (tmp_path / f"{system}.csv").write_text(table, encoding="utf-8")
    monkeypatch.setattr(labels, "TABLES", tmp_path)
    monkeypatch.setattr(detect, "SYSTEMS", tuple(TABLES))
    monkeypatch.setattr(detect, "importer", lambda system: SimpleNamespace(SYSTEM=system, likeness=likeness_of(system)))
    for remembered in (labels.aliases, labels._known, detect._known, detect._vocabulary):
        remembered.cache_clear()
    yield tmp_path
    for remembered in (labels.aliases, labels._known, detect._known, detect._vocabulary):
        remembered.cache_clear()


def likeness_of(system: str):
    known = labels.aliases(system)["label"].to_list()
    return lambda file: max(sum(label in grid.header for label in known) / 2 for grid in reading.grids(file))


def written(folder: Path, *rows: list[str]) -> Path:
    file = folder / "pupils-of-the-clinic.txt"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return file


def test_the_likeliest_system_reads_the_file_whatever_its_name(systems: Path) -> None:
    module, likeness = detect.detect(written(systems, ["Visit ID", "Day of visit", "Pupil"], ["1", "2020-01-01", "x"]))

    assert (module.SYSTEM, likeness) == ("clinic", 1.0)
    assert detect.importer_of(written(systems, ["Pupil", "Given Name"])).SYSTEM == "school"


def test_a_file_of_no_system_is_refused_with_what_was_seen_and_expected(systems: Path) -> None:
    file = written(systems, ["Day", "Given  name", "Shoe size"], ["x", "PRIVATE", "41"])

    with pytest.raises(ExportError) as caught:
        detect.detect(file)
    message = str(caught.value)
    assert message.startswith(
        "pupils-of-the-clinic.txt: no known system writes such a file. Seen: header with 3 labels"
    )
    assert "(Day, Given name)" in message
    assert "clinic: Visit ID, Day of visit; school: Pupil" in message
    assert "Nearest: school, pupils (1 labels alike)" in message
    assert "PRIVATE" not in message
    assert "Shoe" not in message


def test_a_first_row_that_is_no_header_is_not_shown(systems: Path) -> None:
    with pytest.raises(ExportError) as caught:
        detect.detect(written(systems, ["PRIVATE-given-00001", "ឯកជន ដារា", "Sok Dara"], ["b", "c", "d"]))
    assert "with 3 labels (none of them known)" in str(caught.value)
    assert not any(name in str(caught.value) for name in ("PRIVATE", "ឯកជន", "Sok"))


def test_json_of_no_system_shows_known_keys_only(systems: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "importer", lambda system: SimpleNamespace(likeness=lambda file: 0.0))
    (systems / "x.json").write_text('[{"visit": 1, "Sok Dara": 2}]', encoding="utf-8")

    with pytest.raises(ExportError, match=r"with 2 labels \(visit\).*Nearest: none") as caught:
        detect.detect(systems / "x.json")
    assert "Sok" not in str(caught.value)


def test_a_locked_file_is_refused_before_any_system_sees_it(systems: Path) -> None:
    (systems / "x.xlsx").write_bytes(b"")

    with pytest.raises(ExportError, match="is empty"):
        detect.detect(systems / "x.xlsx")
