"""Figures of records: a picture, its words and the page show no number that the CSV does not hold.

That nothing but the CSV is drawn is held for all figures by ``tests/figures/test_figures.py``.
"""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from attacker import intervals
from figure_text import (
    PICTURE_CHUNKS,
    chunks,
    forms,
    numbers_in,
    of_code,
    of_notebook,
    of_page,
    of_sidecar,
    of_svg,
    of_ticks,
    unexplained,
)
from matplotlib.figure import Figure
from ratios import telling
from readings import told

from analysis import charts, disclosure, notebook, pipeline, store
from analysis import study as choices
from analysis.contract import Table
from analysis.page import tables
from analysis.study import ROOT

FIGURES, SRC = ROOT / "figures", ROOT / "src" / "analysis"
RULES = choices.load().disclosure
SIDECARS = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted(FIGURES.glob("*.json"))
    if file.with_suffix(".csv").exists()
}
GUARDED = [name for name, said in SIDECARS.items() if said["origin"] in disclosure.GUARDED]


@pytest.fixture(scope="module", params=GUARDED)
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def numbers(name) -> pd.DataFrame:
    return pipeline.read_numbers(name)


@pytest.fixture(scope="module")
def known(name, numbers) -> set[str]:
    """Return the forms of numbers of the CSV, and those that stand in public code or rules."""
    in_rules = {str(RULES.least_rows), str(RULES.least_facilities), str(RULES.round_to)}
    in_code = of_code(SRC / "figures" / f"{name}.py", SRC / "charts" / "face.py", SRC / "page" / "index.py")
    return forms(numbers) | in_rules | in_code


def derived(name: str, numbers: pd.DataFrame) -> set[str]:
    """Return the numbers that the words work out of the CSV: how many, which share of all."""
    said = pipeline.module_of(f"figures/{name}").words(numbers).as_dict()
    return {number for text in said.values() for number in numbers_in(text)}


def scales(name: str, numbers: pd.DataFrame) -> set[str]:
    """Return the numbers on the axes; maps have none."""
    module = pipeline.module_of(f"figures/{name}")
    if "boundaries" in pipeline.inputs_of(module.draw):
        return set()
    with charts.style():
        figure = module.draw(numbers)
        charts.finish(figure, module.words(numbers), numbers["origin"].iloc[0])
        return of_ticks(figure)


@pytest.fixture
def closed(monkeypatch):
    """Let nobody read a table: only what is in the CSV can be drawn or said."""

    def refuse(*_):
        raise AssertionError("a picture was drawn from more than its CSV")

    monkeypatch.setattr(store, "read", refuse)
    monkeypatch.setattr(store, "origin", refuse)


def least_of(table: Table, cell: tuple, numbers: pd.DataFrame) -> int:
    """Return how wide the interval of a count must be: of facilities where some row of it counts these."""
    named = dict(cell[2:])
    own = numbers[[all(row[column] == value for column, value in named.items()) for row in numbers.to_dict("records")]]
    units = {table.release.kinds[scale].unit for scale in own.get("scale", [""])}
    return RULES.least_facilities if "facilities" in {*units, cell[1]} else RULES.least_rows


def content(file: str) -> str:
    return (FIGURES / file).read_text(encoding="utf-8")


def test_there_are_figures_to_attack():
    assert "data_quality" in GUARDED


def test_an_attacker_gains_nothing_from_the_csv(name, numbers):
    table = pipeline.module_of(f"figures/{name}").NUMBERS
    known = told(numbers, table, name)
    found = intervals(known, enough=RULES.least_rows)
    assert bool(found) == numbers["withheld"].notna().any()
    assert {c: i for c, i in found.items() if i.width < least_of(table, c, numbers) - (c in known.at_most)} == {}
    assert telling(numbers, table).empty


def test_the_drawing_shows_no_other_number(name, numbers, known):
    texts = of_svg(content(f"{name}.svg"))
    assert len(texts) > 20
    assert unexplained(texts, known | derived(name, numbers) | scales(name, numbers)) == set()


