"""Commune years as a panel: a row a commune, a column a year, entries into residential care and children."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.models.staggered.group_time import GroupTime, group_time
from analysis.models.staggered.panel import Panel, PanelError, panel_of_rates
from analysis.study import Study


@dataclass(frozen=True, eq=False)
class Communes:
    """``entries`` and ``children`` (communes x years), ``nan`` if not told; ``starts`` (communes,) ``nan`` if never."""

    entries: np.ndarray
    children: np.ndarray
    years: np.ndarray
    starts: np.ndarray
    provinces: np.ndarray

    def rates(self, clusters: np.ndarray | None = None) -> Panel:
        """Return the panel of entries a child and year; communes are independent unless ``clusters`` are given."""
        return panel_of_rates(self.entries, self.children, self.years, self.starts, clusters)


def communes_of(commune_years: pd.DataFrame) -> Communes | None:
    """Return the communes with a rate in any year; ``None`` where fewer than two have one, or nothing is told of years.

    Of a commune with several first years the earliest counts. Years between that nobody told are missing.
    """
    years = commune_years["year"].dropna().astype("int64")
    if years.nunique() < 2:
        return None
    by_year = commune_years.set_index(["commune_code", "year"])[["n_entries", "n_children"]].astype("Float64")
    wide = by_year.unstack("year").astype("float64")  # noqa: PD010
    span = range(int(years.min()), int(years.max()) + 1)
    entries, children = (wide[name].reindex(columns=span) for name in ("n_entries", "n_children"))
    has_rate = (entries.notna() & (children > 0)).any(axis=1)
    if has_rate.sum() < 2:
        return None
    of_commune = commune_years.groupby("commune_code")
    starts, provinces = of_commune["started_year"].min().astype("Float64"), of_commune["province_code"].first()
    return Communes(
        entries[has_rate].to_numpy(),
        children[has_rate].to_numpy(),
        np.array(span),
        starts[has_rate].to_numpy("float64", na_value=np.nan),
        provinces[has_rate].to_numpy(),
    )


def cells_of(panel: Panel, study: Study, **other: Any) -> GroupTime | None:
    """Return group-time cells as ``study.toml`` has them, or with ``other`` choices; ``None`` where there are none."""
    chosen = study.rollout_effect
    choices = {name: chosen[name] for name in ("controls", "trends", "base", "anticipation")}
    try:
        return group_time(panel, **(choices | other))
    except PanelError:
        return None
