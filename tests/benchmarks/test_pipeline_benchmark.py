"""The benchmark of the whole pipeline, on a project of one file: it is copied, results are compared, times told."""

import csv
import subprocess
import sys

import pytest
from benchmarks import measured, pipeline

MAKEFILE = """.PHONY: all figures
all: figures
figures:
\t@mkdir -p figures; printf %s "$(SAYS)$(STEPS)" > figures/one.txt
"""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "figures").mkdir(parents=True)
    (folder / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    (folder / "figures" / "one.txt").write_text("1", encoding="utf-8")
    (folder / "untracked.txt").write_text("mine", encoding="utf-8")
    (folder / ".venv").mkdir()
    for command in (["init", "-q"], ["add", "Makefile", "figures"]):
        subprocess.run(["git", *command], cwd=folder, check=True)  # noqa: S607
    return folder


def test_a_copy_holds_what_belongs_to_the_repository_and_a_link_to_the_environment(project, tmp_path):
    files = pipeline.copied(project, tmp_path / "copy")
    assert sorted(files) == ["Makefile", "figures/one.txt"]
    assert not (tmp_path / "copy" / "untracked.txt").exists()
    assert (tmp_path / "copy" / ".venv").resolve() == (project / ".venv").resolve()
    assert (tmp_path / "copy" / "Makefile").stat().st_mtime == (project / "Makefile").stat().st_mtime


@pytest.mark.parametrize(("says", "differing"), [("1", 0), ("2", 1)])
def test_results_with_other_bytes_are_counted(project, monkeypatch, says, differing):
    monkeypatch.setenv("SAYS", says)
    monkeypatch.setenv("STEPS", "of the make that runs the benchmark")
    run = pipeline.made(project, ("figures", "all"))
    assert list(run["costs"]) == ["figures", "all", pipeline.NOTHING_TO_DO]
    assert (run["committed"], run["differing"]) == (1, differing)


def test_what_a_command_leaves_running_counts_and_its_time_on_the_clock_does_not():
    busy = "import time; start = time.process_time()\nwhile time.process_time() - start < 0.3: pass"
    command = ["sh", "-c", f"{sys.executable} -c '{busy}' > /dev/null & true"]
    apart, together = (measured.cost(command, with_left_behind=counts) for counts in (False, True))
    assert apart.cpu_seconds < 0.3 <= together.cpu_seconds
    assert together.seconds < together.cpu_seconds


def test_the_last_line_tells_of_all_stages_together(project, monkeypatch, tmp_path):
    monkeypatch.setattr(pipeline, "STAGES", ("figures",))
    pipeline.main(["--repeats", "1", "--from", str(project), "--to", str(tmp_path / "to.csv")])
    with (tmp_path / "to.csv").open(encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    assert [line["stage"] for line in lines] == ["figures", pipeline.NOTHING_TO_DO, "from nothing"]
    assert lines[-1]["committed_files"] == "1"
