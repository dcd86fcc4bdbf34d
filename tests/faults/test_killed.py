"""What is killed: run again it is complete and correct, and nothing half done stays."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from analysis import store
from analysis.importers import outputs
from analysis.study import ROOT

KILLED = -signal.SIGKILL
KILLS_ITSELF = """
import os, signal, sys
from pathlib import Path
replace, left = Path.replace, int(sys.argv[1])
def replaced(self, target):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = replaced
"""
WRITE = "from analysis import store\nstore.replace(Path('clean/table.csv'), b'new')\n"
IMPORT = """
from analysis.importers import outputs
places = [Path("processed/imported"), Path("restricted")]
with outputs.staged(places) as news:
    for new, place in zip(news, places):
        (new / "table.csv").write_bytes(b"new")
        if place.name == "restricted":
            outputs.bring_along(place, new)
"""


def killed(code: str, folder: Path, at: int = 1) -> int:
    """Run ``code`` in ``folder`` in a process that kills itself where it renames for the ``at``-th time."""
    command = [sys.executable, "-c", KILLS_ITSELF + code, str(at)]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(command, cwd=folder, env=env, check=False).returncode


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_write_that_is_killed_changes_nothing_and_the_next_make_removes_what_it_began(tmp_path, tool, somebody):
    tables = tmp_path / "data/processed"
    store.replace(tables / "clean/table.csv", b"old")
    assert killed(WRITE, tables) == KILLED
    assert (tables / "clean/table.csv").read_bytes() == b"old"
    (begun,) = set(content(tables)) - {"clean/table.csv"}
    assert re.fullmatch(r"clean/table\.csv\.\d+\.tmp", begun)
    (tables / f"clean/table.csv.{os.getpid()}.tmp").write_bytes(b"of one that is at work")
    tool(tmp_path, "tidy.py", somebody.pid, ".")
    assert set(content(tables)) == {"clean/table.csv", f"clean/table.csv.{os.getpid()}.tmp"}


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_an_import_that_is_killed_loses_nothing_of_the_holder(tmp_path, at):
    mine = tmp_path / "restricted/rulings/mine.csv"
    for file in (mine, tmp_path / "processed/imported/table.csv", tmp_path / "restricted/table.csv"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"old")
    assert killed(IMPORT, tmp_path, at) == KILLED
    with outputs.staged([tmp_path / "processed/imported", tmp_path / "restricted"]) as (tables, lists):
        assert content(tmp_path / "restricted") == {"rulings/mine.csv": b"old", "table.csv": b"old"}
        (tables / "table.csv").write_bytes(b"newest")
        outputs.bring_along(tmp_path / "restricted", lists)
    assert mine.read_bytes() == b"old"
    assert (tmp_path / "processed/imported/table.csv").read_bytes() == b"newest"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["processed", "restricted"]
    assert [file.name for file in (tmp_path / "processed").iterdir()] == ["imported"]


# --- twenty kills in mid-make

N_KILLS = 20
TARGETS = (
    *(f"data/processed/{name}.parquet" for name in ("clean/areas", "clean/provinces", "estimates/facility_types")),
    *(f"figures/care_trend{ending}" for ending in (".csv", ".png")),
    "LANGUAGES=en",
)
BUILT = ("data/processed", "figures", "build/stamps")


@pytest.mark.validation
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_after_twenty_kills_every_result_is_what_an_undisturbed_make_makes(project, tool):
    start = time.monotonic()
    steps = project.made(*TARGETS)
    seconds = time.monotonic() - start
    assert len(steps) >= 6, "enough for the steps to share their imports"
    undisturbed = project.files("data/processed", "figures")
    rng, n_killed, ways = random.Random(11), 0, list(WAYS)  # noqa: S311 (a seed, no secret)
    for number in range(N_KILLS):
        for name in BUILT:
            subprocess.run(["rm", "-rf", project.folder / name], check=True)  # noqa: S607
        after, way = rng.uniform(0.05, 0.95) * seconds, ways[number % len(ways)]
        make = project.start(*TARGETS)
        time.sleep(after)
        n_killed += make.process.poll() is None
        shall_go_on = WAYS[way](project.folder, make.process.pid, rng)
        said = f"kill {number + 1} of {way}, after {after:.2f} of {seconds:.2f} s"
        assert make.ended() == 0 or not shall_go_on, f"{said}\n{make.told}"
        again = project.run(*TARGETS)
        assert again.returncode == 0, f"{said}\n{make.told}\n{again.stdout}\n{again.stderr}"
        assert project.files("data/processed", "figures") == undisturbed, said
        assert project.made(*TARGETS) == [], said
        assert project.half_written() == [], said
    assert n_killed >= N_KILLS / 2, "most while make was at work"


def kill_all(folder: Path, make: int, _rng: random.Random) -> bool:
    """Kill make, its commands, the server of its steps with its children, and what holds its lock."""
    holders = [process for process, words in processes(Path("/")).items() if f"tools/tidy.py {make} " in words]
    for process in [*processes(folder), *holders]:
        kill(process)
    return False


def kill_group(_folder: Path, make: int, _rng: random.Random) -> bool:
    kill(-make)
    return False


def kill_make_alone(_folder: Path, make: int, _rng: random.Random) -> bool:
    kill(make)
    return False


def kill_step(folder: Path, _make: int, rng: random.Random) -> bool:
    """Kill a command of make, or what it has turned into."""
    found = [process for process, words in processes(folder).items() if "step.py" in words or "-m analysis" in words]
    if found:
        kill(rng.choice(found))
    return False


def kill_server(folder: Path, make: int, rng: random.Random) -> bool:
    """Kill the server of the steps, without which make goes on; before there is one, a step."""
    found = [process for process, words in processes(folder).items() if "tools/warm.py" in words]
    if not found:
        return kill_step(folder, make, rng)
    kill(min(found))  # the others are its children
    return True


WAYS = {
    "everything": kill_all,
    "a step": kill_step,
    "make with its commands": kill_group,
    "the server": kill_server,
    "make alone": kill_make_alone,
}


def processes(folder: Path) -> dict[int, str]:
    """Return the commands of all processes that work in ``folder``, by number."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == folder:
                found[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:  # it has just ended
            continue
    return found


def kill(process: int) -> None:
    """Kill a process, or with a minus sign its group, unless it has just ended."""
    with suppress(ProcessLookupError):
        (os.kill if process > 0 else os.killpg)(abs(process), signal.SIGKILL)
