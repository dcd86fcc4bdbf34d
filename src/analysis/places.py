"""Names of provinces as people write them, resolved to their two-digit code.

Spellings differ by accents, spaces, a word for "province" in front or behind, and in Khmer by two ways to write
the same subscript. ``normalised`` removes these differences; what remains is listed in ``province_aliases``.
"""

import difflib
import re
import unicodedata

import pandas as pd

from analysis import country

N_NEAREST = 3
COENG_DA, COENG_TA = "\u17d2\u178a", "\u17d2\u178f"  # drawn alike, typed either way
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ı": "i"})


class UnknownPlace(ValueError):  # noqa: N818, it reads as what happened
    """Names that are no known spelling of a province."""


def normalised(name: str) -> str:
    """Return the letters that identify a place: no case, accent, space, punctuation or word for "province"."""
    text = unicodedata.normalize("NFC", name).casefold().translate(LIGATURES)
    return _without_khmer_prefix(text) if _is_khmer(text) else _latin_letters(text)


def resolve_provinces(names: pd.Series, province_aliases: pd.DataFrame) -> pd.Series:
    """Return the province code of each of ``names``, on the same index.

    ``province_aliases`` has the columns ``alias`` and ``province_code``. Raises ``UnknownPlace`` that lists every
    name (a missing one too) that is no known spelling, with the nearest known ones.
    """
    codes = _codes_by_letters(province_aliases)
    written = pd.Series(names.unique(), dtype="object")
    letters = written.map(lambda name: "" if pd.isna(name) else normalised(str(name)))
    found = pd.Series(letters.map(codes).to_numpy(), index=written.to_numpy(), dtype="str")
    unknown = written[found.isna().to_numpy()]
    if len(unknown):
        raise UnknownPlace(_message(list(unknown), province_aliases))
    return names.map(found).astype("str")


def nearest(name: str, known: pd.Series, n: int = N_NEAREST) -> list[str]:
    """Return the ``n`` of the ``known`` names that are written most like ``name``, the nearest first."""
    plain_first = known.sort_values(key=lambda names: names.map(lambda name: not name.isascii()), kind="stable")
    by_letters = plain_first.groupby(plain_first.map(normalised)).first()
    return [by_letters[found] for found in difflib.get_close_matches(normalised(name), by_letters.index, n=n, cutoff=0)]


def _codes_by_letters(province_aliases: pd.DataFrame) -> pd.Series:
    """Return the province code by the letters of each alias; raise ``UnknownPlace`` if two provinces share them."""
    listed = province_aliases.assign(letters=province_aliases["alias"].map(normalised))
    codes = listed.drop_duplicates(["letters", "province_code"]).set_index("letters")["province_code"]
    if codes.index.has_duplicates:
        shared = listed[listed["letters"].isin(codes.index[codes.index.duplicated()])]["alias"].unique()
        raise UnknownPlace(
            f"spellings listed for two {country.PROVINCES}: {', '.join(shared)}; correct {country.SPELLINGS}"
        )
    return codes


def _message(unknown: list[object], province_aliases: pd.DataFrame) -> str:
    lines = [
        "  - an empty name"
        if pd.isna(name)
        else f"  - {name!r}: nearest are {', '.join(nearest(str(name), province_aliases['alias']))}"
        for name in unknown
    ]
    return (
        f"{len(unknown)} name(s) are no known spelling of a {country.PROVINCE}:\n"
        + "\n".join(lines)
        + f"\nCorrect the name where it comes from, or add it to {country.SPELLINGS} and record the change "
        f"with: make accept FILE={country.SPELLINGS}"
    )


def _is_khmer(text: str) -> bool:
    return any("\u1780" <= letter <= "\u17ff" for letter in text)


def _without_khmer_prefix(text: str) -> str:
    letters = "".join(letter for letter in text if "\u1780" <= letter <= "\u17ff")
    letters = letters.replace(COENG_DA, COENG_TA)
    for word in country.LOCAL_WORDS_FOR_A_PROVINCE:
        if letters != word:
            letters = letters.removeprefix(word)
    return letters


def _latin_letters(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’‘`]", "", bare))
    kept = [word for word in words if word not in country.WORDS_FOR_A_PROVINCE] or words
    return re.sub(r"^kompong", "kampong", "".join(kept))
