"""Ratings of wellbeing as the estimates of ``wellbeing_change`` take them: by wave, in pairs, and whose clusters."""

import pandas as pd

from analysis.study import Study

BEFORE = ("baseline", "placement")
OF_RATING = ["instrument", "child_key", "domain_code"]


def counted(assessments: pd.DataFrame, assessment_waves: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Return one row a score that counts, with its wave, the child, its cluster and how the domain is called."""
    waves = assessment_waves[assessment_waves["left_out"].isna()]
    ratings = assessments.loc[assessments["score"].notna(), ["assessment_id", "domain_code", "score"]].merge(
        waves.drop(columns="left_out"), on="assessment_id", validate="m:1"
    )
    return ratings.merge(domains(rules), on=["instrument", "domain_code"], validate="m:1")


def domains(rules: Study) -> pd.DataFrame:
    """Return the domains of the instruments: ``label`` and ``outcome_domain`` of each, in the order of study.toml."""
    rows = [
        (instrument, code, label, outcome)
        for instrument in rules.instruments
        for code, (label, outcome) in rules[instrument].items()
    ]
    return pd.DataFrame(rows, columns=["instrument", "domain_code", "label", "outcome_domain"])


def with_clusters(rows: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Add ``cluster``: the agency, or a group of children where agencies are too few to tell how they differ.

    ASSUME: keys of children are digests, so that every so many of them in order are a group drawn at random.
    """
    if rows["agency"].nunique() >= rules.least_agencies:
        return rows.assign(cluster=rows["agency"])
    group = rows["child_key"].rank(method="dense").astype("int64") % rules.child_groups
    return rows.assign(cluster="group " + group.astype("str"))


def pairs(ratings: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Return one row a child and domain rated before and after: ``first``, ``last`` and their ``change`` in points.

    The first is the last rating of the baseline or placement wave, the last that of the follow-up, far enough apart.
    """
    by_day = ratings.sort_values("days", kind="stable")
    is_before = by_day["wave"].isin(BEFORE)
    first, last = (
        by_day[chosen].drop_duplicates(OF_RATING, keep="last").rename(columns={"score": name, "days": f"{name}_day"})
        for chosen, name in ((is_before, "first"), (~is_before, "last"))
    )
    both = last.merge(first[[*OF_RATING, "first", "first_day"]], on=OF_RATING, validate="1:1")
    far = both[both["last_day"] - both["first_day"] >= rules.least_days_between]
    return far.assign(change=far["last"] - far["first"])


def by_outcome_domain(both: pd.DataFrame, rules: Study) -> pd.DataFrame:
    """Return pairs averaged over the domains of each outcome domain (``term``), and whether any of them was low."""
    low = both.assign(
        **{"low before": both["first"] <= rules.low_at_most, "low at last": both["last"] <= rules.low_at_most}
    )
    grouped = low.groupby(["instrument", "child_key", "cluster", "outcome_domain"], as_index=False)
    means = grouped.agg({"change": "mean", "low before": "max", "low at last": "max"})
    return means.rename(columns={"outcome_domain": "term"})
