"""Families of the case systems: agencies, households with their members, and how much support each needs.

One household is one family of one agency; brothers and sisters known to the agency share it. ``programme`` and
``in_wave`` (its children were in a facility that closed in 2023) are known here and used by cases.
"""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

FAMILY_OF_CARER = {"mother": "birth_mother", "father": "birth_father", "step_parent": "other"}
FAMILY_OF_PROGRAMME = {"kinship": "kinship", "foster": "foster_long", "emergency": "foster_emergency"} | {
    "adoption": "adoption",
    "independent_living": "child_headed",
}


def agencies(choices: Study, rng: np.random.Generator, part: int) -> pd.DataFrame:
    """Return the agencies of one block; their numbers go on from the block before."""
    systems = choices.agencies.systems
    first = (part - 1) * len(systems) + 1
    return pd.DataFrame(
        {
            "agency": [f"ngo{first + i:02d}" for i in range(len(systems))],
            "system": systems,
            "province_code": np.resize(np.array(choices.provinces, dtype=object), len(systems)),
            "effect": rng.normal(0, choices.agencies.effect_sd, len(systems)),
            "size": np.exp(rng.normal(0, choices.agencies.log_size_sd, len(systems))),
        }
    )


def households(choices: Study, rng: np.random.Generator, size: float, agencies: pd.DataFrame) -> pd.DataFrame:
    """Return the families, with ``n_in_care`` children each that the agency will register."""
    n_wave = round(choices.closure.n_identified * size)
    in_care = [
        _groups(rng, choices.households.children_in_care, n)
        for n in (n_wave, max(round(choices.n_children * size), n_wave + 1) - n_wave)
    ]
    n_in_care = np.concatenate(in_care)
    in_wave = np.arange(len(n_in_care)) < len(in_care[0])
    agency = rng.choice(len(agencies), len(n_in_care), p=agencies["size"] / agencies["size"].sum())
    programme = np.where(in_wave, "reintegration", draws.words(rng, choices.programmes, len(in_wave)))
    away = rng.random(len(in_wave)) < choices.away_share
    province = agencies["province_code"].to_numpy()[agency]
    elsewhere = np.array(choices.provinces, dtype=object)[rng.integers(0, len(choices.provinces), len(in_wave))]
    families = pd.DataFrame(
        {
            "household_id": [f"family-{i + 1:06d}" for i in range(len(in_wave))],
            "family_no": np.arange(1, len(in_wave) + 1),  # counted over all agencies: no two share one
            "agency": agencies["agency"].to_numpy()[agency],
            "province_code": np.where(away, elsewhere, province),
            "programme": programme,
            "in_wave": in_wave,
            "n_in_care": n_in_care,
        }
    )
    return families.pipe(_with_burdens, choices.households, rng).pipe(_with_carers, choices.households, rng)


def need_of(choices: Study, rng: np.random.Generator, children: pd.DataFrame) -> np.ndarray:
    """Return the need of each child's family (mean 0, standard deviation 1), the sum of what weighs on it.

    ``children`` are rows of children with their household's columns beside. The score uses recorded columns only,
    unless ``unrecorded_share`` is above 0.
    """
    need = choices.need
    weights = {
        "id_poor_level_1": children["id_poor"] == "level_1",
        "id_poor_level_2": children["id_poor"] == "level_2",
        "violence": children["violence_in_home"],
        "substance": children["substance_use"],
        "illness": children["illness_or_disability"],
        "migration": children["migration"],
        "kin_carer": ~children["caregiver_relation"].isin(("mother", "father")),
        "disability": children["disability"],
        "adolescent": children["age_years"] >= 13,
    }
    recorded = (sum(need[name] * flag.to_numpy() for name, flag in weights.items()) - need.centre) / need.scale
    share = need.unrecorded_share
    return np.sqrt(1 - share) * recorded + np.sqrt(share) * rng.normal(size=len(children))


