"""Surroundings: exports in a folder with a hostile name, and what an import gives where nothing is out of order."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.study import ROOT

sys.path.insert(0, str(Path(__file__).parent))

from surrounded import DRAWN, HOSTILE, KEY, contents, copied, run

EXPORTS = ROOT / "data" / "simulated" / "exports"
TAKEN = ("client_report-ngo01.xlsx", "primero-cases.csv", "hl.sav", "inspection-2014.xlsx")


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of exports of several systems that pass for somebody's records: no manifest is beside them."""
    folder = tmp_path_factory.mktemp("records") / HOSTILE
    folder.mkdir()
    for name in TAKEN:
        shutil.copy(next(EXPORTS.rglob(name)), folder)
    return folder


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project in a folder with a hostile name."""
    return copied(tmp_path_factory.mktemp("of the project") / HOSTILE)


@pytest.fixture(scope="session")
def imported(records: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what an import of ``records`` writes in good surroundings, by file."""
    root = tmp_path_factory.mktemp("plain") / "results"
    done = run("import", records, "--to", root, LC_ALL="C.UTF-8", TZ="UTC", **KEY)
    assert done.returncode == 0, done.stderr
    assert "imported as records" in done.stdout
    return contents(root)


@pytest.fixture(scope="session")
def expected(imported: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what an import and a table give in good surroundings, by file."""
    places = tmp_path_factory.mktemp("table") / "places.parquet"
    assert run("clean/places", "--to", places, LC_ALL="C.UTF-8", TZ="UTC").returncode == 0
    return {places.name: places.read_bytes(), **{f"results/{file}": content for file, content in imported.items()}}


@pytest.fixture(scope="session")
def drawn() -> dict[str, bytes]:
    """Return the files of the committed picture, in every language."""
    suffixes = (f"{DRAWN}.png", f"{DRAWN}.svg", f"{DRAWN}.json", f"inline/{DRAWN}.svg")
    files = [f"figures/{folder}{suffix}" for folder in ("", "km/") for suffix in suffixes]
    return {file: (ROOT / file).read_bytes() for file in files}


@pytest.fixture(scope="session")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a copy of the project that nobody may write to."""
    folder = copied(tmp_path_factory.mktemp("read only") / "homeward")
    places = [folder, *(place for place in folder.rglob("*") if place.is_dir())]
    for place in places:
        place.chmod(0o555)
    yield folder
    for place in places:  # else only root could remove them
        place.chmod(0o755)
