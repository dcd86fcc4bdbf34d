"""Guard: a notebook that has read records shows what has passed the gate, and a sentence in place of all else."""

import re
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from analysis import guard, kernel, store
from analysis.study import ROOT

HEADER = (
    "# ---\n# jupyter:\n#   kernelspec:\n#     display_name: P\n#     language: python\n#     name: python3\n# ---\n"
)
PLANTED = ("7", "8", "1237", "1231", "PRIVATE")
FORBIDDEN = [  # each a cell that shows, one way or another, what did not pass
    "cases",
    "cases.head(8)",
    'cases["programme"].value_counts()',
    'cases.groupby("programme").size().to_frame("n")',
    "len(cases)",
    'f"{len(cases)} cases"',
    "repr(cases), str(data_quality), [7], {7: 8}",
    'display(Markdown(f"{len(cases)} cases"))',
    "display(HTML(cases.to_html()))",
    "display(cases.head(8), data_quality)",
    "print(cases.head(8), len(cases))",
    'print("a line", 7, file=__import__("sys").stderr)',
    "data_quality",
    "numbers.assign(n=len(cases))",
    'numbers.set_axis([7] * len(numbers)).rename_axis("n")',
    'numbers.rename(columns={"n": "7 of 1237"})',
    'numbers.groupby("term")["n"].sum() - 1231',
    "shown(data_quality)",
    'cases.plot.hist(column="n_days")',
    "1237",
]
ALLOWED = [
    "numbers.head(3)",
    'numbers.set_index("outcome")[["estimate", "n"]].rename(columns={"n": "rows"})',
    'shown(numbers[["outcome", "estimate"]].sort_values("estimate"))',
    'told("{:.0%} of {n:,} rows", numbers["estimate"].max(), n=numbers["n"].max())',
    'tables_used("cases", "provinces")',
    "picture(figure, data_quality)",
    "headline(figure, numbers)",
    'Markdown("nothing was counted") if False else None',
]
FIRST = """
import pandas as pd
from IPython.display import HTML, Markdown, display
from analysis import store
from analysis.figures import data_quality as figure
from analysis.notebook import headline, picture, published, shown, tables_used, told
print("before records are read, 7 is a number")
pd.DataFrame({"n": [7]})
"""
READ = (
    'cases = store.read("cases")\ndata_quality = store.read("data_quality")\nnumbers = published(figure, data_quality)'
)
BEGUN_AGAIN = [  # the first cell of a notebook, run again; what is left of all that was read; more records; a place
    "from analysis.notebook import places\n(answer,) = places(1)",
    'sorted({"cases", "data_quality", "numbers"} & set(globals())), len(Out), 9',
    'from analysis import store\nlen(store.read("cases"))',
    'answer.update("7 children")',
]


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """Return a folder of results of records with planted counts: 1,237 cases, 7 and 8 of them of a kind."""
    root = tmp_path_factory.mktemp("root")
    processed = root / "data" / "processed"
    programmes = ["PRIVATE-one"] * 7 + ["PRIVATE-other"] * 8 + ["prevention"] * 1222
    cases = pd.DataFrame({"programme": programmes, "n_days": [7] * 1237})
    store.write(cases, processed / "imported" / "cases.parquet", "records")
    quality = store.read("data_quality")
    quality.loc[:5, "n_hits"], quality.loc[:5, "n"] = [7, 8, 500, 1231, 600, 700], 1237
    quality["estimate"] = (quality["n_hits"] / quality["n"]).astype("Float64")
    store.write(quality, processed / "estimates" / "data_quality.parquet", "records")
    (processed / "clean").mkdir()
    shutil.copy(store.file_of("provinces"), processed / "clean")
    return root


