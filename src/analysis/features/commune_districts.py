"""Commune districts: the district of today that a commune of an older list lies in.

Districts were divided and renumbered since 2011. A commune is looked up by its code where that still has a similar
name, otherwise by the most similar name in its province; the code alone decides where the list prints no name.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

import pandas as pd

from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, Table

REGISTER, IDPOOR = "register 2011", "IDPoor 2022"
LEAST_LIKENESS = 0.6  # of two spellings of one name; names of two communes of a province are rarely so alike
LEAST_LIKENESS_ELSEWHERE = 0.7  # of a name found under another code, where the code does not speak for it
NUMBER_AT_THE_END = r"\s*(\bti\b\s*)?\b(muoy|mouy|pir|bei|buon)$"  # a commune divided since: Kakab became Kakab 1 and 2
SPELT_ALIKE = (("h", ""), ("ea", "a"), ("aa", "a"), ("ou", "u"), ("ae", "e"))  # the lists follow several romanisations

TABLE = Table(
    one_row_is="a commune of an older list",
    key=("source", "commune_code"),
    columns={
        "source": Column("str", "the list", isin=(REGISTER, IDPOOR)),
        "commune_code": Column("str", "six-digit code in that list", matches=r"^\d{6}$"),
        "province_code": PROVINCE_CODE,
        "district_code": Column("str", "four-digit code of today, list of 2025", matches=r"^\d{4}$", nullable=True),
        "found_by": Column("str", "how it was found", isin=("code and name", "name", "code", "not found")),
    },
)


def build(commune_children: pd.DataFrame, commune_idpoor: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the communes of the register of 2011 and of the IDPoor extract with their district of today."""
    of_today = places.loc[places["level"] == "commune", ["code", "name_en"]].set_index("code")["name_en"].map(_sound)
    found = [
        row
        for source, communes in ((REGISTER, commune_children), (IDPOOR, commune_idpoor))
        for row in _districts(source, communes, of_today)
    ]
    return pd.DataFrame(found, columns=list(TABLE.columns))


def _districts(source: str, communes: pd.DataFrame, of_today: pd.Series) -> Iterator[tuple]:
    """Yield the rows of one list; what is found by its code is no candidate for others."""
    sounds = communes.set_index("commune_code")["commune"].map(_sound, na_action="ignore")
    kept = {code for code, sound in sounds.items() if code in of_today and _is_still(sound, of_today[code])}
    free = of_today[~of_today.index.isin(kept)]
    for commune in communes.itertuples():
        code, province = commune.commune_code, commune.province_code
        if code in kept:
            yield source, code, province, code[:4], "code and name"
            continue
        district = _by_name(sounds[code], free[free.index.str.startswith(province)])
        how = "name" if district else "code" if code in of_today else "not found"
        yield source, code, province, district or (code[:4] if how == "code" else None), how


def _is_still(sound: str | float, sound_today: str) -> bool:
    return isinstance(sound, str) and _likeness(sound, sound_today) >= LEAST_LIKENESS


def _by_name(sound: str | float, candidates: pd.Series) -> str | None:
    """Return the district of the commune whose name is most alike, if one is alike enough."""
    if not isinstance(sound, str) or not sound or candidates.empty:
        return None
    likeness = candidates.map(lambda candidate: _likeness(sound, candidate))
    return likeness.idxmax()[:4] if likeness.max() >= LEAST_LIKENESS_ELSEWHERE else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _sound(name: str) -> str:
    """Return the letters of a name without a number at its end, in one spelling of several."""
    letters = re.sub(r"[^a-z]", "", re.sub(NUMBER_AT_THE_END, "", name.lower()) or name.lower())
    for spelling, sound in SPELT_ALIKE:
        letters = letters.replace(spelling, sound)
    return letters
