"""The pages written from the sources: what stands behind each figure, whose the data are, and the methods they name."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import pipeline, sources, store
from analysis.page.sections import QUESTIONS
from analysis.study import ROOT

OVERVIEW = (ROOT / "docs/methods/README.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "docs/results.md").read_text(encoding="utf-8")
NAMES = [name for names in QUESTIONS.values() for name in names]
MAKE_AGAIN = "it is older than the sources: run make"


def written(tool: str, where: Path = ROOT) -> str:
    """Return what ``tool`` prints in the folder ``where``."""
    command = [sys.executable, str(ROOT / "tools" / tool)]
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """Return the cells of the table below ``heading`` by the name in the first one."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| [")]
    return {re.match(r"\[`?([\w/]+)`?\]", first)[1]: rest for first, *rest in cells}


def test_the_results_map_is_that_of_the_sources():
    assert written("results_map.py") == RESULTS, MAKE_AGAIN


def test_the_page_of_sources_is_that_of_the_descriptions():
    assert written("sources_table.py") == (ROOT / "docs/sources.md").read_text(encoding="utf-8"), MAKE_AGAIN


def test_every_figure_is_in_the_map_with_the_tables_its_numbers_are_made_of():
    behind = rows(RESULTS, "From figure to test")
    assert list(behind) == NAMES
    for name, (drawn_from, *_) in behind.items():
        tables = pipeline.tables_of(pipeline.module_of(f"figures/{name}").build)
        assert re.findall(r"`([\w/]+)`", drawn_from) == [f"{store.stage_of(table)}/{table}" for table in tables]


def test_every_estimate_and_every_model_has_its_methods():
    assert "- Not in the overview of methods: none.\n" in RESULTS + "\n"


@pytest.fixture(scope="module")
def changed(tmp_path_factory) -> str:
    """Return the map of a project that lacks a notebook and a section of methods, and has a test more."""
    there = tmp_path_factory.mktemp("changed")
    for name in ("src", "figures", "build", "tables.mk"):
        (there / name).symlink_to(ROOT / name)
    for room in ("notebooks", "docs/methods", "tests/estimates", "tests/figures"):
        copied = shutil.ignore_patterns("06_*", "__pycache__", "*.ipynb")
        shutil.copytree(ROOT / room, there / room, ignore=copied)
    overview = there / "docs/methods/README.md"
    overview.write_text(OVERVIEW.replace("`estimates/care_rates`", "`estimates/care`"), encoding="utf-8")
    test = there / "tests/estimates/test_new.py"
    test.write_text('from analysis.estimates import (\n    regulation,\n)\n\nSTEP = "figures/living_parents"\n')
    return written("results_map.py", there)


@pytest.mark.parametrize(
    ("figure", "cell", "before", "after"),
    [
        ("re_separation", 1, "[06](../notebooks/06_reintegration.ipynb)", "none"),
        ("care_rates", 3, "[Rates from printed counts]", "none"),
        ("regulation", 2, "[estimates/regulation]", "[estimates/new]"),  # imported, over several lines
        ("living_parents", 2, "[estimates/living_parents]", "[estimates/new]"),  # named as a step
    ],
)
def test_what_changes_in_the_sources_changes_in_the_map(figure, cell, before, after, changed):
    assert before in rows(RESULTS, "From figure to test")[figure][cell]
    now = rows(changed, "From figure to test")[figure][cell]
    assert after in now
    assert after == "none" or before in now


def test_what_is_missing_is_said(changed):
    [notebooks] = re.findall(r"^- Figures in no notebook: (.+)\.$", changed, flags=re.M)
    assert {"`re_separation`", "`wellbeing_change`"} <= set(notebooks.split(", "))
    [methods] = re.findall(r"^- Not in the overview of methods: (.+)\.$", changed, flags=re.M)
    assert methods.split(", ")[0] == "`care_rates`"
    [untested] = re.findall(r"^- Models that no test names: (.+)\.$", changed, flags=re.M)
    assert "`spatial`" in untested.split(", "), "the copy holds no tests of models"


def test_every_raw_table_and_every_document_has_its_rights():
    page = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    assert set(sources.names()) <= set(rows(page, "Raw tables"))
    told = re.findall(r"^\| .+ \| .* \| (.*) \|$", page.partition("\n## Documents of the ledger\n")[2], flags=re.M)
    documents = sources.read("documents_printed")
    assert told[1:] == documents["licence"].to_list()


# --- the overview of methods


PARTS = ("Estimand", "Formula", "Assumes", "Diagnostics", "Checked")


@pytest.mark.parametrize(
    "section", re.split(r"^## ", OVERVIEW, flags=re.M)[1:], ids=lambda s: s.partition("\n")[0][:40]
)
def test_every_method_says_what_it_estimates_how_and_where_it_is_checked(section):
    parts = re.findall(r"^- \*\*(\w+)\*\*: (.+)$", section, flags=re.M)
    assert [name for name, _ in parts][:5] == list(PARTS)
    assert re.search(r"tests/\w+", dict(parts)["Checked"]), "its check lives nowhere"


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_every_test_and_tool_a_page_names_is_there(page):
    named = re.findall(
        r"(?<![\w/])(?:\.\./)*((?:tests|tools|benchmarks)/[\w/]+(?:\.\w+)?)", page.read_text(encoding="utf-8")
    )
    lost = [path for path in named if not (ROOT / path).exists() and not list(ROOT.glob(f"{path}*"))]
    assert lost == []


def test_every_step_the_overview_names_is_one():
    steps = re.findall(r"`((?:imported|clean|features|estimates)/\w+)`", OVERVIEW)
    known = {f"{stage}/{table}" for stage in (store.IMPORTED, *store.STAGES) for table in store.tables_of(stage)}
    assert set(steps) <= known
