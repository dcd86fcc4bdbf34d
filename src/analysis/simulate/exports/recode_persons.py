"""Persons of a simulated household survey as an interviewer lists them: lines, parents' lines, relations to the head.

Families are made as in the household survey. Children who sleep in an institution are nobody's household members: a
survey of households does not find them, and neither does this one.
"""

import numpy as np
import pandas as pd

from analysis.simulate import survey_design, survey_families, survey_members
from analysis.study import Study

HEADS = ("grandparent", "father", "mother", "step_parent", "aunt_uncle", "non_relative", "other_relative", "sibling")
RELATIONS = {  # what a member is to the head, by what the head is to the children, then what the member is to them
    "grandparent": {"child": "grandchild", "mother": "child", "father": "child_in_law", "step_parent": "child_in_law"}
    | {"grandparent": "spouse", "aunt_uncle": "child", "sibling": "grandchild"},
    "parent": {"child": "child", "mother": "spouse", "father": "spouse", "step_parent": "spouse", "sibling": "child"}
    | {"aunt_uncle": "sibling"},
    "aunt_uncle": {"child": "niece_nephew", "sibling": "niece_nephew"},
    "non_relative": {"child": "non_relative", "sibling": "non_relative"},
    "other_relative": {},
    "sibling": {"child": "sibling", "sibling": "sibling"},
}
FIFTHS = np.array(["poorest", "poorer", "middle", "richer", "richest"])
POVERTY = {"level_1": 0.0, "level_2": 0.7, "at_risk": 1.4, "no": 2.1}  # steps of the wealth score


def persons(
    communes: pd.DataFrame, parameters: Study, n_households: float, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return households (place, cluster, stratum, ``weight`` with mean 1, wealth) and persons, a line each.

    A person has ``position`` (row of its household), ``line``, relation, sex, age, ``is_resident``; a child also
    ``mother_alive father_alive mother_line father_line`` (0 where not listed), missing survival where unknown.
    """
    own = parameters.household_recodes
    chosen = parameters.changed("survey.n_households", n_households).changed(
        "survey.households_per_cluster", own.households_per_cluster
    )
    places = communes.assign(abroad_share=own.abroad_share)
    clusters = survey_design.clusters(places, chosen, rng, size=1.0)
    clusters = clusters.assign(cluster_no=np.arange(1, len(clusters) + 1))
    households = survey_families.families(clusters, chosen.survey.households, rng)
    roster = survey_members.roster(households, chosen.survey.households, rng)
    listed = roster[roster["is_alive"]].reset_index(drop=True)
    listed = listed.assign(line=listed.groupby("position").cumcount() + 1)
    return _described(households, own, rng), _told(_related(listed, own, rng), households, own, rng)


def _described(households: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add weights with mean 1, the fifth by wealth, the number of the stratum and of the household in its cluster."""
    score = households["id_poor"].map(POVERTY) + rng.normal(0, own.sd_wealth, len(households))
    fifth = np.minimum((score.rank(pct=True, method="first") * 5).to_numpy(), 4.999).astype(int)
    return households.assign(
        weight=households["weight"] / households["weight"].mean(),
        wealth=FIFTHS[fifth],
        stratum_no=pd.factorize(households["stratum"], sort=True)[0] + 1,
        household_no=households.groupby("cluster_no").cumcount() + 1,
    )


def _related(listed: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add the relation to the head, who is the eldest generation at home."""
    rank = listed["relation"].map({relation: number for number, relation in enumerate(HEADS)}).fillna(len(HEADS))
    is_head = ~listed.assign(rank=rank).sort_values(["position", "rank", "line"])["position"].duplicated()
    is_head = is_head.reindex(listed.index)
    head = listed["position"].map(listed[is_head].set_index("position")["relation"])
    head = head.replace({"mother": "parent", "father": "parent", "step_parent": "parent"})
    pairs = {(first, second): word for first, known in RELATIONS.items() for second, word in known.items()}
    words = pd.Series(list(zip(head, listed["relation"], strict=True)), index=listed.index).map(pairs)
    words = words.fillna(listed["relation"].eq("non_relative").map({True: "non_relative", False: "other_relative"}))
    is_adopted = words.eq("non_relative") & listed["relation"].eq("child")
    is_adopted &= rng.random(len(listed)) < own.adopted_if_no_kin
    return listed.assign(relation_to_head=words.mask(is_adopted, "adopted_foster_step").mask(is_head, "head"))


def _told(listed: pd.DataFrame, households: pd.DataFrame, own: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Add who only visits, whose age is not known, and what is told of the parents of each child."""
    is_child, n = listed["relation"].eq("child"), len(listed)
    visits = rng.random(n) < np.where(is_child, own.visiting_child, own.visiting_adult)
    is_head = listed["relation_to_head"].eq("head")
    told = listed.assign(
        is_resident=~visits | is_head, has_age=(rng.random(n) >= own.unknown_age) | ~is_child, is_child=is_child
    )
    for parent in ("mother", "father"):
        line = told[told["relation"].eq(parent)].set_index("position")["line"]
        alive = households[f"{parent}_alive"].iloc[told["position"]].set_axis(told.index).astype("boolean")
        of_child = told["position"].map(line).fillna(0).astype(int)
        is_lost = (of_child == 0) & (rng.random(n) < own.unknown_survival)
        told[f"{parent}_line"] = of_child.where(is_child, 0)
        told[f"{parent}_alive"] = alive.mask(is_lost).where(is_child)
    return told


def living_arrangements(persons_told: pd.DataFrame) -> pd.DataFrame:
    """Return what is true of each child, worked out apart from the reader: who lives with it and its class."""
    children = persons_told[persons_told["is_child"]]
    lines = persons_told.set_index(["position", "line"])["is_resident"].to_dict()
    told: dict[str, list[bool]] = {"mother": [], "father": []}
    for parent, here in told.items():
        pairs = zip(children["position"], children[f"{parent}_line"], strict=True)
        here.extend(bool(line) and bool(lines[position, line]) for position, line in pairs)
    words = [
        _word(*one)
        for one in zip(told["mother"], told["father"], children["mother_alive"], children["father_alive"], strict=True)
    ]
    frame = pd.DataFrame(words, columns=["living_arrangement", "orphan_status"], index=children.index)
    with_mother, with_father = np.array(told["mother"], dtype=bool), np.array(told["father"], dtype=bool)
    return frame.assign(with_mother=with_mother, with_father=with_father, is_fostered=~with_mother & ~with_father)


def _word(with_mother: bool, with_father: bool, mother_alive: object, father_alive: object) -> tuple[str, str]:
    if pd.isna(mother_alive) or pd.isna(father_alive):
        return "unknown", "unknown"
    alive = [name for name, lives in (("mother", mother_alive), ("father", father_alive)) if lives]
    orphan = {0: "double_orphan", 2: "both_alive"}.get(len(alive), f"{alive[0]}_alive_only" if alive else "")
    if with_mother and with_father:
        return "both_parents", orphan
    if with_mother or with_father:
        with_whom, other = ("mother", "father") if with_mother else ("father", "mother")
        return f"{with_whom}_only_{other}_{'alive' if other in alive else 'dead'}", orphan
    return {0: "neither_both_dead", 2: "neither_both_alive"}.get(len(alive), f"neither_{''.join(alive)}_alive"), orphan
