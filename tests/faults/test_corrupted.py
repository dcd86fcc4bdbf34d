"""Damaged files: what is cut short is made again, what cannot be read is named with what to do."""

import os
import shlex
import subprocess
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import kernel, store
from analysis.study import ROOT

TABLE = "data/processed/clean/areas.parquet"
FRAME = pd.DataFrame({"place": pd.array([f"place {n}" for n in range(40)], "str"), "n": pd.array(range(40), "Int64")})


def test_a_table_that_was_emptied_is_made_again(project):
    file = project.folder / TABLE
    assert project.made(TABLE) == ["clean/areas"]
    whole = file.read_bytes()
    file.write_bytes(b"")
    done = project.run(TABLE)
    assert done.returncode == 0
    assert done.stderr == f"{TABLE} was cut short: it is removed, to be made again\n"
    assert "[1/1] clean/areas" in done.stdout
    assert file.read_bytes() == whole


@pytest.fixture
def place(tmp_path):
    """Return a place with one whole result of each kind, and texts of which any may be empty."""
    store.write(FRAME, tmp_path / "data/processed/clean/whole.parquet", "published")
    for name in ("figures/whole.png", "figures/km/whole.csv", "notebooks/whole.ipynb", "build/dependencies.mk"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("something\n# end\n")
    for name in ("notebooks/source.py", "docs/page.md", "data/restricted/list_of_the_holder.csv", "src/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def standing(place) -> set[str]:
    return {str(file.relative_to(place)) for file in place.rglob("*") if file.is_file()} - {"build/lock"}


def test_whole_results_and_empty_texts_stay(place, tool, somebody):
    before = standing(place)
    assert tool(place, "tidy.py", somebody.pid, ".").stderr == ""
    assert standing(place) == before


@pytest.mark.parametrize(
    "name", ["data/processed/clean/whole.parquet", "figures/whole.png", "figures/km/whole.csv", "notebooks/whole.ipynb"]
)
@pytest.mark.parametrize("length", [0, 4, 7, 500], ids="{} bytes".format)
def test_a_result_that_is_cut_short_is_removed(place, tool, somebody, name, length):
    before, is_table = standing(place), name.endswith(".parquet")
    (place / name).write_bytes((place / name).read_bytes()[:length])
    told = tool(place, "tidy.py", somebody.pid, ".").stderr
    is_found = is_table or length == 0  # nothing in a picture says how long it should be
    assert told == (f"{name} was cut short: it is removed, to be made again\n" if is_found else "")
    assert standing(place) == (before - {name} if is_found else before)


def test_a_list_of_dependencies_without_its_end_is_made_again(place, tool, somebody):
    (place / "build/dependencies.mk").write_text("$(STAMPS)/clean/areas: src/analysis/cle")
    tool(place, "tidy.py", somebody.pid, ".")
    assert not (place / "build/dependencies.mk").exists()


def test_a_module_that_cannot_be_read_is_told_in_one_line(tmp_path):
    module = tmp_path / "src/analysis/clean/broken.py"
    module.parent.mkdir(parents=True)
    module.write_text("TABLE = 1\ndef build(:\n")
    command = [sys.executable, str(ROOT / "tools" / "dependencies.py")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("src/analysis/clean/broken.py, line 2: this is no Python (")
    assert len(done.stderr.splitlines()) == 1


# --- what only a reader can see


@pytest.fixture
def file(tmp_path):
    store.write(FRAME, tmp_path / "a table.parquet", "published")
    return tmp_path / "a table.parquet"


def refused(file) -> bool:
    """Return whether reading ``file`` is refused in one line that says what to do; if not, it must read as written."""
    try:
        found, told = store.frame_of(file), None
    except store.StoreError as error:
        found, told = None, str(error)
    if told is None:
        pd.testing.assert_frame_equal(found, FRAME)
        return False
    assert told.startswith(f"{file} is damaged (")
    assert told.endswith(f"remove it and run make again, which makes it anew: rm {shlex.quote(str(file))}")
    assert len(told.splitlines()) == 1
    return True


def test_a_table_cut_anywhere_is_refused(file):
    whole = file.read_bytes()
    for length in range(0, len(whole), 41):
        file.write_bytes(whole[:length])
        assert refused(file), length


def test_a_byte_of_the_rows_that_is_another_is_refused_or_changes_nothing(file):
    whole = bytearray(file.read_bytes())
    n_refused, of_rows = 0, range(4, len(whole) - int.from_bytes(whole[-8:-4], "little") - 8, 7)
    for place in of_rows:
        whole[place] ^= 0x55
        file.write_bytes(whole)
        n_refused += refused(file)
        whole[place] ^= 0x55
    assert n_refused > len(of_rows) / 2


@pytest.mark.parametrize("metadata", [{}, {b"origin": b"recorde"}, {b"origin": b"\xff"}])
def test_a_table_that_does_not_say_its_origin_is_refused(file, metadata):
    pq.write_table(pa.table({"n": [1]}).replace_schema_metadata(metadata), file)
    with pytest.raises(store.StoreError, match="it does not say where its rows come from"):
        store.frame_of(file)


def test_what_the_system_says_is_not_blamed_on_the_file(file):
    file.unlink()
    with pytest.raises(FileNotFoundError):
        store.frame_of(file)


def damaged_claims(root) -> str:
    """Put a damaged table of claims below ``root``; return its path."""
    file = root / "data/processed/clean/claims.parquet"
    store.write(FRAME, file, "published")
    content = bytearray(file.read_bytes())
    content[40] ^= 0x55
    file.write_bytes(content)
    return str(file)


def test_a_step_that_reads_a_damaged_table_says_so_in_one_line_and_writes_nothing(tmp_path):
    claims = damaged_claims(tmp_path)
    env = {**os.environ, "HOMEWARD_ROOT": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    step = [sys.executable, "-m", "analysis", "estimates/facility_types"]
    done = subprocess.run(step, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"estimates/facility_types: {claims} is damaged (")
    assert done.stderr.endswith(f"rm {claims}\n")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "data/processed/estimates").exists()


@pytest.mark.validation
def test_a_notebook_that_reads_a_damaged_table_says_so_in_one_line(tmp_path, monkeypatch):
    claims = damaged_claims(tmp_path / "root")
    monkeypatch.setenv("HOMEWARD_ROOT", str(tmp_path / "root"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    head = (ROOT / "notebooks/01_evidence.py").read_text(encoding="utf-8").split("\n# %%", 1)[0]  # names its kernel
    source = tmp_path / "09_damaged.py"
    source.write_text(f'{head}\n# %%\nfrom analysis import store\n\nstore.read("claims")\n', encoding="utf-8")
    with pytest.raises(ValueError, match="is damaged") as told:
        kernel.execute(source, tmp_path / "09_damaged.ipynb")
    assert str(told.value).startswith(f"09_damaged.py: {claims} is damaged (")
    assert len(str(told.value).splitlines()) == 1
    assert not (tmp_path / "09_damaged.ipynb").exists()
