"""The queue of overdue contacts: the riskiest first, for its owner alone, and in no folder that is shared."""

import pandas as pd

from analysis import overdue_queue, store
from analysis.importers import keys
from analysis.study import ROOT

A, B, C = (letter * 16 for letter in "abc")
OVERDUE = pd.DataFrame(
    {
        "spell_id": [A, B, C], "child_key": [A, B, C], "case_id": [A, B, C], "agency": "A01", "worker_key": None,
        "tier": ["low", "high", "high"], "risk_level": ["low", "unknown", "high"], "return_kind": "abrupt",
        "province_code": "02", "due_on": pd.Timestamp("2024-03-01"), "overdue_days": [90, 3, 20],
        "last_contact_on": pd.to_datetime([None, "2024-02-01", None]), "since_contact_days": [95, 40, 30],
        "n_missed": [2, 0, 1], "tier_place": [3, 1, 1], "returned_on": pd.Timestamp("2024-01-01"),
        "data_end_on": pd.Timestamp("2024-04-01"),
    }
)  # fmt: skip
CASES = pd.DataFrame({"case_id": [A, B, C], "source_system": ["oscar", "primero", "oscar"]})


def written(tmp_path, monkeypatch, overdue):
    monkeypatch.setattr(overdue_queue.store, "read", {"overdue_contacts": overdue, "cases": CASES}.__getitem__)
    overdue_queue.make(tmp_path / "overdue_contacts.csv")
    return tmp_path / "overdue_contacts.csv"


def test_risk_comes_before_delay_and_delay_before_the_rest():
    assert overdue_queue.in_order(OVERDUE, CASES)["case_id"].tolist() == [C, B, A]


def test_the_file_is_its_owners_alone_and_reads_back(tmp_path, monkeypatch):
    file = written(tmp_path, monkeypatch, OVERDUE)
    assert file.stat().st_mode & 0o077 == 0
    lines = pd.read_csv(file)
    assert tuple(lines.columns) == overdue_queue.SHOWN
    assert lines["due_on"].tolist() == ["2024-03-01"] * 3
    assert lines["last_contact_on"].isna().tolist() == [True, False, True]


def test_where_nothing_is_overdue_the_file_has_its_header_only(tmp_path, monkeypatch):
    assert len(written(tmp_path, monkeypatch, OVERDUE.head(0)).read_text().splitlines()) == 1


def test_it_lies_with_the_restricted_files_and_no_figure_or_notebook_reads_its_table():
    assert overdue_queue.FILE.parent.name == "restricted"
    edges = [line for line in (ROOT / "tables.mk").read_text().splitlines() if "overdue_contacts" in line]
    assert [line.split(",")[1] for line in edges] == ["features/overdue_contacts"]
    assert store.stage_of("overdue_contacts") == "features"


def test_the_recipe_finds_the_case_that_a_pseudonym_stands_for():
    recipe = (ROOT / "docs" / "recipes" / "work-through-overdue-contacts.md").read_text(encoding="utf-8")
    assert "digest(f'{name}:{own}/{episode}').hex()" in recipe
    assert "cut -d, -f3" in recipe
    assert overdue_queue.SHOWN[2] == "case_id"
    digest = keys.digester(keys.PUBLIC)
    named = {digest(f"slug:ngo01-{number}/1").hex() for number in range(1, 100)}
    assert named & set(store.read("cases")["case_id"])
