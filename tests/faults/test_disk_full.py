"""A full disk: one clear error, what stood there stays, no half file; with room again the next make completes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.study import ROOT

TABLE = "data/processed/clean/places.parquet"
LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"  # stands for a full disk
REPLACE = "from pathlib import Path\nfrom analysis import store\nstore.replace(Path('file'), b'x' * 100_000)\n"
full_stream = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
SMALL_DISK = """mount -t tmpfs -o size=64k tmpfs small && cd small && printf "old " > file || exit
"$0" -c "$1"
echo "what stands there: $(cat *)$(ls -A)"
"""
IMPORT = """
from contextlib import closing
from pathlib import Path
import polars as pl
from analysis.importers import outputs
with outputs.staged([Path("imported"), Path("restricted")]) as (tables, lists):
    outputs.write_csv(pl.DataFrame({"name": ["a"]}), lists / "list.csv")
    with closing(outputs.TableFile(tables / "numbers.parquet", "simulated")) as file:
        file.add(pl.DataFrame({"n": range(100_000)}))
"""
LONG = """
from pathlib import Path
import polars as pl
from analysis.importers import outputs
from analysis.importers.piles import Pile
with outputs.scratch(Path("imported")) as scratch:
    pile = Pile(scratch, "key", rows_held=1_000)
    for _ in range(3):
        pile.add(pl.DataFrame({"key": range(100_000)}, schema={"key": pl.UInt64}))
"""


def ran(code: str, folder: Path) -> str:
    """Run ``code`` in ``folder``, where it must fail; return the last line of what it says."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return done.stderr.splitlines()[-1]


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_file_that_finds_no_room_leaves_the_old_one_alone(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    told = ran(LIMITED + REPLACE, tmp_path)
    assert told.endswith("StoreError: file was not written (file too large): make room for it and run make again")
    assert content(tmp_path) == {"file": b"old"}


def test_an_import_that_finds_no_room_leaves_all_as_it_was(tmp_path):
    for name in ("imported/numbers.parquet", "restricted/mine.csv"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"old")
    before = content(tmp_path)
    told = ran(LIMITED + IMPORT, tmp_path)
    assert told == "OSError: [Errno 27] File too large; nothing was changed, make room and import again: '.'"
    assert content(tmp_path) == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["imported", "restricted"]


def test_a_long_table_that_finds_no_room_is_told_as_an_import_and_leaves_nothing(tmp_path):
    told = ran(LIMITED + LONG, tmp_path)
    assert told == "OSError: [Errno 27] File too large; nothing was changed, make room and import again: '.'"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_really_full(tmp_path):
    if shutil.which("unshare") is None:
        pytest.skip("no unshare here, which would let us mount a small disk")
    (tmp_path / "small").mkdir()
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, sys.executable, REPLACE]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    if "mount: " in done.stderr or "unshare: " in done.stderr:
        pytest.skip(f"no small disk could be mounted: {done.stderr.strip()}")
    assert done.stderr.splitlines()[-1].endswith("(no space left on device): make room for it and run make again")
    assert done.stdout == "what stands there: old file\n"


@full_stream
def test_dependencies_that_find_no_room_are_told_in_one_line(tmp_path):
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, str(ROOT / "tools" / "dependencies.py")]
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "what each step imports could not be written down in build/dependencies.mk: No space left on device\n"
    )


@full_stream
@pytest.mark.validation
def test_make_on_a_full_disk_says_so_and_completes_when_there_is_room(project):
    python = project.folder / "python on a full disk"
    python.write_text(f"#!/bin/bash\nulimit -f 4\nexec '{sys.executable}' \"$@\"\n")
    python.chmod(0o755)
    before = project.files("data", "figures")
    failed = project.run(TABLE, f"PY={python}")
    assert failed.returncode == 2
    ours = [line for line in failed.stderr.splitlines() if not line.startswith("make:")]
    assert ours == [
        f"clean/places: {project.folder}/{TABLE} was not written (file too large): make room for it and run make again"
    ]
    assert project.files("data", "figures") == before
    assert project.half_written() == []
    with Path("/dev/full").open("w") as full:
        unheard = project.run(TABLE, stdout=full)
    assert unheard.returncode == 2
    assert "Traceback" not in unheard.stderr
    assert "No space left on device" in unheard.stderr
    assert project.made(TABLE) in ([], ["clean/places"])
    assert (project.folder / TABLE).stat().st_size > 4096
    assert project.made(TABLE) == []
