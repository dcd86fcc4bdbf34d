"""Findings: what is known, in one sentence a question, every number taken from the published numbers of a figure."""

from dataclasses import dataclass

import pandas as pd

from analysis import country
from analysis import study as choices
from analysis.page.entries import Entry
from analysis.words import listed, with_interval

TYPED = ("national_totals", "care_rates", "driver_gradients", "closure_funnel")
NEEDED = (*TYPED, "province_rates", "province_conditions", "living_parents", "country_snapshot")
OF_THE_MAPPING = ("2014", "2014-15", "2015")  # periods of the totals that stand beside each other
CONFIDENCE = choices.load().intervals.confidence


@dataclass(frozen=True)
class Finding:
    """An answer in a sentence or two with its uncertainty, in English, and the figure it is taken from."""

    question: str
    says: str
    doubt: str
    figure: str  # the name of the figure whose source it has and where it leads


def findings(entries: dict[str, Entry]) -> list[Finding]:
    """Return what the published figures say to the five questions; nothing where a figure they need is left out."""
    if not set(NEEDED) <= set(entries):
        return []
    numbers = {name: _typed(entries[name].numbers) for name in TYPED}
    provinces = entries["province_rates"].numbers
    return [
        _how_many(numbers["national_totals"]),
        _where(numbers["care_rates"], provinces, entries["province_conditions"].numbers),
        _why(entries["driver_gradients"], numbers["driver_gradients"], entries["living_parents"]),
        _after(numbers["closure_funnel"]),
        _not_known(provinces),
    ]


def _how_many(totals: pd.DataFrame) -> Finding:
    printed = totals[totals["ci_low"].isna()].set_index("term")
    mapped = printed[printed["period"].isin(OF_THE_MAPPING)]
    widest = totals.loc[(totals["ci_high"] - totals["ci_low"]).idxmax()]
    latest = printed.loc[printed["period"].idxmax()]

    def of(term: str) -> str:
        return f"{printed.loc[term, 'estimate']:,.0f}"

    return Finding(
        question="How many children live in residential care?",
        says=f"Between {mapped['estimate'].min():,.0f} and {mapped['estimate'].max():,.0f} children in 2014–15, "
        f"depending on who is counted: the ministry's mapping found {of('mapping-cambodia-rci-children')} children in "
        f"residential care institutions and {of('mapping-cambodia-children')} in all five types of facility.",
        doubt="The counts are printed without an interval; the largest is an estimate from a sample of communes that "
        f"may lie anywhere between {widest['ci_low']:,.0f} and {widest['ci_high']:,.0f} if communes differ much. For "
        f"{latest['period']} a statement says about {latest['estimate']:,.0f}, and we found no check of it.",
        figure="national_totals",
    )


def _where(rates: pd.DataFrame, provinces: pd.DataFrame, conditions: pd.DataFrame) -> Finding:
    told = rates[rates["level"] == "2011 registration"].set_index(["outcome", "term"])
    priority, others = (told.loc[("n_children_in_rcis", term)] for term in ("priority5", "other20"))
    capital, siem_reap = (told.loc[("n_rcis", term)] for term in ("Phnom Penh", "Siem Reap"))
    modelled = (provinces["is_count_printed"] == "False").sum()
    named = listed(sorted(set(conditions.loc[conditions["is_priority"] == "True", "province"])))
    return Finding(
        question="Where are they?",
        says="The mapping of 2014–15 tells of children for two groups of provinces only: "
        f"{priority['n']:,.0f} in the five priority provinces, {with_interval(priority, CONFIDENCE)} for each 100,000 "
        f"children, and {others['n']:,.0f} in the twenty others, {with_interval(others, CONFIDENCE)} for each 100,000 "
        "children.",
        doubt=f"The five priority provinces are {named}. The mapping found {with_interval(capital, CONFIDENCE)} "
        f"institutions for each 100,000 children in Phnom Penh and {with_interval(siem_reap, CONFIDENCE)} in Siem "
        f"Reap. For {modelled} of {len(provinces)} provinces no count of their own was found: what is shown for them "
        "comes from a model and must not be used to rank them.",
        figure="care_rates",
    )


def _why(drivers: Entry, slopes: pd.DataFrame, parents: Entry) -> Finding:
    is_told = ((slopes["ci_low"] > 1) | (slopes["ci_high"] < 1)).any()
    return Finding(
        question="Why are they there?",
        says=f"{drivers.english['title']}."
        if is_told
        else "The published figures cannot say: institutions are counted for "
        f"{slopes['n'].max():.0f} groups of provinces only, and with so few no condition that was tried, such as "
        "poverty or tourism, can be told apart from chance.",
        doubt=f"{parents.english['title']}. A living parent is not the same as a parent who can care for the child.",
        figure="driver_gradients",
    )


def _after(closures: pd.DataFrame) -> Finding:
    told = closures.set_index(["outcome", "term", "level"])["estimate"]
    later = closures.set_index(["outcome", "term", "level"])["value_printed"]
    returned = later["children sent home", "later reports", "returned without support"]
    return Finding(
        question="What happens after they go home?",
        says=f"Not known: no rate of children who come back into residential care was found for {country.NAME}.",
        doubt="What is printed is of facilities closed in 2023 only: of "
        f"{told['children sent home', 'announcement', 'identified']:,.0f} children identified after the closure of "
        f"{told['facilities closed', 'announcement', 'all']:,.0f} facilities, "
        f"{told['children enrolled', 'announcement', 'all']:,.0f} were enrolled in support; of {returned} by a later "
        f"count, at least {told['children unaccounted for', 'later reports', 'of children returned']:.0%} were not "
        "enrolled.",
        figure="closure_funnel",
    )


def _not_known(provinces: pd.DataFrame) -> Finding:
    modelled = (provinces["is_count_printed"] == "False").sum()
    return Finding(
        question="What is not known?",
        says=f"How many children live in residential care today, how many institutions stand in {modelled} of "
        f"{len(provinces)} provinces, why each child was admitted, and how many come back after they went home.",
        doubt="No publication that we found answers these, so no number stands here; the country care snapshot lists "
        "every field that nobody has printed.",
        figure="country_snapshot",
    )


def _typed(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of estimates as numbers, an empty cell as missing; everything else stays text."""
    return numbers.assign(**{name: pd.to_numeric(numbers[name]) for name in ("estimate", "ci_low", "ci_high", "n")})
