"""An import whose files are read by workers: the same tables, lists and words as in one process."""

from pathlib import Path

from analysis.importers.run import import_exports
from analysis.simulate import run


def test_workers_read_files_to_the_same_bytes(of_two, on_dask, tmp_path):
    run.simulate(tmp_path / "out", 20260104, 0.02)
    here = imported(tmp_path / "out" / "exports", tmp_path / "here")
    parts = on_dask(of_two.address)
    there = imported(tmp_path / "out" / "exports", tmp_path / "there")
    assert len(here) > 20
    assert here == there
    assert list(parts.iterdir()) == []


def imported(exports: Path, to: Path) -> dict[str, bytes]:
    """Import ``exports`` to the folder ``to``; return the content of each file that stands there then."""
    import_exports(exports, to / "processed", to / "restricted")
    return {str(file.relative_to(to)): file.read_bytes() for file in to.rglob("*") if file.is_file()}
