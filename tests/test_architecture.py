"""The house: imports only point left, a table is a module, notebooks are thin, raw files are described and read."""

import ast
import json
import re
from collections import Counter, defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import jupytext
import pytest

from analysis import pipeline, restricted, sources, store
from analysis.study import ROOT

SRC = ROOT / "src" / "analysis"
LEFT_TO_RIGHT = [
    ("study", "country", "kinds", "contract", "columns", "units", "places", "populations", "strict_csv", "engine"),
    ("sources", "store", "in_parts", "imported", "boundaries", "restricted"),
    ("importers",),
    ("simulate",),
    ("models",),
    ("clean",),
    ("features",),
    ("estimates",),
    ("disclosure",),
    ("charts", "words"),
    ("languages",),
    ("figures",),
    (
        "country_steps",
        "pipeline",
        "page",
        "guard",
        "notebook",
        "kernel",
        "dictionary",
        "facility_review",
        "overdue_queue",
        "partner_register",
        "release",
        "untranslated",
    ),
    ("commands",),
    ("__main__",),
]
ROOM = {name: position for position, names in enumerate(LEFT_TO_RIGHT) for name in names}
MODULES = sorted(SRC.rglob("*.py"))
TABLES = sorted(file for stage in store.STAGES for file in (SRC / stage).glob("[!_]*.py"))
CONTRACTS = [SRC / store.IMPORTED / f"{name}.py" for name in store.tables_of(store.IMPORTED)]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
NOT_TABLES = {"study", "rng", "gazetteer", "boundaries", "simulator", *restricted.names()}


def room_of(file: Path) -> str:
    return file.relative_to(SRC).parts[0].removesuffix(".py")


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def imports_of(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis"):
            rest = node.module.split(".")[1:]
            found |= {rest[0]} if rest else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("analysis.")}
    return found


def module_name(file: Path) -> str:
    """Return ``analysis.models.survey`` for its ``__init__.py``, ``analysis.store`` for ``store.py``."""
    return ".".join(file.relative_to(SRC.parent).with_suffix("").parts).removesuffix(".__init__")


NAMES = {module_name(file) for file in MODULES}


def imported_at_once(file: Path) -> set[str]:
    """Return the project's modules that must be loaded before ``file`` is: those it imports outside functions."""
    found = set()
    for node in tree_of(file).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & NAMES or {node.module}
    return found & NAMES


def test_the_map_of_the_house_shows_every_room_in_its_place():
    page = (ROOT / "docs" / "structure.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| .{10}", page, flags=re.M) == [name for names in LEFT_TO_RIGHT for name in names]
    assert {room_of(file) for file in MODULES} - {"__init__"} == set(ROOM), "a room without a module"


def test_no_modules_import_each_other_in_a_circle():
    graph = {module_name(file): imported_at_once(file) for file in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" <- ".join(circle.args[1]))


FOUND_BY_NAME = {"build", "words", "draw", "TABLE", "NUMBERS", "SYSTEM", "likeness", "read", "draw_idle", "__all__"}
FOR_TESTS = {  # of the code; a model may have a function that no estimate uses yet, if a test does
    "CLOSURE_REASON": "what the words of a list may be",
    "HANDLING": "the words that the tables of labels may use",
    "LEVELS": "which sets of rows a table has",
    "HARM_HISTORY": "what the words of a list may be",
    "SEPARATION_REASON": "what the words of a list may be",
    "cumulative_incidence": "what is true in the simulator",
    "in_order": "in which order they make the steps of another country",
}


@cache
def words_of(file: Path) -> Counter[str]:
    return Counter(re.findall(r"\b[A-Za-z_]\w*\b", file.read_text(encoding="utf-8")))


def defined_together(file: Path) -> list[set[str]]:
    """Return the names that each statement of a module defines: one of them in use keeps the others."""
    found = []
    for node in tree_of(file).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append({node.name})
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.append({name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)})
    return found


