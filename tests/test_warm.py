"""Steps that share their imports: the same results, messages and ends as in processes of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis.study import ROOT

PATIENCE = 180.0

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every step is a process of its own")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """Return a folder with the sources alone: what runs in it touches nothing of the project."""
    folder = tmp_path_factory.mktemp("steps that share") / "homeward"
    for name in ("src", "tools", "data/raw"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tables.mk", folder)
    return folder


@pytest.fixture(scope="module")
def make(project) -> Iterator[subprocess.Popen]:
    """Return a process that stands for the make that asks, with a server at work for it."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    server = subprocess.Popen([sys.executable, "tools/warm.py", str(process.pid)], cwd=project, env=env(project))
    wait_until(lambda: has_answered(project, process.pid))
    yield process
    process.kill()
    process.wait()
    assert server.wait(PATIENCE) == 0
    assert not place(project, process.pid).exists()


def env(project: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(project / "src"), "STEPS": "99", "OPENBLAS_NUM_THREADS": "1"}


def place(project: Path, make: int) -> Path:
    return project / "build" / "warm" / str(make)


def has_answered(project: Path, make: int) -> bool:
    """Return whether the server answers a step, rather than that a process of its own is needed for it."""
    code = (
        "import sys; sys.path.insert(0, 'tools'); import step\n"
        f"sys.exit(0 if step._status_of(['--help'], step.FOLDER / '{make}') == 0 else 1)"
    )
    return subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True).returncode == 0


def asked(project: Path, make: int, *step: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", "tools/step.py", str(make), *step]
    return subprocess.run(command, cwd=project, env=env(project), capture_output=True, text=True)


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_a_step_writes_the_bytes_that_a_process_of_its_own_writes(project, make):
    done = asked(project, make.pid, "clean/areas", "--to", "shared.parquet")
    assert done.returncode == 0, done.stderr
    alone = [sys.executable, "-m", "analysis", "clean/areas", "--to", "alone.parquet"]
    subprocess.run(alone, cwd=project, env=env(project), check=True)
    assert (project / "shared.parquet").read_bytes() == (project / "alone.parquet").read_bytes()


def test_what_a_step_says_and_how_it_ends_comes_through(project, make):
    done = asked(project, make.pid, "clean/no_such_table")
    alone = subprocess.run(
        [sys.executable, "-m", "analysis", "clean/no_such_table"],
        cwd=project,
        env=env(project),
        capture_output=True,
        text=True,
    )
    assert done.returncode == alone.returncode != 0
    assert done.stderr.splitlines()[-1] == alone.stderr.splitlines()[-1]


def test_a_module_edited_since_the_server_began_is_run_as_it_stands(project, make):
    module = project / "src/analysis/clean/areas.py"
    kept = module.read_text(encoding="utf-8")
    module.write_text(kept + "\nraise ValueError('edited since')\n", encoding="utf-8")
    done = asked(project, make.pid, "clean/areas", "--to", "edited.parquet")
    module.write_text(kept, encoding="utf-8")
    assert (done.returncode, "edited since" in done.stderr) == (1, True)


def test_who_goes_away_ends_the_step(project, make):
    module, begun = project / "src/analysis/clean/areas.py", project / "begun"
    kept = module.read_text(encoding="utf-8")
    endless = f"import os, time\nopen({str(begun)!r}, 'w').write(f'{{os.getpid()}}.')\ntime.sleep(600)\n"
    module.write_text(f"{kept}\n{endless}", encoding="utf-8")
    command = [sys.executable, "-S", "tools/step.py", str(make.pid), "clean/areas", "--to", "never.parquet"]
    client = subprocess.Popen(command, cwd=project, env=env(project))
    wait_until(lambda: begun.exists() and begun.read_text().endswith("."))
    module.write_text(kept, encoding="utf-8")
    step = Path("/proc") / begun.read_text().removesuffix(".")
    assert step.exists()
    client.terminate()
    client.wait()
    wait_until(lambda: not step.exists())


def test_without_a_server_a_step_is_a_process_of_its_own_and_starts_one_for_those_that_follow(project):
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    done = asked(project, process.pid, "clean/areas", "--to", "first.parquet")
    assert done.returncode == 0, done.stderr
    wait_until(place(project, process.pid).exists)
    second = subprocess.run([sys.executable, "tools/warm.py", str(process.pid)], cwd=project, env=env(project))
    assert second.returncode == 0, "its place is taken"
    process.kill()
    process.wait()
    wait_until(lambda: not place(project, process.pid).exists())


def test_few_steps_start_no_server(project):
    few = {**env(project), "STEPS": "1"}
    command = [sys.executable, "-S", "tools/step.py", str(os.getpid()), "clean/areas", "--to", "few.parquet"]
    subprocess.run(command, cwd=project, env=few, check=True)
    assert not place(project, os.getpid()).exists()


def in_tools(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run ``code``, which imports ``warm``, in a folder."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r}); import warm\n{code}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_step_ends_with_its_server_even_if_that_is_killed(tmp_path):
    code = (
        "import os, signal, time\n"
        "us, child = os.getpid(), os.fork()\n"
        "if child == 0:\n"
        "    warm._end_with(us)\n"
        "    open('begun', 'w').write(f'{os.getpid()}.')\n"
        "    os.dup2(os.open(os.devnull, os.O_WRONLY), 1), os.dup2(1, 2)\n"
        "    time.sleep(600)\n"
        "while not os.path.exists('begun') or not open('begun').read().endswith('.'):\n"
        "    time.sleep(0.01)\n"
        "os.kill(us, signal.SIGKILL)\n"
    )
    assert in_tools(code, tmp_path).returncode == -signal.SIGKILL
    child = (tmp_path / "begun").read_text().removesuffix(".")
    wait_until(lambda: not is_at_work(child))


def is_at_work(process: str) -> bool:
    try:
        return Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_places_of_servers_whose_make_is_gone_are_removed(tmp_path):
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    (tmp_path / "build/warm").mkdir(parents=True)
    for name in (str(gone.pid), str(os.getpid()), "not a number"):
        (tmp_path / "build/warm" / name).touch()
    assert in_tools("warm._forget_the_gone()", tmp_path).returncode == 0
    assert {file.name for file in (tmp_path / "build/warm").iterdir()} == {str(os.getpid()), "not a number"}


def test_what_is_loaded_before_a_fork_starts_no_threads_and_is_nothing_of_ours():
    code = (
        "import sys, os, importlib; sys.path.insert(0, 'tools'); import warm\n"
        "[importlib.import_module(name) for name in warm.LIBRARIES]\n"
        "names = {open(f'/proc/self/task/{task}/comm').read().strip() for task in os.listdir('/proc/self/task')}\n"
        "names -= {open('/proc/self/comm').read().strip()}\n"
        "print(sorted(names), 'analysis' in sys.modules, 'polars' in sys.modules)"
    )
    plain = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=plain, capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("[] False False", "['jemalloc_bg_thd'] False False"), "that one bears a fork"
