"""Print ``docs/results.md``: each finding, and what stands behind its figure: ``python tools/results_map.py``.

What stands behind it is read from the sources (``edges.py``). What is missing is told so. Make writes the page.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import edges

PARTS = {"published": "In print", "simulated": "In simulated records"}
HEAD = """# Results: each finding, and what stands behind it

Written from the sources by `make` (`tools/results_map.py`); edit those, not this page. The same findings with their
pictures, intervals and limits stand on [the page](../figures/index.html).

[Findings in print](#in-print) · [findings in simulated records](#in-simulated-records) ·
[from figure to test](#from-figure-to-test) · [models](#models) ·
[estimates in no figure](#estimates-in-no-figure) · [what is missing](#what-is-missing)
"""
SIMULATED = """They show what an organisation gets from its own records. These were made up ([what the simulator
makes](what-the-simulator-makes.md)) and say nothing about any real child or place.
"""
MAP = """## From figure to test

A table is a file is a module: the links lead to the modules that make the figure and its tables. The notebooks draw the
figure. The tests import the figure, its tables or modules that few others use, or name them as steps; `validation` runs
on `make validate`. Besides, [every figure](../tests/figures/test_figures.py) is tested for its contract, words that
follow from its numbers, letters that stay on the canvas and the same bytes twice;
[every edge](../tests/test_makefile.py) between table and figure is compared with the code; and
[every number that rests on records](../tests/disclosure/test_figures_attacked.py) is attacked.

| figure | drawn from | notebooks | tests | methods |
|---|---|---|---|---|
"""
MODELS = """## Models

| model | used by | tests | methods |
|---|---|---|---|
"""
UNDRAWN = """## Estimates in no figure

| table | tests | methods |
|---|---|---|
"""


def lines() -> Iterator[str]:
    """Yield the page, part by part."""
    figures = [name for names in edges.questions().values() for name in names]
    said = {name: json.loads(Path(f"figures/{name}.json").read_text(encoding="utf-8")) for name in figures}
    yield HEAD
    for origin, heading in PARTS.items():
        yield f"## {heading}\n" + f"\n{SIMULATED}" * (origin == "simulated")
        told = (
            f"- [{said[name]['title']}](../figures/{name}.png)" for name in figures if said[name]["origin"] == origin
        )
        yield "\n".join(told) + "\n"

    behind = {name: _of_figure(name) for name in figures}
    yield MAP + "\n".join(_row(f"[{name}](../{_module(name)})", *cells) for name, cells in behind.items()) + "\n"
    models = {name: _of_model(name) for name in edges.models()}
    yield MODELS + "\n".join(_row(_model(name), *cells) for name, cells in models.items()) + "\n"
    drawn = {table for name in figures for table in edges.drawn_from()[name]}
    estimates = [table for table in edges.tables().values() if table.parent.name == "estimates"]
    others = {table: _of_table(table) for table in estimates if table not in drawn}
    yield UNDRAWN + "\n".join(_row(_code(table), *cells) for table, cells in others.items()) + "\n"

    yield "## What is missing\n"
    gaps = {
        "Figures in no notebook": [name for name, (_, notebooks, *_) in behind.items() if not notebooks],
        "Figures that only the test of every figure checks": [n for n, (*_, tests, _) in behind.items() if not tests],
        "Estimates that no test names": [table.stem for table in estimates if not edges.tests_of([table])],
        "Models that no test names": [name for name, (_, tests, _) in models.items() if not tests],
        "Not in the overview of methods": [
            *(name for name, (*_, methods) in behind.items() if not methods),
            *(name for name, (*_, methods) in models.items() if not methods),
            *(table.stem for table, (*_, methods) in others.items() if not methods),
        ],
    }
    yield "\n".join(f"- {gap}: {', '.join(f'`{name}`' for name in names) or 'none'}." for gap, names in gaps.items())


def _of_figure(name: str) -> tuple[list[str], ...]:
    """Return what a figure is drawn from, its notebooks, its tests and its methods."""
    tables = edges.drawn_from()[name]
    checked = [table for table in tables if table.parent.name in edges.CHECKED]
    notebooks = [f"[{n.stem[:2]}](../{n.with_suffix('.ipynb')})" for n in edges.notebooks_of(_module(name))]
    tests = edges.tests_of({_module(name)}.union(*map(edges.own, checked)))
    return [_code(table) for table in tables], notebooks, _tests(tests), _methods(*map(edges.step, checked))


def _of_model(name: str) -> tuple[list[str], ...]:
    """Return what uses a model, its tests and its methods."""
    users = [_code(table) for table in edges.users(name)]
    return users or ["other models"], _tests(edges.tests_of(edges.models()[name])), _methods(f"models/{name}")


def _of_table(table: Path) -> tuple[list[str], ...]:
    """Return a table's tests and its methods."""
    return _tests(edges.tests_of(edges.own(table))), _methods(edges.step(table))


def _module(figure: str) -> Path:
    return edges.PACKAGE / f"figures/{figure}.py"


def _model(name: str) -> str:
    module = edges.MODELS / f"{name}.py"
    return f"[`{name}`](../{module if module.exists() else module.with_suffix('')})"


def _code(table: Path) -> str:
    return f"[`{edges.step(table)}`](../{table})"


def _tests(files: list[Path]) -> list[str]:
    """Return links to tests, or to the folder of a model's tests."""
    places = dict.fromkeys(file.parent if file.parts[1] == "models" and len(file.parts) > 3 else file for file in files)
    return [
        f"[{place.relative_to('tests').with_name(place.stem.removeprefix('test_'))}](../{place})" for place in places
    ]


def _methods(*names: str) -> list[str]:
    return [f"[{title}](methods/{here})" for title, here in edges.methods_of(names).items()]


def _row(first: str, *cells: list[str]) -> str:
    return f"| {first} | {' | '.join(', '.join(cell) or 'none' for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
