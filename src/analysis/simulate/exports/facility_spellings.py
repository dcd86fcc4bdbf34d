"""Names as different hands write them: the same facility, spelt otherwise in Latin or in Khmer letters."""

import difflib
import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from analysis import places, sources

SOUNDS = (  # one sound, two ways to write it in Latin letters
    *(("ph", "p"), ("th", "t"), ("ch", "j"), ("vong", "wong"), ("ea", "ia"), ("ck", "k"), ("thy", "ti")),
    *(("oo", "ou"), ("sok", "sokh"), ("reak", "reach"), ("neth", "net"), ("mony", "moni"), ("rith", "rit")),
)
WORDS = (
    *(("Orphanage", "Orphange"), ("Children's", "Childrens"), ("Centre", "Center"), ("Organization", "Organisation")),
    *(("Child Care", "Childcare"), ("Children Village", "Children's Village"), ("Transit Home", "Transit House")),
    *(("Boarding School", "Boarding"), ("Home", "House"), ("Wat ", "Pagoda "), ("Dormitory", "Dorm")),
)
KHMER = (
    *(("មណ្ឌលកុមារ", "មជ្ឈមណ្ឌលកុមារ"), ("ផ្ទះកុមារ", "គេហដ្ឋានកុមារ"), ("រ៉ា", "រា"), ("រ៉ូ", "រូ"), ("សំ", "សម")),
    *(("ដ្ឋាន", "ឋាន"), ("វត្ត ", "វត្ត"), ("មណ្ឌល", "មណ្ឌល "), ("ឫទ្ធ", "រិទ្ធ"), ("ណេត", "នេត្រ")),
)
NEAR_ENOUGH = 0.75  # spellings in the list of aliases that are not another name altogether


def latin_variants(names: Sequence[str], share: float, rng: np.random.Generator) -> list[str]:
    """Return ``names``, a ``share`` of them spelt otherwise: another sound, another word, a slip, capitals."""
    ways = (_other_sound, _other_word, _swapped_letters, _shortened, lambda name, _: name.upper())
    return _varied(names, ways, share, rng)


def khmer_variants(names: Sequence[str], share: float, rng: np.random.Generator) -> list[str]:
    """Return Khmer ``names``, a ``share`` of them spelt otherwise or without the word for what they are."""
    return _varied(names, (_other_khmer, _other_khmer, _khmer_without_type), share, rng)


def province_names(codes: Sequence[str], *, is_khmer: bool, share: float, rng: np.random.Generator) -> list[str]:
    """Return the name of each province; a ``share`` of Latin ones in another of its known spellings."""
    english, khmer, spellings = _provinces()
    if is_khmer:
        return [khmer[code] for code in codes]
    turn = rng.integers(0, 1000, len(codes))
    other = rng.random(len(codes)) < share
    return [
        spellings[code][which % len(spellings[code])] if is_other else english[code]
        for code, which, is_other in zip(codes, turn, other, strict=True)
    ]


def _varied(names: Sequence[str], ways: Sequence, share: float, rng: np.random.Generator) -> list[str]:
    chosen = rng.random(len(names)) < share
    way, seeds = rng.integers(len(ways), size=len(names)), rng.integers(0, 1000, len(names))
    return [
        ways[which](name, int(seed)) if is_other else name
        for name, which, seed, is_other in zip(names, way, seeds, chosen, strict=True)
    ]


def _other_sound(name: str, seed: int) -> str:
    possible = [pair for pair in SOUNDS if pair[0] in name.lower()]
    if not possible:
        return _swapped_letters(name, seed)
    sound, other = possible[seed % len(possible)]
    return re.sub(
        sound, lambda found: other.capitalize() if found[0][0].isupper() else other, name, count=1, flags=re.I
    )


def _other_word(name: str, seed: int) -> str:
    possible = [pair for pair in WORDS if pair[0] in name]
    return name.replace(*possible[seed % len(possible)]) if possible else _other_sound(name, seed)


def _swapped_letters(name: str, seed: int) -> str:
    at = 1 + seed % max(1, len(name.split()[0]) - 2)
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def _shortened(name: str, seed: int) -> str:
    words = name.split()
    return " ".join(words[:-1]) if len(words) > 2 else _other_sound(name, seed)


def _other_khmer(name: str, seed: int) -> str:
    possible = [pair for pair in KHMER if pair[0] in name]
    return " ".join(name.replace(*possible[seed % len(possible)]).split()) if possible else name


def _khmer_without_type(name: str, seed: int) -> str:
    return name.rpartition(" ")[2] if " " in name else _other_khmer(name, seed)


@cache
def _provinces() -> tuple[dict[str, str], dict[str, str], dict[str, list[str]]]:
    """Return by code the English and the Khmer name, and the plain Latin spellings that are near the English one."""
    gazetteer = sources.read_gazetteer()
    provinces = gazetteer[gazetteer["level"] == "province"].set_index("code")
    english, khmer = provinces["name_en"].to_dict(), provinces["name_km"].to_dict()
    aliases = sources.read("province_aliases_printed")
    spellings = {
        code: [
            alias
            for alias in aliases.loc[aliases["province_code"] == code, "alias"]
            if alias.isascii() and _is_near(alias, name)
        ]
        for code, name in english.items()
    }
    return english, khmer, {code: found or [english[code]] for code, found in spellings.items()}


def _is_near(alias: str, name: str) -> bool:
    letters = places.normalised(alias), places.normalised(name)
    return difflib.SequenceMatcher(None, *letters).ratio() >= NEAR_ENOUGH
