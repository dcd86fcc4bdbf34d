"""Facility concentration: how unevenly children in residential care institutions are spread over provinces.

The curve of children in institutions over the children who live in a province, its Gini index, and the share of the
provinces with most. As found they describe the institutions listed. Chance concentrates: the same with an interval is
given for the rates behind them. The curve is told at a few points only, far enough apart to hide single institutions.
"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.models import concentration
from analysis.study import Study

AS_FOUND, BEHIND = "as found", "rates behind"
GINI, CHILDREN, FACILITIES = "gini", "children in the fullest provinces", "institutions in the fullest provinces"
CURVE, LEFT_OUT, NO_LIST = "curve", "left out", "no list"
COUNTERPARTS = {
    CHILDREN: "mapping-nine-provinces-rci-children-share",
    FACILITIES: "mapping-nine-provinces-rci-facility-share",
}

MEASURES = {  # with the number of provinces put into the braces
    GINI: "Gini index",
    CHILDREN: "Children in the {} provinces with most",
    FACILITIES: "Institutions in the {} provinces with most",
    CURVE: "Children in the provinces with the highest rates",
    LEFT_OUT: "Institutions without a province or a count of children",
}

TABLE = estimate_table(
    one_row_is="a measure of concentration, or a point of the curve, in one round",
    extra={
        "round_id": Column("str", "year of the lists"),
        "measure": Column("str", "what is measured, in words"),
        "n_hits": Column("Int64", "children or institutions in the fullest provinces", ge=0, nullable=True),
        "top_two_share": Column("Float64", "share of the children in the two largest institutions", ge=0, le=1),
        "printed": Column("str", "what the mapping of 2014-15 printed of the same share", nullable=True),
    },
    key=("outcome", "term", "level", "round_id"),
)
NOTES = {
    AS_FOUND: "n: children or institutions; of all listed with a province and a count of children; without interval",
    BEHIND: "n: institutions; worlds in which what was found is neither among the lowest nor the highest draws: chance "
    "where institutions arise and how large they are; not what lists miss",
    CURVE: "n: institutions; provinces from the highest rate on, up to this share of all children; without interval",
    LEFT_OUT: "n: institutions without a province or a count of children; a count, without interval",
}


def build(
    facility_panel: pd.DataFrame,
    province_children: pd.DataFrame,
    claims: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the measures and the curve of every round."""
    is_wanted = facility_panel["facility_type"].isin(study.facility_concentration.facility_types)
    children = province_children.set_index("province_code")["n_children_2011"]
    rounds = sorted(facility_panel["round_id"].unique()) or [NO_LIST]
    rows = [
        row | {"term": "+".join(study.facility_concentration.facility_types), "round_id": round_id}
        for round_id in rounds
        for row in _rows_of(facility_panel[is_wanted & (facility_panel["round_id"] == round_id)], children, study, rng)
    ]
    made, n_places = pd.DataFrame(rows, columns=[*TABLE.columns]), study.facility_concentration.n_places
    measure = made["outcome"].map({outcome: text.format(n_places) for outcome, text in MEASURES.items()})
    return made.assign(measure=measure, printed=_printed(made, claims, n_places))


def _rows_of(listed: pd.DataFrame, children: pd.Series, study: Study, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return the rows of one round; without any institution that can be placed only how many are left out."""
    placed = listed.dropna(subset=["province_code", "n_children"])
    placed = placed[placed["n_children"] > 0]
    sizes = placed["n_children"].to_numpy("float64")
    two = float(np.sort(sizes)[-2:].sum() / sizes.sum()) if len(sizes) else 1.0
    n_out = len(listed) - len(placed)
    rows: list[dict] = [{"outcome": LEFT_OUT, "level": "all", "scale": "facilities", "estimate": n_out, "n": n_out}]
    if len(sizes):
        at = children.index.get_indexer(placed["province_code"])
        rows += _measures(sizes, at, children.to_numpy("float64"), study, rng)
        rows += _curve(sizes, at, children.to_numpy("float64"), study)
    notes = [NOTES[row["outcome"] if row["outcome"] in NOTES else row["level"]] for row in rows]
    return [row | {"top_two_share": two, "note": note} for row, note in zip(rows, notes, strict=True)]


def _measures(
    sizes: np.ndarray, at: np.ndarray, children: np.ndarray, study: Study, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Return the Gini index and the shares of the fullest provinces, as found and of the rates behind."""
    choices, ones, n = study.facility_concentration, np.ones(len(sizes)), len(sizes)

    def fullest(totals: np.ndarray) -> np.ndarray:
        return concentration.share_of_fullest(totals, choices.n_places)

    def gini(totals: np.ndarray) -> np.ndarray:
        return concentration.gini(totals, children)

    rows = []
    for outcome, statistic, weights, scale in (
        (GINI, gini, sizes, "index"),
        (CHILDREN, fullest, sizes, "share_of_children"),
        (FACILITIES, fullest, ones, "share_of_facilities"),
    ):
        totals = np.bincount(at, weights, len(children))
        found = float(statistic(totals[None])[0])
        counts = {"n": n} if outcome == GINI else {"n": int(totals.sum()), "n_hits": round(found * totals.sum())}
        rows.append({"outcome": outcome, "level": AS_FOUND, "scale": scale, "estimate": found, **counts})
        estimate, low, high = concentration.behind(
            statistic, weights, at, children, study.intervals.confidence, choices.n_draws, rng
        )
        ends = {"estimate": estimate, "ci_low": low, "ci_high": high}
        rows.append({"outcome": outcome, "level": BEHIND, "scale": "index", "n": n, **ends})
    return rows


def _curve(sizes: np.ndarray, at: np.ndarray, children: np.ndarray, study: Study) -> list[dict[str, Any]]:
    """Return the curve at those of the chosen shares of children between which enough institutions and children lie."""
    totals, n_places = np.bincount(at, sizes, len(children)), len(children)
    order = np.argsort(-totals / children, kind="stable")
    facilities = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=n_places)[order])])
    population, heights = concentration.curve(totals, children)
    rules, rows, last = study.disclosure, [], (0.0, 0.0)
    for share in study.facility_concentration.curve_shares:
        height = float(np.interp(share, population, heights))
        here = (float(np.interp(share, population, facilities)), height * totals.sum())
        steps = [(a - b, c - a) for a, b, c in zip(here, last, (len(sizes), totals.sum()), strict=True)]
        if min(steps[0]) >= rules.least_facilities and min(steps[1]) >= rules.least_rows:
            point = {"outcome": CURVE, "level": f"{share:.2f}", "scale": "index"}
            rows.append(point | {"estimate": height, "n": len(sizes)})
            last = here
    return rows


def _printed(rows: pd.DataFrame, claims: pd.DataFrame, n_places: int) -> pd.Series:
    """Return the printed share beside the one as found, if the mapping printed it of as many provinces."""
    numbers = claims.set_index("claim_id")
    said = {
        outcome: f"{numbers.loc[claim, 'value']:.0f}% in {numbers.loc[claim, 'place']}"
        for outcome, claim in COUNTERPARTS.items()
        if numbers.loc[claim, "place"].startswith(f"{n_places} of ")
    }
    return rows["outcome"].map(said).where(rows["level"] == AS_FOUND).astype("str")
