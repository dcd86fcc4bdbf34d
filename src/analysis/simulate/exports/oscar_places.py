"""Names of provinces and districts as OSCaR prints them, and which district names lie in one province only."""

from dataclasses import dataclass
from functools import cache

import polars as pl

from analysis import places, sources


@dataclass(frozen=True)
class Places:
    """Names by code, and the codes of districts whose name belongs to districts of one province only."""

    latin: dict[str, str]
    khmer: dict[str, str]
    only_latin: frozenset[str]
    only_khmer: frozenset[str]


@cache
def load() -> Places:
    """Return the places of the gazetteer."""
    gazetteer = sources.read_gazetteer()
    named = gazetteer[gazetteer["level"].isin(("province", "district"))]
    latin, khmer = (dict(zip(named["code"], named[name], strict=True)) for name in ("name_en", "name_km"))
    return Places(latin, khmer, _in_one_province(latin), _in_one_province(khmer))


def printed(code: pl.Expr, *, khmer: pl.Expr) -> pl.Expr:
    """Return the name of each code of a province or district, in Khmer where ``khmer`` holds."""
    known = load()
    local, english = (code.replace_strict(names, default=None) for names in (known.khmer, known.latin))
    return pl.when(khmer).then(local).otherwise(english)


def settles_province(code: pl.Expr, *, khmer: pl.Expr) -> pl.Expr:
    """Return where the printed name of a district tells its province."""
    known = load()
    return pl.when(khmer).then(code.is_in(list(known.only_khmer))).otherwise(code.is_in(list(known.only_latin)))


def _in_one_province(names: dict[str, str]) -> frozenset[str]:
    provinces: dict[str, set[str]] = {}
    districts = {code: places.normalised(name) for code, name in names.items() if len(code) == 4}
    for code, letters in districts.items():
        provinces.setdefault(letters, set()).add(code[:2])
    return frozenset(code for code, letters in districts.items() if len(provinces[letters]) == 1)
