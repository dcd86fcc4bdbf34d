"""Data sets and what R makes of them (``references/references.R`` wrote both)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REFERENCES = Path(__file__).with_name("references")


@pytest.fixture(scope="session")
def reference():
    """Return a function of fit, data set and quantity that gives R's numbers."""
    rows = pd.read_csv(REFERENCES / "references.csv").groupby(["fit", "data", "quantity"])["value"]
    return lambda *key: rows.get_group(key).to_numpy()


@pytest.fixture(scope="session")
def given():
    """Return a function of the data set's name that gives y, design, offset and group."""
    return lambda name: {"epil": _epil, "quine": _quine}.get(name, lambda: _districts(name))()


def _epil():
    visits = pd.read_csv(REFERENCES / "epil.csv")
    design = pd.DataFrame({"one": 1.0, "progabide": (visits["trt"] == "progabide").astype(float)})
    design = design.assign(log_base=np.log(visits["base"]), age=visits["age"], fourth=visits["V4"])
    return visits["y"], design, np.zeros(len(visits)), visits["subject"]


def _quine():
    pupils = pd.read_csv(REFERENCES / "quine.csv")
    columns = [("Sex", "M"), ("Age", "F1"), ("Age", "F2"), ("Age", "F3"), ("Eth", "N"), ("Lrn", "SL")]
    design = pd.DataFrame({"one": 1.0} | {value: (pupils[name] == value) * 1.0 for name, value in columns})
    return pupils["Days"], design, np.zeros(len(pupils)), None


def _districts(name):
    rows = pd.read_csv(REFERENCES / f"{name}.csv")
    return rows["y"], rows[["x", "z"]].assign(one=1.0)[["one", "x", "z"]], np.log(rows["population"]), rows["group"]