def attach_class(choices: Study, families: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Add the class of the vulnerability index: cuts of the need of the family's neediest child."""
    need = families["household_id"].map(children.groupby("household_id")["need"].max())
    low, high = choices.households.vulnerability_cuts
    return families.assign(vulnerability_class=np.select([need < low, need > high], ["low", "severe"], "mild"))


def _groups(rng: np.random.Generator, shares: Study, n_children: int) -> np.ndarray:
    """Return sizes of sibling groups that add up to ``n_children``."""
    sizes = draws.words(rng, shares, n_children).astype(int)
    n_groups = int(np.searchsorted(sizes.cumsum(), n_children)) + 1
    sizes = sizes[:n_groups]
    sizes[-1:] -= sizes.sum() - n_children
    return sizes


def _with_burdens(families: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    n = len(families)
    violence = rng.random(n) < choices.violence_share
    substance_share = np.where(violence, choices.substance_if_violence_share, choices.substance_share)
    return families.assign(
        orphan_status=draws.words(rng, choices.orphan_status, n),
        id_poor=draws.words(rng, choices.id_poor, n),
        violence_in_home=violence,
        substance_use=rng.random(n) < substance_share,
        illness_or_disability=rng.random(n) < choices.illness_share,
        migration=rng.random(n) < choices.migration_share,
        dependable_income=rng.random(n) < choices.dependable_income_share,
        monthly_income=np.round(np.exp(rng.normal(choices.log_income_median, choices.log_income_sd, n))),
        income_currency="USD",
        n_children=families["n_in_care"] + rng.poisson(choices.other_children, n),
    )


def _with_carers(families: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add who cares for the children, in line with which parents live, and the kind of family that makes."""
    n, status = len(families), families["orphan_status"]
    both = status.isin(("both_alive", "unknown"))
    parent = np.where(
        status == "father_alive_only",
        "father",
        np.where(both & (rng.random(n) < choices.father_of_two_share), "father", "mother"),
    )
    has_parent = (status != "double_orphan") & (rng.random(n) < choices.parent_cares_share)
    carer = np.where(has_parent, parent, draws.words(rng, choices.kin_carers, n))
    stranger = families["programme"].isin(("foster", "emergency", "adoption"))
    carer = np.where(stranger, "non_relative", np.where(families["programme"] == "independent_living", "none", carer))
    carer = np.where((families["programme"] == "kinship") & np.isin(carer, ("mother", "father")), "aunt_uncle", carer)
    age = _age_of_carer(choices, rng, carer)
    has_carer, two_parents = carer != "none", np.isin(carer, ("mother", "father")) & (status == "both_alive")
    n_adults = has_carer + two_parents + rng.poisson(choices.other_adults, n) * has_carer
    return families.assign(
        caregiver_relation=carer,
        caregiver_sex=_sex_of_carer(choices, rng, carer),
        caregiver_age=pd.array(np.where(has_carer, age, np.nan), dtype="Int64"),
        n_adults=n_adults,
        household_size=families["n_children"] + n_adults,
        family_type=_family_type(carer, two_parents, families["programme"]),
    )


def _age_of_carer(choices: Study, rng: np.random.Generator, carer: np.ndarray) -> np.ndarray:
    ages = choices.carer_age
    mean = np.select(
        [np.isin(carer, ("mother", "father")), carer == "grandparent", carer == "sibling"],
        [ages.parent, ages.grandparent, ages.sibling],
        ages.other,
    )
    return rng.normal(mean, choices.carer_age_sd).round().clip(19, 88)


def _sex_of_carer(choices: Study, rng: np.random.Generator, carer: np.ndarray) -> np.ndarray:
    drawn = np.where(rng.random(len(carer)) < choices.female_carer_share, "female", "male")
    known = pd.Series(carer).map({"mother": "female", "father": "male", "none": "unknown"})
    return known.fillna(pd.Series(drawn)).to_numpy(dtype=object)


def _family_type(carer: np.ndarray, two_parents: np.ndarray, programme: pd.Series) -> np.ndarray:
    by_carer = pd.Series(carer).map(FAMILY_OF_CARER).fillna("kinship")
    return programme.map(FAMILY_OF_PROGRAMME).fillna(by_carer.mask(two_parents, "birth_both")).to_numpy(dtype=object)
