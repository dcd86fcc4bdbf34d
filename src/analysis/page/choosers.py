"""Choosers: the national number by definition, and the workers that closures ask for by scenario."""

from dataclasses import dataclass

import pandas as pd

from analysis import charts, sources
from analysis.charts import in_print
from analysis.page.entries import Entry
from analysis.words import percent

METHODS = {
    "census_of_facilities": "every facility that was found was visited",
    "administrative": "taken from the ministry's own records",
    "modelled": "a rate from a sample of communes, applied to the country",
    "press": "a statement that a newspaper quotes",
    "derived": "a sum of printed numbers",
}
GRADES = {
    "A": "seen at the source (grade A)",
    "B": "quoted by another (grade B)",
    "C": "worked out by a stated formula (grade C)",
}


@dataclass(frozen=True)
class Definition:
    """A total for the country: what it counts, how, when, and how sure it is; in English."""

    counts: str
    value: str
    method: str
    period: str
    grade: str
    document: str
    doubt: str
    is_first: bool  # the one that the page shows until another is chosen


@dataclass(frozen=True)
class Scenario:
    """What a wave of closures asks of social workers; in English."""

    name: str
    workers: str
    sentences: list[str]


def definitions(entries: dict[str, Entry]) -> list[Definition]:
    """Return every national total by year; none where the figure is left out."""
    if "national_totals" not in entries:
        return []
    totals = entries["national_totals"].numbers
    printed = totals[totals["ci_low"] == ""].sort_values(["period", "grade", "estimate"], kind="stable")
    documents = sources.read("documents_printed").set_index("source_id")
    chosen = printed["grade"].idxmin()  # shown first: one that was seen at its source
    return [_definition(row, totals, documents, is_first=at == chosen) for at, row in printed.iterrows()]


def _definition(row: pd.Series, totals: pd.DataFrame, documents: pd.DataFrame, *, is_first: bool) -> Definition:
    ours = totals[(totals["term"] == row["term"]) & (totals["ci_low"] != "")]
    return Definition(
        counts=row["definition"],
        value=f"{float(row['estimate']):,.0f}",
        method=METHODS.get(row["method"], row["method"].replace("_", " ")),
        period=row["period"].replace("-", "–"),
        grade=GRADES.get(row["grade"], row["grade"]),
        document=_document(row["source_id"], documents),
        doubt=_doubt(ours),
        is_first=is_first,
    )


def _doubt(ours: pd.DataFrame) -> str:
    if ours.empty:
        return "No interval is printed in the text we saw; how many children were missed is not known."
    widths = pd.to_numeric(ours["ci_high"]) - pd.to_numeric(ours["ci_low"])
    least, most = ours.loc[widths.idxmin()], ours.loc[widths.idxmax()]
    return (
        f"No interval is printed in the text we saw. By Homeward's reckoning its {charts.CONFIDENCE} interval would be "
        f"{_range(least)} if every commune had the same rate, and {_range(most)} if communes differ most."
    )


def _document(source_id: str, documents: pd.DataFrame) -> str:
    if source_id not in documents.index:
        return source_id
    document = documents.loc[source_id].fillna("")
    return ", ".join(part for part in (document["title"], document["publisher"], document["year"]) if part)


def scenarios(entries: dict[str, Entry]) -> list[Scenario]:
    """Return the scenarios of the planner in their order; none where the figure is left out."""
    if "response_plan" not in entries:
        return []
    plan = entries["response_plan"].numbers
    needed = plan[plan["outcome"] == "workers needed"].sort_values("position", kind="stable")
    return [_scenario(row, plan) for _, row in needed.iterrows()]


def _scenario(needed: pd.Series, plan: pd.DataFrame) -> Scenario:
    own = plan[plan["term"] == needed["term"]]
    seen = own[(own["outcome"] == "contacts on time") & (own["level"] != "as many as needed")]
    cost = own[(own["outcome"] == "cost per child")]
    posts = plan[(plan["outcome"] == "workers needed, of all posts") & (plan["level"] == needed["term"])]
    return Scenario(
        name=needed["term"],
        workers=f"{_number(needed)} social workers",
        sentences=[
            f"So many, who do nothing else, keep {needed['level']} for {int(needed['n']):,} children.",
            *[
                f"With {row['level']} alone ({row['n_workers']}), {_share(row)} of contacts are on time."
                for _, row in seen.iterrows()
            ],
            *[f"That is {_share(row)} of {_posts(row, plan)} posts: {row['term']}." for _, row in posts.iterrows()],
            *[f"A child costs {_number(row)} US dollars in pay, training and trips." for _, row in cost.iterrows()],
        ],
    )


def _posts(row: pd.Series, plan: pd.DataFrame) -> str:
    """Return how many posts there are of the kind that ``row`` sets workers against."""
    told = plan[(plan["outcome"] == "posts") & (plan["term"] == row["term"])]
    return f"{float(told['estimate'].iloc[0]):,.0f}"


def _number(row: pd.Series) -> str:
    return f"{in_print(float(row['estimate']))} ({_range(row)})"


def _range(row: pd.Series) -> str:
    return f"{in_print(float(row['ci_low']))} to {in_print(float(row['ci_high']))}"


def _share(row: pd.Series) -> str:
    return f"{percent(float(row['estimate']))} ({percent(float(row['ci_low']))} to {percent(float(row['ci_high']))})"
