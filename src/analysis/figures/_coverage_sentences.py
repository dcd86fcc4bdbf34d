"""Sentences of list coverage, each made from its numbers, whichever of them are withheld."""

import pandas as pd

from analysis import charts
from analysis.figures._coverage_shares import ALL, ANY, AREAS, BY_TWO, count_in_print, name_of, shares_of, whole_of
from analysis.words import listed


def finding(numbers: pd.DataFrame) -> str:
    """Say how many facilities the lists name of how many, and how many the emptiest list alone does."""
    whole = whole_of(numbers)
    of_any = whole.loc[ANY]
    if pd.isna(of_any["listed"]):
        return "how many facilities the lists name is withheld"
    if pd.isna(of_any["estimate"]):
        return f"lists name about {count_in_print(of_any['listed'])} facilities; what they miss cannot be told"
    said = (
        f"the lists name about {count_in_print(of_any['listed'])} of an estimated {count_in_print(of_any['whole'])} "
        "facilities"
    )
    alone = whole["estimate"].drop(ANY).dropna()
    return said if alone.empty else f"{said}; {name_of(alone.idxmin())} alone names {alone.min():.0f}%"


def all_facilities(numbers: pd.DataFrame) -> str:
    """Say how many facilities there are, with the interval, and which share of them each list names."""
    whole = whole_of(numbers)
    of_any = whole.loc[ANY]
    if pd.isna(of_any["estimate"]):
        return "no estimate of all facilities can be shown."
    alone = listed(f"{name_of(name)} {share:.0f}%" for name, share in whole["estimate"].drop(ANY).dropna().items())
    return (
        f"there are about {count_in_print(of_any['whole'])} facilities ({charts.CONFIDENCE} interval "
        f"{count_in_print(of_any['whole_low'])} to {count_in_print(of_any['whole_high'])}), of which some list names "
        f"{of_any['estimate']:.0f}%; alone they name: {alone}."
    )


def by_two_lists(numbers: pd.DataFrame) -> str:
    """Say what any two of three lists would have said, and why it is less; nothing where there are not three."""
    two = numbers.loc[numbers["scale"] == BY_TWO, "estimate"].dropna().sort_values()
    whole = whole_of(numbers).loc[ANY, "whole"]
    if two.empty or pd.isna(whole):
        return ""
    said = f" By two of the lists alone there would be {listed(count_in_print(count) for count in two)}"
    is_low = (two < whole).all()
    return said + (": lists that find the same facilities make the number too low." if is_low else ".")


def by_area(numbers: pd.DataFrame) -> str:
    """Say how many facilities of each area are on any list, and how many there are."""
    shares = shares_of(numbers)
    areas = shares[(shares["list_id"] == ANY) & (shares["level"] == ALL) & (shares["term"] != ALL)]
    told = [
        f"{AREAS[row.term]} {count_in_print(row.listed)} of {count_in_print(row.whole)}"
        for row in areas.dropna(subset="estimate").itertuples()
    ]
    return f"By area, on any list of all there are: {listed(told)}."


def why_withheld(numbers: pd.DataFrame) -> str:
    """Say why numbers are missing, if any are."""
    why = "; ".join(numbers["withheld"].dropna().unique())
    return f" Withheld: {why}; not to be read as 0." if why else ""
