"""Artificial personal content, marked so that any trace of it in an output is seen as a leak.

Latin text holds ``PRIVATE``, Khmer text ``ឯកជន``, and phone numbers start with ``0999``. In a country without Khmer
Latin text stands in its place.
"""

from collections.abc import Iterable

from analysis import country

LATIN, KHMER, PHONE = "PRIVATE", "ឯកជន", "0999"


def latin(kind: str, numbers: Iterable[int]) -> list[str]:
    """Return a marked Latin text of a ``kind`` (given, family, note, ...) for each number."""
    return [f"{LATIN}-{kind}-{number:05d}" for number in numbers]


def khmer(kind: str, numbers: Iterable[int]) -> list[str]:
    """Return a marked Khmer text of a ``kind`` (ឈ្មោះ, ត្រកូល, ...) for each number."""
    if "km" not in country.LANGUAGES:
        return latin("local", numbers)
    return [f"{KHMER}{kind}{number:05d}" for number in numbers]


def phones(numbers: Iterable[int]) -> list[str]:
    """Return a marked phone number for each number."""
    return [f"{PHONE}{number % 1_000_000:06d}" for number in numbers]


def notes(numbers: Iterable[int]) -> list[str]:
    """Return a marked sentence for each number, as a worker might write it, with the comma a splitter could trip on."""
    return [f"{LATIN} note {number:05d}: spoke with {LATIN}-kin-{number:05d}, calm, school = ok" for number in numbers]
