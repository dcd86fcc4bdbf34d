"""What is compared in a pair of rows, and the level each comparison comes to.

A comparison has cells: what is true of the pair if nothing were unknown. A level is a set of cells: the pair is known
to lie in one of them. Level 0 is the set of all, so that what is unknown weighs nothing, and a level that is known in
part weighs what its cells weigh together.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from analysis.models.linkage.coded import UNKNOWN, Rows, Terms

NEAR = (60.0, 74.0, 84.0, 92.0, 99.9)  # percent of letters in common where likeness of names goes up a step
ALIKE = 80.0  # percent of letters in common of two spellings of one operator
N_CHUNKS = 16  # parts in which pairs are compared: the more at once, the fewer spellings are compared twice
LEAST_CHUNK = 25_000  # pairs


@dataclass(frozen=True)
class Part:
    """Levels by what they mean, unknown first; ``is_in`` (n_levels, n_cells)."""

    meanings: tuple[str, ...]
    is_in: np.ndarray


@dataclass(frozen=True)
class Comparison:
    """``prior`` (n_cells,): shares of cells among true pairs before any data; ``is_in`` (n_levels, n_cells).

    ``apart_if_true``: numbers of cells of two parts that are independent of each other among true pairs.
    """

    name: str
    meanings: tuple[str, ...]
    is_in: np.ndarray
    prior: np.ndarray
    apart_if_true: tuple[int, int] | None = None


def _likeness_words(n_steps: tuple[float, ...]) -> tuple[str, ...]:
    return ("unknown", "differs", *(f"alike from {step:.0f}%" for step in n_steps[:-1]), "same")


def _plain(words: tuple[str, ...]) -> Part:
    """Return a part whose levels are its cells, and unknown before them."""
    return Part(words, np.vstack([np.ones(len(words) - 1), np.eye(len(words) - 1)]))


def _crossed(name: str, parts: dict[str, Part], prior: np.ndarray, *, is_apart: bool = False) -> Comparison:
    """Return the comparison of two parts that depend on each other: level = first * n_levels of second + second."""
    (one_name, one), (two_name, two) = parts.items()
    words = [f"{one_name} {a}, {two_name} {b}" for a, b in product(one.meanings, two.meanings)]
    return Comparison(
        name,
        tuple(words),
        np.kron(one.is_in, two.is_in),
        prior.ravel() / prior.sum(),
        prior.shape if is_apart else None,
    )


def _name_prior() -> np.ndarray:
    """Return the shares of likeness in Latin by likeness in Khmer: spelt apart on their own, or renamed in both."""
    latin, khmer = np.array([2, 3, 6, 8, 9, 72]) / 100, np.array([2, 3, 5, 5, 5, 80]) / 100
    renamed = np.zeros((len(latin), len(khmer)))
    renamed[0, 0] = 0.03
    return 0.97 * np.outer(latin, khmer) + renamed


SPELLING = _plain(_likeness_words(NEAR))
PLACE = Part(
    (
        *("unknown", "same commune", "same district, other commune", "same province, other district"),
        *("other province", "same district", "same province"),
    ),
    np.array([[1, 1, 1, 1], *np.eye(4), [1, 1, 0, 0], [1, 1, 1, 0]], dtype=float),
)
OPERATOR = _plain(("unknown", "differs", "alike", "same"))
EQUAL = _plain(("unknown", "differs", "same"))
YEAR = _plain(("unknown", "same", "1 apart", "2 to 4 apart", "further apart"))
NAME = _crossed("name", {"Latin": SPELLING, "Khmer": SPELLING}, _name_prior())
# operators keep to a district: that strangers share operator and place is more than the product of the two
WHERE = _crossed(
    "where",
    {"place": PLACE, "operator": OPERATOR},
    np.outer([0.85, 0.06, 0.07, 0.02], [0.08, 0.07, 0.85]),
    is_apart=True,
)
TYPE = _crossed("type", {"type": EQUAL, "word": EQUAL}, np.array([[0.04, 0.04], [0.12, 0.80]]))
OPENED = Comparison("year", YEAR.meanings, YEAR.is_in, np.array([0.75, 0.12, 0.07, 0.06]))
COMPARISONS = (NAME, WHERE, TYPE, OPENED)
N_SPELLING, N_OPERATOR, N_EQUAL = len(SPELLING.meanings), len(OPERATOR.meanings), len(EQUAL.meanings)
NAME_POSITION, WHERE_POSITION = COMPARISONS.index(NAME), COMPARISONS.index(WHERE)


def place_and_operator(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the level of the place and that of the operator, (n,) each, from ``levels`` (n,) of ``WHERE``."""
    return np.divmod(levels, N_OPERATOR)


