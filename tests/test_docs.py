"""The pages say what the software does: their commands run, their tables are the program's, their links resolve."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from analysis import facility_review, overdue_queue, store
from analysis.importers import checks, labels, values
from analysis.simulate import run as simulator
from analysis.study import ROOT

PAGE = ROOT / "docs" / "use-your-own-exports.md"
TEXT = PAGE.read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
IMPORTERS = PAGE.parents[1] / "src" / "analysis" / "importers"
REVIEW, QUEUE = facility_review.FILE.name, overdue_queue.FILE.name
NOT_COPIED = (".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", "matplotlib", "roots", "peers", "mypy")
SCALE = 0.02  # of a country: a few cases in each file


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, flags=re.M | re.S)


def table_of_checks() -> str:
    """Return the page's table of checks, from the table the software reads."""
    lines = [
        f"| `{check}` | {title} | {does} | {can} |"
        for check, title, does, can in checks.checks()
        .select("check", "title", "reader_does", "officer_can")
        .iter_rows()
    ]
    return "\n".join(
        ["| check | what was found | what the import does | what you can do |", "|---|---|---|---|", *lines]
    )


def test_the_page_explains_every_check_in_the_words_of_the_software():
    assert table_of_checks() in TEXT


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(page):
    lost = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (heading and heading not in anchors(file)):
            lost.append(target)
    assert lost == []


def anchors(page: Path) -> set[str]:
    """Return the names that headings of a page get, as git's web pages make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.M)
    headings = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]  # of a link only its words
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_message_of_the_page_is_one_of_the_software():
    code = "\n".join(file.read_text(encoding="utf-8") for file in sorted(IMPORTERS.rglob("*.py")))
    code += (ROOT / "src/analysis/commands.py").read_text(encoding="utf-8")
    code += (ROOT / "Makefile").read_text(encoding="utf-8")
    code = re.sub(r'"\s*\n\s*f?"', "", code)  # texts written over several lines
    listed = TEXT.partition("| message | what to do |")[2].partition("\n\n")[0]
    told = [message for row in listed.splitlines()[2:] for message in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert len(told) > 20
    assert [part for message in told for part in message.split(" … ") if part not in code] == []


def test_the_lines_it_tells_to_add_fit_their_tables():
    paper, label, code = blocks("csv")
    assert paper.splitlines()[0] == "id,anonymous_reporting"
    kind, field, written, language, handling = label.strip().split(",")
    known = labels.aliases("oscar")
    assert known.filter(sheet_kind=kind, field=field, language=language, handling=handling).height
    assert not known.filter(label=written).height
    field, system, system_field, written, word, language = code.strip().split(",")
    listed = pl.read_csv(values.TABLE, infer_schema=False)
    of_field = listed.filter(canonical_field=field, system=system, system_field=system_field, language=language)
    assert word in of_field["canonical_value"].to_list()
    assert written not in of_field["source_value"].to_list()


# --- every command of the page, in its order, on simulated exports that nothing marks as such


@pytest.fixture
def home(tmp_path_factory) -> Path:
    """Return a home folder as an officer may have it, with the project in it as it stands built."""
    home = tmp_path_factory.mktemp("home of an officer")
    shutil.copytree(ROOT, home / "homeward", ignore=shutil.ignore_patterns(*NOT_COPIED))
    simulator.simulate(home / "made-up", seed=11, scale=SCALE)
    return home


@pytest.mark.validation
@pytest.mark.rehearsal
def test_every_command_of_the_page_runs_as_it_stands(home):
    folders, make_key, tell_key, template, inspect, import_, keep_going, everything, as_csv, *deletions = blocks("sh")
    run(home, folders + make_key)
    assert (home / "homeward.key").stat().st_mode & 0o077 == 0
    assert "registers.xlsx" in run(home, template)
    shutil.copytree(home / "made-up" / "exports" / "part-0001", home / "exports", dirs_exist_ok=True)
    (home / "exports" / "consent.csv").write_text(blocks("csv")[0], encoding="utf-8")

    said = run(home, tell_key + inspect)
    assert said.count("of what it always writes is there") == said.count("\n\n") + 1
    assert "NOT READ" not in said

    assert "files imported as records" in run(home, tell_key + import_)
    assert "files imported" not in run(home, tell_key + keep_going), "nothing was left to do"
    results = home / "homeward-results"
    assert_results_are_whole_and_private(results)

    take_published_results_along(home / "homeward", results)
    said = run(home, tell_key + everything)
    assert "every result is up to date" in said
    assert {"estimates/data_quality", "figures/data_quality"} <= set(re.findall(r"^\[\d+/\d+\] (\S+)", said, re.M))
    assert pl.read_csv(results / "figures" / "data_quality.csv")["origin"].unique().to_list() == ["records"]
    assert [(results / "data" / "restricted" / file).stat().st_mode & 0o077 for file in (REVIEW, QUEUE)] == [0, 0]

    run(home, as_csv)
    assert (results / "cases.csv").read_text(encoding="utf-8").startswith("case_id,child_key,")
    run(home, "".join(deletions))
    assert sorted(path.name for path in home.iterdir()) == ["homeward", "made-up", "registers.xlsx"]
    assert not (home / "homeward" / "build" / "roots").exists()


def run(home: Path, commands: str) -> str:
    """Run ``commands`` in the project's folder, with this interpreter for that of .venv; return what they say."""
    ours = f'make PY="{sys.executable}" ENV= PYTHON="{sys.executable}" '
    here = commands.replace(".venv/bin/python", f'"{sys.executable}"')
    script = re.sub(r"^make ", lambda _: ours, here, flags=re.M)
    not_ours = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "STEPS", "BOUNDARIES", "HOMEWARD_KEY", "HOMEWARD_ROOT"}
    plain = {name: value for name, value in os.environ.items() if name not in not_ours}
    place = {"HOME": str(home), "PYTHONPATH": str(home / "homeward" / "src")}
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-euo", "pipefail", "-c", script],
        cwd=home / "homeward",
        env=plain | place,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_results_are_whole_and_private(results: Path) -> None:
    there = {file.name for file in (results / "data" / "restricted").iterdir() if file.is_file()}
    listed = set(re.findall(r"`(\w+\.csv)`", TEXT.partition("`data/restricted` holds")[2].partition("\n##")[0]))
    assert there == listed - {REVIEW, QUEUE}, "what a person is to rule on, or to see, follows later, from make"
    tables = results / "data" / "processed" / "imported"
    assert pl.read_parquet(tables / "cases.parquet").height > 0
    assert set(pl.read_csv(tables / "rejected.csv")["reason"]) <= set(checks.checks()["check"])
    assert [file for file in results.rglob("*") if file.stat().st_mode & 0o077] == []


def take_published_results_along(project: Path, results: Path) -> None:
    """Copy what does not follow from records, with its times: a first run would only make it again."""
    made = [name for stage in store.STAGES for name in store.tables_of(stage) if store.origin(name) != "published"]
    words = [json.loads(file.read_text(encoding="utf-8")) for file in (ROOT / "figures").glob("*.json")]
    drawn = [f"{sidecar['name']}*" for sidecar in words if sidecar["origin"] != "published"]
    also = ("imported", "index.html", "page", "import", "simulate", "*.py")
    records = shutil.ignore_patterns(*also, *drawn, *made, *(f"{name}.parquet" for name in made))
    for part in ("data/processed", "figures", "notebooks", "docs", "build/stamps"):
        shutil.copytree(project / part, results / part, ignore=records, dirs_exist_ok=True)
