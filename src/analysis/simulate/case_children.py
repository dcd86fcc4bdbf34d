"""Children known to case systems, one row a child; and the members of their households."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.simulate.case_families import need_of
from analysis.study import Study

PARENT_DEAD = {"mother": ("father_alive_only", "double_orphan"), "father": ("mother_alive_only", "double_orphan")}


def children(
    choices: Study,
    rng: np.random.Generator,
    families: pd.DataFrame,
    communes: pd.DataFrame,
    facilities: pd.DataFrame,
) -> pd.DataFrame:
    """Return the children with their family's columns, the day they were ``first_seen``, their age then and need."""
    first_seen = rng.uniform(draws.day(choices.first_referral), draws.day(choices.last_day), len(families))
    first_seen = np.where(families["in_wave"], draws.day(choices.closure.closed_on), np.floor(first_seen))
    registered = families.assign(first_seen=first_seen, village_code=_villages(rng, families, communes))
    brood = registered.loc[registered.index.repeat(registered["n_in_care"])].reset_index(drop=True)
    return (
        brood.assign(child_id=np.arange(1, len(brood) + 1))
        .pipe(_with_birth, choices, rng)
        .pipe(_with_care_history, choices.children, rng, facilities)
        .assign(need=lambda rows: need_of(choices, rng, rows))
    )


def attach_ids(
    choices: Study, rng: np.random.Generator, children: pd.DataFrame, cases: pd.DataFrame, part: int
) -> pd.DataFrame:
    """Add ``global_id`` to every child that OSCaR knows and the ministry's number to a share of all."""
    in_oscar = children["child_id"].isin(cases.loc[cases["in_oscar"], "child_id"]).to_numpy()
    numbered = rng.random(len(children)) < choices.mosvy_number_share
    numbers = np.array([f"KH-{part:04d}-{n:06d}" for n in children["child_id"]], dtype=object)
    global_id = draws.ulids(rng, children["first_seen"].to_numpy())
    return children.assign(
        global_id=np.where(in_oscar, global_id, draws.BLANK), mosvy_number=np.where(numbered, numbers, draws.BLANK)
    )


def members(choices: Study, rng: np.random.Generator, families: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Return the persons of each household: parents alive or dead, the carer, the children in care, others."""
    people = pd.concat(
        [
            *(_parents(choices.households, rng, families, parent) for parent in PARENT_DEAD),
            _other_carers(families),
            _in_care(children),
            _further_children(rng, families),
        ],
        ignore_index=True,
    )
    people = people.sort_values("household_id", kind="stable", ignore_index=True)
    return people.assign(member_no=people.groupby("household_id").cumcount() + 1)


def _villages(rng: np.random.Generator, families: pd.DataFrame, communes: pd.DataFrame) -> np.ndarray:
    code = pd.Series("", index=families.index, dtype=object)
    by_province = {province: rows.to_numpy() for province, rows in communes.groupby("province_code")["commune_code"]}
    for province, rows in families.groupby("province_code").groups.items():
        code[rows] = rng.choice(by_province[province], len(rows))
    village = rng.integers(1, 15, len(families))
    return (code + pd.Series(village, index=families.index).map("{:02d}".format)).to_numpy(dtype=object)


def _with_birth(children: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    band = pd.Series(draws.words(rng, choices.children.ages, len(children))).str.split("_to_", expand=True).astype(int)
    age = rng.uniform(band[0], band[1] + 1)  # uniform within the band
    first_seen = children["first_seen"] + draws.uniform_days(rng, choices.children.siblings_within_days, len(children))
    first_seen = first_seen.clip(upper=draws.day(choices.last_day))
    return children.assign(
        first_seen=first_seen,
        birth_day=np.floor(first_seen - age * draws.DAYS_PER_YEAR),
        age_years=np.floor(age).astype(int),
        sex=np.where(rng.random(len(children)) < choices.children.female_share, "female", "male"),
    )


def _with_care_history(
    children: pd.DataFrame, choices: Study, rng: np.random.Generator, facilities: pd.DataFrame
) -> pd.DataFrame:
    n = len(children)
    was_in_facility = (
        (children["programme"] == "reintegration") | (rng.random(n) < choices.ever_in_rcf_share)
    ).to_numpy()
    facility = np.where(
        children["in_wave"], _residents(rng, facilities, n, closed=True), _residents(rng, facilities, n, closed=False)
    )
    return children.assign(
        disability=rng.random(n) < choices.disability_share,
        birth_registered=rng.random(n) < choices.birth_registered_share,
        ever_in_rcf=was_in_facility,
        ever_in_gov_care=rng.random(n) < choices.gov_care_share,
        facility_no=pd.Series(facility).where(was_in_facility).astype("Int64"),
    )


def _residents(rng: np.random.Generator, facilities: pd.DataFrame, n: int, *, closed: bool) -> np.ndarray:
    """Return facilities of ``n`` children, by their residents; those that closed in the wave, or the others."""
    homes = facilities[facilities["closed_in_wave_2023"] == closed]
    homes = homes if len(homes) else facilities  # a block of a few facilities may lack one kind
    weights = homes["residents_u18_f"].fillna(0) + homes["residents_u18_m"].fillna(0) + 1.0
    return rng.choice(homes["facility_no"].to_numpy(), n, p=(weights / weights.sum()).to_numpy(dtype=float))


def _parents(ages: Study, rng: np.random.Generator, families: pd.DataFrame, parent: str) -> pd.DataFrame:
    """Return one parent of each family, alive or dead; where nobody knows, only a parent who is the carer."""
    families = families[(families["orphan_status"] != "unknown") | (families["caregiver_relation"] == parent)]
    age = rng.normal(ages.carer_age.parent, ages.carer_age_sd, len(families)).round().clip(20, 75)
    is_carer = families["caregiver_relation"] == parent
    return pd.DataFrame(
        {
            "household_id": families["household_id"],
            "relation": parent,
            "sex": "female" if parent == "mother" else "male",
            "age_years": pd.array(np.where(is_carer, families["caregiver_age"].astype("Float64"), age), dtype="Int64"),
            "is_caregiver": is_carer,
            "is_alive": ~families["orphan_status"].isin(PARENT_DEAD[parent]),
        }
    )


def _other_carers(families: pd.DataFrame) -> pd.DataFrame:
    others = families[~families["caregiver_relation"].isin(("mother", "father", "none"))]
    return pd.DataFrame(
        {
            "household_id": others["household_id"],
            "relation": others["caregiver_relation"],
            "sex": others["caregiver_sex"],
            "age_years": others["caregiver_age"],
            "is_caregiver": True,
            "is_alive": True,
        }
    )


def _in_care(children: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "household_id": children["household_id"],
            "relation": "child",
            "sex": children["sex"],
            "age_years": children["age_years"].astype("Int64"),
            "is_caregiver": False,
            "is_alive": True,
        }
    )


def _further_children(rng: np.random.Generator, families: pd.DataFrame) -> pd.DataFrame:
    household = families["household_id"].repeat(families["n_children"] - families["n_in_care"])
    return pd.DataFrame(
        {
            "household_id": household,
            "relation": "sibling",
            "sex": np.where(rng.random(len(household)) < 0.5, "female", "male"),
            "age_years": pd.array(rng.integers(0, 18, len(household)), dtype="Int64"),
            "is_caregiver": False,
            "is_alive": True,
        }
    )
