"""Imports: who asks for names, choices or places of tables does not wait for libraries of models and pictures."""

import subprocess
import sys

import pytest

from analysis.study import ROOT

HEAVY = ("statsmodels", "matplotlib", "geopandas", "scipy.stats", "polars")
CHEAP = ("analysis", "analysis.study", "analysis.contract", "analysis.store", "analysis.sources", "analysis.restricted")


def loaded_by(module):
    """Return the names of all modules that a new process holds after importing ``module``."""
    code = f"import sys, {module}; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=True
    )
    return set(told.stdout.split())


@pytest.mark.parametrize("module", [*CHEAP, "analysis.pipeline", "analysis.disclosure"])
def test_no_library_of_models_or_pictures_is_loaded(module):
    assert loaded_by(module).isdisjoint(HEAVY)


@pytest.mark.parametrize("module", CHEAP)
def test_nor_is_pandas_where_only_names_are_asked_for(module):
    assert loaded_by(module).isdisjoint({"pandas", "numpy", "pyarrow"})


def test_a_table_is_checked_without_them_as_well():
    checking = "analysis.pipeline as p; p.module_of('clean/areas').TABLE.validated(p.store.read('areas'), 'areas')"
    assert loaded_by(checking).isdisjoint(HEAVY)