def test_nothing_is_defined_that_nobody_uses():
    """Used is what its module names again, or another file that names the module; so it says too little, never too
    much."""
    code = [*MODULES, *(ROOT / "tools").glob("*.py"), *NOTEBOOKS]
    tested = {word for file in (ROOT / "tests").rglob("*.py") for word in words_of(file)}
    named_in = defaultdict(set)
    for file in code:
        for word in words_of(file):
            named_in[word].add(file)

    def is_used(name: str, file: Path) -> bool:
        module = file.parent.name if file.stem == "__init__" else file.stem
        elsewhere = named_in[name] & named_in[module] - {file}
        return bool(words_of(file)[name] > 1 or elsewhere or (room_of(file) == "models" and name in tested))

    idle = {
        f"{file.relative_to(SRC)}: {', '.join(sorted(names))}"
        for file in MODULES
        for names in defined_together(file)
        if not names & (FOUND_BY_NAME | set(FOR_TESTS)) and not any(is_used(name, file) for name in names)
    }
    assert idle == set()


def test_what_is_defined_for_tests_is_used_by_them():
    tested = {word for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__) for word in words_of(file)}
    assert set(FOR_TESTS) - tested == set()


def public_functions(tree: ast.Module) -> list[str]:
    return [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]


@pytest.mark.parametrize("file", [m for m in MODULES if m.name != "__init__.py" or m.parent != SRC], ids=str)
def test_imports_only_point_left(file):
    room = room_of(file)
    assert room in ROOM, f"{file.name} stands in no known room"
    to_the_right = {name for name in imports_of(file) if ROOM[name] > ROOM[room]}
    assert to_the_right == set()


@pytest.mark.parametrize("file", sorted((SRC / "models").rglob("*.py")), ids=lambda f: f.stem)
def test_a_model_knows_neither_the_study_nor_a_file(file):
    assert imports_of(file) <= {"models"}
    assert not re.search(r"\b(read_csv|read_parquet|open\(|Path\()", file.read_text())


@pytest.mark.parametrize("file", TABLES, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_a_table_is_a_module_with_a_contract_and_one_public_function(file):
    tree = tree_of(file)
    assert ast.get_docstring(tree)
    assert public_functions(tree) == ["build"]
    assert "TABLE" in {
        t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)
    }


@pytest.mark.parametrize("file", CONTRACTS, ids=lambda f: f.stem)
def test_an_imported_table_is_a_contract_and_no_code(file):
    tree = tree_of(file)
    kinds = [type(node).__name__ for node in tree.body if not isinstance(node, ast.ImportFrom)]
    assert kinds == ["Expr", "Assign"], "a docstring and TABLE"
    assert [target.id for target in tree.body[-1].targets] == ["TABLE"]
    assert imports_of(file) <= {"contract", "imported"}


def test_an_imported_table_says_what_every_column_means_and_its_key():
    for file in CONTRACTS:
        table = pipeline.module_of(f"{store.IMPORTED}/{file.stem}").TABLE
        assert set(table.key) <= set(table.columns), file.stem
        assert all(column.meaning for column in table.columns.values()), file.stem


BLIND = [
    file for room in ("importers", "clean", "features", "models", "estimates") for file in (SRC / room).rglob("*.py")
]


@pytest.mark.parametrize("file", BLIND, ids=lambda f: str(f.relative_to(SRC)))
def test_who_reads_or_estimates_knows_neither_the_simulator_nor_what_is_true(file):
    assert "simulate" not in imports_of(file)
    assert "truth" not in file.read_text(encoding="utf-8").lower(), "the simulator's folder of answers"


@pytest.mark.parametrize("file", sorted((SRC / "figures").glob("[!_]*.py")), ids=lambda f: f.stem)
def test_a_figure_builds_its_numbers_says_its_words_and_draws(file):
    assert public_functions(tree_of(file)) == ["build", "words", "draw"]


