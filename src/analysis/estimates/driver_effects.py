"""Driver effects: how many times the facilities or children per child where a driver of a district is one step higher.

Estimand: the rate ratio of two districts that lie one step apart in a driver (one standard deviation, or yes against
no), of the same province where the model has province effects; each driver alone, or given all others. Models of
facilities and of their children in every district, with the district's children as denominator; what is varied is the
family of models, the definition and the denominator. ASSUME: lists miss facilities alike in all districts; where they
do not, what makes a facility known looks like what makes it be there. Drivers are of other years than the lists, and
an association between places is no cause.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _driver_checks as checks
from analysis.estimates import _driver_rows as rows_of
from analysis.estimates._driver_specifications import (
    ALONE,
    DENOMINATORS,
    FAMILIES,
    MAXIMUM_LIKELIHOOD,
    MIXED,
    NB2,
    POISSON,
    TOGETHER,
    Specification,
    Units,
    counts_of,
    curve_of,
    main_specification,
    units_of,
)
from analysis.features.district_facilities import REPORTED, UNKNOWN
from analysis.study import Study

OUTCOMES = ("n_facilities", "n_children")
FILTERED = f"{MIXED}, spatial filter"
MAIN, VARIED, CHECK = "main", "varied", "check"
FACILITIES, IN_MODEL = "facilities", "in the model"
INTERVALS = {
    POISSON: "Wald interval of the expected information, too narrow where counts vary more than Poisson",
    NB2: "Wald interval of the observed information of all parameters",
    MIXED: "restricted maximum likelihood, t interval with between-within degrees of freedom",
    MAXIMUM_LIKELIHOOD: "t interval, too narrow for drivers of provinces, whose variation is found too small",
    FILTERED: "as without the filter, and given the patterns chosen for it",
    rows_of.LINKED: "t interval by Rubin's rules over plausible linkages",
}

TABLE = estimate_table(
    one_row_is="a driver in one specification, or a check of a model",
    extra={
        "specification": Column("str", "the driver alone, or all drivers together", isin=(ALONE, TOGETHER)),
        "family": Column("str", "the family of models", isin=(*FAMILIES, FILTERED, rows_of.LINKED)),
        "denominator": Column("str", "who a rate is per", isin=tuple(DENOMINATORS)),
        "role": Column("str", "main model, another specification, or a check", isin=(MAIN, VARIED, CHECK)),
        "step": Column("Float64", "the contrast in the driver's own unit; 1 for yes to no", gt=0, nullable=True),
        "n_provinces": Column("Int64", "provinces with a district in the model", ge=0),
        "df_residual": Column("Int64", "districts less estimated parameters; 0 for counts", ge=0),
        "df_interval": Column("Float64", "degrees of freedom of the interval; missing: normal", gt=0, nullable=True),
        "p_value": Column("Float64", "of a check", ge=0, le=1, nullable=True),
        "finding": Column("str", "what a check says, or why there is no estimate", nullable=True),
    },
    key=("outcome", "term", "level", "scale", "specification", "family", "denominator"),
)


def build(
    district_facilities: pd.DataFrame,
    district_facility_draws: pd.DataFrame,
    districts: pd.DataFrame,
    province_neighbours: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return every driver in every specification, and the checks of the main models; no row without a list."""
    units = units_of(districts, study)
    rows: list[dict] = []
    curve = curve_of(units, district_facilities, study)
    for one in curve:
        counts = counts_of(units, district_facilities, one)
        rows += rows_of.ratios(one, counts, units, study.intervals.confidence)
    for main in [main for main in (main_specification(outcome, study) for outcome in OUTCOMES) if main in curve]:
        counts = counts_of(units, district_facilities, main)
        rows += _about_main(main, counts, units, province_neighbours, study, rng)
    if main_specification("n_facilities", study) in curve:
        rows += _over_linkages(district_facility_draws, units, study)
    if rows:
        rows += _facilities(district_facilities, units, study)
    table = pd.DataFrame(rows, columns=[name for name in TABLE.columns if name not in ("step", "note", "role")])
    mains = [
        rows_of.labels(main_specification(outcome, study), name) for outcome in OUTCOMES for name in (ALONE, TOGETHER)
    ]
    told = table.to_dict("records")
    roles = [_role(row, mains) for row in told]
    notes = [_note(row) for row in told]
    return table.assign(step=table["term"].map(units.steps), note=notes, role=roles)[list(TABLE.columns)]


