"""Official names of provinces: what the gazetteer calls them in Khmer, by every English spelling that we print."""

import re
from functools import cache

from analysis import country, sources


@cache
def in_khmer() -> dict[str, str]:
    """Return the Khmer name of each province by its English one, also as it stands broken over lines on a tile."""
    places = sources.read_gazetteer()
    provinces = places[places["level"] == "province"].set_index("code")
    named = dict(zip(provinces["name_en"], provinces["name_km"], strict=True))
    printed = {" ".join(name.split()): provinces["name_km"][code] for code, name in country.SHORT_NAMES.items()}
    return named | printed


@cache
def pattern() -> re.Pattern[str]:
    """Return what matches the English name of a province as words of a sentence; a newspaper's name is no place."""
    longest_first = sorted(in_khmer(), key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b(?! Post)")