@pytest.fixture(scope="module")
def cells(root, tmp_path_factory) -> list:
    """Return the cells of a notebook that tries everything, executed on these results."""
    source = tmp_path_factory.mktemp("notebooks") / "09_records.py"
    tried = [FIRST, READ, *FORBIDDEN, *ALLOWED, *BEGUN_AGAIN]
    source.write_text(HEADER + "".join(f"\n# %%\n{cell}\n" for cell in tried))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOMEWARD_ROOT", str(root))
        kernel.execute(source, source.with_suffix(".ipynb"))
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4).cells


def texts(cell) -> list[str]:
    shown = [{"stream": output.text} if output.output_type == "stream" else output.data for output in cell.outputs]
    return [str(text) for output in shown for kind, text in output.items() if kind != "image/png"]


def test_nothing_is_kept_back_before_records_are_read(cells):
    assert texts(cells[0])[0] == "before records are read, 7 is a number\n"
    assert "7" in texts(cells[0])[1]


@pytest.mark.parametrize("tried", FORBIDDEN)
def test_a_sentence_stands_where_something_did_not_pass(cells, tried):
    [cell] = [cell for cell in cells if cell.source == tried]
    assert texts(cell)
    assert {text.strip() for text in texts(cell)} == {guard.NOT_SHOWN}


@pytest.mark.parametrize("tried", ALLOWED)
def test_what_passed_is_shown(cells, tried):
    [cell] = [cell for cell in cells if cell.source == tried]
    assert guard.NOT_SHOWN not in str(cell.outputs)
    assert bool(cell.outputs) == ("nothing was counted" not in tried)


def test_a_notebook_that_begins_again_has_nothing_left_and_keeps_back_what_it_reads_from_then_on(cells):
    first, left, read, _ = cells[-len(BEGUN_AGAIN) :]
    assert texts(left) == ["([], 0, 9)"], "what is not of records is shown again"
    assert texts(read) == [guard.NOT_SHOWN]
    assert texts(first) == [guard.NOT_SHOWN], "no place shows what may not be shown"


def test_no_planted_count_stands_in_any_output(cells):
    said = " ".join(text for cell in cells[1:] for text in texts(cell))
    assert set(PLANTED) & set(re.findall(r"\d+(?:\.\d+)?|PRIVATE", said)) == set()
    assert {"1235", "500"} <= set(re.findall(r"\d+", said)), "what passed was shown"


def test_a_notebook_is_guarded_whatever_it_imports(root, tmp_path, monkeypatch):
    source = tmp_path / "09_bare.py"
    source.write_text(HEADER + '\n# %%\nfrom analysis import store\nlen(store.read("cases"))\n')
    monkeypatch.setenv("HOMEWARD_ROOT", str(root))
    kernel.execute(source, tmp_path / "out.ipynb")
    assert texts(nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[0]) == [guard.NOT_SHOWN]


NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))


@pytest.mark.parametrize("source", NOTEBOOKS, ids=lambda source: source.stem)
def test_a_committed_notebook_reads_tables_by_name_and_shows_nothing_of_records_but_what_passed(source):
    code = source.read_text(encoding="utf-8")
    assert not re.search(r"file_of|PROCESSED|scan_|read_(?!boundaries)\w+\(|\bopen\(|\bos\.|raw=True", code)
    outputs = source.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert guard.NOT_SHOWN not in outputs
    assert not re.search(r"PRIVATE|ឯកជន|(?<![\d.])0999\d{3}", outputs)


@pytest.mark.parametrize(
    ("value", "may"),
    [
        (20, True),
        (np.int64(20), True),
        (0.25, True),
        (7, False),
        (pd.NA, True),
        ("words", True),
        ("in 2014-15 and 2023", True),
        ("T01", True),
        ("T07", False),
        (True, False),
    ],
)
def test_a_value_may_be_shown_if_it_is_one_that_left_the_gate(monkeypatch, value, may):
    monkeypatch.setattr(guard, "_numbers", set())
    monkeypatch.setattr(guard, "_texts", set())
    guard.passed(pd.DataFrame({"n": [20, 0.25], "check": ["T01", "x"]}))
    assert guard.has_passed(value) == may
