"""The recodes of two household surveys: DHS persons in Stata, MICS household members in SPSS."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyreadstat

from analysis import sources
from analysis.populations import HOUSEHOLD
from analysis.simulate.exports import recode_persons, recode_variables
from analysis.simulate.planted import Planted
from analysis.simulate.world import World
from analysis.study import Study

DHS, MICS = "KHPR82FL.DTA", "hl.sav"
CLUSTERS_IN_A_PART = 100_000  # cluster numbers of the parts of a large simulation are apart by so many
NAME = "Simulated: says nothing about any country"
CREATED = {  # where a library writes the day and the minute, which would change the bytes; and a fixed day instead
    ".DTA": (re.compile(rb"(?<=<timestamp>\x11).{17}"), b" 1 Jan 2025 00:00"),
    ".sav": (re.compile(rb"(?<=Y@)\d\d \w{3} \d\d\d\d:\d\d:\d\d"), b"01 Jan 2500:00:00"),
}


def write(
    world: World, folder: Path, prefix: str, planted: Planted, parameters: Study, rng: np.random.Generator
) -> None:
    """Write both recodes into ``folder`` and note in ``planted``, under ``prefix``, the children who stand in them."""
    own, provinces = parameters.household_recodes, _provinces()
    size = len(world.survey_households) / parameters.survey.n_households
    first = (_part(prefix) - 1) * CLUSTERS_IN_A_PART
    whole = _whole(world.communes, parameters, own.n_households_dhs * size, first, rng)
    recode = recode_variables.dhs(whole, own)
    labels = recode_variables.labels_dhs(provinces)
    pyreadstat.write_dta(recode, str(folder / DHS), version=14, file_label=NAME, variable_value_labels=labels)
    named = {"household": recode["hhid"].str.strip_chars(), "weight_read": recode["hv005"] / 1_000_000}
    _note(planted, prefix + DHS, whole.assign(**named), f"dhs-kh8-{own.year_dhs}", "hv023")
    whole = _as_mics_lists(_whole(world.communes, parameters, own.n_households_mics * size, first, rng))
    recode = recode_variables.mics(whole, own)
    labels = recode_variables.labels_mics(provinces)
    pyreadstat.write_sav(recode, str(folder / MICS), row_compress=True, file_label=NAME, variable_value_labels=labels)
    named = {"household": recode.select(pl.format("{}-{}", "HH1", "HH2")).to_series(), "weight_read": whole["weight"]}
    _note(planted, prefix + MICS, whole.assign(**named), f"mics-{own.year_mics}", "stratum")
    for name in (DHS, MICS):
        _date(folder / name)


def _part(prefix: str) -> int:
    return int(prefix.strip("/").rpartition("-")[2])


def _provinces() -> dict[int, str]:
    gazetteer = sources.read_gazetteer()
    named = gazetteer[gazetteer["level"] == "province"]
    return {int(code): name.lower() for code, name in zip(named["code"], named["name_en"], strict=True)}


def _whole(
    communes: pd.DataFrame, parameters: Study, n_households: float, first: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Return persons with the columns of their households, and what is true of each child."""
    households, persons = recode_persons.persons(communes, parameters, n_households, rng)
    places = households[["cluster_no", "household_no", "stratum_no", "province_code", "is_urban", "weight", "wealth"]]
    of_person = places.assign(cluster_no=places["cluster_no"] + first).iloc[persons["position"]]
    joined = persons.join(of_person.set_axis(persons.index))
    return joined.join(recode_persons.living_arrangements(joined))


def _as_mics_lists(whole: pd.DataFrame) -> pd.DataFrame:
    """Return usual residents only: a parent who visits has no line, nothing is asked of one who may be dead."""
    lines = {f"{p}_line": whole[f"{p}_line"].where(whole[f"with_{p}"].eq(True), 0) for p in ("mother", "father")}
    is_unknown = whole["mother_alive"].isna() | whole["father_alive"].isna()
    fostered = whole["is_fostered"].mask(is_unknown & whole["is_fostered"].eq(True))
    return whole.assign(**lines, is_fostered=fostered)[whole["is_resident"]].reset_index(drop=True)


def _note(planted: Planted, file: str, whole: pd.DataFrame, survey: str, stratum: str) -> None:
    """Note the children whom a perfect reader finds, and those whose age nobody knows."""
    row = np.arange(1, len(whole) + 1)
    resident, known = whole["is_resident"].to_numpy(), whole["has_age"].to_numpy()
    lost = row[resident & ~known].tolist()
    planted.fault(file, "", lost, table="survey_children", column="age_years", check="no_age", action="rejected")
    told = whole.assign(row=row)[resident & known & whole["is_child"].to_numpy()]
    place = zip(told["household"], told["line"], strict=True)
    words = ("living_arrangement", "orphan_status", "sex", "province_code", "wealth")
    columns = {
        **{"sheet": "", "row": told["row"], "survey_id": survey, "survey_weight": told["weight_read"]},
        "child_ref": [f"survey_child:{survey}/{household}/{line}" for household, line in place],
        "cluster_ref": [f"survey_cluster:{survey}/{cluster}" for cluster in told["cluster_no"]],
        "survey_stratum": [f"{stratum}:{number}" for number in told["stratum_no"]],
        **{word: told[word].astype("str") for word in words},
        **{"area": np.where(told["is_urban"], "urban", "rural"), "age_years": told["age_years"]},
        "is_fostered": told["is_fostered"].astype("boolean"),
        **{"relation": told["relation_to_head"].astype("str"), "covers": HOUSEHOLD},
    }
    planted.expect(file, "survey_children", pl.from_pandas(pd.DataFrame(columns)))


def _date(file: Path) -> None:
    """Put a fixed day in the place of the day on which the file was written."""
    place, fixed = CREATED[file.suffix]
    content = file.read_bytes()
    dated, n = place.subn(fixed, content, count=1)
    if n != 1 or len(dated) != len(content):
        raise RuntimeError(f"{file.name}: the place of its date is not found; the library writes it elsewhere now")
    file.write_bytes(dated)
