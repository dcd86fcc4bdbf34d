"""What stands behind a figure, read from the sources: its tables, their modules and models, notebooks, tests, methods.

The edges of tables come from ``tables.mk`` (a test compares them with the code), what each step imports from
``build/dependencies.mk`` (which Make writes before anything else), the rest from what notebooks and tests import and
from the sections of ``docs/methods/README.md``. Paths are relative to the repository.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from dependencies import module_file

PACKAGE = Path("src/analysis")
MODELS = PACKAGE / "models"
OVERVIEW = Path("docs/methods/README.md")
STAGES = ("imported", "clean", "features", "estimates")  # of tables, from left to right
CHECKED = ("features", "estimates")  # stages whose tests are told; cleaners are tested together
ROOMS = ("estimates", "features", "figures", "models", "page", "validation")  # tests elsewhere take steps as examples
OF_ALL = "test_figures"  # the test of every figure, told once
MOST_SHARED = 3  # tables that may share a private module whose tests are then told of each
FIGURE = re.compile(r"^\$\(call figure,(\w+),([\w ]*)", flags=re.M)
IMPORT = re.compile(r"^[ \t]*((?:from analysis[\w.]* import|import analysis)(?: \([^)]*\)|.*))$", flags=re.M)
STEP = re.compile(r"""["']((?:figures|features|estimates)/\w+)(?:\.csv)?["']""")  # named, and not imported


def questions() -> dict[str, list[str]]:
    """Return the figures of each question of the page, in its order."""
    code = ast.parse((PACKAGE / "page/sections.py").read_text(encoding="utf-8")).body
    table = next(line.value for line in code if isinstance(line, ast.Assign) and line.targets[0].id == "QUESTIONS")
    names = ([text.value for text in ast.walk(value) if isinstance(text, ast.Constant)] for value in table.values)
    return dict(zip((key.value for key in table.keys), names, strict=True))


def step(table: Path) -> str:
    """Return the step that makes a table, such as ``estimates/care_rates``, from its module."""
    return f"{table.parent.name}/{table.stem}"


@cache
def tables() -> dict[str, Path]:
    """Return the module of each table by the table's name."""
    return {file.stem: file for stage in STAGES for file in sorted((PACKAGE / stage).glob("[!_]*.py"))}


@cache
def drawn_from() -> dict[str, list[Path]]:
    """Return the modules of the tables from which each figure's numbers are made."""
    given = {name: inputs.split() for name, inputs in FIGURE.findall(Path("tables.mk").read_text(encoding="utf-8"))}
    return {name: [tables()[one] for one in inputs if one in tables()] for name, inputs in given.items()}


@cache
def closures() -> dict[str, frozenset[Path]]:
    """Return the modules that each step imports, directly or not, with its own."""
    lines = Path("build/dependencies.mk").read_text(encoding="utf-8").splitlines()
    steps = (line.removeprefix("$(STAMPS)/").partition(": ") for line in lines)
    return {step: frozenset(map(Path, files.split())) for step, _, files in steps}


@cache
def modules(table: Path) -> frozenset[Path]:
    """Return a table's module and the private ones that it imports, directly or not."""
    return frozenset(f for f in closures().get(step(table), ()) if f == table or re.match(r"_(?!_)", f.name))


@cache
def own(table: Path) -> frozenset[Path]:
    """Return those of a table's modules that few other tables use."""
    others = [modules(other) for other in tables().values() if other.parent.name in CHECKED and other != table]
    return frozenset(file for file in modules(table) if sum(file in files for files in others) < MOST_SHARED)


@cache
def models() -> dict[str, list[Path]]:
    """Return the files of each model, a module or a package, by its name."""
    names = sorted(file.stem for file in MODELS.glob("[!_]*") if file.suffix in ("", ".py"))
    return {name: [*MODELS.glob(f"{name}.py"), *sorted((MODELS / name).glob("*.py"))] for name in names}


def users(model: str) -> list[Path]:
    """Return the modules of the tables that call ``model`` themselves, not through another model."""
    files = set(models()[model])
    return [table for table in tables().values() if any(files & named(module) for module in modules(table))]


@cache
def named(file: Path) -> frozenset[Path]:
    """Return the project's modules that a test or a notebook imports, or names as steps."""
    text = file.read_text(encoding="utf-8")
    modules = (found for name in _imported("\n".join(IMPORT.findall(text))) if (found := module_file(name)))
    return frozenset(modules) | {PACKAGE / f"{name}.py" for name in STEP.findall(text)}


@cache
def _tests() -> tuple[Path, ...]:
    every = (file for room in ROOMS for file in Path("tests", room).rglob("test_*.py"))
    return tuple(sorted(file for file in every if file.stem != OF_ALL))


def tests_of(files: Iterable[Path]) -> list[Path]:
    """Return the tests that name one of ``files``, but for the test of every figure."""
    wanted = set(files)
    return [test for test in _tests() if wanted & named(test)]


def notebooks_of(figure: Path) -> list[Path]:
    """Return the sources of the notebooks that draw ``figure``."""
    return [file for file in sorted(Path("notebooks").glob("[0-9]*.py")) if figure in named(file)]


@cache
def methods() -> dict[str, tuple[str, frozenset[str]]]:
    """Return each section of the overview of methods: where it leads, and what it names."""
    found = {}
    for section in re.split(r"^## ", OVERVIEW.read_text(encoding="utf-8"), flags=re.M)[1:]:
        heading, _, text = section.partition("\n")
        title, page = re.fullmatch(r"\[?([^\]]+)\]?(?:\((.+)\))?", heading).groups()
        here = page or f"{OVERVIEW.name}#{re.sub(r'[^a-z0-9]+', '-', title.lower())}"
        found[title] = (here, frozenset(re.findall(r"`([\w/]+)`", text)))
    return found


def methods_of(names: Iterable[str]) -> dict[str, str]:
    """Return where the sections lead that name one of ``names``, by their titles."""
    wanted = set(names)
    return {title: here for title, (here, told) in methods().items() if wanted & told}


def _imported(statements: str) -> Iterator[str]:
    for node in ast.parse(statements).body:
        of = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        yield of.removesuffix(".") or node.names[0].name
        yield from (f"{of}{alias.name}" for alias in node.names)
