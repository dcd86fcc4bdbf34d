"""Two lists of made-up facilities, and which rows are about the same one: ``python -m benchmarks.facility_lists``

Names are those of ``analysis.simulate``, spelt as its lists spell them; places are communes of the gazetteer. Some
facilities are renamed between the lists, some listed twice in one; names, codes, operators and years go missing or
wrong. What is true is written to a file of its own, which no reader of the lists is given.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from analysis import sources
from analysis.simulate import facility_names
from analysis.simulate.exports.facility_spellings import khmer_variants, latin_variants

LISTS = ("list_a", "list_b")
IN_BOTH = 0.7  # of the facilities of a list, those that the other has too
TYPES = {"rci": 0.63, "transit_emergency": 0.04, "group_home": 0.11, "pagoda_faith": 0.10, "boarding_school": 0.12}
OPERATORS = {"government": 0.06, "ngo_local": 0.5, "ngo_international": 0.2, "faith_based": 0.18, "private": 0.06}
PER_OPERATOR = 3  # facilities of an operator, on average
NEAR_OPERATOR = 0.4  # of facilities, run by the operator of another one in their district
SD_LOG_COMMUNE = 1.0  # of how many facilities a commune has


@dataclass(frozen=True)
class Faults:
    """Shares of rows of a list that have the fault."""

    latin: float = 0.25
    khmer: float = 0.15
    no_latin: float = 0.06
    no_khmer: float = 0.15
    operator: float = 0.12
    no_operator: float = 0.15
    renamed: float = 0.02
    twice: float = 0.015
    other_commune: float = 0.05
    other_district: float = 0.03
    other_province: float = 0.004
    no_commune: float = 0.12
    no_district: float = 0.03
    other_type: float = 0.06
    no_type: float = 0.05
    year_off: float = 0.10
    other_year: float = 0.04
    no_year: float = 0.20


def facility_lists(
    n_rows: int, rng: np.random.Generator, in_both: float = IN_BOTH, faults: Faults | None = None
) -> pd.DataFrame:
    """Return two lists of ``n_rows`` rows each, with the column ``facility`` that says which rows are one facility."""
    faults = faults or Faults()
    n_once = round(n_rows / (1 + faults.twice))
    n_both = round(in_both * n_once)
    facilities = _facilities(2 * n_once - n_both, rng)
    members = (np.arange(n_once), np.r_[np.arange(n_both), np.arange(n_once, len(facilities))])
    listed = []
    for name, own in zip(LISTS, members, strict=True):
        again = rng.choice(own, n_rows - n_once, replace=False)
        rows = facilities.iloc[rng.permutation(np.r_[own, again])].reset_index(drop=True)
        rows = _renamed(rows, faults.renamed / 2, rng)
        listed.append(_with_faults(rows, faults, rng).assign(list_id=name))
    rows = pd.concat(listed, ignore_index=True)
    ids = rng.choice(16**12, len(rows), replace=False)
    return rows.assign(row_id=[f"{one:016x}" for one in ids])


def _facilities(n: int, rng: np.random.Generator) -> pd.DataFrame:
    gazetteer = sources.read_gazetteer()
    communes = np.sort(gazetteer.loc[gazetteer["level"] == "commune", "code"].to_numpy(dtype=object))
    weights = np.exp(rng.normal(0, SD_LOG_COMMUNE, len(communes)))
    commune = rng.choice(communes, n, p=weights / weights.sum())
    facility_type = pd.Series(rng.choice(list(TYPES), n, p=list(TYPES.values())))
    operator_type = pd.Series(rng.choice(list(OPERATORS), n, p=list(OPERATORS.values())))
    per_operator = SimpleNamespace(facilities_per_operator=PER_OPERATOR)
    latin, khmer = facility_names.facility_names(facility_type, rng)
    facilities = pd.DataFrame(
        {
            "facility": np.arange(n),
            "name_latin": latin,
            "name_km": khmer,
            "operator_name": facility_names.operator_names(operator_type, per_operator, rng),
            "commune_code": commune,
            "facility_type": facility_type,
            "opened_year": 2015.0 - np.minimum(rng.gamma(2.0, 5.0, n).round(), 36),
        }
    )
    return _near_operators(facilities, rng)


def _near_operators(facilities: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return facilities, some with the operator of the one after them in their district: operators keep to a place."""
    by_district = facilities.iloc[np.argsort(facilities["commune_code"].str[:4].to_numpy(), kind="stable")]
    neighbour = by_district["operator_name"].shift(-1).reindex(facilities.index)
    is_near = (rng.random(len(facilities)) < NEAR_OPERATOR) & neighbour.notna()
    return facilities.assign(operator_name=neighbour.where(is_near, facilities["operator_name"]))


