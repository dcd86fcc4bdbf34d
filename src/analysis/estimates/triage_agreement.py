"""Triage agreement: the worker's risk tier beside the one worked out from the scores, and how far the two agree.

One row a cell of the two scales, a kappa, or a share of cases. The worker's tier has no date in the exports, so it is
held against the first assessment with a tier, which is nearest to when a tier is given, and against the last. How the
recomputed tier of a case moved from its first to its last assessment stands beside it.

Neither tier is the right one: kappa says how far two judgements agree, not which is better, and the recomputed tier
never replaces the worker's. Intervals leave out one agency at a time, as its workers rate alike.
"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.models import agreement
from analysis.models.cluster_totals import clustered_share_interval
from analysis.study import Study

ALL, UNKNOWN, FIRST, LAST, MOVED = "all", "unknown", "first", "last", "moved"
CASES, KAPPA, SHARE = "cases", "kappa", "share"
WORKER_TIERS = ("high", "medium", "low", "no_action", UNKNOWN)
RULE_TIERS = ("high", "medium", "low", UNKNOWN)
PAIRS = {"same": "the same tier", "rule higher": "the rule's tier is higher", "rule lower": "the rule's tier is lower"}
SIDE = {"same": 0, "rule higher": 1, "rule lower": -1}  # sign of the rule's place less the other one's

TABLE = estimate_table(
    one_row_is="a cell of two scales of tiers, a kappa, or a share of cases, by which assessment and instrument",
    key=("outcome", "term", "level", "instrument"),
    extra={
        "instrument": Column("str", "whose scores the tier rests on, or all"),
        "n_hits": Column("Int64", "cases of whom it holds", ge=0, nullable=True),
        "n_agencies": Column("Int64", "agencies behind it", ge=0, nullable=True),
    },
)


def build(triage_tiers: pd.DataFrame, cases: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return cells, kappas and shares for the first and the last assessment, and for moves between them."""
    confidence, choices = study.intervals.confidence, study.triage_agreement
    pairs = _pairs(triage_tiers, cases, study)
    rows = _cells(pairs[FIRST])
    for which, rated in pairs.items():
        for instrument in (ALL, *study.triage.red_domains):
            own = rated if instrument == ALL else rated[rated["instrument"] == instrument]
            both = own.dropna(subset=["place", "rule_place"])
            found = [*_shares(both, confidence), *_kappas(both, choices, confidence)]
            rows += [{**row, "level": which, "instrument": instrument} for row in found]
    return pd.DataFrame(rows, columns=list(TABLE.columns))


def _pairs(triage_tiers: pd.DataFrame, cases: pd.DataFrame, study: Study) -> dict[str, pd.DataFrame]:
    """Return one row a case: its tier by the worker, or by the rule at first, beside that by the rule."""
    first = triage_tiers[triage_tiers["assessment_no"] == 1]
    last = triage_tiers[triage_tiers["is_last"].fillna(False)]
    moved = last[last["assessment_no"] > 1].merge(
        first[["case_id", "instrument", "tier"]], on=["case_id", "instrument"], validate="1:1", suffixes=("", "_first")
    )
    scale = study.triage_agreement.scale
    with_worker = {FIRST: _of_every_case(first, cases), LAST: last}
    placed = {which: _placed(found, "worker_tier", scale) for which, found in with_worker.items()}
    return {**placed, MOVED: _placed(moved, "tier_first", scale)}


