"""Notebooks: what is committed was executed from its source, and an edited assumption moves what stands below it."""

import ast
import re

import jupytext
import nbformat
import pytest

from analysis import kernel, notebook
from analysis.study import ROOT

SOURCES = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
EDITED = [  # notebook, an assumption, another value, and the heading at which a slow notebook may stop
    ("01_evidence", "lowest_grade", '"A"', None),
    ("02_residential_care", "facility_size_cv", "0.5", "## What do the printed totals imply for each province?"),
    ("02_residential_care", "prior_sd_province", "0.3", "## Facility lists: from here on with simulated records"),
    ("03_national_estimate", "n_communes", "12", None),
    ("04_family_risk", "school_distance_km", "[2, 5]", "## What goes with placement when everything else is alike?"),
    ("05_drivers", "areas", '["Siem Reap", "battambang_kandal_preah_sihanouk", "other20"]', None),
    ("06_reintegration", "confidence", "0.8", "## With what does it go together"),
    ("07_closure_response", "confidence", "0.8", "## How many social workers does the next wave ask for?"),
    ("08_country_snapshot", "stale_after_years", "10", None),
]
SLOW = {"prior_sd_province"}  # half a minute
BELOW_ALONE = {"prior_sd_province"}  # assumptions that move what stands below, and not the answer in the first screen


def read(file):
    return nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)


def code_cells(of):
    return [cell for cell in of.cells if cell.cell_type == "code"]


def assumptions_of(of):
    """Return the position of the cell of assumptions among all cells."""
    return 1 + next(i for i, cell in enumerate(of.cells) if cell.source.startswith("## Assumptions you may change"))


def said(cell):
    """Return what a cell put out, as text."""
    return [str(output.get("data") or output.get("text")) for output in cell.outputs]


def answer_of(of):
    """Return what the first cell shows of the answer: its figure, or what is said where none can be drawn."""
    outputs = [output.data for output in code_cells(of)[0].outputs]
    return next((data["image/png"] for data in outputs if "image/png" in data), outputs[-1].get("text/markdown"))


@pytest.fixture(params=SOURCES, ids=lambda source: source.stem)
def source(request):
    return request.param


@pytest.fixture
def committed(source):
    return read(source.with_suffix(".ipynb"))


def test_the_committed_notebook_has_the_cells_of_its_source(source, committed):
    cells = [(cell.cell_type, cell.source) for cell in jupytext.read(source).cells]
    assert [(cell.cell_type, cell.source) for cell in committed.cells] == cells, "run: make notebooks"


def test_every_cell_ran_in_order_without_error_or_warning(committed):
    cells = code_cells(committed)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    assert kinds <= {"display_data", "execute_result"}, "an error, or text on a stream"


def test_the_first_screen_holds_the_answer_in_a_sentence_and_its_figure(committed):
    title, first = committed.cells[:2]
    assert re.fullmatch(r"# .+", title.source), "nothing stands between the title and the answer"
    assert re.match(r"\*\*[^*]*\d[^*]*\*\*", first.outputs[0].data["text/markdown"])
    assert any("image/png" in output.data for output in first.outputs)
    assert notebook.LATER not in str(first.outputs), "a place that no cell fills"


def test_every_question_is_answered_by_an_output(committed):
    heading, answered = "", {}
    for cell in committed.cells:
        headings = re.findall(r"^## (.+)$", cell.source, flags=re.M) if cell.cell_type == "markdown" else []
        heading = headings[-1] if headings else heading
        answered[heading] = answered.get(heading, False) or bool(cell.get("outputs"))
    silent = {heading for heading, is_answered in answered.items() if not is_answered}
    assert silent <= {"", "Assumptions you may change", "What this cannot tell"}


def test_every_picture_has_an_alternative_text(committed):
    pictures = [o for cell in code_cells(committed) for o in cell.outputs if "image/png" in o.get("data", {})]
    assert all(len(picture.metadata["image/png"].get("alt", "")) > 40 for picture in pictures)


def test_nothing_in_it_changes_from_run_to_run(committed):
    assert list(committed.metadata) == ["kernelspec"]
    assert committed.metadata["kernelspec"]["name"] == "python3"
    outputs = [output for cell in code_cells(committed) for output in cell.outputs]
    text = "\n".join(str(said) for output in outputs for kind, said in output.data.items() if kind.startswith("text"))
    assert re.findall(r"0x[0-9a-f]{6,}|/(?:home|tmp|root|work|Users)/", text) == []


def test_every_assumption_is_used_below_it(source):
    of = jupytext.read(source)
    at = assumptions_of(of)
    names = {n.id for n in ast.walk(ast.parse(of.cells[at].source)) if isinstance(n, ast.Name)}
    below = ast.parse("\n".join(cell.source for cell in of.cells[at + 1 :] if cell.cell_type == "code"))
    assert names <= {n.id for n in ast.walk(below) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


@pytest.mark.parametrize(
    ("stem", "name", "value", "until"),
    [pytest.param(*one, marks=pytest.mark.validation if one[1] in SLOW else ()) for one in EDITED],
)
def test_an_edited_assumption_changes_what_is_said_below(stem, name, value, until, tmp_path):
    source = ROOT / "notebooks" / f"{stem}.py"
    edited, n_edits = re.subn(rf"^{name} = .+$", f"{name} = {value}", source.read_text(encoding="utf-8"), flags=re.M)
    assert n_edits == 1
    changed = tmp_path / source.name
    changed.write_text(edited[: edited.index(f"# {until}")] if until else edited, encoding="utf-8")
    kernel.execute(changed, tmp_path / "executed.ipynb")
    executed, committed = (read(file) for file in (tmp_path / "executed.ipynb", source.with_suffix(".ipynb")))
    below = list(zip(code_cells(executed), code_cells(committed), strict=False))[1:]
    assert (answer_of(executed) != answer_of(committed)) == (name not in BELOW_ALONE)
    n_changed = sum(said(one) != said(other) for one, other in below)
    assert n_changed >= 1, f"{name} = {value} changed the outputs of {n_changed} cells below the first"


def test_every_notebook_is_edited_once():
    assert {stem for stem, *_ in EDITED} == {source.stem for source in SOURCES}