def _renamed(rows: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    (which,) = np.nonzero(rng.random(len(rows)) < share)
    latin, khmer = facility_names.facility_names(rows["facility_type"].iloc[which].reset_index(drop=True), rng)
    rows = rows.copy()
    rows.loc[which, "name_latin"], rows.loc[which, "name_km"] = latin, khmer
    return rows


def _with_faults(rows: pd.DataFrame, faults: Faults, rng: np.random.Generator) -> pd.DataFrame:
    n = len(rows)
    struck = {name: rng.random(n) < share for name, share in vars(faults).items()}
    gap = rng.random(n)  # one draw, so that no row lacks both names
    place = _misplaced(rows["commune_code"], struck, rng)
    year = rows["opened_year"] + np.where(struck["year_off"], rng.choice([-1, 1], n), 0)
    year = year.where(~struck["other_year"], rng.integers(1980, 2016, n).astype(float))
    kind = rows["facility_type"].where(~struck["other_type"], pd.Series(rng.choice(list(TYPES), n)))
    return pd.DataFrame(
        {
            "facility": rows["facility"],
            "name_latin": _gone(latin_variants(rows["name_latin"].tolist(), faults.latin, rng), gap < faults.no_latin),
            "name_km": _gone(khmer_variants(rows["name_km"].tolist(), faults.khmer, rng), gap > 1 - faults.no_khmer),
            "operator_name": _gone(
                latin_variants(rows["operator_name"].tolist(), faults.operator, rng), struck["no_operator"]
            ),
            "province_code": place.str[:2],
            "district_code": place.str[:4].where(~struck["no_district"]),
            "commune_code": place.where(~(struck["no_commune"] | struck["no_district"])),
            "facility_type": kind.where(~struck["no_type"], "unknown"),
            "opened_year": year.where(~struck["no_year"]),
        }
    )


def _gone(values: list[str], is_gone: np.ndarray) -> pd.Series:
    return pd.Series(values, dtype="str").mask(is_gone)


def _misplaced(commune: pd.Series, struck: dict[str, np.ndarray], rng: np.random.Generator) -> pd.Series:
    """Return communes, some exchanged for another of the district, of the province, or of the country."""
    gazetteer = sources.read_gazetteer()
    known = pd.Series(np.sort(gazetteer.loc[gazetteer["level"] == "commune", "code"].to_numpy(dtype=object)))
    for fault, n_digits in (("other_commune", 4), ("other_district", 2), ("other_province", 0)):
        others = known.groupby(known.str[:n_digits]).indices
        turn = rng.integers(0, 10**6, len(commune))
        areas = commune.str[:n_digits]
        other = [known[others[area][one % len(others[area])]] for area, one in zip(areas, turn, strict=True)]
        commune = commune.where(~struck[fault], pd.Series(other, dtype="str"))
    return commune


def main(arguments: list[str] | None = None) -> None:
    """Write the lists and, apart, the truth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    rows = facility_lists(given.rows, np.random.default_rng(given.seed))
    rows.drop(columns="facility").to_parquet(given.folder / "lists.parquet", index=False)
    rows[["row_id", "list_id", "facility"]].to_parquet(given.folder / "truth.parquet", index=False)


if __name__ == "__main__":
    main()
