"""Audit: what the tables of a release say together.

A count is the same in two tables if they name the same population and it has the same role and the same groups. No
such count is withheld in one table and told in another, or told in two ways; and who knows all tables of the release
can tell none that is withheld more closely than who knows one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from analysis import pipeline
from analysis import study as choices
from analysis.disclosure.attack import Attack
from analysis.disclosure.cells import cells_of, hits_and_wholes
from analysis.disclosure.problem import Problem
from analysis.disclosure.thresholds import least_of

N_SHOWN = 5
ADVICE = "build both figures from one table, so that the gate sees them together"


@dataclass(frozen=True)
class Structure:
    """What adds up in a table, as everybody knows: ``cells`` by name, ``relations`` and pairs as the gate has them."""

    cells: pd.Index
    relations: sparse.csr_array
    below: np.ndarray


def cells(candidates: Path, figures: Sequence[str]) -> pd.DataFrame:
    """Return the cells of ``figures`` as the gate told or withheld them, each with its ``figure``."""
    frames = [pd.read_csv(candidates / f"{name}.csv").assign(figure=name) for name in figures]
    return pd.concat(frames) if frames else pd.DataFrame(columns=["cell", "unit", "rounded", "is_shown", "figure"])


def faults(cells: pd.DataFrame) -> Iterator[str]:
    """Yield which counts one table tells and another withholds, or tells otherwise."""
    is_shown = cells["is_shown"].astype("bool")
    told, withheld = (rows.groupby("cell")["figure"].agg(sorted) for rows in (cells[is_shown], cells[~is_shown]))
    for cell in told.index.intersection(withheld.index)[:N_SHOWN]:
        yield f"figures/{told[cell][0]}.csv tells what figures/{withheld[cell][0]}.csv withholds ({cell}): {ADVICE}"
    differ = cells[is_shown].groupby("cell").agg({"rounded": "nunique", "figure": sorted}).query("rounded > 1")
    for cell, names in differ["figure"].head(N_SHOWN).items():
        files = " and ".join(f"figures/{name}.csv" for name in names)
        yield f"{files} tell the same count in two ways ({cell}): {ADVICE}"


def faults_below(cells: pd.DataFrame) -> Iterator[str]:
    """Yield which counts one table tells that are sums over counts which another withholds without telling the sum."""
    figures = {name: rows.set_index("cell")["is_shown"].astype("bool") for name, rows in cells.groupby("figure")}
    groups = {name: {_groups(cell): cell for cell in told.index} for name, told in figures.items()}
    for finer, told in figures.items():
        found = {}
        for cell in told.index[~told]:
            of_cell = _groups(cell)
            for wider, others in groups.items():
                for sums in (own for own in others if own < of_cell and own not in groups[finer] and wider != finer):
                    if figures[wider][others[sums]]:
                        found[wider] = others[sums]
        for wider, cell in found.items():
            yield f"figures/{wider}.csv tells a sum of what figures/{finer}.csv withholds ({cell}): {ADVICE}"


def _groups(cell: str) -> frozenset[str]:
    """Return what a cell is the count of: its population, its role and the groups that it names."""
    prefix, role, *named = cell.split("|")
    return frozenset([f"population {prefix}", f"role {role}", *filter(None, named)])


def sharing(cells: pd.DataFrame) -> list[str]:
    """Return the figures that share a count with another."""
    is_shared = cells.groupby("cell")["figure"].transform("nunique") > 1
    return sorted(cells.loc[is_shared, "figure"].unique())


def structure(name: str) -> Structure:
    """Return what adds up in the published numbers of a figure: its rows and its declaration say so, not its counts."""
    table, numbers = pipeline.module_of(f"figures/{name}").NUMBERS, pipeline.read_numbers(name)
    counted = {column: 0 for kind in table.release.kinds.values() for column in kind.counts.values()}
    known = cells_of(numbers.assign(**counted), table, name)
    return Structure(pd.Index(known.frame["cell"]), known.relations, hits_and_wholes(known))


def faults_together(cells: pd.DataFrame, structures: Mapping[str, Structure]) -> Iterator[str]:
    """Yield which withheld counts could be told too closely from all tables in ``structures`` together."""
    known = cells[cells["figure"].isin(list(structures))].drop_duplicates("cell").set_index("cell")
    if known.empty:
        return
    rules = choices.load().disclosure
    relations = [_over(known.index, of.cells, of.relations) for of in structures.values()]
    pairs = [known.index.get_indexer(of.cells)[of.below] for of in structures.values()]
    below = np.concatenate([own[(own >= 0).all(axis=1)] for own in pairs]).astype("int32")
    steps = known["rounded"].to_numpy("int64") // rules.round_to
    width = -(-least_of(known["unit"], rules).to_numpy() // rules.round_to)
    is_hidden = ~known["is_shown"].to_numpy("bool")
    together = Problem(
        steps, sparse.vstack(relations, format="csr"), np.unique(below, axis=0), is_hidden, ~is_hidden, steps, width
    )
    for at, *_ in list(Attack(together, is_hidden).cuts())[:N_SHOWN]:
        files = ", ".join(f"figures/{name}.csv" for name in structures)
        yield f"{files} together tell a withheld count too closely ({known.index[at]}): {ADVICE}"


def _over(all_cells: pd.Index, own: pd.Index, relations: sparse.csr_array) -> sparse.csr_array:
    """Return ``relations`` over the cells of one table as relations over all cells."""
    at = all_cells.get_indexer(own)
    chosen = sparse.csr_array(
        (np.ones((at >= 0).sum()), (np.flatnonzero(at >= 0), at[at >= 0])), shape=(len(own), len(all_cells))
    )
    return (relations @ chosen).tocsr()
