"""Kernel: an executed notebook is the same bytes each time, and a failing cell is named."""

import nbformat
import pytest

from analysis import kernel, notebook

HEADER = (
    "# ---\n# jupyter:\n#   kernelspec:\n#     display_name: P\n#     language: python\n#     name: python3\n# ---\n"
)
SMALL = """
# %%
from analysis.notebook import places, runtime
answer, unfilled = places(2)

# %% [markdown]
# Words

# %%
answer.update(1 + 1)

# %%
runtime()
"""


def test_a_failing_cell_is_named(tmp_path):
    source = tmp_path / "09_failing.py"
    source.write_text(HEADER + "\n# %%\nvalue = 1\n\n# %%\nvalue / 0\n")
    with pytest.raises(ValueError, match=r"09_failing\.py failed:[\s\S]*value / 0"):
        kernel.execute(source, tmp_path / "out.ipynb")
    assert not (tmp_path / "out.ipynb").exists()


def test_a_table_that_cannot_be_read_is_named_in_one_line(tmp_path):
    source = tmp_path / "09_failing.py"
    source.write_text(HEADER + '\n# %%\nfrom analysis import store\nstore.read("no_such_table")\n')
    with pytest.raises(ValueError, match=r"^09_failing\.py: there is no table 'no_such_table'[^\n]*$"):
        kernel.execute(source, tmp_path / "out.ipynb")


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Return the texts of a notebook executed twice."""
    folder = tmp_path_factory.mktemp("notebooks")
    source = folder / "09_small.py"
    source.write_text(HEADER + SMALL)
    for name in ("one", "two"):
        kernel.execute(source, folder / f"{name}.ipynb")
    return [(folder / f"{name}.ipynb").read_text() for name in ("one", "two")]


def test_an_executed_notebook_has_fixed_ids_and_no_version_of_anything(executed):
    text, again = executed
    assert text == again
    assert '"id": "cell-01"' in text
    assert "language_info" not in text


def test_a_cell_below_fills_a_place_in_the_first_one(executed):
    first, _, fills, _ = nbformat.reads(executed[0], as_version=4).cells
    said = [output.data.get("text/markdown", output.data["text/plain"]) for output in first.outputs]
    assert said == ["2", notebook.LATER]
    assert fills.outputs == []


def test_how_long_it_took_is_in_no_executed_notebook(executed):
    *_, last = nbformat.reads(executed[0], as_version=4).cells
    assert last.source == "runtime()"
    assert last.outputs == []
