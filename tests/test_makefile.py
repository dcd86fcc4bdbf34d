"""Make's edges are the functions' signatures, and a change rebuilds only what follows from it."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import jupytext
import pandas as pd
import pytest

from analysis import pipeline
from analysis.study import ROOT

LINE = re.compile(r"^\$\(call (table|figure|notebook),([\w/]+),([\w ]*)(?:,([\w ]*))?\)$", flags=re.M)


def edges() -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    text = (ROOT / "tables.mk").read_text()
    return {(kind, name): (a.split(), (b or "").split()) for kind, name, a, b in LINE.findall(text)}


def test_every_line_of_tables_mk_is_understood():
    lines = [line for line in (ROOT / "tables.mk").read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(edges())


def test_every_module_has_its_line():
    tables = {f"{s}/{f.stem}" for s in ("clean", "features", "estimates") for f in _modules(s)}
    assert {name for kind, name in edges() if kind == "table"} == tables
    assert {name for kind, name in edges() if kind == "figure"} == {f.stem for f in _modules("figures")}
    sources_of_notebooks = {f.stem for f in (ROOT / "notebooks").glob("[0-9]*.py")}
    assert {name for kind, name in edges() if kind == "notebook"} == sources_of_notebooks


@pytest.mark.parametrize(("kind", "name"), [k for k in edges() if k[0] != "notebook"], ids="/".join)
def test_inputs_on_the_right_are_the_names_of_the_arguments(kind, name):
    module = pipeline.module_of(name if kind == "table" else f"figures/{name}")
    inputs, picture_inputs = edges()[kind, name]
    assert inputs == pipeline.inputs_of(module.build)
    if kind == "figure":
        assert picture_inputs == pipeline.inputs_of(module.draw)[1:]


@pytest.mark.parametrize("name", [n for k, n in edges() if k == "notebook"])
def test_a_notebooks_line_names_the_tables_it_reads(name):
    code = "\n".join(c.source for c in jupytext.read(ROOT / "notebooks" / f"{name}.py").cells)
    read = set(re.findall(r"store\.read\(\"(\w+)\"\)", code)) | ({"study"} if "study.load()" in code else set())
    assert set(edges()["notebook", name][0]) == read


PAGES = ["pages/brief", "pages/captions", "pages/country_snapshot", "pages/index"]


# --- what make does with a change, in a copy of the built project


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """Return a copy of the project as it stands built, with all times kept."""
    return copy_of_project(tmp_path_factory)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Path:
    """Return another copy, for changes that most results follow from: these are not built again."""
    return copy_of_project(tmp_path_factory)


def copy_of_project(tmp_path_factory) -> Path:
    to = tmp_path_factory.mktemp("a folder with spaces") / "homeward"
    kept = shutil.ignore_patterns(
        ".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", "matplotlib", "peers", "warm"
    )
    shutil.copytree(ROOT, to, ignore=kept, ignore_dangling_symlinks=True)  # of a ROOT that is gone
    make(to, "all")
    return to


def make(folder: Path, *arguments: str) -> list[str]:
    """Run make in ``folder`` with this interpreter and return the steps that ran."""
    done = run_make(folder, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return sorted(re.findall(r"^\[\d+/\d+\] (\S+)", done.stdout, flags=re.M))


def run_make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    not_ours = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "STEPS", "BOUNDARIES", "RECORDS", "ROOT", "HOMEWARD_ROOT"}
    plain = {k: v for k, v in os.environ.items() if k not in not_ours}
    command = ["make", f"PY={sys.executable}", "ENV=", f"PYTHON={sys.executable}", *arguments]
    return subprocess.run(command, cwd=folder, env=plain, capture_output=True, text=True)


def edited(file: Path) -> None:
    time.sleep(0.01)
    file.write_text(file.read_text(encoding="utf-8") + "\n# a remark that changes no result\n", encoding="utf-8")


def test_nothing_changed_nothing_runs(copy):
    assert make(copy, "all") == []


def test_editing_a_cleaner_reruns_it_alone_when_its_bytes_stay(copy):
    edited(copy / "src/analysis/clean/school_distance.py")
    assert make(copy, "all") == ["clean/school_distance", "dictionary"]  # the dictionary is written from contracts


def test_editing_a_model_reruns_only_what_imports_it(copy):
    edited(copy / "src/analysis/models/expansion.py")
    assert make(copy, "tables", "figures") == [
        *("estimates/country_snapshot", "estimates/national_totals"),
        *("figures/country_snapshot", "figures/country_snapshot.csv"),  # which names a check of that estimate
    ]


def test_a_changed_number_travels_to_its_figure_and_no_further(scratch):
    file = scratch / "data/raw/rulings/tourism_provinces_ruled.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("09,yes", "09,no").replace("09,true", "09,false"))
    make(scratch, "accept", "FILE=data/raw/rulings/tourism_provinces_ruled.csv")
    tables = ("estimates/care_rates", "features/province_children", "features/province_conditions")
    figures = ("care_rates", "care_trend", "province_conditions")
    asked = [f"data/processed/{table}.parquet" for table in tables] + [f"figures/{name}.png" for name in figures]
    ran = make(scratch, *asked)
    assert {"clean/tourism_provinces", "features/province_conditions", "figures/province_conditions"} <= set(ran)
    assert not {"estimates/care_rates", "figures/care_trend", "features/province_children"} & set(ran)


def test_words_that_change_beside_a_picture_that_does_not_reach_the_page(copy):
    file = copy / "figures/care_trend.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"reading": "', '"reading": "Said otherwise: '))
    assert [step for step in make(copy, "page") if step != "brief_pdf"] == PAGES  # printed where there is a browser
    assert "Said otherwise: " in (copy / "figures/index.html").read_text(encoding="utf-8")


def test_a_missing_result_is_built_again_and_nothing_else(copy):
    (copy / "figures/care_trend.png").unlink()
    assert make(copy, "tables", "figures") == ["figures/care_trend"]


def test_a_failing_step_says_so_once_and_leaves_no_half_file(copy):
    file = copy / "data/raw/published/province_education.csv"
    kept = file.read_bytes()
    file.write_bytes(kept + b"26,1,1,1,1,1\n")
    with pytest.raises(AssertionError, match=r"data/raw/published/province_education.csv has changed"):
        make(copy, "tables")
    assert not list((copy / "data").rglob("*.tmp"))
    file.write_bytes(kept)
    make(copy, "tables")


def test_editing_an_importer_imports_again_and_stops_where_the_bytes_stay(copy):
    edited(copy / "src/analysis/importers/settled.py")
    assert make(copy, "tables", "figures") == ["import"]


@pytest.mark.validation
def test_a_ruling_that_comes_changes_or_goes_links_anew_and_compares_no_names_again(scratch):
    file = scratch / "data/restricted/rulings/facility_matches.csv"
    pairs = pd.read_parquet(scratch / "data/processed/features/facility_pairs.parquet")
    one, other = pairs.loc[pairs["probability"].idxmax(), ["row_id_a", "row_id_b"]]
    rulings = "row_id_a,row_id_b,is_same,decided_by,decided_on,reason\n"
    linked_anew = {"features/facility_links", "features/facility_link_draws", "facility_review"}
    names = ("facility_link_draws", "facility_pairs", "facility_panel")
    asked = [*(f"data/processed/features/{name}.parquet" for name in names), "review"]
    file.parent.mkdir()
    for text in (rulings, f"{rulings}{one},{other},no,a test,2026-03-31,two gates\n", None):
        file.write_text(text, encoding="utf-8") if text else file.unlink()
        ran = set(make(scratch, *asked))
        assert linked_anew <= ran
        assert not {"import", "features/facility_pairs"} & ran
        assert ("features/facility_panel" in ran) == (text != rulings), "no ruling yet changes no link"
    assert make(scratch, *asked) == []


@pytest.mark.validation
def test_names_that_are_gone_are_imported_again(copy):
    (copy / "data/restricted/facility_names.csv").unlink()
    assert make(copy, "tables") == ["features/case_facility_types", "features/facility_pairs", "import"]


def test_another_choice_of_the_study_neither_simulates_nor_imports_again(scratch):
    file = scratch / "src/analysis/study.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("\n[intervals]", "\n# a remark\n[intervals]"))
    names = ("features/list_captures", "estimates/record_children")
    ran = make(scratch, *(f"data/processed/{name}.parquet" for name in names))
    assert set(names) <= set(ran)
    assert not {"simulate", "import"} & set(ran)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["RECORDS=data/simulated/exports"], "RECORDS needs a ROOT"),
        (["RECORDS=figures", "ROOT=/tmp/nowhere"], "RECORDS=figures lies inside this repository"),
        (["ROOT=docs"], "ROOT=docs lies inside this repository"),
        (["ROOT=."], "holds this repository"),
    ],
)
def test_records_and_results_where_git_sees_them_are_refused_in_one_line(copy, given, said):
    done = run_make(copy, *given, "import")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
    assert not Path("/tmp/nowhere").exists()  # noqa: S108


def test_results_of_another_root_lie_there_and_nowhere_else(copy, tmp_path):
    before = {file: file.stat().st_mtime_ns for file in copy.rglob("*") if file.is_file()}
    root, records = tmp_path / "results, elsewhere", tmp_path / "records, of somebody"
    records.mkdir()
    done = run_make(copy, f"ROOT={root}", f"RECORDS={records}", "import")
    assert f"{records} holds no file to import" in done.stderr
    assert {file: file.stat().st_mtime_ns for file in copy.rglob("*") if file.is_file()} == before
    assert root.stat().st_mode & 0o077 == 0
    assert (copy / "build" / "roots").exists()


@pytest.mark.validation
def test_another_key_imports_again_and_no_key_is_stored(copy, tmp_path, monkeypatch):
    records, results = tmp_path / "records", tmp_path / "results"
    records.mkdir()
    shutil.copy(next((copy / "data/simulated/exports").rglob("inspection*.xlsx")), records)
    given = (f"RECORDS={records}", f"ROOT={results}", "import")
    first, second = "1a" * 32, "2b" * 32
    monkeypatch.setenv("HOMEWARD_KEY", first)
    assert make(copy, *given) == ["import"]
    assert make(copy, *given) == []
    monkeypatch.setenv("HOMEWARD_KEY", second)
    assert make(copy, *given) == ["import"]
    monkeypatch.delenv("HOMEWARD_KEY")
    assert make(copy, *given) == []
    stored = b"".join(file.read_bytes() for file in results.rglob("*") if file.is_file())
    for key in (first, second):
        assert key.encode() not in stored
        assert hashlib.sha256(key.encode()).hexdigest().encode() not in stored


def _modules(stage: str) -> list[Path]:
    return sorted((ROOT / "src" / "analysis" / stage).glob("[!_]*.py"))
