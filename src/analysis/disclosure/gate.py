"""The gate: refuse, find the small counts, hide what gives them away, round, make the numbers again."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import study as choices
from analysis.contract import Table
from analysis.disclosure import reasons, refusals, thresholds
from analysis.disclosure.cells import Cells, cells_of, hits_and_wholes, kinds_of, summed, sums
from analysis.disclosure.earlier import COLUMNS, Standing, standing, to_tell, with_held
from analysis.disclosure.problem import Problem, joined
from analysis.disclosure.remade import remade
from analysis.disclosure.rounding import significant, to_base
from analysis.disclosure.secondary import withheld
from analysis.study import Study

LOG = ("cell", "rule")


@dataclass(frozen=True)
class Released:
    """``numbers`` may leave. ``log`` (cell, rule) and ``cells`` (``earlier.COLUMNS``) never do.

    The log tells which counts were small; the cells are what a later release is compared with.
    """

    numbers: pd.DataFrame
    log: pd.DataFrame
    cells: pd.DataFrame


def publishable(
    numbers: pd.DataFrame, table: Table, name: str, origin: str, earlier: pd.DataFrame | None = None
) -> Released:
    """Return the publishable form of ``numbers`` (rows of ``table``), with their ``origin`` as the last column.

    ``earlier``: the ``cells`` of what was released before. Raises ``DisclosureError`` for numbers from records,
    simulated or real, of which the table does not say what they are made of, or that cannot be protected.

    >>> from analysis.contract import Column
    >>> from analysis.kinds import Count, Release
    >>> table = Table("a town", ("town",), {"town": Column("str", "")}, Release(kinds={"children": Count()}))
    >>> counted = pd.DataFrame({"town": ["A", "B"], "scale": "children", "estimate": [23, 4], "withheld": None})
    >>> counted = counted.astype({"estimate": "Float64", "withheld": "str"})
    >>> publishable(counted, table, "towns", "records").numbers[["estimate", "withheld"]].to_numpy().tolist()
    [[25.0, nan], [<NA>, 'fewer than 10']]
    """
    if origin not in reasons.GUARDED or numbers.empty:
        return Released(_finished(numbers, origin), pd.DataFrame(columns=LOG), pd.DataFrame(columns=COLUMNS))
    rules = choices.load().disclosure
    refusals.check(numbers, table, name, origin, rules)
    rows = numbers.reset_index(drop=True)
    cells = cells_of(rows, table, name)
    then = standing(cells.frame, thresholds.least_of(cells.frame["unit"], rules), earlier)
    rule = _rules(rows, cells, table, rules)
    rule = rule.mask(rule.isna() & then.is_kept_back, reasons.EARLIER)
    exact = cells.frame["exact"].to_numpy("int64")
    rounded = summed(cells, then.or_else("rounded", to_base(exact, rules.round_to)), name)
    problem = _problem(cells, rounded, rule.notna().to_numpy(), then, rules)
    is_hidden = withheld(joined(problem, cells.frame["cell"], then, earlier, rules.round_to))[: len(exact)]
    shown = pd.Series(rounded, dtype="Int64").mask(is_hidden)
    passed = with_held(remade(_put_back(rows, cells, shown, table, rules), table, rules), cells, then)
    log = pd.DataFrame({"cell": cells.frame["cell"], "rule": rule.mask(rule.isna() & is_hidden, reasons.SECONDARY)})
    told = cells.frame[["cell", "unit"]].assign(
        exact=then.or_else("exact", exact), rounded=rounded, is_shown=~is_hidden, **to_tell(passed, cells)
    )
    numbers = passed.drop(columns=list(table.release.not_published))
    return Released(_finished(numbers, origin), log.dropna().reset_index(drop=True), told)


def _rules(rows: pd.DataFrame, cells: Cells, table: Table, rules: Study) -> pd.Series:
    """Return the rule that withholds each cell; a cell in several rows is withheld if one of them asks for it."""
    found = cells.entries.assign(rule=thresholds.broken(cells.entries, rows, table, rules))
    return found.groupby("cell", sort=False)["rule"].first().reindex(cells.frame["cell"]).reset_index(drop=True)


def _problem(cells: Cells, rounded: np.ndarray, must: np.ndarray, then: Standing, rules: Study) -> Problem:
    """Return what is to be decided: which cells to withhold besides the small ones."""
    n_parts = np.zeros(len(rounded))
    for parts, total in sums(cells.relations):
        n_parts[total] += len(parts)
    return Problem(
        steps=rounded // rules.round_to,
        relations=cells.relations,
        below=hits_and_wholes(cells),
        must=must,
        must_not=then.is_held,
        weights=(1 + np.log1p(rounded)) * np.sqrt(1 + n_parts),  # large numbers and totals are wanted most
        width=-(-thresholds.least_of(cells.frame["unit"], rules).to_numpy() // rules.round_to),
    )


def _put_back(rows: pd.DataFrame, cells: Cells, shown: pd.Series, table: Table, rules: Study) -> pd.DataFrame:
    """Return ``rows`` with the counts that are ``shown``; where one is missing the estimate is too, and why."""
    passed = rows.copy()
    numbers = cells.entries.assign(shown=cells.entries["cell"].map(dict(zip(cells.frame["cell"], shown, strict=True))))
    is_hidden = pd.Series(False, rows.index)
    for column, entries in numbers.groupby("column"):
        values = entries.set_index("row")["shown"].astype("Int64")
        passed[column] = passed[column].astype("Float64" if column == "estimate" else "Int64")
        passed.loc[values.index, column] = values
        is_hidden |= values.isna().reindex(rows.index, fill_value=False)
    passed.loc[is_hidden, passed.columns.intersection(refusals.ESTIMATE)] = pd.NA
    kinds, has_totals = kinds_of(rows, table.release), cells.relations.shape[0] > 0
    why = kinds.map({kind: reasons.told(kind, has_totals, rules) for kind in table.release.kinds.values()})
    return passed.assign(withheld=passed["withheld"].mask(is_hidden, why).astype("str"))


def _finished(numbers: pd.DataFrame, origin: str) -> pd.DataFrame:
    floats = numbers.select_dtypes("floating").columns
    return numbers.assign(**{column: significant(numbers[column]) for column in floats}, origin=origin)
