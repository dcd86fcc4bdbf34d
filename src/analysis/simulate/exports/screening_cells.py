"""The cells of a screening: what an assessor typed for an answer, and what a perfect reader makes of it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.screening_words import (
    ENGLISH,
    KHMER,
    ODD_ANSWER,
    ODD_GRADE,
    ODD_ROLE,
    OTHER,
    OTHER_UNKNOWN,
    ROLES,
)
from analysis.simulate.exports.workbook import Cell
from analysis.study import Study

MOST_CHILDREN = 6  # in a cell that holds a number of children


@dataclass(frozen=True)
class Answers:
    """Cells as typed, in the order of ``read``: one row a facility and item as a perfect reader reads them.

    ``read`` marks what is planted: is_odd_answer, is_odd_grade, is_without_answer.
    """

    typed_response: list[Cell]
    typed_grade: list[Cell]
    read: pl.DataFrame


def typed_answers(answers: pl.DataFrame, faults: Study, rng: np.random.Generator) -> Answers:
    """Return the cells of ``answers`` (facility_no, item_id, response, evidence_grade, level)."""
    response, grade = answers["response"].to_numpy(), answers["evidence_grade"].to_numpy()
    is_left_out = response == "not_assessed"
    without_answer = struck(rng, is_left_out, faults.evidence_without_answer)
    odd_answer = struck(rng, ~is_left_out, faults.unlisted_answer)
    odd_grade = struck(rng, (grade != "unknown") & ~odd_answer, faults.unlisted_grade)
    meant = np.where(without_answer, "document", grade)
    typed = _typed_responses(response, (answers["level"] == "child").to_numpy(), faults, rng)
    grades = _written(np.where(meant == "unknown", "not_assessed", meant), faults, rng)
    read = answers.with_columns(
        pl.Series("is_without_answer", without_answer),
        pl.Series("is_odd_answer", odd_answer),
        pl.Series("is_odd_grade", odd_grade),
        pl.Series("response", np.where(without_answer | odd_answer, "unknown", response)),
        pl.Series("evidence_grade", np.where(odd_grade, "unknown", meant)),
    )
    return Answers(
        [
            _or(odd, ODD_ANSWER, None if blank else cell)
            for odd, blank, cell in zip(odd_answer, without_answer, typed, strict=True)
        ],
        [_or(odd, ODD_GRADE, cell) for odd, cell in zip(odd_grade, grades, strict=True)],
        read,
    )


def typed_roles(roles: pl.Series, faults: Study, rng: np.random.Generator) -> tuple[list[Cell], pl.Series, pl.Series]:
    """Return the roles as typed, as read, and where a role is in no list."""
    odd = pl.Series(struck(rng, np.ones(len(roles), dtype=bool), faults.unlisted_role))
    typed = [_or(is_odd, ODD_ROLE, ROLES[role]) for is_odd, role in zip(odd, roles, strict=True)]
    return typed, pl.select(pl.when(odd).then(pl.lit("unknown")).otherwise(roles)).to_series(), odd


def _typed_responses(response: np.ndarray, of_child: np.ndarray, faults: Study, rng: np.random.Generator) -> list[Cell]:
    """Return each response in one of its words, or as a number of children where it is about children."""
    words = _written(response, faults, rng)
    is_counted = of_child & np.isin(response, ["yes", "no"]) & (rng.random(len(response)) < faults.counted_children)
    n_children = np.where(response == "yes", rng.integers(1, MOST_CHILDREN + 1, len(response)), 0)
    return [int(n) if counted else word for counted, n, word in zip(is_counted, n_children, words, strict=True)]


def _written(words: np.ndarray, faults: Study, rng: np.random.Generator) -> list[Cell]:
    """Return our ``words`` as written."""
    is_khmer = rng.random(len(words)) < faults.khmer_words
    is_other = rng.random(len(words)) < faults.other_words
    is_mark = rng.random(len(words)) < 0.5
    return [
        (KHMER if khmer else _other(mark) if other else ENGLISH)[word]
        for word, khmer, other, mark in zip(words, is_khmer, is_other, is_mark, strict=True)
    ]


def _other(mark: bool) -> dict[str, str]:
    return {**OTHER, "unknown": OTHER_UNKNOWN} if mark else OTHER


def _or(is_odd: bool, odd: str, cell: Cell) -> Cell:
    return odd if is_odd else cell
