"""Docstrings of methods and of the gate: examples give what they say, arrays have shapes, errors are named."""

import ast
import doctest
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from analysis.study import ROOT

SRC = ROOT / "src"
ROOMS = ("models", "disclosure")  # whose functions are there to be called by others
FILES = sorted(file for room in ROOMS for file in (SRC / "analysis" / room).rglob("*.py"))
WITH_EXAMPLES = [file for file in FILES if ">>>" in file.read_text(encoding="utf-8")]
TAKES_ARRAYS = re.compile(r"\b(ArrayLike|NDArray|ndarray|Array)\b")
SHAPE = re.compile(r"\((\.\.\.|[\w.+* -]+),[^()]*\)|\(\.\.\.\)|[Ss]hape|[Ss]calar|[Oo]ne value|\bas ``")
AS_ANOTHER = re.compile(r"(?:[Rr]aises?|[Ee]rrors)(?: raised)? as|[Ee]rrors [^.]*as ``")


def public_functions() -> Iterator[tuple[str, ast.FunctionDef, str]]:
    """Yield the file and name, the function and the module's docstring of each public function and method."""
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        known = [node for node in tree.body if not getattr(node, "name", "").startswith("_")]
        inner = [node for one in known if isinstance(one, ast.ClassDef) for node in one.body]
        for node in (*known, *inner):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                place = f"{file.relative_to(SRC / 'analysis')}: {node.name}"
                yield place, node, ast.get_docstring(tree) or ""


@pytest.mark.parametrize("file", WITH_EXAMPLES, ids=lambda file: str(file.relative_to(SRC / "analysis")))
def test_an_example_gives_what_it_says(file: Path):
    done = doctest.testmod(import_module(".".join(file.relative_to(SRC).with_suffix("").parts)))
    assert done.attempted, "an example that does not stand in the docstring of something public"
    assert done.failed == 0


def test_every_package_of_methods_has_an_example():
    packages = {file.parent for file in FILES if file.name == "__init__.py"}
    assert {folder.name for folder in packages - {file.parent for file in WITH_EXAMPLES}} == set()


def test_a_function_that_takes_arrays_says_their_shapes():
    """In its own docstring or in its module's, or by naming the function that has the same."""
    silent = [
        place
        for place, node, of_module in public_functions()
        if any(a.annotation and TAKES_ARRAYS.search(ast.unparse(a.annotation)) for a in node.args.args)
        and not SHAPE.search(f"{ast.get_docstring(node)} {of_module}")
    ]
    assert silent == []


def test_a_function_says_which_errors_it_raises():
    silent = [
        f"{place} raises {name}"
        for place, node, _ in public_functions()
        for name in raised_by(node)
        if name not in (said := ast.get_docstring(node) or "") and not AS_ANOTHER.search(said)
    ]
    assert silent == []


def raised_by(node: ast.FunctionDef) -> set[str]:
    """Return the names of the errors that a function raises itself."""
    raised = [inner.exc for inner in ast.walk(node) if isinstance(inner, ast.Raise) and inner.exc is not None]
    names = {ast.unparse(error.func if isinstance(error, ast.Call) else error).split(".")[-1] for error in raised}
    return {name for name in names if name.endswith("Error")}