def compared(rows: Rows, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the level of each comparison, (n_pairs, n_comparisons), of the pairs of rows ``a`` and ``b``."""
    levels = np.empty((len(a), len(COMPARISONS)), dtype=np.uint8)
    size = max(LEAST_CHUNK, len(a) // N_CHUNKS)
    for start in range(0, len(a), size):
        part = slice(start, start + size)
        for i, level in enumerate(_levels(rows, a[part], b[part])):
            levels[part, i] = level
    return levels


def _levels(rows: Rows, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    near = [_reached(terms, a, b, NEAR) for terms in (rows.latin, rows.khmer)]
    declared, word = (_same(terms, a, b) for terms in (rows.declared, rows.word))
    # a name that is another one altogether brings its own word: it is no second sign of another facility
    word[np.maximum(*near) == 0] = UNKNOWN
    return (
        (1 + near[0]) * N_SPELLING + 1 + near[1],
        _place(rows, a, b) * N_OPERATOR + 1 + _reached(rows.operator, a, b, (ALIKE, NEAR[-1])),
        (1 + declared) * N_EQUAL + 1 + word,
        _year(rows.year[a], rows.year[b]),
    )


def _same(terms: Terms, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return 1 where both have the same value, 0 where another, -1 where one has none."""
    one, other = terms.numbers[a], terms.numbers[b]
    same = (one == other).astype(np.int8)
    same[(one < 0) | (other < 0)] = UNKNOWN
    return same


def _reached(terms: Terms, a: np.ndarray, b: np.ndarray, steps: tuple[float, ...]) -> np.ndarray:
    """Return how many of the steps the percent of letters in common reaches, -1 where one is unknown.

    Two spellings are compared once, however many pairs of rows have them.
    """
    one, other = terms.numbers[a], terms.numbers[b]
    reached = np.full(len(a), len(steps), dtype=np.int8)
    reached[(one < 0) | (other < 0)] = UNKNOWN
    (unequal,) = np.nonzero((one != other) & (reached > 0))
    one, other = one[unequal], other[unequal]
    n = len(terms.letters)
    number, spellings = pd.factorize(np.minimum(one, other).astype(np.int64) * n + np.maximum(one, other))
    texts = (terms.letters[part] for part in np.divmod(spellings, max(n, 1)))
    likeness = process.cpdist(*texts, scorer=fuzz.ratio, dtype=np.float32, workers=-1)
    reached[unequal] = np.digitize(likeness, steps).astype(np.int8)[number]
    return reached


def _place_levels() -> np.ndarray:
    """Return the level of ``PLACE`` by commune, district and province, each unknown (0), another (1) or same (2)."""
    commune, district, province = np.indices((3, 3, 3), dtype=np.int8)
    other_district = np.select([province == 2, province == 1], [3, 4], 0)
    other_commune = np.select([district == 2, district == 1], [2, other_district], 0)
    levels = np.select(
        [commune == 2, commune == 1, district == 2, district == 1, province == 2, province == 1],
        [1, other_commune, 5, other_district, 6, 4],
        0,
    )
    return levels.ravel().astype(np.int8)


PLACE_LEVELS = _place_levels()


def _place(rows: Rows, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the level of ``PLACE`` that the smallest place known of both says."""
    commune, district, province = (1 + _same(terms, a, b) for terms in (rows.commune, rows.district, rows.province))
    return PLACE_LEVELS[9 * commune + 3 * district + province]


def _year(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    apart = np.abs(a - b)
    return np.where(np.isnan(apart), 0, 1 + np.digitize(apart, (0.5, 1.5, 4.5)))
