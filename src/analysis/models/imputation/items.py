"""Items and their draws: yes or no, classes, amounts.

A yes-or-no item is drawn from its logistic model. An item of K classes is K - 1 yes-or-no questions asked in turn, each
of those to whom no earlier class applied: whether the first class applies, else the second, and so on; this holds for
ordered classes and for others, since each question has coefficients of its own. An amount takes the answer of a row
whose predicted log is near (predictive mean matching), so that nothing is drawn that nobody would say.

Reference: Little (1988) Journal of Business and Economic Statistics 6:287-296 (predictive mean matching).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.models.imputation.clustered import Rows, State, drawn, linear_predictor, started

KINDS = ("yes_no", "classes", "amount")
N_DONORS = 5  # R's mice: fewer repeat answers, more draw from rows that are not alike


@dataclass(frozen=True, eq=False)
class Item:
    """One item as asked of n rows.

    ``coded`` (n,): 0 or 1, number of the class, or amount; ``nan`` where blank. ``levels``: the answers that occur,
    those of classes in the order they are asked in, the most frequent last.
    """

    name: str
    kind: str
    coded: np.ndarray
    levels: tuple[Any, ...]

    @property
    def is_blank(self) -> np.ndarray:
        """Return which rows left it blank (n,)."""
        return np.isnan(self.coded)

    @property
    def n_columns(self) -> int:
        """Return how many columns it makes where it explains others."""
        return len(self.levels) - 1 if self.kind == "classes" else 1

    def columns(self, values: np.ndarray) -> np.ndarray:
        """Return completed ``values`` (n,) as columns (n, ``n_columns``): classes against the last, amounts as logs."""
        if self.kind == "classes":
            return (values[:, None] == np.arange(len(self.levels) - 1)).astype(float)
        return (self.logs(values) if self.kind == "amount" else values)[:, None]

    def logs(self, amounts: np.ndarray) -> np.ndarray:
        """Return logs of ``amounts`` (n,) over their standard deviation; 0 counts as half the least amount above it."""
        known = self.coded[~self.is_blank]
        above = known[known > 0]
        added = 0.0 if len(above) == len(known) else above.min() / 2 if len(above) else 1.0
        logs = np.log(known + added)
        return (np.log(amounts + added) - logs.mean()) / (logs.std() or 1.0)

    def codes(self, answers: pd.Series) -> np.ndarray:
        """Return answers in words as numbers (n,); ``nan`` where blank."""
        if self.kind != "classes":
            return answers.to_numpy(dtype="float64", na_value=np.nan)
        codes = pd.Categorical(answers, categories=self.levels).codes.astype(float)
        return np.where(codes < 0, np.nan, codes)

    def answers(self, values: np.ndarray) -> pd.Series:
        """Return completed ``values`` (n,) in the words they were asked in."""
        if self.kind == "yes_no":
            return pd.Series(values == 1, dtype="boolean", name=self.name)
        if self.kind == "amount":
            return pd.Series(values, dtype="Float64", name=self.name)
        return pd.Series(np.array(self.levels, dtype=object)[values.astype(int)], dtype="str", name=self.name)


def item(answers: pd.Series, kind: str) -> Item:
    """Return an item of ``kind`` yes_no (boolean), classes (text) or amount (0 or more); blank is missing.

    Raises ``ValueError`` for another kind, for an item that nobody answered, and for amounts below 0.
    """
    if kind not in KINDS:
        raise ValueError(f"{answers.name} is of kind {kind!r}; an item is one of {', '.join(KINDS)}")
    if not answers.notna().any():
        raise ValueError(
            f"nobody answered {answers.name}: there is nothing to draw it from; leave it out of the items, and say so"
        )
    counts = answers.value_counts(sort=False).sort_index()
    levels = tuple((counts.sort_values(kind="stable") if kind == "classes" else counts).index)
    asked = Item(str(answers.name), kind, np.empty(0), levels)
    if kind == "amount" and levels[0] < 0:
        raise ValueError(f"{answers.name} has amounts below 0; correct them where they come from")
    return replace(asked, coded=asked.codes(answers))


def redrawn(
    of: Item, rows: Rows, used: np.ndarray, states: Sequence[State], rng: np.random.Generator
) -> tuple[np.ndarray, list[State]]:
    """Return the values (n,) with the blanks drawn anew, and the states to start from the next time.

    ``used`` are the coefficients that explain it, ``states`` those of the last time, none at first.
    """
    if len(of.levels) == 1:  # all gave the same answer
        return np.where(of.is_blank, _only(of), of.coded), []
    if of.kind == "amount":
        return _amounts(of, rows, used, states, rng)
    return _classes(of, rows, used, states, rng)


def _only(of: Item) -> float:
    return 0.0 if of.kind == "classes" else float(of.levels[0])


def _classes(
    of: Item, rows: Rows, used: np.ndarray, states: Sequence[State], rng: np.random.Generator
) -> tuple[np.ndarray, list[State]]:
    """Ask the questions in turn; yes or no is the single question whether it is yes."""
    is_yes_no = of.kind == "yes_no"
    asked, values = ~of.is_blank, of.coded.copy()
    found: list[State] = []
    undecided = of.is_blank
    values[undecided] = 0.0 if is_yes_no else len(of.levels) - 1
    for number in [1] if is_yes_no else range(len(of.levels) - 1):
        applies = (of.coded == number).astype(float)
        state = states[len(found)] if states else started(applies, asked, rows, used, is_amount=False)
        draw = drawn(applies, asked, rows, used, state, rng)
        says_yes = undecided & (rng.random(len(applies)) < special.expit(draw.eta))
        values[says_yes] = number
        asked, undecided = asked & (of.coded != number), undecided & ~says_yes
        found.append(draw.state)
    return values, found


def _amounts(
    of: Item, rows: Rows, used: np.ndarray, states: Sequence[State], rng: np.random.Generator
) -> tuple[np.ndarray, list[State]]:
    """Give each blank the amount of one of the donors nearest to it: these by the mode, it by drawn coefficients.

    Effects of clusters are drawn for both. By the mode they are shrunken means of the donors themselves, who would lie
    further apart than their predictions, and drawn clusters further apart than told ones.
    """
    asked = ~of.is_blank
    logs = np.where(asked, of.logs(np.where(asked, of.coded, 1.0)), 0.0)
    state = states[0] if states else started(logs, asked, rows, used, is_amount=True)
    draw = drawn(logs, asked, rows, used, state, rng)
    fitted = linear_predictor(rows, draw.state.coefficients, draw.effects)
    order = np.flatnonzero(asked)[np.argsort(fitted[asked], kind="stable")]
    donors = _nearest(fitted[order], draw.eta[of.is_blank], rng)
    values = of.coded.copy()
    values[of.is_blank] = of.coded[order[donors]]
    return values, [draw.state]


def _nearest(predicted: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return for each ``wanted`` the place of one of the ``N_DONORS`` nearest of ``predicted``, which ascend."""
    n_donors = min(N_DONORS, len(predicted))
    start = np.searchsorted(predicted, wanted)
    near = np.clip(start[:, None] + np.arange(-n_donors, n_donors), 0, len(predicted) - 1)
    distance = np.abs(predicted[near] - wanted[:, None])
    distance[:, 1:][near[:, 1:] == near[:, :-1]] = np.inf  # ends of the range would count twice
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :n_donors]
    chosen = nearest[np.arange(len(wanted)), rng.integers(n_donors, size=len(wanted))]
    return near[np.arange(len(wanted)), chosen]
