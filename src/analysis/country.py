"""Country: what is particular to one country, read from ``countries/NAME.toml``; ``HOMEWARD_COUNTRY`` names it.

A country file names its places, words, money, languages and systems, the raw tables that stand in for those the steps
ask for, and the choices of ``study.toml`` and of the simulator that differ. Code that reads records takes these from
here and knows no country. In names of columns a *province* is the first level below any country.

The standard library is enough to read it: the Makefile asks before anything is installed.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

COUNTRIES = Path(__file__).with_name("countries")
TRANSLATED = ("en", "km")  # what results can be written in: English, and languages with a table of translations
NEEDED = ("name", "adjective", "languages", "systems", "currency", "money", "words", "per_usd", "spelling", "tiles")


class CountryError(ValueError):
    """There is no file of the country that was asked for, or it is not whole."""


def names() -> list[str]:
    """Return the names of the countries that have a file."""
    return sorted(file.stem for file in COUNTRIES.glob("*.toml"))


def read(name: str) -> dict[str, Any]:
    """Return the file of the country ``name``.

    Raises ``CountryError`` if there is none, listing those there are, and if it is no TOML or something is not in it.
    """
    file = COUNTRIES / f"{name}.toml"
    if name not in names():
        raise CountryError(
            f"there is no country {name!r}; those with a file are {', '.join(names())}. "
            "Name one of them (make COUNTRY=...), or write one: docs/recipes/add-a-country.md"
        )
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CountryError(f"{file.name}: {error}; correct that line") from None
    missing = [one for one in NEEDED if one not in told]
    if missing:
        raise CountryError(f"{file.name} does not say {', '.join(missing)}; add what cambodia.toml says of them")
    return told


CHOSEN = os.environ.get("HOMEWARD_COUNTRY") or "cambodia"
_TOLD = read(CHOSEN)

NAME: str = _TOLD["name"]
ADJECTIVE: str = _TOLD["adjective"]
LANGUAGES: tuple[str, ...] = tuple(_TOLD["languages"])  # ISO 639-1, English first
RESULT_LANGUAGES = tuple(language for language in LANGUAGES if language in TRANSLATED)  # of figures and pages
SYSTEMS: tuple[str, ...] = tuple(_TOLD["systems"])  # whose exports the simulator writes
CURRENCY: str = _TOLD["currency"]  # in which most people count, ISO 4217
MONEY: str = _TOLD["money"]  # what it is called
PER_USD: dict[str, float] = _TOLD["per_usd"]  # units for a dollar, the dollar first
CURRENCIES: tuple[str, ...] = tuple(PER_USD)
PROVINCE: str = _TOLD["words"]["province"]
PROVINCES: str = _TOLD["words"]["provinces"]
COMMUNES: str = _TOLD["words"]["communes"]
SCRIPTS: tuple[str, ...] = tuple(_TOLD["spelling"]["scripts"])  # in which names of places are written, ISO 15924
WORDS_FOR_A_PROVINCE = frozenset(_TOLD["spelling"]["words_for_a_province"])
LOCAL_WORDS_FOR_A_PROVINCE: tuple[str, ...] = tuple(_TOLD["spelling"]["local_words_for_a_province"])
WORDS_FOR_A_DISTRICT: tuple[str, ...] = tuple(_TOLD["spelling"]["words_for_a_district"])
LOCAL_WORDS_FOR_A_DISTRICT: tuple[str, ...] = tuple(_TOLD["spelling"]["local_words_for_a_district"])
SPELLINGS: str = _TOLD["spelling"]["list"]  # the file of other spellings
TILES: dict[str, tuple[int, int]] = {code: (row, column) for code, (row, column, _) in _TOLD["tiles"].items()}
PROVINCE_CODES: tuple[str, ...] = tuple(sorted(TILES))
N_PROVINCES = len(PROVINCE_CODES)
SHORT_NAMES: dict[str, str] = {code: name for code, (_, _, name) in _TOLD["tiles"].items()}
RAW: dict[str, str] = _TOLD.get("raw", {})  # by the name a step asks for; empty: the tables' own names
