"""Design of the household survey: strata are provinces by town and country, clusters are villages."""

import numpy as np
import pandas as pd

from analysis.simulate.sampling import days, hits
from analysis.study import Study

N_DECIMALS = 9  # of a weight as files have it: an exponential has other last digits on another processor
CLUSTERS_IN_A_STRATUM = 2  # fewer than two clusters show no variance between clusters


def clusters(communes: pd.DataFrame, parameters: Study, rng: np.random.Generator, size: float) -> pd.DataFrame:
    """Return one row a cluster: its place, ``weight`` of its households, ``n_interviews``, ``interviewed_on``.

    Communes are hit with chances by their households; each hit is another village. Also ``commune_effect``, the
    commune's own part of the log odds that a child is placed.
    """
    survey, country = parameters.survey, parameters.country
    frame = communes.assign(
        stratum=communes["province_code"] + np.where(communes["is_urban"], "-urban", "-rural"),
        n_in_frame=communes["n_households"] * country.households_with_children_share,
        commune_effect=rng.normal(0, survey.sd_commune, len(communes)),
    ).sort_values(["stratum", "commune_code"], ignore_index=True)
    allocated = _allocated(frame, round(survey.n_households * size / survey.households_per_cluster), survey)
    n_clusters = frame["stratum"].map(allocated)
    in_stratum = frame.groupby("stratum")["n_in_frame"].transform("sum")
    n_hits = hits(n_clusters * frame["n_in_frame"] / in_stratum, frame["stratum"], rng)
    n_interviews = max(1, min(survey.households_per_cluster, round(survey.n_households * size / allocated.sum())))
    rows = np.repeat(np.arange(len(frame)), n_hits)
    listing = np.exp(rng.normal(-(survey.sd_log_listing**2) / 2, survey.sd_log_listing, len(rows)))
    weight = np.round((in_stratum / n_clusters / n_interviews).to_numpy()[rows] * listing, N_DECIMALS)
    return (
        frame.iloc[rows]
        .reset_index(drop=True)
        .assign(
            cluster=_villages(frame, rows, n_hits, country.n_villages_per_commune, rng),
            weight=weight,
            n_interviews=n_interviews,
            interviewed_on=days(survey.started_on, survey.n_days, len(rows), rng),
        )
    )


def _allocated(frame: pd.DataFrame, n_clusters: int, survey: Study) -> pd.Series:
    """Return the clusters of each stratum: two, and the rest by a power of its households (largest remainders)."""
    households = frame.groupby("stratum")["n_in_frame"].sum() ** survey.allocation_power
    rest = max(0, n_clusters - CLUSTERS_IN_A_STRATUM * len(households)) * households / households.sum()
    whole = np.floor(rest)
    missing = round(rest.sum() - whole.sum())
    whole[(rest - whole).nlargest(missing).index] += 1
    return (whole + CLUSTERS_IN_A_STRATUM).astype(int)


def _villages(
    frame: pd.DataFrame, rows: np.ndarray, n_hits: np.ndarray, n_villages: int, rng: np.random.Generator
) -> pd.Series:
    """Return a village code for each hit: the hits of a commune are villages in turn from a random first."""
    start = rng.integers(n_villages, size=len(frame))
    turn = np.arange(len(rows)) - np.repeat(np.cumsum(n_hits) - n_hits, n_hits)
    number = 1 + (start[rows] + turn) % np.maximum(n_villages, n_hits)[rows]
    return frame["commune_code"].iloc[rows].reset_index(drop=True) + pd.Series(number).astype("str").str.zfill(2)