def _about_main(
    main: Specification,
    counts: np.ndarray,
    units: Units,
    province_neighbours: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> Iterator[dict]:
    """Yield what is done with the main model only; if it cannot be fitted, the curve has said why."""
    try:
        yield from rows_of.without_each_province(main, counts, units)
        checked = checks.of_models(main, counts, units, province_neighbours, study, rng)
        yield from checked
        if _is_clustered(checked, study):
            fitted = checks.filtered(main, counts, units, province_neighbours, study, rng)
            about = rows_of.labels(main, TOGETHER) | {"family": FILTERED}
            found = rows_of.ratios_of(fitted, units, list(units.drivers), study.intervals.confidence)
            yield from ({**row, **about} for row in found)
    except rows_of.CANNOT:
        return


def _is_clustered(checked: list[dict], study: Study) -> bool:
    """Return whether residuals of the main model cluster, as the study's rule has it."""
    return any(
        row["scale"] == checks.MORAN and row["family"] == MIXED and row["p_value"] < study.driver_effects.moran_level
        for row in checked
    )


def _over_linkages(draws: pd.DataFrame, units: Units, study: Study) -> list[dict]:
    """Return the main model of facilities over the linkages drawn; none if there is only one."""
    main = main_specification("n_facilities", study)
    of_types = draws[draws["facility_types"] == main.facility_types]
    by_draw = of_types.set_index(["draw", "district_code"])["n_facilities"].unstack()  # noqa: PD010
    counts = by_draw[units.districts["district_code"]].to_numpy("float64") if len(by_draw) > 1 else []
    try:
        return list(rows_of.over_linkages(main, counts, units, study.intervals.confidence)) if len(counts) else []
    except rows_of.CANNOT:
        return []


def _facilities(district_facilities: pd.DataFrame, units: Units, study: Study) -> list[dict]:
    """Return how many facilities the main models rest on, and how many could not be used for which reason."""
    listed = district_facilities[
        (district_facilities["facility_types"] == "rci")
        & (district_facilities["round_id"] == study.driver_effects.round_id)
        & (district_facilities["children_are"] == REPORTED)
    ]
    is_used = listed["district_code"].isin(units.districts["district_code"])
    is_unknown = listed["district_code"] == UNKNOWN
    n_facilities, n_uncounted = listed["n_facilities"], listed["n_facilities_uncounted"]
    counts = [
        ("n_facilities", IN_MODEL, n_facilities[is_used].sum()),
        ("n_facilities", "district not known", n_facilities[is_unknown].sum()),
        ("n_facilities", "a driver of the district not known", n_facilities[~is_used & ~is_unknown].sum()),
        ("n_children", IN_MODEL, (n_facilities - n_uncounted)[is_used].sum()),
        ("n_children", "no number of children", n_uncounted[is_used].sum()),
    ]
    size = {"n_provinces": units.districts["province_code"].nunique(), "df_residual": 0, "scale": FACILITIES}
    return [
        {**rows_of.labels(main_specification(outcome, study), TOGETHER), **size, "term": term, "estimate": n}
        for outcome, term, n in counts
    ]


def _role(row: dict, mains: list[dict]) -> str:
    if row["scale"] != rows_of.RATIO:
        return CHECK
    return MAIN if ({name: row[name] for name in mains[0]} | {"specification": ALONE}) in mains else VARIED


def _note(row: dict) -> str:
    if row["scale"] == FACILITIES:
        return "facilities, counted; no interval"
    size = f"{row['n']} districts in {row['n_provinces']} provinces"
    if pd.isna(row["estimate"]):
        return f"{size}; cannot be fitted"
    return f"{size}; {INTERVALS[row['family']]}" if row["scale"] == rows_of.RATIO else f"{size}; no interval"
