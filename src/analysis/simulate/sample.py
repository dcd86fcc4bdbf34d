"""A two-stage sample of communes in which every facility is visited and children are counted by nights.

Stage one: districts of an area with chances by the facilities that the ministry or informants report there. Stage two:
one commune in each, by the same measure. Communes without a reported facility have no chance: what stands there is
missed, as in any study that asks where to go.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.simulate.sampling import days, hits, inclusion_chances
from analysis.study import Study

LIST_ID = "estimation_2015"


def rows(facilities: pd.DataFrame, sample: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the list rows of all facilities in the sampled communes, counted by the four-nights rule.

    ``sample_weight`` is one over the chance of the facility's commune; ``facilities`` need ``area`` and their lists.
    """
    sampled = sampled_communes(reported_communes(facilities), sample.strata, sample.allocation, rng)
    visited = facilities.merge(sampled, on="commune_code", validate="m:1").sort_values("commune_code", kind="stable")
    nights = {name: rng.binomial(visited[name], sample.four_nights_share) for name in _children(visited)}
    return pd.DataFrame(
        {
            "list_id": LIST_ID,
            "list_row": np.arange(1, len(visited) + 1),
            "facility_no": visited["facility_no"].to_numpy(),
            "observed_on": days(sample.started_on, sample.n_days, len(visited), rng),
            **nights,
            "residents_18plus": visited["residents_18plus"].to_numpy(),
            "sample_stratum": visited["sample_stratum"].to_numpy(),
            "sample_weight": visited["sample_weight"].to_numpy(),
        }
    ).astype(dict.fromkeys([*nights, "residents_18plus"], "Int64"))


def reported_communes(facilities: pd.DataFrame) -> pd.DataFrame:
    """Return the communes in which somebody reports a facility: their ``size`` is how many are reported."""
    reported = facilities[facilities["on_inspection_2014"] | facilities["on_informants_2015"]]
    return reported.groupby(["area", "district_code", "commune_code"]).size().rename("size").reset_index()


def sampled_communes(
    frame: pd.DataFrame, strata: Sequence[str], allocation: Sequence[int], rng: np.random.Generator
) -> pd.DataFrame:
    """Return ``commune_code``, ``sample_stratum`` and ``sample_weight`` of the communes drawn by ``size``.

    ``frame``: communes that can be drawn, with ``area``, ``district_code`` and ``size``; so many districts by area.
    """
    district = pd.factorize(frame["district_code"], sort=True)[0]
    size = np.bincount(district, frame["size"])
    area = frame["area"].to_numpy(dtype="object")[np.unique(district, return_index=True)[1]]
    chance = np.zeros(len(size))
    for stratum, n in zip(strata, allocation, strict=True):
        _draw_districts(chance, np.flatnonzero(area == stratum), size, n, rng)
    first = _one_commune_each(district, frame["size"].to_numpy(), chance > 0, rng)
    own = district[first]
    return pd.DataFrame(
        {
            "commune_code": frame["commune_code"].iloc[first],
            "sample_stratum": frame["area"].iloc[first],
            "sample_weight": 1 / (chance[own] * (frame["size"].iloc[first] / size[own])),
        }
    )


def _children(visited: pd.DataFrame) -> list[str]:
    return [name for name in visited.columns if name in ("residents_u18_f", "residents_u18_m")]


def _draw_districts(
    chance: np.ndarray, candidates: np.ndarray, size: np.ndarray, n: int, rng: np.random.Generator
) -> None:
    """Write the ``chance`` of ``n`` districts drawn of the ``candidates`` (all if there are fewer), in random order."""
    if len(candidates):
        shuffled = candidates[rng.choice(len(candidates), size=len(candidates), replace=False)]
        chances = inclusion_chances(size[shuffled], min(n, len(shuffled)))
        is_drawn = hits(pd.Series(chances), pd.Series(0, index=range(len(shuffled))), rng) > 0
        chance[shuffled[is_drawn]] = chances[is_drawn]


def _one_commune_each(
    district: np.ndarray, size: np.ndarray, is_drawn: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return the row of one commune of each district drawn: the smallest of exponential times with rates by size."""
    rows = np.flatnonzero(is_drawn[district])
    times = rng.exponential(size=len(rows)) / size[rows]
    in_order = rows[np.lexsort((times, district[rows]))]
    return in_order[np.unique(district[in_order], return_index=True)[1]]
