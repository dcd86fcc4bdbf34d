"""What is imported is declared, what is declared is used and explained, and nothing is installed unchecked."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from analysis.study import ROOT

NOT_IMPORTED = {  # declared all the same
    "brotli": "fonttools compresses fonts with it",
    "ipykernel": "notebooks are executed in its kernel",
    "jupyterlab": "make lab",
    "mypy": "make lint",
    "pyproj": "geopandas projects with it; its range keeps one version for every Python",
    "pytest-xdist": "make test runs in two processes",
    "ruff": "make lint",
    "seaborn": "at hand in notebooks; its own intervals are a random bootstrap, so no figure of ours is drawn with it",
    "statsmodels": "at hand in notebooks; the tests hold our regressions to it",
}
ON_A_CLUSTER = {"dask", "distributed"}  # imported by the code only where ENGINE=dask: for development, not for all
SILENCED = re.compile(r"noqa:.*?\b(S\d{3})\b")


BEHIND = metadata.packages_distributions()


def imported(*folders: str) -> set[str]:
    """Return the distributions behind all import statements of the folders' code, but for the project's own modules."""
    beside = {file.stem for folder in ("tests", "tools") for file in (ROOT / folder).rglob("*.py")}  # each by its name
    own = {"analysis", "benchmarks", *beside, *sys.stdlib_module_names}
    names = {name for folder in folders for name in imported_in(folder)} - own
    return {canonicalize_name(BEHIND.get(name, [name])[0]) for name in names}


@cache
def imported_in(folder: str) -> set[str]:
    """Return the first words of what the files of a folder import."""
    files = sorted((ROOT / folder).rglob("*.py"))
    return {name for file in files for name in top_level_imports(file.read_text(encoding="utf-8"))}


def top_level_imports(text: str) -> set[str]:
    """Return the first words of what a file imports: ``numpy`` of ``numpy.linalg``."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
    return found


def declared(*, for_development: bool) -> set[str]:
    """Return the names that pyproject.toml declares: of what everybody needs, or of what only developers need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = project["dependency-groups"]["dev"] if for_development else project["project"]["dependencies"]
    return {canonicalize_name(Requirement(line).name) for line in lines}


NEEDED, FOR_DEVELOPMENT = declared(for_development=False), declared(for_development=True)
CODE = ("src", "tools", "notebooks")
ALL = (*CODE, "tests", "benchmarks")  # benchmarks import their peers as well, each in an environment of its own


def test_what_the_code_imports_is_declared():
    assert imported(*CODE) - NEEDED - FOR_DEVELOPMENT == set(), "declare it; do not count on others to bring it along"


def test_results_need_no_package_that_is_for_development_alone():
    assert imported("src", "notebooks") & FOR_DEVELOPMENT == ON_A_CLUSTER


def test_what_tests_import_is_declared():
    assert imported("tests") - NEEDED - FOR_DEVELOPMENT == set()


def test_what_is_declared_is_imported_or_says_why_not():
    assert NEEDED - imported(*CODE) == set(NOT_IMPORTED) & NEEDED
    assert FOR_DEVELOPMENT - imported(*ALL) == set(NOT_IMPORTED) & FOR_DEVELOPMENT
    assert set(NOT_IMPORTED) <= NEEDED | FOR_DEVELOPMENT


def test_every_declared_package_has_its_line_of_justification():
    pages = [ROOT / "docs" / "decisions" / name for name in ("0002-dependencies.md", "0010-polars-for-imports.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    rows = re.findall(r"^\| ([^|]+) \| [^|]{10}", text, flags=re.M)
    justified = {canonicalize_name(name) for row in rows for name in row.split(", ")}
    assert (NEEDED | FOR_DEVELOPMENT) - justified == set()
    assert justified - NEEDED - FOR_DEVELOPMENT == {"package"}, "a line for a package that is no longer declared"


def test_make_installs_nothing_without_comparing_its_hash():
    lines = re.findall(r"\bpip (?:install|sync)\b[^;|]*", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert len(lines) == 3, "the installer, and the lock by either installer"
    assert [line for line in lines if "--require-hashes" not in line] == []


@pytest.mark.parametrize("name", ["requirements.lock", "tools/installer.lock"])
def test_a_lock_names_versions_and_hashes_and_nothing_else(name):
    whole = re.sub(r"^ *#.*\n", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.M)
    entries = re.split(r"\n(?=\S)", whole.replace(" \\\n", " ").strip())
    pinned = r"[\w.-]+==[\w.!+-]+(?: ; [^-]*)?(?: --hash=sha256:[0-9a-f]{64})+"
    assert [entry for entry in entries if not re.fullmatch(pinned, re.sub(r" {2,}", " ", entry))] == []


def explained() -> set[tuple[str, str]]:
    """Return the rules of security that docs/supply-chain.md explains, with the file or folder of each."""
    page = (ROOT / "docs" / "supply-chain.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| (S\d{3}) \| `([^`]+)` \| .{10}", page, flags=re.M))


def test_bandit_is_told_to_skip_only_what_is_explained_and_its_imports():
    skipped = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["bandit"]["skips"]
    assert set(skipped) - {"B403", "B404", "B405"} == {f"B{rule[1:]}" for rule, _ in explained()}


def test_every_silenced_rule_of_security_is_explained():
    files = [file for folder in ("src", "tools", "benchmarks") for file in sorted((ROOT / folder).rglob("*.py"))]
    silenced = {
        (rule, file.relative_to(ROOT).as_posix())
        for file in files
        for rule in SILENCED.findall(file.read_text(encoding="utf-8"))
    }
    rows = explained()
    assert {one for one in silenced if not any(of_row(one, row) for row in rows)} == set()
    assert {row for row in rows if not any(of_row(one, row) for one in silenced)} == set(), "no such line any more"


def of_row(one: tuple[str, str], row: tuple[str, str]) -> bool:
    """Return whether a silenced rule of a file is that of a row, which names the file or a folder above it."""
    return one[0] == row[0] and (one[1] == row[1] or one[1].startswith(row[1] + "/"))
