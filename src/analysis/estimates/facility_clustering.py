"""Facility clustering: whether neighbouring provinces, or districts, have like rates, and which provinces stand out.

Moran's I of empirical-Bayes rates of the latest round, by permutation, with every choice of who is a neighbour; the
local one for provinces. Rates of children allow for children living in facilities. Provinces are neighbours if they
share a border; districts, of which no table of borders is open, if they lie in one province, or in neighbouring ones.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from analysis.contract import Column, estimate_table
from analysis.estimates.facility_rates import ALL_TYPES, CHILDREN, FACILITIES, RCI
from analysis.models import spatial
from analysis.study import Study

PROVINCES, DISTRICTS = "provinces", "districts"
CODES = {PROVINCES: "province_code", DISTRICTS: "district_code"}
MORAN, LOCAL = "Moran's I", "local Moran's I"
STANDARDISED, RAW = "empirical-Bayes rates", "rates as they are"
BORDER = "a border on land, mean of neighbours"
ALIKE, UNLIKE, NOT_FOUND = "neighbours are alike", "neighbours are unlike", "no clustering found"
NO_RATE = "nothing was counted, or every rate is the same"

TABLE = estimate_table(
    one_row_is="Moran's I of one rate over provinces or districts, or the local one of a province",
    key=("outcome", "term", "level", "scale", "neighbours", "values"),
    extra={
        "neighbours": Column("str", "who is a neighbour, and how neighbours are taken together"),
        "values": Column("str", "which rates", isin=(STANDARDISED, RAW)),
        "expected": Column("Float64", "what the index would be on average if place did not matter", nullable=True),
        "p_value": Column("Float64", "two-sided, by permutation", ge=0, le=1, nullable=True),
        "p_adjusted": Column("Float64", "of a local index, after false-discovery control", ge=0, le=1, nullable=True),
        "finding": Column("str", "what the index says"),
    },
)

NOTE = (
    "n: places with a neighbour. p_value: share of permutations, the observed one among them, whose index lies at "
    "least as far from its expectation, on either side. Facilities that no list names are not covered."
)
SAME = 1e-12  # of a rate: less is rounding
Weights = dict[str, csr_array]


def build(
    facility_panel: pd.DataFrame,
    province_children: pd.DataFrame,
    province_neighbours: pd.DataFrame,
    districts: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the indices of institutions and of all types, over provinces and over districts."""
    latest = facility_panel["round_id"].max() if len(facility_panel) else None
    listed = facility_panel[facility_panel["round_id"] == latest]
    children = {
        PROVINCES: province_children.set_index("province_code")["n_children_2011"],
        DISTRICTS: districts.set_index("district_code")["n_children_2011"],
    }
    weights = {
        PROVINCES: _province_weights(province_children["province_code"], province_neighbours),
        DISTRICTS: _district_weights(districts["province_code"], province_neighbours, study),
    }
    kinds = {RCI: listed[listed["facility_type"] == "rci"], ALL_TYPES: listed}
    rows = [
        {"level": level, "term": places, **row}
        for level, facilities in kinds.items()
        for places in CODES
        for row in _of_places(facilities, CODES[places], children[places], weights[places], study, rng)
    ]
    nothing = dict.fromkeys(("ci_low", "ci_high"), pd.NA)
    return pd.DataFrame(rows).assign(note=NOTE, **nothing)[list(TABLE.columns)]


def _borders(province_neighbours: pd.DataFrame) -> list[tuple[str, str]]:
    return list(province_neighbours[["province_code", "neighbour_code"]].itertuples(index=False, name=None))


def _province_weights(codes: pd.Series, province_neighbours: pd.DataFrame) -> Weights:
    on_land = _borders(province_neighbours[province_neighbours["is_neighbour"]])
    by_land, also_near = (
        spatial.pair_weights(pairs, list(codes)) for pairs in (on_land, _borders(province_neighbours))
    )
    return {
        BORDER: spatial.row_standardised(by_land),
        "a border on land, sum of neighbours": by_land,
        "also across the lake, a strip or a corner, mean of neighbours": spatial.row_standardised(also_near),
    }


