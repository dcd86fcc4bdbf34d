"""Columns are found by label, wherever they stand and however they are spelled."""

from pathlib import Path

import pytest

from analysis.importers import detect, labels
from analysis.importers.reading import Grid

TABLE = """sheet_kind,field,label,language,handling
clients,slug,Client ID,en,read
clients,slug,លេខសម្គាល់អតិថិជន,km,read
clients,name,Given Name (Latin),en,personal
clients,age,Age,en,ignored
clients,csi_1a,1A,en,read
clients,long_id,case_id,en,read
clients,short_id,Case ID,en,read
families,slug,Family ID,en,read
"""


@pytest.fixture
def matched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function from header labels to what the table above makes of them."""
    (tmp_path / "testing.csv").write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(labels, "TABLES", tmp_path)
    for remembered in (labels.aliases, labels._known):
        remembered.cache_clear()
    return lambda *header: labels.matched(Grid(Path("x.xlsx"), "S", header, 1), "testing", "clients")


def test_t10_columns_are_found_in_both_languages_by_letters_alone(matched) -> None:
    assert matched("", " client-ID* ").positions == {"slug": [1]}
    assert matched("លេខ សម្គាល់\u200bអតិថិជន").positions == {"slug": [0]}


def test_t15_a_header_that_occurs_twice_has_both_positions(matched) -> None:
    assert matched("1A", "Client ID", "1A").positions["csi_1a"] == [0, 2]


def test_personal_and_unknown_labels_are_told_apart(matched) -> None:
    found = matched("Given Name (Latin)", "Age", "Favourite colour", "Family ID", "#")

    assert (found.positions, found.personal) == ({}, ["Given Name (Latin)"])
    assert found.unknown == ["Favourite colour", "Family ID", "#"]


def test_the_kinds_of_sheet_are_those_of_the_table(matched) -> None:
    assert labels.kinds("testing") == ["clients", "families"]


def test_labels_that_differ_only_in_their_signs_are_kept_apart(matched) -> None:
    assert matched("case_id", "Case ID").positions == {"long_id": [0], "short_id": [1]}
    assert matched("Case-ID").unknown == ["Case-ID"]  # either of the two: no guess


@pytest.mark.parametrize("system", [*detect.SYSTEMS, *detect.SURVEYS])
def test_each_label_of_a_kind_of_sheet_means_one_field(system: str) -> None:
    meaning: dict[tuple[str, str], tuple[str, str]] = {}
    for kind, field, label, language, handling in labels.aliases(system).iter_rows():
        assert handling in labels.HANDLING, f"{label}: {handling}"
        assert language in ("en", "km"), f"{label}: {language}"
        assert meaning.setdefault((kind, label.casefold()), (field, handling)) == (field, handling), label
