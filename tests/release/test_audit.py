"""Two tables of one release: what one withholds the other must not tell."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analysis import pipeline
from analysis.release import audit


@pytest.fixture
def candidates(tmp_path):
    def write(**figures):
        for name, cells in figures.items():
            frame = pd.DataFrame(cells, columns=["cell", "unit", "exact", "rounded", "is_shown"])
            frame.to_csv(tmp_path / f"{name}.csv", index=False)
        return audit.cells(tmp_path, sorted(figures))

    return write


SMALL = ("cases|n|place=11", "children", 7, 5, False)


def test_tables_that_share_no_count_or_treat_it_alike_pass(candidates):
    shared = ("cases|n", "children", 52, 50, True)
    assert list(audit.faults(candidates(one=[shared, SMALL], other=[shared, SMALL]))) == []
    assert list(audit.faults(candidates(one=[SMALL], other=[("homes|n|place=11", "children", 7, 5, True)]))) == []
    assert list(audit.faults(audit.cells(None, []))) == []


def test_a_count_withheld_here_and_told_there_is_named_with_both_figures(candidates):
    [fault] = audit.faults(candidates(one=[(*SMALL[:4], True)], other=[SMALL]))
    assert fault.startswith("figures/one.csv tells what figures/other.csv withholds (cases|n|place=11): ")


def test_a_count_told_in_two_ways_is_named(candidates):
    one, other = (("cases|n", "children", 52, rounded, True) for rounded in (50, 55))
    [fault] = audit.faults(candidates(one=[one], other=[other]))
    assert fault.startswith("figures/one.csv and figures/other.csv tell the same count in two ways (cases|n): ")


def test_a_sum_over_what_another_table_withholds_is_named(candidates):
    small, total = ("c|n|place=11|why=poor", "children", 4, 5, False), ("c|n|place=11", "children", 54, 55, True)
    [fault] = audit.faults_below(candidates(cross=[small], places=[total]))
    assert fault.startswith("figures/places.csv tells a sum of what figures/cross.csv withholds (c|n|place=11): ")
    assert not list(audit.faults_below(candidates(cross=[small, total], places=[total]))), "the gate saw them together"
    assert not list(audit.faults_below(candidates(cross=[small], places=[("d|n|place=11", *total[1:])])))
    assert not list(audit.faults_below(candidates(cross=[small], places=[("c|n|place=12", *total[1:])])))


def test_no_fault_quotes_a_count(candidates):
    [fault] = audit.faults(
        candidates(one=[("c|n", "children", 6789, 6790, True)], other=[("c|n", "children", 6789, 6790, False)])
    )
    assert "67" not in fault


def table(*sums):
    """Return the structure of a table of sums: the parts and their total."""
    cells = pd.Index(dict.fromkeys(cell for of_sum in sums for cell in of_sum))
    relations = np.zeros((len(sums), len(cells)))
    for row, (*parts, total) in enumerate(sums):
        relations[row, cells.get_indexer(parts)] = 1
        relations[row, cells.get_loc(total)] = -1
    return audit.Structure(cells, sparse.csr_array(relations), np.empty((0, 2), "int32"))


def withheld(figure, **counts):
    """Return cells of a figure: those of one small letter are withheld, totals are told."""
    rows = [(cell, "children", n, n, cell.isupper(), figure) for cell, n in counts.items()]
    return pd.DataFrame(rows, columns=["cell", "unit", "exact", "rounded", "is_shown", "figure"])


def test_tables_that_hide_a_count_each_for_itself_may_tell_it_together():
    """Three sums of pairs of three counts are three equations: none of them alone gives a count away."""
    cells = pd.concat(
        [withheld("one", a=5, b=20, X=25), withheld("two", a=5, c=15, Y=20), withheld("three", b=20, c=15, Z=35)]
    )
    structures = {"one": table("abX"), "two": table("acY"), "three": table("bcZ")}
    assert audit.sharing(cells) == ["one", "three", "two"]
    for alone, structure in structures.items():
        assert list(audit.faults_together(cells, {alone: structure})) == []
    found = list(audit.faults_together(cells, structures))
    assert [fault.split("(")[1].split(")")[0] for fault in found] == ["a", "b", "c"]
    assert found[0].startswith("figures/one.csv, figures/two.csv, figures/three.csv together tell a withheld count")
    two = {name: structures[name] for name in ("one", "two")}
    assert list(audit.faults_together(cells, two)) == []


@pytest.mark.parametrize(("whole", "is_told"), [(5, True), (50, False)])
def test_hits_are_no_more_than_what_they_are_a_share_of(whole, is_told):
    share = audit.Structure(pd.Index(["h", "W"]), sparse.csr_array((0, 2)), np.array([[0, 1]], "int32"))
    cells = withheld("one", h=5, W=whole)
    assert bool(list(audit.faults_together(cells, {"one": share}))) == is_told


def test_nothing_shared_needs_no_second_look():
    cells = pd.concat([withheld("one", a=5, b=20, X=25), withheld("two", c=5, d=15, Y=20)])
    assert audit.sharing(cells) == []
    assert list(audit.faults_together(cells, {})) == []


@pytest.mark.parametrize("name", ["data_quality", "record_children"])
def test_what_adds_up_is_known_from_what_is_published(name, tmp_path):
    pipeline.make_numbers(name, tmp_path / "gated.csv")
    known = audit.structure(name)
    told = audit.cells(pipeline.CANDIDATES, [name]).set_index("cell")
    assert set(told.index) <= set(known.cells)
    rounded = told["rounded"].reindex(known.cells).fillna(0).to_numpy()
    assert not (known.relations @ rounded).any()
    assert known.relations.shape[0] > 0 or name == "data_quality"
    assert list(audit.faults_together(told.reset_index(), {name: known})) == []