def _of_every_case(first: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return every case with its first tier by the rule; unknown where it has no assessment that gives one.

    A case with assessments of two instruments keeps the one that was made first.
    """
    one = first.sort_values(["case_id", "assessed_on", "instrument"]).drop_duplicates("case_id")
    known = cases[["case_id", "org_code", "risk_level"]].rename(columns={"org_code": "agency"})
    told = one[["case_id", "instrument", "tier"]]
    every = known.fillna({"agency": UNKNOWN}).merge(told, on="case_id", how="left", validate="1:1")
    return every.rename(columns={"risk_level": "worker_tier"}).fillna({"tier": UNKNOWN, "instrument": UNKNOWN})


def _placed(rated: pd.DataFrame, other: str, scale: Study) -> pd.DataFrame:
    """Add the places on the scale, 0 the lowest tier; missing where a tier is on none."""
    place = {tier: at for at, tiers in enumerate(scale.values()) for tier in tiers}
    return rated.assign(
        other=rated[other],
        place=rated[other].map(place).astype("Int64"),
        rule_place=rated["tier"].map(place).astype("Int64"),
    )


def _cells(rated: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the cases in every cell of worker's by recomputed tier, and the totals; each once, none included."""
    wide = pd.crosstab(rated["other"], rated["tier"]).reindex(
        index=list(WORKER_TIERS), columns=list(RULE_TIERS), fill_value=0
    )
    wide.loc[ALL] = wide.sum()
    wide[ALL] = wide.sum(axis=1)
    note = "cases by the worker's tier (term) and that of the first assessment (level); a count of all, no interval"
    told = wide.stack().rename("n").reset_index().set_axis(["term", "level", "n"], axis=1)  # noqa: PD013
    return [
        {"outcome": "tiers", "scale": CASES, "estimate": row.n, "instrument": ALL, "note": note, **row._asdict()}
        for row in told.itertuples(index=False)
    ]


def _shares(both: pd.DataFrame, confidence: float) -> list[dict[str, Any]]:
    """Return the shares of cases with the same, a higher and a lower tier by the rule."""
    side = np.sign((both["rule_place"] - both["place"]).astype("float64"))
    counts = both.assign(**{term: side == sign for term, sign in SIDE.items()}).groupby("agency")
    n_of = counts.size()
    rows = []
    for term in PAIRS:
        hits = counts[term].sum()
        told: dict[str, Any] = {"estimate": None, "ci_low": None, "ci_high": None}
        if len(both):
            low, high = clustered_share_interval(hits, n_of, confidence)
            told = {"estimate": hits.sum() / n_of.sum(), "ci_low": low, "ci_high": high}
        note = f"share of cases with both tiers; interval over agencies, {confidence:.0%}"
        sizes = {"n": len(both), "n_hits": int(hits.sum()), "n_agencies": len(n_of)}
        rows.append({"outcome": "pairs of tiers", "term": term, "scale": SHARE, "note": note, **told, **sizes})
    return rows


def _kappas(both: pd.DataFrame, choices: Study, confidence: float) -> list[dict[str, Any]]:
    """Return kappa with each set of weights; missing with too few cases, and where it does not exist."""
    tables = _tables(both, len(choices.scale))
    rows = []
    for weights in choices.weights:
        told: dict[str, Any] = {"estimate": None, "ci_low": None, "ci_high": None}
        note = f"fewer than {choices.least_pairs} cases"
        if len(both) >= choices.least_pairs:
            told, note = _kappa(tables, weights, confidence)
        sizes = {"n": len(both), "n_agencies": len(tables)}
        rows.append({"outcome": "kappa", "term": weights, "scale": KAPPA, "note": note, **told, **sizes})
    return rows


def _tables(both: pd.DataFrame, n_levels: int) -> np.ndarray:
    """Return the (agencies, levels, levels) tables of the other tier by the rule's."""
    agency, names = pd.factorize(both["agency"], sort=True)
    tables = np.zeros((len(names), n_levels, n_levels))
    np.add.at(tables, (agency, both["place"].to_numpy("int64"), both["rule_place"].to_numpy("int64")), 1)
    return tables


def _kappa(tables: np.ndarray, weights: str, confidence: float) -> tuple[dict[str, float | None], str]:
    """Return kappa, its interval over agencies, and a note; without an interval where there is one agency only."""
    note = f"weighted kappa, {weights}; interval leaves out one agency at a time, {confidence:.0%}"
    try:
        found = agreement.clustered_kappa(tables, weights, confidence)
    except ValueError as error:
        return {"estimate": None, "ci_low": None, "ci_high": None}, f"not estimated: {error}"
    return {"estimate": found.estimate, "ci_low": found.low, "ci_high": found.high}, note
