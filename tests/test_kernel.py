"""Kernel: an executed notebook is the same bytes each time, and a failing cell is named."""

import pytest

from analysis import kernel

HEADER = (
    "# ---\n# jupyter:\n#   kernelspec:\n#     display_name: P\n#     language: python\n#     name: python3\n# ---\n"
)


def test_a_failing_cell_is_named(tmp_path):
    source = tmp_path / "09_failing.py"
    source.write_text(HEADER + "\n# %%\nvalue = 1\n\n# %%\nvalue / 0\n")
    with pytest.raises(ValueError, match=r"09_failing\.py failed:[\s\S]*value / 0"):
        kernel.execute(source, tmp_path / "out.ipynb")
    assert not (tmp_path / "out.ipynb").exists()


def test_an_executed_notebook_has_fixed_ids_and_no_version_of_anything(tmp_path):
    source = tmp_path / "09_small.py"
    source.write_text(HEADER + "\n# %% [markdown]\n# Words\n\n# %%\n1 + 1\n")
    kernel.execute(source, tmp_path / "one.ipynb")
    kernel.execute(source, tmp_path / "two.ipynb")
    text = (tmp_path / "one.ipynb").read_text()
    assert text == (tmp_path / "two.ipynb").read_text()
    assert '"id": "cell-01"' in text
    assert "language_info" not in text
