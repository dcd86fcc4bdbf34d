"""Variables and labels of the recodes: persons of DHS (PR) and household members of MICS (HL), as they are published.

A recode has hundreds of variables; those that the reader needs are here, and a few it has to pass over.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import polars as pl

from analysis.study import Study

RELATION_DHS = {
    **{"head": 1, "spouse": 2, "child": 3, "child_in_law": 4, "grandchild": 5, "parent": 6, "sibling": 8},
    **{"other_relative": 10, "adopted_foster_step": 11, "non_relative": 12, "niece_nephew": 13},
}
RELATION_MICS = RELATION_DHS | {"niece_nephew": 11, "other_relative": 12, "adopted_foster_step": 13, "non_relative": 96}
RELATION_LABELS = {
    **{"head": "head", "spouse": "wife or husband", "child": "son/daughter", "child_in_law": "son/daughter-in-law"},
    **{"grandchild": "grandchild", "parent": "parent", "sibling": "brother/sister", "other_relative": "other relative"},
    **{"adopted_foster_step": "adopted/foster/stepchild", "non_relative": "not related"},
    "niece_nephew": "niece/nephew by blood",
}
WEALTH = {"poorest": 1, "poorer": 2, "middle": 3, "richer": 4, "richest": 5}
MISSING = {"age": 98, "alive": 8}
OLDEST = 95
YES_NO_DHS, YES_NO_MICS = {0: "no", 1: "yes"}, {1: "YES", 2: "NO", 8: "DK", 9: "NO RESPONSE"}
SEX, AREA = {1: "male", 2: "female"}, {1: "urban", 2: "rural"}


def dhs(whole: pd.DataFrame, own: Study) -> pl.DataFrame:
    """Return the recode of persons; ``whole`` are persons with the columns of their households."""
    is_child = whole["is_child"]
    columns = {
        "hhid": [f"{c:>8}{h:>4}" for c, h in zip(whole["cluster_no"], whole["household_no"], strict=True)],
        **{"hvidx": whole["line"], "hv000": ["KH8"] * len(whole), "hv001": whole["cluster_no"]},
        **{"hv002": whole["household_no"], "hv005": (whole["weight"] * 1_000_000).round()},
        "hv007": np.full(len(whole), own.year_dhs),
        "hv009": whole.groupby("position")["line"].transform("max"),
        **{"hv021": whole["cluster_no"], "hv022": whole["stratum_no"], "hv023": whole["stratum_no"]},
        **{"hv024": whole["province_code"].astype(int), "hv025": np.where(whole["is_urban"], 1, 2)},
        "hv101": whole["relation_to_head"].map(RELATION_DHS),
        **{"hv102": whole["is_resident"].astype(int), "hv103": np.ones(len(whole), dtype=int)},
        **{"hv104": _sex(whole), "hv105": _age(whole)},
        **{"hv111": _alive(whole, "mother", 0), "hv112": whole["mother_line"].where(is_child)},
        **{"hv113": _alive(whole, "father", 0), "hv114": whole["father_line"].where(is_child)},
        "hv270": whole["wealth"].map(WEALTH),
    }
    return _typed(columns)


def mics(whole: pd.DataFrame, own: Study) -> pl.DataFrame:
    """Return the file of household members of the sixth round; ``whole`` as in ``dhs``, residents only."""
    columns = {
        **{"HH1": whole["cluster_no"], "HH2": whole["household_no"], "HL1": whole["line"]},
        "HL3": whole["relation_to_head"].map(RELATION_MICS),
        **{"HL4": _sex(whole), "HL6": _age(whole)},
        **_of_parents(whole),
        **{"HH5Y": np.full(len(whole), own.year_mics), "HH6": np.where(whole["is_urban"], 1, 2)},
        **{"HH7": whole["province_code"].astype(int), "hhweight": whole["weight"], "PSU": whole["cluster_no"]},
        **{"stratum": whole["stratum_no"], "windex5": whole["wealth"].map(WEALTH)},
    }
    return _typed(columns, numbers=("hhweight",))


def labels_dhs(provinces: Mapping[int, str]) -> dict[str, dict[int, str]]:
    """Return the labels of the codes of the recode of persons."""
    alive = YES_NO_DHS | {MISSING["alive"]: "don't know"}
    return {
        **{"hv024": dict(provinces), "hv025": AREA, "hv101": _labelled(RELATION_DHS), "hv102": YES_NO_DHS},
        **{"hv103": YES_NO_DHS, "hv104": SEX, "hv111": alive, "hv113": alive},
        "hv270": {code: word for word, code in WEALTH.items()},
    }


def labels_mics(provinces: Mapping[int, str]) -> dict[str, dict[int, str]]:
    """Return the labels of the codes of the file of household members."""
    return {
        **{"HH6": {code: label.upper() for code, label in AREA.items()}, "HH7": dict(provinces)},
        **{"HL3": _labelled(RELATION_MICS), "HL4": {code: label.upper() for code, label in SEX.items()}},
        **dict.fromkeys(("HL12", "HL13", "HL16", "HL17"), YES_NO_MICS),
        "windex5": {code: word.capitalize() for word, code in WEALTH.items()},
    }


def _of_parents(whole: pd.DataFrame) -> dict[str, pd.Series]:
    """Return HL12 to HL14 of the mother, HL16 to HL18 of the father: alive, at home, line; blank where not asked."""
    found = {}
    for parent, first in (("mother", 12), ("father", 16)):
        line = whole[f"{parent}_line"]
        is_asked = whole["is_child"] & whole[f"{parent}_alive"].fillna(value=False).astype(bool)
        found[f"HL{first}"] = _alive(whole, parent, 2)
        found[f"HL{first + 1}"] = pd.Series(np.where(line > 0, 1.0, 2.0), index=whole.index).where(is_asked)
        found[f"HL{first + 2}"] = line.where(is_asked & (line > 0))
    return found


def _alive(whole: pd.DataFrame, parent: str, no: int) -> pd.Series:
    alive = whole[f"{parent}_alive"]
    return alive.map({True: 1, False: no}).astype("Float64").fillna(MISSING["alive"]).where(whole["is_child"])


def _age(whole: pd.DataFrame) -> pd.Series:
    return whole["age_years"].clip(upper=OLDEST).where(whole["has_age"], MISSING["age"])


def _sex(whole: pd.DataFrame) -> np.ndarray:
    return np.where(whole["sex"].eq("male"), 1, 2)


def _labelled(codes: Mapping[str, int]) -> dict[int, str]:
    return {code: RELATION_LABELS[word] for word, code in codes.items()}


def _typed(columns: Mapping[str, Sequence | pd.Series | np.ndarray], numbers: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return the columns with small whole numbers, which make a small file; ``numbers`` keep their fractions."""
    typed = []
    for name, values in columns.items():
        plain = values.to_numpy(dtype=float, na_value=np.nan) if isinstance(values, pd.Series) else values
        series = pl.Series(name, plain)
        if series.dtype == pl.String or name in numbers:
            typed.append(series)
            continue
        filled = series.fill_nan(None) if series.dtype.is_float() else series
        typed.append(filled.cast(pl.Int8 if (filled < 100).all() else pl.Int32))
    return pl.DataFrame(typed)
