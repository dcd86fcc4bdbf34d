"""Names of provinces and districts, as systems print them, to province codes. Smaller places are never asked for.

Systems print the Khmer name, the Latin one, or both with a stroke between. A name that fits no place, or places in
several provinces, has no code: nothing is guessed.
"""

from collections.abc import Iterable
from functools import cache

import polars as pl

from analysis import country, places, sources

STROKE = "/"


def province_codes(names: pl.Series) -> pl.Series:
    """Return the code of the province each of ``names`` means, missing where none or several fit."""
    return _coded(names, _provinces())


def province_codes_of_districts(names: pl.Series) -> pl.Series:
    """Return the code of the province of the district each of ``names`` means, missing where none or several fit."""
    return _coded(names, _provinces_of_districts())


def _coded(names: pl.Series, codes: dict[str, str]) -> pl.Series:
    written = names.drop_nulls().unique().to_list()
    parts = {name: {_letters(part) for part in name.split(STROKE)} for name in written}
    found = {name: _only({codes[part] for part in own if part in codes}) for name, own in parts.items()}
    return names.replace_strict(found, default=None, return_dtype=pl.String)


def _only(codes: Iterable[str]) -> str | None:
    """Return the one code, or nothing if there are none or several."""
    listed = list(codes)
    return listed[0] if len(listed) == 1 else None


def _letters(name: str) -> str:
    """Return the letters that identify a place, without a word for "district"."""
    words = [word for word in name.split() if word.casefold().strip(".") not in country.WORDS_FOR_A_DISTRICT]
    letters = places.normalised(" ".join(words))
    for word in country.LOCAL_WORDS_FOR_A_DISTRICT:
        if letters != word:
            letters = letters.removeprefix(places.normalised(word))
    return letters


@cache
def _provinces() -> dict[str, str]:
    aliases = sources.read("province_aliases_printed")
    return {_letters(alias): code for alias, code in zip(aliases["alias"], aliases["province_code"], strict=True)}


@cache
def _provinces_of_districts() -> dict[str, str]:
    """Return the province by the letters of a district's name, for names of districts in one province only."""
    gazetteer = sources.read_gazetteer()
    districts = gazetteer[gazetteer["level"] == "district"]
    provinces: dict[str, set[str]] = {}
    for name in ("name_en", "name_km"):
        for written, province in zip(districts[name], districts["parent_code"], strict=True):
            provinces.setdefault(_letters(written), set()).add(province)
    return {letters: code for letters, codes in provinces.items() if (code := _only(codes))}
