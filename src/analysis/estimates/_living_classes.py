"""Classes of children by who lives with them and who is alive, in words and in order, and how they are grouped."""

ALL, UNKNOWN = "all", "unknown"
OTHER = "other"  # a child who heads a household or is married to its head, and whoever is not known
ARRANGEMENT, ORPHANHOOD = "living_arrangement", "orphan_status"
RELATION, PARENTS = "relation_of_fostered", "parents_of_fostered"
GROUPS = {  # of living arrangements: each with the classes it is made of
    "one_parent": (
        *("mother_only_father_alive", "mother_only_father_dead", "father_only_mother_alive"),
        "father_only_mother_dead",
    ),
    "neither_parent": ("neither_both_alive", "neither_father_alive", "neither_mother_alive", "neither_both_dead"),
}
PART_OF = {level: group for group, levels in GROUPS.items() for level in levels}
LEVELS = {  # by outcome: the levels in the order in which they are told; a group stands before its parts
    ARRANGEMENT: (
        *("both_parents", "one_parent", *GROUPS["one_parent"], "neither_parent", *GROUPS["neither_parent"]),
        *(UNKNOWN, ALL),
    ),
    ORPHANHOOD: ("both_alive", "mother_alive_only", "father_alive_only", "double_orphan", UNKNOWN, ALL),
    RELATION: ("relative", "adopted_foster_step", "non_relative", OTHER, ALL),
    PARENTS: ("both_alive", "one_dead", "both_dead", UNKNOWN, ALL),
}
RELATIONS = {  # to the head of the household, joined as the children without parents are told
    **dict.fromkeys(("child", "child_in_law", "grandchild", "parent", "parent_in_law", "sibling"), "relative"),
    **dict.fromkeys(("sibling_in_law", "uncle_aunt", "niece_nephew", "other_relative"), "relative"),
    **dict.fromkeys(("head", "spouse", UNKNOWN), OTHER),
    **{name: name for name in ("adopted_foster_step", "non_relative")},
}
PARENTS_OF = {
    **{"both_alive": "both_alive", "mother_alive_only": "one_dead", "father_alive_only": "one_dead"},
    **{"double_orphan": "both_dead", UNKNOWN: UNKNOWN},
}
OF_FOSTERED = (RELATION, PARENTS)  # of children who live with neither parent; the others are of all children
PRINTED = {  # indicator of a claim on living arrangements: outcome and level
    "with_both_parents_share": (ARRANGEMENT, "both_parents"),
    "with_one_parent_share": (ARRANGEMENT, "one_parent"),
    "with_neither_parent_share": (ARRANGEMENT, "neither_parent"),
    "in_kinship_care_share": (RELATION, "relative"),
    "with_non_relative_share": (RELATION, "non_relative"),
    "both_parents_living_share": (PARENTS, "both_alive"),
    "one_parent_dead_share": (PARENTS, "one_dead"),
    "double_orphan_share": (PARENTS, "both_dead"),
}
