"""Rows of the figure of living arrangements: which classes stand in it, under which headings, in which words."""

import pandas as pd

HEADINGS = {  # outcome: what its shares are of
    "living_arrangement": "All children",
    "orphan_status": "All children: their parents",
    "relation_of_fostered": "Children with neither parent",
    "parents_of_fostered": "Children with neither: their parents",
}
NAMES = {
    "both_parents": "with both parents",
    "one_parent": "with one parent",
    "mother_only_father_alive": "the mother; the father lives elsewhere",
    "mother_only_father_dead": "the mother; the father is dead",
    "father_only_mother_alive": "the father; the mother lives elsewhere",
    "father_only_mother_dead": "the father; the mother is dead",
    "neither_parent": "with neither parent",
    "neither_both_alive": "neither; both are alive",
    "neither_father_alive": "neither; only the father is alive",
    "neither_mother_alive": "neither; only the mother is alive",
    "neither_both_dead": "neither; both are dead",
    "unknown": "not known",
    "both_alive": "both are alive",
    "mother_alive_only": "only the mother is alive",
    "father_alive_only": "only the father is alive",
    "double_orphan": "both are dead",
    "relative": "with relatives",
    "adopted_foster_step": "as adopted, foster or step child",
    "non_relative": "with non-relatives",
    "other": "their own household, or not known",
    "one_dead": "one is dead",
    "both_dead": "both are dead",
}
GROUPS = ("both_parents", "one_parent", "neither_parent")
MOST_SURVEYS = 2  # side by side; of more, those that ran last
HEADING = 1.5  # rows that a heading takes


def name_of(survey: str) -> str:
    """Return a survey as people call it: its programme and its year."""
    programme, *_, year = f"{survey}-".removesuffix("-").split("-") if "-" in survey else (survey, "")
    return f"{programme.upper()} {year}".strip()


def surveys_of(numbers: pd.DataFrame) -> list[str]:
    """Return the surveys that are drawn: at most ``MOST_SURVEYS``, those with the latest years, by year."""
    found = sorted(set(numbers.loc[numbers["source"] == "survey", "term"]), key=lambda name: (name[-4:], name))
    return found[-MOST_SURVEYS:]


def placed(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return one row a class (outcome, level, label) from top to bottom, with its height ``y``."""
    told = numbers[numbers["level"] != "all"].drop_duplicates(["outcome", "level"])
    order = told["outcome"].map({outcome: at for at, outcome in enumerate(HEADINGS)})
    rows = told.assign(order=order).sort_values(["order", "position"], ignore_index=True)[["outcome", "level"]]
    is_first = rows["outcome"] != rows["outcome"].shift()
    depth = is_first.cumsum() * HEADING
    return rows.assign(label=rows["level"].map(NAMES), is_first=is_first, y=-(rows.index + depth))
