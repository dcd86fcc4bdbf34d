"""Members of the surveyed families: one row a person, carers first, children by age, parents who have died last.

Who sleeps elsewhere for work abroad is no member; children who sleep in care, at school or with relatives are.
"""

import numpy as np
import pandas as pd

from analysis.study import Study

OTHER_ADULTS = np.array(["aunt_uncle", "sibling", "other_relative"])
KINDS = {  # order in the roster: (column that says how many, relation, sex, mean and sd of age)
    "mother": ("mother_home", "mother", "female", 34, 6),
    "father": ("father_home", "father", "male", 37, 7),
    "step_parent": ("has_step_parent", "step_parent", "", 38, 8),
    "grandparent": ("n_grandparents", "grandparent", "", 62, 7),
    "aunt_uncle": ("n_aunts_uncles", "aunt_uncle", "", 38, 9),
    "non_relative": ("n_non_relatives", "non_relative", "", 45, 9),
    "other": ("n_others", "", "", 24, 6),
    "dead_mother": ("mother_alive", "mother", "female", 35, 6),
    "dead_father": ("father_alive", "father", "male", 39, 7),
}
CHILDREN_STAND_BEFORE = "dead_mother"


def roster(households: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the members with ``position`` (row of the household), relation, sex, age and disability."""
    frames = []
    for order, (kind, (column, relation, sex, mean_age, sd_age)) in enumerate(KINDS.items()):
        is_dead = kind.startswith("dead")
        n_each = households[column].to_numpy()
        frames.append(_adults((~n_each if is_dead else n_each).astype(int), relation, sex, (mean_age, sd_age), rng))
        frames[-1] = frames[-1].assign(order=order, is_alive=not is_dead)
    before = list(KINDS).index(CHILDREN_STAND_BEFORE)
    frames.append(_children(households["n_children"].to_numpy(), own, rng).assign(order=before - 0.5, is_alive=True))
    members = pd.concat(frames, ignore_index=True)
    members = members.iloc[np.lexsort((-members["age_years"], members["order"], members["position"]))]
    return members.drop(columns="order").pipe(_numbered).pipe(_with_disability, own, rng).pipe(_old_enough)


def _adults(
    n_each: np.ndarray, relation: str, sex: str, age: tuple[int, int], rng: np.random.Generator
) -> pd.DataFrame:
    n = n_each.sum()
    return pd.DataFrame(
        {
            "position": np.repeat(np.arange(len(n_each)), n_each),
            "relation": relation or OTHER_ADULTS[rng.integers(len(OTHER_ADULTS), size=n)],
            "sex": sex or np.where(rng.random(n) < 0.5, "female", "male"),
            "age_years": np.clip(rng.normal(*age, n).round().astype(int), 18, 95),
        }
    )


def _children(n_each: np.ndarray, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    n = n_each.sum()
    return pd.DataFrame(
        {
            "position": np.repeat(np.arange(len(n_each)), n_each),
            "relation": "child",
            "sex": np.where(rng.random(n) < own.female, "female", "male"),
            "age_years": rng.integers(0, 18, size=n),
        }
    )


def _numbered(members: pd.DataFrame) -> pd.DataFrame:
    """Number the members of each household from 1; the first is the caregiver."""
    position = members["position"].to_numpy()
    first = np.flatnonzero(np.r_[True, position[1:] != position[:-1]])
    number = np.arange(len(members)) - np.repeat(first, np.diff(np.r_[first, len(members)])) + 1
    return members.reset_index(drop=True).assign(member_no=number, is_caregiver=number == 1)


def _with_disability(members: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    share = np.where(members["relation"].eq("child"), own.disability, own.adult_disability)
    return members.assign(disability=rng.random(len(members)) < share)


def _old_enough(members: pd.DataFrame) -> pd.DataFrame:
    """Raise parents and grandparents to at least 16 and 34 years above the eldest child."""
    is_child = members["relation"].eq("child")
    eldest = members["age_years"].where(is_child).groupby(members["position"]).transform("max")
    above = members["relation"].map({"mother": 16, "father": 16, "grandparent": 34})
    at_least = (eldest + above).where(members["is_alive"]).fillna(0).astype(int)
    return members.assign(age_years=members["age_years"].clip(lower=at_least))


def with_care(
    members: pd.DataFrame,
    is_child: pd.Series,
    decided: pd.DataFrame,
    poor: pd.Series,
    own: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the members with what is asked of children: school, parents, where they sleep, placements.

    ``decided`` has one row a child on the index of ``members``; adults are not asked, so theirs are missing.
    """
    n = len(members)
    age = members["age_years"]
    log_odds = own.out_of_school + own.out_of_school_teen * (age >= 13) + own.out_of_school_poor * poor
    in_school = pd.Series(rng.random(n) >= 1 / (1 + np.exp(-log_odds.to_numpy())), index=members.index)
    elsewhere = rng.random(n)
    works = is_child & (age >= own.works_from) & (elsewhere < own.works_share)
    with_relatives = is_child & ~works & (elsewhere > 1 - own.with_relatives_share)
    in_care = decided["is_in_care"].reindex(members.index, fill_value=False)
    boards = decided["calls_it_boarding"].reindex(members.index, fill_value=False)
    living_place = np.select(
        [boards, in_care, works, with_relatives], ["boarding_school", "residential_care", "work", "relatives"], "home"
    )
    return members.assign(
        in_school=in_school.astype("boolean").where(is_child & (age >= 6)),
        living_place=living_place,
        placed_12m=decided["placed_12m"].astype("boolean").reindex(members.index),
        ever_in_rcf=decided["ever_in_rcf"].astype("boolean").reindex(members.index),
        placed_before_12m=decided["placed_before_12m"].astype("boolean").reindex(members.index),
    )
