"""Samples of schools, municipalities and villages, and what R's survey makes of them (``references/references.R``)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.models.survey import survey_design

REFERENCES = Path(__file__).with_name("references")


@pytest.fixture(scope="session")
def rows_of():
    """Return a function of the data set's name that gives its rows."""
    return lambda name: pd.read_csv(REFERENCES / f"{name.removesuffix('_replaced')}.csv", dtype={"placed": float})


@pytest.fixture(scope="session")
def r():
    """Return a function of data set and quantity that gives R's numbers."""
    values = pd.read_csv(REFERENCES / "references.csv").groupby(["data", "quantity"])["value"]
    return lambda *key: values.get_group(key).to_numpy()


@pytest.fixture(scope="session")
def design_of(rows_of):
    """Return a function of the data set's name that gives its design."""
    return lambda name: survey_design(**_drawn(name, rows_of(name)))


def _drawn(name, rows):
    if name == "mu284":
        chances = rows["n1"] / 5 * rows["n2"] / rows.groupby("id1")["id2"].transform("count")
        return {"weights": chances, "clusters": (rows["id1"], rows["id2"]), "populations": (rows["n1"], rows["n2"])}
    if name == "scd":
        clusters = rows["ESA"].astype(str) + "/" + rows["ambulance"].astype(str)
        return {"weights": np.ones(len(rows)), "strata": rows["ESA"], "clusters": clusters}
    if name == "two_stage":
        return {"weights": rows["weight"], "strata": rows["stratum"], "clusters": rows["village"]}
    return {"weights": rows["pw"]} | {
        "apistrat": lambda: {"strata": rows["stype"], "populations": rows["fpc"]},
        "apistrat_replaced": lambda: {"strata": rows["stype"]},
        "apiclus1": lambda: {"clusters": rows["dnum"], "populations": rows["fpc"]},
        "apiclus2": lambda: {
            "clusters": (rows["dnum"], rows["snum"]),
            "populations": (rows["fpc1"], rows["fpc2"]),
        },
        "apiclus2_replaced": lambda: {"clusters": rows["dnum"]},
        "apisrs": lambda: {"populations": rows["fpc"]},
    }[name]()
