"""A two-stage sample of communes in which every facility is visited and children are counted by nights.

Stage one: districts of an area with chances by the facilities that the ministry or informants report there. Stage two:
one commune in each, by the same measure. Communes without a reported facility have no chance: what stands there is
missed, as in any study that asks where to go.
"""

import numpy as np
import pandas as pd

from analysis.simulate.sampling import days, hits, inclusion_chances
from analysis.study import Study

LIST_ID = "estimation_2015"


def rows(facilities: pd.DataFrame, sample: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the list rows of all facilities in the sampled communes, counted by the four-nights rule.

    ``sample_weight`` is one over the chance of the facility's commune; ``facilities`` need ``area`` and their lists.
    """
    sampled = _sampled_communes(facilities, sample, rng)
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


def _sampled_communes(facilities: pd.DataFrame, sample: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return ``commune_code``, ``sample_stratum`` and ``sample_weight`` of the communes drawn."""
    frame = _frame(facilities)
    districts = frame.groupby(["area", "district_code"], as_index=False)["n_reported"].sum()
    drawn = pd.concat(
        [
            _districts(districts[districts["area"].eq(area)], n, rng)
            for area, n in zip(sample.strata, sample.allocation, strict=True)
        ]
    )
    return _one_commune_each(frame.merge(drawn, on=["area", "district_code"], suffixes=("", "_district")), rng)


def _children(visited: pd.DataFrame) -> list[str]:
    return [name for name in visited.columns if name in ("residents_u18_f", "residents_u18_m")]


def _frame(facilities: pd.DataFrame) -> pd.DataFrame:
    """Return the communes in which somebody reports a facility, with ``n_reported``."""
    reported = facilities[facilities["on_inspection_2014"] | facilities["on_informants_2015"]]
    return reported.groupby(["area", "district_code", "commune_code"]).size().rename("n_reported").reset_index()


def _districts(districts: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw ``n`` districts of an area (all if there are fewer) in random order, with ``chance``."""
    shuffled = districts.sample(frac=1, random_state=rng, ignore_index=True)
    chance = pd.Series(inclusion_chances(shuffled["n_reported"], min(n, len(shuffled))))
    is_drawn = hits(chance, shuffled["area"], rng) > 0 if len(shuffled) else []
    return shuffled.assign(chance=chance)[is_drawn]


def _one_commune_each(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw one commune a district by facilities reported: the smallest of exponential times with those rates."""
    chance = frame["n_reported"] / frame["n_reported_district"]
    first = (rng.exponential(size=len(frame)) / frame["n_reported"]).groupby(frame["district_code"]).idxmin()
    drawn = frame.assign(sample_stratum=frame["area"], sample_weight=1 / (frame["chance"] * chance)).loc[first]
    return drawn[["commune_code", "sample_stratum", "sample_weight"]]