def _district_weights(provinces: pd.Series, province_neighbours: pd.DataFrame, study: Study) -> Weights:
    on_land = _borders(province_neighbours[province_neighbours["is_neighbour"]])
    return {
        f"one province, and {between:g} for neighbouring provinces, mean of neighbours": spatial.row_standardised(
            spatial.block_weights(list(provinces), on_land, between)
        )
        for between in study.spatial.district_weights
    }


def _of_places(
    facilities: pd.DataFrame, code: str, children: pd.Series, weights: Weights, study: Study, rng: np.random.Generator
) -> Iterator[dict]:
    """Yield the rows of one kind of facilities over one kind of places."""
    sizes = facilities["n_children"].dropna().astype("float64")
    dispersion = (sizes**2).sum() / sizes.sum() if sizes.sum() else 1.0  # variance over mean, as children share houses
    by_place = facilities.groupby(code)["n_children"]
    for outcome, counts, spread in ((CHILDREN, by_place.sum(), dispersion), (FACILITIES, by_place.size(), 1.0)):
        events = counts.reindex(children.index, fill_value=0).astype("float64")
        if np.ptp(events / children) <= SAME * (events / children).max():
            yield from ({"outcome": outcome, **_none(neighbours)} for neighbours in weights)
            continue
        rates = spatial.empirical_bayes_rates(events, children, spread)
        for neighbours, matrix in weights.items():
            yield {"outcome": outcome, **_moran(rates.standardised, STANDARDISED, neighbours, matrix, study, rng)}
        first, matrix = next(iter(weights.items()))
        yield {"outcome": outcome, **_moran(rates.raw, RAW, first, matrix, study, rng)}
        if code == CODES[PROVINCES]:
            yield from (
                {"outcome": outcome, **row} for row in _local(rates.standardised, children.index, matrix, study, rng)
            )


def _moran(
    rates: np.ndarray, values: str, neighbours: str, weights: csr_array, study: Study, rng: np.random.Generator
) -> dict:
    test = spatial.morans_i(rates, weights, study.spatial.n_permutations, rng)
    direction = ALIKE if test.statistic > test.expected else UNLIKE
    return {
        **{"scale": MORAN, "neighbours": neighbours, "values": values},
        **{"estimate": test.statistic, "expected": test.expected, "p_value": test.p, "n": test.n},
        **{"p_adjusted": pd.NA, "finding": direction if test.p <= study.spatial.level else NOT_FOUND},
    }


def _local(
    rates: np.ndarray, codes: pd.Index, weights: csr_array, study: Study, rng: np.random.Generator
) -> Iterator[dict]:
    """Yield a row for each province: whether it stands out from or with its neighbours."""
    choices = study.spatial
    local = spatial.local_morans_i(rates, weights, choices.n_permutations, rng, choices.level, choices.false_discovery)
    for at, code in enumerate(codes):
        yield {
            **{"term": code, "scale": LOCAL, "neighbours": BORDER, "values": STANDARDISED},
            **{"estimate": local.statistic[at], "expected": local.expected[at], "p_value": local.p[at]},
            **{"p_adjusted": local.p_adjusted[at], "n": int(np.isfinite(local.p).sum())},
            "finding": local.quadrant[at] if local.is_discovery[at] else NOT_FOUND,
        }


def _none(neighbours: str) -> dict:
    """Return the row of an index that cannot be, since no rate differs from another."""
    missing = dict.fromkeys(("estimate", "expected", "p_value", "p_adjusted", "n"), pd.NA)
    return {"scale": MORAN, "neighbours": neighbours, "values": STANDARDISED, **missing, "finding": NO_RATE}
