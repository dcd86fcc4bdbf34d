"""Whom a number covers: children in households or children in facilities. Numbers of the two are never added.

A survey of households does not reach who lives in an institution; a count of facilities reaches nobody else. Their
rates have different denominators, and children whom a household reports in care are counted again in a facility.
"""

from collections.abc import Iterable

import pandas as pd

HOUSEHOLD, FACILITY = "household", "facility"
COVERS = (HOUSEHOLD, FACILITY)


class MixedPopulationsError(ValueError):
    """Numbers of children in households and of children in facilities were about to be combined."""


def one_population(covers: Iterable[str]) -> str:
    """Return the one population that all of ``covers`` (a word of ``COVERS`` for each number) name.

    Raises ``MixedPopulationsError`` if both are named, and ``ValueError`` if none is or another word stands there.
    """
    named = sorted(set(covers), key=str)
    foreign = [name for name in named if name not in COVERS]
    if foreign or not named:
        found = ", ".join(map(str, foreign)) or "nothing"
        raise ValueError(f"each number covers one of {', '.join(COVERS)}; found {found}. Say it in a column of words")
    if len(named) > 1:
        raise MixedPopulationsError(
            "numbers of children in households and of children in facilities cannot be added or averaged: a survey of "
            "households leaves out who lives in institutions, and children it reports in care are counted again in "
            "facilities. Show the two beside each other, each with its own denominator"
        )
    return named[0]


def added(numbers: pd.Series, covers: pd.Series) -> float:
    """Return the sum of ``numbers`` (counts, or rates of parts of one denominator), if all cover one population.

    ``covers`` holds a word of ``COVERS`` for each number. Raises ``MixedPopulationsError`` if both populations occur,
    and ``ValueError`` if the two have different lengths or a word is none of ``COVERS``.
    """
    if len(numbers) != len(covers):
        raise ValueError(f"{len(numbers)} numbers and {len(covers)} words of what they cover; give one for each")
    one_population(covers)
    return float(numbers.sum())
