"""Linkage of whole countries of new seeds, from their exported lists to facilities, held against the true ones."""

import shutil

import numpy as np
import pandas as pd
import pytest
from list_answers import facility_numbers, links_and_answers

from analysis import restricted, store, study
from analysis.features import facility_link_draws, facility_links, facility_pairs
from analysis.importers.run import import_exports
from analysis.simulate import run

pytestmark = pytest.mark.validation
SEEDS = (20261201, 20261202, 20261203)
LEAST_PRECISION, LEAST_RECALL, MOST_OFF = 0.99, 0.97, 0.02


@pytest.fixture(scope="module", params=SEEDS)
def country(request, tmp_path_factory):
    """Return a country of a new seed: the true facility of each row of its lists, and what linking makes of them."""
    out = tmp_path_factory.mktemp("country")
    run.simulate(out / "simulated", request.param, 1)
    in_lists = pd.read_parquet(out / "simulated/truth/part-0001/list_links.parquet")["file"].unique()
    for file in [run.MARK, *in_lists]:
        (out / "lists" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(out / "simulated" / "exports" / file, out / "lists" / file)
    import_exports(out / "lists", out / "processed", out / "restricted")
    rows = store.read("facility_list_rows", out / "processed")
    names, nobody = (restricted.read(name, out / "restricted") for name in ("facility_names", "facility_matches"))
    choices, rng = study.load(), np.random.default_rng(1)
    pairs = facility_pairs.build(rows, names, choices, rng)
    return {
        "numbers": facility_numbers(out / "simulated"),
        "links": facility_links.build(pairs, rows, nobody, choices),
        "draws": facility_link_draws.build(pairs, rows, nobody, choices, rng),
    }


def test_nearly_all_links_are_right_and_few_are_missed(country):
    precision, recall, n_true = links_and_answers(country["links"], country["numbers"])
    print(f"precision {precision:.4f}, recall {recall:.4f} of {n_true} pairs")  # noqa: T201 pytest -rP
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL


def test_the_draws_count_the_facilities_that_are_listed_to_two_in_a_hundred(country):
    """A true pair that no rule proposes is in no draw: the draws then count some facilities twice."""
    n_facilities = country["draws"].groupby("draw")["facility_key"].nunique()
    n_true = country["numbers"][country["links"]["row_id"]].nunique()
    print(f"{n_true} facilities listed, {n_facilities.min()} to {n_facilities.max()} in the draws")  # noqa: T201
    assert n_facilities.mean() == pytest.approx(n_true, rel=MOST_OFF)
