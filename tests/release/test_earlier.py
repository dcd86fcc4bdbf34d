"""What has left is kept: every cell once, as last told, through releases and imports."""

import pandas as pd
import pytest

from analysis.importers import outputs
from analysis.release import earlier

FIGURES = pd.DataFrame(
    {
        "figure": ["quality", "trend"],
        "origin": ["records", "published"],
        "numbers_sha256": ["a1", "b2"],
        "rows": [2, 9],
        "withheld": [1, 0],
    }
)


def told(restricted, *cells):
    """Write candidates: cell, exact, rounded, is_shown."""
    (restricted / "candidates").mkdir(exist_ok=True)
    frame = pd.DataFrame(cells, columns=["cell", "exact", "rounded", "is_shown"])
    frame.to_csv(restricted / "candidates" / "quality.csv", index=False)


def kept(restricted):
    return pd.read_csv(restricted / "released" / "quality.csv").to_numpy().tolist()


def everything(folder):
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_release_is_kept_cell_by_cell_and_in_the_manifest(tmp_path):
    told(tmp_path, ("b", 23, 25, True), ("a", 3, 5, False))
    earlier.record(tmp_path, "first", FIGURES)
    assert kept(tmp_path) == [["b", 23, 25, True, "first"], ["a", 3, 5, False, "first"]]
    assert not (tmp_path / "released" / "trend.csv").exists(), "what is in print needs no protection"
    manifest = pd.read_csv(tmp_path / "releases.csv")
    assert manifest.to_numpy().tolist() == [
        ["first", "records", "quality", "a1", 2, 1],
        ["first", "published", "trend", "b2", 9, 0],
    ]


def test_the_same_release_again_changes_no_byte(tmp_path):
    told(tmp_path, ("b", 23, 25, True), ("a", 3, 5, False))
    earlier.record(tmp_path, "first", FIGURES)
    before = everything(tmp_path)
    earlier.record(tmp_path, "first", FIGURES)
    assert everything(tmp_path) == before


def test_a_later_release_forgets_nothing_that_was_told(tmp_path):
    told(tmp_path, ("a", 3, 5, False), ("gone", 40, 40, True))
    earlier.record(tmp_path, "first", FIGURES)
    told(tmp_path, ("a", 21, 20, True), ("new", 50, 50, True))
    earlier.record(tmp_path, "second", FIGURES)
    first = [["a", 3, 5, False, "first"], ["gone", 40, 40, True, "first"]]
    assert kept(tmp_path) == [*first, ["a", 21, 20, True, "second"], ["new", 50, 50, True, "second"]]
    assert earlier.names(tmp_path, but="third") == ["first", "second"]
    assert earlier.names(tmp_path, but="second") == ["first"]


@pytest.mark.parametrize(("now", "is_refused"), [("records", False), ("published", False), ("simulated", True)])
def test_made_up_and_real_records_are_not_compared_with_each_other(tmp_path, now, is_refused):
    told(tmp_path, ("a", 3, 5, False))
    figures = dict.fromkeys(FIGURES["figure"], now)
    assert earlier.faults(tmp_path, now, figures) == []
    earlier.record(tmp_path, "first", FIGURES)
    assert bool(earlier.faults(tmp_path, now, figures)) == is_refused


def test_a_figure_of_the_simulator_alone_stands_beside_records(tmp_path):
    told(tmp_path, ("a", 3, 5, False))
    earlier.record(tmp_path, "first", FIGURES.replace({"origin": {"records": "simulated"}}))
    now = {"quality": "simulated", "trend": "published"}
    assert earlier.faults(tmp_path, "records", now) == []
    assert earlier.faults(tmp_path, "records", now | {"quality": "records"})


def test_an_import_keeps_what_was_released(tmp_path):
    restricted = tmp_path / "restricted"
    restricted.mkdir()
    (restricted / "files.csv").write_text("old")
    told(restricted, ("a", 3, 5, False))
    earlier.record(restricted, "first", FIGURES)
    before = everything(restricted)
    with outputs.staged([restricted]) as [new]:
        (new / "files.csv").write_text("new")
        outputs.bring_along(restricted, new)
    assert everything(restricted) == before | {file: b"new" for file in before if file.name == "files.csv"}
