"""Screening prevalence: in how many screened facilities each item was found, and what unknown answers leave open.

Items alone: how many facilities were found in which band stays with the bands. Facilities are screened because somebody
was worried or they could be reached, so a share is of these and no estimate for all facilities.
"""

import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.models.counts import binomial_interval
from analysis.study import Study

RESPONSES = ("yes", "no", "unknown", "not_assessed")
KNOWN, AS_NO, AS_YES = "known_answers", "unknown_as_no", "unknown_as_yes"
TOTAL = "all"
ANY_HARM = "any_harm"
NO_SCREENING = "no screening"  # instead of its name where there is none
NOTES = {
    KNOWN: "yes of answers yes or no; exact interval, as if these facilities were drawn by chance from their like",
    AS_NO: "least possible share of all screened: every answer not known taken as no; without interval",
    AS_YES: "largest possible share of all screened: every answer not known taken as yes; without interval",
    "facilities": "facilities with this answer; a count of all screened, without interval",
}

TABLE = estimate_table(
    one_row_is="an item of one screening, by answer or by what is made of unknown answers",
    extra={
        "element": Column("str", "what the item is a sign of", isin=("act", "purpose", "context", TOTAL)),
        "item": Column("str", "what the assessor was asked"),
        "subject": Column("str", "kind of act, purpose or context; where it is a harm to children, that harm"),
        "n_hits": Column("Int64", "facilities with it, as the level counts them", unit="facilities", ge=0),
    },
    key=("outcome", "term", "level", "subject"),
)


def build(screened_items: pd.DataFrame, screening_items: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return by screening and item the facilities by answer, the share of yes, and its bounds."""
    items = screening_items.assign(subject=screening_items["sensitive_as"].fillna(screening_items["sub_element"]))
    counts = _counts(pd.concat([screened_items, _any_harm(screened_items, items)]), [*items["item_id"], ANY_HARM])
    rows = pd.concat([_facilities(counts), _shares(counts, study.intervals.confidence)], ignore_index=True)
    named = rows.merge(_named(items), on="term", how="left", validate="m:1")
    kind = named["level"].where(named["scale"].eq("share"), "facilities")
    return named.assign(note=kind.map(NOTES))[list(TABLE.columns)]


def _any_harm(screened: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Return one answer a facility: whether any item about a harm to children is yes; no only if all of them are no."""
    about_harm = screened[screened["item_id"].isin(items.loc[items["sensitive_as"].notna(), "item_id"])]
    answers = about_harm.groupby(["list_id", "facility_key"])["response"]
    response = answers.agg(lambda own: _together(set(own))).astype("str")
    return response.reset_index().assign(item_id=ANY_HARM)


def _together(responses: set[str]) -> str:
    if "yes" in responses or len(responses) == 1:
        return "yes" if "yes" in responses else responses.pop()
    return "unknown"


def _counts(screened: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """Return the facilities by answer, one row a screening and item, none included."""
    screenings = sorted(screened["list_id"].unique()) or [NO_SCREENING]
    every = pd.MultiIndex.from_product([screenings, items, RESPONSES], names=["list_id", "item_id", "response"])
    counted = screened.groupby(["list_id", "item_id", "response"]).size().reindex(every, fill_value=0)
    return counted.unstack().astype("Int64")[list(RESPONSES)]  # noqa: PD010


def _facilities(counts: pd.DataFrame) -> pd.DataFrame:
    """Return one row an answer, and the total of all answers."""
    whole = counts.assign(**{TOTAL: counts.sum(axis=1)})
    tidy = whole.melt(var_name="level", value_name="n_hits", ignore_index=False).reset_index()
    no_bound = pd.array([None] * len(tidy), "Float64")
    totals = tidy.groupby(["list_id", "item_id"])["n_hits"].transform("max")
    return tidy.rename(columns={"list_id": "outcome", "item_id": "term"}).assign(
        scale="facilities", estimate=tidy["n_hits"].astype("Float64"), ci_low=no_bound, ci_high=no_bound, n=totals
    )


def _shares(counts: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return the share of yes among known answers with its exact interval, and the least and the largest possible."""
    n_all = counts.sum(axis=1)
    n_open = counts["unknown"] + counts["not_assessed"]
    parts = {
        KNOWN: (counts["yes"], n_all - n_open),
        AS_NO: (counts["yes"], n_all),
        AS_YES: (counts["yes"] + n_open, n_all),
    }
    rows = [pd.DataFrame({"level": level, "n_hits": hits, "n": n}) for level, (hits, n) in parts.items()]
    shares = pd.concat(rows).reset_index().rename(columns={"list_id": "outcome", "item_id": "term"})
    has_interval = shares["level"].eq(KNOWN) & (shares["n"] > 0)
    low, high = binomial_interval(shares["n_hits"].astype(int), shares["n"].astype(int), confidence)
    return shares.assign(
        scale="share",
        estimate=(shares["n_hits"] / shares["n"].mask(shares["n"] == 0)).astype("Float64"),
        ci_low=pd.Series(low, dtype="Float64").where(has_interval),
        ci_high=pd.Series(high, dtype="Float64").where(has_interval),
    )


def _named(items: pd.DataFrame) -> pd.DataFrame:
    harms = ", ".join(items.loc[items["sensitive_as"].notna(), "item_id"])
    together = pd.DataFrame(
        {
            "term": [ANY_HARM],
            "element": [TOTAL],
            "subject": [ANY_HARM],
            "item": [f"Any of the harms to children ({harms})"],
        }
    )
    return pd.concat([items.rename(columns={"item_id": "term"})[list(together.columns)], together])
