"""Rows of ``wellbeing_change`` about the ratings of one group of children: low scores, changes, ranks, odds ratios."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.estimates import _wellbeing_ratings as ratings_of
from analysis.estimates import _wellbeing_rows as rows_of
from analysis.study import Study

DOMAIN, OUTCOME = "domain", "outcome domain"
WAVES = ("baseline", "placement", "fu_lt6m", "fu_6_12m", "fu_gt12m")
BOTH = "both"  # of rows about two ratings of a child
LOW, LOW_FIRST, LOW_LAST = "low", "low before", "low at last"
LOWS = (LOW_FIRST, LOW_LAST)
FLOOR_FIRST, CEILING_FIRST, CEILING_LAST = "lowest before", "highest before", "highest at last"
CHANGE, RANK = "change", "rank of change"
LATE = "late less others"  # mean change of the outcome domains that are said to improve last, less that of the others
NOT_ASKED = "the instrument has no domain of it"
Row = dict[str, Any]


def of_ratings(ratings: pd.DataFrame, both: pd.DataFrame, rules: Study, confidence: float) -> Iterator[Row]:
    """Yield what shares and changes tell, a row a domain or outcome domain of every instrument, also of empty ones."""
    domains = ratings_of.domains(rules)
    yield from _shares_by_wave(ratings, domains, rules, confidence)
    yield from _shares_of_pairs(both, domains, rules, confidence)
    for instrument, of_one in domains.groupby("instrument", sort=False):
        own = both[both["instrument"] == instrument]
        of_domains = of_one.rename(columns={"domain_code": "term"})[["term", "label"]]
        yield from _changes(own.assign(term=own["domain_code"]), of_domains, instrument, rules, confidence)
        yield from _of_outcome_domains(own, of_one, instrument, rules, confidence)


def _shares_by_wave(ratings: pd.DataFrame, domains: pd.DataFrame, rules: Study, confidence: float) -> Iterator[Row]:
    """Yield the share with a low score by domain and wave: of a child rated twice in a wave, the last."""
    once = ratings.sort_values("days", kind="stable").drop_duplicates([*ratings_of.OF_RATING, "wave"], keep="last")
    once = once.assign(is_low=once["score"] <= rules.low_at_most)
    groups = dict(list(once.groupby(["instrument", "domain_code", "wave"])))
    for domain in domains.itertuples():
        for wave in WAVES:
            rated = groups.get((domain.instrument, domain.domain_code, wave), once.iloc[:0])
            yield {**_named(domain), "wave": wave, "measure": LOW, **rows_of.share(rated, "is_low", confidence)}


def _shares_of_pairs(both: pd.DataFrame, domains: pd.DataFrame, rules: Study, confidence: float) -> Iterator[Row]:
    """Yield, of children rated twice, who was and is low, and who stood at an end of the scale."""
    ends = {
        LOW_FIRST: both["first"] <= rules.low_at_most,
        LOW_LAST: both["last"] <= rules.low_at_most,
        FLOOR_FIRST: both["first"] == rules.lowest_score,
        CEILING_FIRST: both["first"] == rules.highest_score,
        CEILING_LAST: both["last"] == rules.highest_score,
    }
    groups = dict(list(both.assign(**ends).groupby(["instrument", "domain_code"])))
    for domain in domains.itertuples():
        rated = groups.get((domain.instrument, domain.domain_code), both.iloc[:0])
        for measure in ends:
            yield {**_named(domain), "wave": BOTH, "measure": measure, **rows_of.share(rated, measure, confidence)}


def _named(domain: Any) -> Row:
    return {"outcome": domain.instrument, "term": domain.domain_code, "label": domain.label, "sort": DOMAIN}


def _changes(
    both: pd.DataFrame, named: pd.DataFrame, instrument: str, rules: Study, confidence: float
) -> Iterator[Row]:
    """Yield the mean change of each domain, and the place of the domain among them, 1 the largest gain."""
    found = rows_of.changes(both, list(named["term"]), rules.least_pairs)
    n_of = both["term"].value_counts().reindex(named["term"], fill_value=0)
    changes = rows_of.points(found, n_of, confidence)
    ranks = rows_of.ranks(found, n_of, confidence)
    for name, change, rank in zip(named.to_dict("records"), changes, ranks, strict=True):
        common = {"outcome": instrument, "wave": BOTH, "sort": DOMAIN, **name}
        yield {**common, "measure": CHANGE, **change}
        yield {**common, "measure": RANK, **rank}


def _of_outcome_domains(
    both: pd.DataFrame, of_one: pd.DataFrame, instrument: str, rules: Study, confidence: float
) -> Iterator[Row]:
    """Yield the mean change over the domains of each outcome domain, and who was and is low in any of them.

    An outcome domain of which the instrument does not ask has rows too, without numbers.
    """
    labels = {**rules.outcome_domains, "economy": rules.economy}
    averaged = ratings_of.by_outcome_domain(both, rules)
    asked = [term for term in labels if of_one["outcome_domain"].eq(term).any()]
    found = rows_of.changes(averaged, asked, rules.least_pairs)
    n_of = averaged["term"].value_counts().reindex(asked, fill_value=0)
    changes = dict(zip(asked, rows_of.points(found, n_of, confidence), strict=True))
    late = rows_of.contrast(found, [term in rules.late_outcomes for term in asked], int(n_of.min()), confidence)
    named = {"outcome": instrument, "term": LATE, "label": rules.late, "sort": OUTCOME, "wave": BOTH}
    yield {**named, "measure": CHANGE, **late}
    for term, label in labels.items():
        common = {"outcome": instrument, "term": term, "label": label, "sort": OUTCOME, "wave": BOTH}
        if term not in asked:
            yield {**common, "measure": CHANGE, "scale": rows_of.POINTS, "note": NOT_ASKED}
            yield from ({**common, "measure": low, "scale": rows_of.SHARE, "note": NOT_ASKED} for low in LOWS)
            continue
        rated = averaged[averaged["term"] == term]
        yield {**common, "measure": CHANGE, **changes[term]}
        yield from ({**common, "measure": low, **rows_of.share(rated, low, confidence)} for low in LOWS)
