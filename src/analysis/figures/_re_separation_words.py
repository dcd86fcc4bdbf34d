"""Sentences of re-separation: every number in them is one that may be published."""

import pandas as pd

from analysis.figures import _re_separation_rows as rows_told
from analysis.words import listed

DONE = ("other_ends",)  # ends whose words are a verb
BOUNDS = ("lost: none back in care", "lost: all back in care")


def back_in_care(numbers: pd.DataFrame) -> str:
    """Say how many were back in residential care at the last day told."""
    curve = rows_told.curve_of(numbers, "residential")
    if curve.empty:
        return "how many children came back to residential care is withheld"
    row = curve[curve["day"] <= (rows_told.at_one_day(numbers) or curve["day"].max())].iloc[-1:]
    row = (curve.iloc[-1:] if row.empty else row).iloc[0]
    share = rows_told.interval_of(row)
    return f"{share} of returned children were back in residential care within {rows_told.in_words(int(row['day']))}"


def lost_bounds(numbers: pd.DataFrame) -> str:
    """Say between which numbers it lies, whatever became of those lost from sight."""
    rows = rows_told.checks_told(numbers).set_index("measure")["estimate"].reindex(list(BOUNDS))
    if rows.isna().any():
        return ""
    return f"; {rows.iloc[0]:.0f}–{rows.iloc[1]:.0f}% whatever became of those lost"


def all_ends(numbers: pd.DataFrame) -> str:
    """Say how many came to each end at the last day it is told."""
    said = []
    for name, (text, _) in rows_told.ENDS.items():
        curve = rows_told.curve_of(numbers, name)
        if len(curve):
            last = curve.iloc[-1]
            verb = "" if name in DONE else "were "
            share = "none that is recorded" if last["estimate"] == 0 else rows_told.interval_of(last)
            said.append(f"{share} {verb}{text} within {rows_told.in_words(int(last['day']))}")
    return f"of children who went home, {listed(said)}" if said else "all numbers are withheld"


def apart(numbers: pd.DataFrame) -> str:
    """Say by which splits children came back to residential care at different rates."""
    tested = numbers[(numbers["outcome"] == "residential") & numbers["finding"].notna()].drop_duplicates("term")
    told = tested.loc[tested["finding"] == rows_told.APART, "factor"].str.lower()
    return f"Of {len(tested)} splits tested, those whose levels can be told apart: {listed(told)}."


def hangs_on(numbers: pd.DataFrame) -> str:
    """Say what the number would be if it were told otherwise."""
    rows = rows_told.checks_told(numbers)
    told = rows[rows["measure"] != rows_told.INCIDENCE].dropna(subset="estimate")
    said = [f"{row.text[0].lower()}{row.text[1:]} {row.estimate:.1f}%" for row in told.itertuples()]
    return f"Told otherwise it is: {listed(said)}." if said else "What it hangs on is withheld."


def by_level(numbers: pd.DataFrame) -> str:
    """Say the share of every level that is told."""
    rows = rows_told.levels_told(numbers).dropna(subset="estimate")
    return "; ".join(f"{row['label'].lower()} {rows_told.interval_of(row)}" for _, row in rows.iterrows()) or "withheld"