def test_sidecar_and_page_tell_no_other_number(name, numbers, known, closed):
    texts = [*of_sidecar(content(f"{name}.json")), *of_page(content("index.html"), name)]
    told = derived(name, numbers) | scales(name, numbers) | left_to_the_csv(numbers)
    assert unexplained(texts, known | told) == set()


def left_to_the_csv(numbers: pd.DataFrame) -> set[str]:
    """Return how many rows and columns the page leaves to the CSV: what anybody counts who opens it."""
    shown = tables.shown(numbers.astype("object").where(numbers.notna(), "").astype("str"))
    return {str(shown.n_more), str(shown.n_more_columns)}


def test_what_words_work_out_is_little(name, numbers, known):
    assert len(derived(name, numbers) - known) <= 4


def test_the_png_holds_a_picture_and_no_text(name):
    assert set(chunks((FIGURES / f"{name}.png").read_bytes())) <= PICTURE_CHUNKS


def test_the_svg_describes_nothing_but_itself(name):
    svg = content(f"{name}.svg")
    assert "<image" not in svg
    assert "<script" not in svg
    described = svg[svg.index("<metadata>") : svg.index("</metadata>")]
    assert not numbers_in("".join(part.partition(">")[2] for part in described.split("<")))


def test_withheld_numbers_are_missing_and_never_0(numbers):
    withheld = numbers[numbers["withheld"].notna()]
    counts = [column for column in ("estimate", "n_hits", "n_events") if column in numbers]
    assert withheld[counts].isna().any(axis=1).all()


def rows_told() -> set[str]:
    """Return how many rows the tables that descend from records have, as the list of tables used says it: rounded."""
    tables = [name for stage in (store.IMPORTED, *store.STAGES) for name in store.tables_of(stage)]
    guarded = [name for name in tables if store.origin(name) in disclosure.GUARDED]
    return set(notebook.tables_used(*guarded)["rows"].astype("str"))


def reads_records(source: Path) -> bool:
    """Return whether a notebook reads a table that descends from records."""
    read = re.findall(r'store\.read\("(\w+)"\)', source.read_text(encoding="utf-8"))
    return any(store.origin(name) in disclosure.GUARDED for name in read)


def test_notebooks_show_no_count_of_records():
    in_lists_of_tables = rows_told()
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        texts = of_notebook(file.read_text(encoding="utf-8"))
        assert len(texts) > 3, file.name
        if not reads_records(file.with_suffix(".py")):
            continue  # a name of such a figure may stand in it as a word of print
        about = [text for text in texts if any(name in text for name in GUARDED) or "SIMULATED RECORDS" in text]
        allowed = set().union(*(forms(pipeline.read_numbers(name)) for name in GUARDED))
        assert unexplained(about, allowed | in_lists_of_tables) == set(), file.name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("between 1,234 and 12.5%, T01, u18 and 0-2 years", {"1234", "12.5%", "0", "2"}),
        ("−3 of 7 children", {"3", "7"}),
        ("sha 0af3, 3a, x=4.", {"4"}),
    ],
)
def test_numbers_are_found_as_they_are_printed(text, found):
    assert numbers_in(text) == found


def test_a_number_that_the_csv_does_not_hold_is_found():
    published = pd.DataFrame({"estimate": [0.122732, None], "n": pd.array([4685, None], "Int64"), "term": ["a", "b"]})
    told = ["12% of 4,685", "12.3% of 4685", "0.12", "13% of 4,690", "3"]
    assert unexplained(told, forms(published)) == {"13%", "4690", "3"}
    svg = "<?xml?><svg><!-- 7 of 9 --><text x='3'>11</text><path d='M 1 2'/></svg>"
    assert unexplained(of_svg(svg), forms(published)) == {"7", "9", "11"}


def test_numbers_of_scales_are_those_that_stand_where_they_say():
    figure = Figure()
    axes = figure.subplots()
    axes.set_xticks([0.2, 0.4, 0.6], ["20%", "0.4", "73"])
    axes.set_yticks([150, 300], ["150", "facility 7"])
    assert of_ticks(figure) == {"20%", "0.4", "150"}


def test_text_in_a_png_is_found():
    assert chunks(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\1tEXtx\0\0\0\0" + b"\0\0\0\0IEND\0\0\0\0") == ["tEXt", "IEND"]
