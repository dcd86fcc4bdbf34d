"""Two makes in one place: the second waits and finds everything done; nothing that is killed leaves a lock."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.study import ROOT

TABLE = "data/processed/clean/areas.parquet"
RAW = "data/raw/rulings/areas_ruled.csv"
LOCK = "build/lock"


@pytest.fixture(scope="module")
def told(project, wait_until, tmp_path_factory) -> dict[str, object]:
    """What three makes for one table told and did: the first was killed alone, so that its step worked on.

    Then came the second, and beside it the third and one for another place. At last the input of the table is dated so
    as if it had changed while the second worked.
    """
    project.gate(True)
    first = project.start(TABLE)
    wait_until((project.folder / "begun").exists)
    first.kill(group=False)
    project.gate(False)
    second = project.start(TABLE)
    wait_until(lambda: "still at work" in second.told)
    third = project.start(TABLE)
    wait_until(lambda: "another make" in third.told)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    cleaned = project.run(f"ROOT={elsewhere}", "clean")
    waited = second.process.poll() is None and third.process.poll() is None
    (project.folder / "open").touch()
    ended, then = (second.ended(), third.ended()), project.made(TABLE)
    os.utime(project.folder / RAW, ns=((project.folder / "open").stat().st_mtime_ns,) * 2)
    return {
        "second": second.told,
        "third": third.told,
        "waited for": second.process.pid,
        "elsewhere": (cleaned.returncode, cleaned.stderr, waited),
        "left elsewhere": [str(file.relative_to(elsewhere)) for file in elsewhere.rglob("*") if file.is_file()],
        "ended": ended,
        "then": then,
        "after a change": project.made(TABLE),
    }


def test_a_step_waits_for_one_that_a_killed_make_left_at_work(told):
    assert "clean/areas: an earlier run of it is still at work; waiting for it to end" in told["second"].splitlines()


def test_what_changed_while_its_step_ran_is_made_again(told):
    assert told["ended"] == (0, 0)
    assert "/1] clean/areas " in told["second"]
    assert told["then"] == []
    assert told["after a change"] == ["clean/areas"]


def test_the_second_make_says_for_whom_it_waits_in_one_line_and_then_finds_everything_done(told, project):
    lines = [line for line in told["third"].splitlines() if not line.startswith("make:")]  # that it is up to date
    place = project.folder.resolve()
    assert lines == [f"another make (process {told['waited for']}) is at work in {place}: waiting for it to end"]


def test_a_make_whose_results_lie_elsewhere_waits_for_nobody(told):
    assert told["elsewhere"] == (0, "", True)
    assert told["left elsewhere"] == [LOCK], "where the next make looks for it"


def test_the_table_is_what_one_make_alone_makes(told, project):
    alone = project.folder / "alone.parquet"
    env = {**os.environ, "PYTHONPATH": str(project.folder / "src"), "HOMEWARD_ROOT": ""}
    command = [sys.executable, "-m", "analysis", "clean/areas", "--to", str(alone)]
    subprocess.run(command, cwd=project.folder, env=env, check=True)
    assert (project.folder / TABLE).read_bytes() == alone.read_bytes()
    assert project.half_written() == []


# --- the lock itself


def asking(folder: Path, process: int) -> subprocess.Popen:
    command = [sys.executable, "-S", str(ROOT / "tools" / "lock.py"), str(process), LOCK]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)


def holder(folder: Path) -> int:
    return int((folder / LOCK).read_text())


@pytest.fixture
def waiting(tmp_path, tool, somebody, somebody_else):
    """Return who waits for ``somebody_else`` while ``somebody`` has the lock."""
    tool(tmp_path, "lock.py", somebody.pid, LOCK)
    assert holder(tmp_path) == somebody.pid
    with asking(tmp_path, somebody_else.pid) as asks:
        assert asks.stderr.readline() == (
            f"another make (process {somebody.pid}) is at work in {tmp_path.resolve()}: waiting for it to end\n"
        )
        assert asks.poll() is None
        try:
            yield asks
            assert asks.wait(60) == 0
            assert asks.stderr.read() == "", "one line is enough"
        finally:
            asks.kill()


def test_a_lock_lasts_as_long_as_the_process_it_is_for(tmp_path, somebody, somebody_else, waiting):
    somebody.kill()
    somebody.wait()
    waiting.wait(60)
    assert holder(tmp_path) == somebody_else.pid


def test_who_is_gone_takes_no_lock(tmp_path, somebody, somebody_else, waiting):
    somebody_else.kill()
    somebody_else.wait()
    waiting.wait(60)
    assert holder(tmp_path) == somebody.pid


def test_a_lock_that_was_removed_is_taken_again_where_all_look_for_it(tmp_path, somebody, somebody_else, waiting):
    (tmp_path / LOCK).unlink()
    somebody.kill()
    somebody.wait()
    waiting.wait(60)
    assert holder(tmp_path) == somebody_else.pid


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_what_holds_the_lock_may_be_killed(tmp_path, tool, somebody, somebody_else):
    tool(tmp_path, "lock.py", somebody.pid, LOCK)
    (ours,) = [int(file.parent.name) for file in Path("/proc").glob("[0-9]*/cmdline") if is_for(file, somebody.pid)]
    os.kill(ours, signal.SIGKILL)
    assert tool(tmp_path, "lock.py", somebody_else.pid, LOCK).stderr == ""
    assert holder(tmp_path) == somebody_else.pid


def is_for(file: Path, process: int) -> bool:
    try:
        return file.read_text().split("\0")[-3:-1] == [str(process), LOCK]
    except OSError:  # it has just ended
        return False


def test_make_may_begin_anew_and_call_itself(tmp_path):
    ask = f"'{sys.executable}' -S '{ROOT}/tools/lock.py' $$ {LOCK}"
    script = tmp_path / "make.sh"
    script.write_text(f'set -e\n{ask}\n{ask}\nsh -c "{ask.replace("$$", "$$$$")}; true"\n'.replace("$$$$", "\\$\\$"))
    done = subprocess.run(["sh", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)  # noqa: S607
    assert (done.returncode, done.stderr) == (0, "")
