"""What the brief says of its own, in English: sentences from the published numbers, none of them typed.

What a figure says itself (its title, reading, limits, source) stands in its words; here is only what a reader with two
pages and little time needs besides.
"""

import pandas as pd

from analysis import charts, country
from analysis.figures.driver_gradients import DRIVERS
from analysis.page.brief_rows import AS_THEIR_MEAN, TWICE_THEIR_MEAN, Read, study_interval
from analysis.words import listed

ALL_TYPES = {
    "residential care institution": "residential care institutions",
    "boarding school": "boarding schools",
    "group home": "group homes",
    "pagoda or other faith-based facility": "pagodas or other faith-based facilities",
    "transit home or temporary emergency accommodation": "transit homes or emergency shelters",
}


def dates(read: Read) -> list[str]:
    """Return how old the data are."""
    numbers, closures = read("national_totals"), read("closure_funnel")
    newest = numbers.loc[numbers["period"].idxmax()]
    visited = numbers.loc[numbers["method"] == "census_of_facilities", "period"].max().replace("-", "–")
    years = [*read("care_trend")["year"].astype("str"), *closures["period"].dropna().str.findall(r"20\d\d").explode()]
    known = [year for year in years if pd.notna(year)]
    return [
        f"Data of {min(known)}–{max(known)}.",
        f"Every facility found was last visited in {visited}.",
        f"Newest number of children: a statement of {newest['period']}.",
    ]


def sure_of_totals(read: Read) -> str:
    """Return how wide the study's total is, for readers who know no coefficient of variation."""
    numbers = read("national_totals")
    one, two = (study_interval(numbers, variation) for variation in (AS_THEIR_MEAN, TWICE_THEIR_MEAN))
    return (
        f"None of these totals was printed with an interval. Around the study's {one['estimate']:,.0f} ours runs from "
        f"{_ends(one)} (the line in the table) if rates of communes vary by as much as their mean, and from "
        f"{_ends(two)} if by twice as much. How much they vary is in no text we found."
    )


def decline(read: Read) -> str:
    """Return by how much fewer children are reported since the mapping, and that it may be a matter of counting."""
    numbers = read("care_trend")
    fewer = -numbers.loc[numbers["outcome"] == "n_children_in_rcis_change_share", "estimate"]
    return (
        f"Since the mapping {fewer.min():.0%} to {fewer.max():.0%} fewer children are reported, on counts of whose "
        "completeness we found no check."
    )


def types(read: Read) -> str:
    """Return how many facilities of each type the mapping found."""
    numbers = read("facility_types")
    found = numbers[(numbers["outcome"] == "n_facilities") & (numbers["level"] == "cambodia")]
    counts = found.set_index("term")["estimate"]
    return f"By what their staff call them: {listed(f'{counts[one]:,.0f} {many}' for one, many in ALL_TYPES.items())}."


def best_driver(read: Read) -> str:
    """Return what goes with the driver that fits best, and that nothing can be concluded from it."""
    numbers = read("driver_gradients")
    alone = numbers[(numbers["specification"] == "alone") & numbers["estimate"].notna()]
    best = alone.loc[alone["deviance_explained"].idxmax()]
    low, high = best["ci_low"], best["ci_high"]
    upward = "upward" if pd.isna(high) else f"to {charts.in_print(high)}"
    return (
        f"“{DRIVERS[best['term']]}” goes with {charts.in_print(best['estimate'])} times the institutions per child, "
        f"but anything from {charts.in_print(low)} times {upward} fits the {best['n']:.0f} totals in print."
    )


def not_known(read: Read) -> list[str]:
    """Return what no text we found tells, the gravest first."""
    closures, rates = read("closure_funnel"), read("province_rates")
    year = closures.loc[closures["outcome"] == "facilities closed", "period"].iloc[0].split()[-1]
    missing = closures[closures["source_id"].isna() & (closures["scale"] == "children")].sort_values("position")
    untold = listed(name.removeprefix("children ") for name in missing["outcome"])
    return [
        f"We found no published rate of return to care, for {country.NAME} or for any comparable programme.",
        f"Of the children of the facilities closed in {year} no total is printed of those {untold}.",
        f"Institutions by province: we found a count of their own for {rates['is_count_printed'].sum():.0f} of "
        f"{len(rates)} provinces.",
        "Why children are placed: the published numbers compare groups of provinces, not families.",
    ]


def publishers(read: Read) -> str:
    """Return who printed the shares of children with a living parent; the figure names them in its rows."""
    numbers = read("living_parents")
    told = numbers[numbers["is_in_residential_care"]]
    return "; ".join(dict.fromkeys(told["publisher"])) + "; most quote a study or a statement that we have not seen."


def sources(of_figures: list[str]) -> str:
    """Return the sources of several figures as one line that names each once."""
    named = [source.removesuffix(".").split("; ") for source in of_figures]
    return "; ".join(dict.fromkeys(one for source in named for one in source)) + "."


def _ends(row: pd.Series) -> str:
    return f"{row['ci_low']:,.0f} to {row['ci_high']:,.0f}"