@pytest.mark.parametrize("file", TABLES, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_a_tables_inputs_are_known_and_lie_to_its_left(file):
    inputs = pipeline.inputs_of(pipeline.module_of(f"{file.parent.name}/{file.stem}").build)
    raw = set(sources.names())
    tables = {name: store.stage_of(name) for name in inputs if name not in raw | NOT_TABLES}
    stages = [store.IMPORTED, *store.STAGES]
    assert all(stages.index(stage) <= stages.index(file.parent.name) for stage in tables.values())
    if file.parent.name == "clean":
        assert set(tables.values()) <= {store.IMPORTED}, (
            "a cleaner reads a raw file or what was imported of one register"
        )
        assert len(inputs) == 1, "a cleaner reads one source"
    else:
        assert not raw & set(inputs), "only a cleaner reads a raw file"


def test_no_two_tables_share_a_name_and_none_has_the_name_of_a_raw_file():
    names = [file.stem for file in [*TABLES, *CONTRACTS]]
    assert len(names) == len(set(names))
    assert not set(names) & set(sources.names())


def test_every_raw_file_is_described_and_read_by_exactly_one_cleaner():
    package = json.loads((sources.RAW / "datapackage.json").read_text(encoding="utf-8"))
    described = {sources.RAW / resource["path"] for resource in package["resources"]}
    present = {f for f in sources.RAW.rglob("*") if f.is_file() and f.name != "datapackage.json"}
    assert described == present
    readers = [
        name
        for file in (SRC / "clean").glob("[!_]*.py")
        for name in pipeline.inputs_of(pipeline.module_of(f"clean/{file.stem}").build)
    ]
    imported = store.tables_of(store.IMPORTED)
    assert sorted(n for n in readers if n not in ("gazetteer", *imported)) == sorted(sources.names())


def test_every_raw_file_states_its_source_its_licence_and_its_columns():
    package = json.loads((sources.RAW / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        assert resource["hash"].startswith("sha256:"), resource["name"]
        assert resource["title"], resource["name"]
        assert resource["sources"], resource["name"]
        assert resource.get("licenses") or resource.get("licence"), resource["name"]
        assert all(field.get("description") for field in resource["schema"]["fields"]), resource["name"]


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(SRC)))
def test_a_module_is_short_and_no_drawer(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 200
    assert file.stem not in {"util", "utils", "helper", "helpers", "common", "misc", "tools"}


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(SRC)))
def test_a_module_sets_no_backend_and_every_public_function_says_what_it_does(file):
    text = file.read_text(encoding="utf-8")
    assert "matplotlib.use(" not in text
    for node in tree_of(file).body:
        for inner in [node, *(node.body if isinstance(node, ast.ClassDef) else [])]:
            if isinstance(inner, ast.FunctionDef | ast.ClassDef) and not inner.name.startswith("_"):
                assert ast.get_docstring(inner), f"{inner.name} has no docstring"


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda f: f.stem)
def test_a_notebook_is_thin(file):
    notebook = jupytext.read(file)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    banned = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.For | ast.While | ast.Lambda
    assert [type(n).__name__ for n in ast.walk(ast.parse(code)) if isinstance(n, banned)] == []
    assert not re.search(r"\.merge\(|read_csv|read_parquet|[\"'](\.\./|/|data/|figures/)", code)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda f: f.stem)
def test_no_number_is_typed_into_a_notebooks_prose(file):
    prose = "\n".join(c.source for c in jupytext.read(file).cells if c.cell_type == "markdown")
    dates_and_names = re.sub(r"\b(19|20)\d\d(-\d\d(\d\d)?)?\b|`[^`]*`|\b0\d_\w+|^#.*$", "", prose, flags=re.M)
    assert re.findall(r"\d[\d,.]*", dates_and_names) == []


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda f: f.stem)
def test_a_notebook_has_one_cell_of_assumptions_its_limits_and_the_tables_it_used(file):
    headings = re.findall(r"^## (.+)$", "\n".join(c.source for c in jupytext.read(file).cells), flags=re.M)
    assert headings.count("Assumptions you may change") == 1
    assert "What this cannot tell" in headings
    assert headings[-1] == "Tables used"
