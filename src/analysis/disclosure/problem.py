"""Which cells to withhold: what is to be decided, of one table or of one and those released before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.disclosure.earlier import Standing


@dataclass(frozen=True)
class Problem:
    """Cells as counts in whole steps of the rounding base (``steps``), and what everybody knows of them.

    ``relations`` (relations x cells): 1 for the parts, -1 for the total. ``below`` (pairs x 2): the first of two cells
    is never larger than the second. By cell: which ``must`` be withheld; which ``must_not``, being known; ``weights``,
    what withholding costs; ``width``, how many steps the interval of a withheld cell must have.
    """

    steps: np.ndarray
    relations: sparse.csr_array
    below: np.ndarray
    must: np.ndarray
    must_not: np.ndarray
    weights: np.ndarray
    width: np.ndarray


def joined(now: Problem, cells: pd.Series, then: Standing, earlier: pd.DataFrame | None, base: int) -> Problem:
    """Return the problem of this table and of its ``earlier`` releases together.

    A cell that stands as it was is one cell in both; one that has changed is another cell then, shown or withheld as
    it was. What was withheld must not follow from what is shown now.
    """
    whole = now
    if earlier is None or now.relations.shape[0] == 0:
        return whole
    releases = earlier["release"] if "release" in earlier else pd.Series("", earlier.index)
    for _, told in earlier.groupby(releases, sort=False):
        whole = _with_release(whole, now, told.set_index("cell").reindex(cells), then, base)
    return whole


def _with_release(whole: Problem, now: Problem, told: pd.DataFrame, then: Standing, base: int) -> Problem:
    steps = told["rounded"].fillna(-base).to_numpy("int64") // base
    is_there = steps >= 0
    is_same = then.is_near & (steps == now.steps)
    is_own = is_there & ~is_same
    n_before, n_own = len(whole.steps), int(is_own.sum())
    at = np.where(is_same, np.arange(len(steps)), -1)
    at[is_own] = n_before + np.arange(n_own)
    was_shown = told["is_shown"].eq(True).to_numpy("bool")[is_own]
    all_steps = np.concatenate([whole.steps, steps[is_own]])
    pairs = at[now.below]
    return Problem(
        steps=all_steps,
        relations=sparse.vstack([_wider(whole.relations, n_own), _then(now.relations, at, all_steps, n_before)], "csr"),
        below=np.concatenate([whole.below, pairs[(pairs >= 0).all(axis=1) & (pairs >= n_before).any(axis=1)]]).astype(
            "int32"
        ),
        must=np.concatenate([whole.must, ~was_shown]),
        must_not=np.concatenate([whole.must_not, was_shown]),
        weights=np.concatenate([whole.weights, np.ones(n_own)]),
        width=np.concatenate([whole.width, now.width[is_own]]),
    )


def _wider(relations: sparse.csr_array, n_more: int) -> sparse.csr_array:
    return sparse.hstack([relations, sparse.csr_array((relations.shape[0], n_more))], format="csr")


def _then(relations: sparse.csr_array, at: np.ndarray, steps: np.ndarray, n_before: int) -> sparse.csr_array:
    """Return the relations of now over the cells of then, those that held then and are not the same as now."""
    is_there = at >= 0
    moved = sparse.csr_array(
        (np.ones(is_there.sum()), (np.flatnonzero(is_there), at[is_there])), shape=(len(at), len(steps))
    )
    found = (relations @ moved).tocsr()
    is_other = np.asarray((found[:, n_before:] != 0).sum(axis=1)).ravel() > 0
    found = found[is_other & (found @ steps == 0)]
    found.sort_indices()
    return found
