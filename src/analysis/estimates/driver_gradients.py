"""Driver gradients: the slope of one candidate driver in one specification, from totals of groups of provinces.

We found no open copy of the mapping's province table, so the regression sees sums over groups only. Every driver is
fitted alone and beside every other: a specification curve, whose spread is the finding. Children of 2011 are the
denominator: the count of 2008 has no Kampong Cham and Tboung Khmum apart, whose conditions differ.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates._evidence import printed_blocks
from analysis.models.nested_totals import Block
from analysis.models.specification_curve import Slope, fits_alike, not_told_apart, specification_curve
from analysis.study import Study

DENOMINATOR = "2011 registration"

TABLE = estimate_table(
    one_row_is="the slope of one driver in one specification",
    extra={
        "specification": Column("str", "'alone', 'with <other driver>', or 'excluded' before any fit"),
        "contrast": Column(
            "str", "what the ratio compares", isin=("one standard deviation", "yes to no", "not fitted")
        ),
        "step": Column("Float64", "the contrast in the driver's own unit; 1 for yes to no", gt=0, nullable=True),
        "loo_low": Column("Float64", "least estimate when one group is left out", ge=0, nullable=True),
        "loo_high": Column("Float64", "largest estimate when one group is left out", ge=0, nullable=True),
        "dispersion": Column("Float64", "variance of the totals over that of Poisson", ge=0, nullable=True),
        "deviance_explained": Column("Float64", "share of the differences explained", le=1, nullable=True),
        "condition": Column("Float64", "condition number of the scaled design", ge=1, nullable=True),
        "is_identified": Column("boolean", "whether the totals bound the slope on both sides"),
        "sign_is_stable": Column(
            "boolean", "whether the slope keeps its side of 1 without any one group", nullable=True
        ),
        "cannot_be_told_from": Column(
            "str", "drivers beside which neither slope can be told from 1; only where alone", nullable=True
        ),
        "fits_like": Column("str", "drivers that fit the groups nearly alike; only where alone", nullable=True),
    },
    key=("outcome", "term", "level", "specification"),
)


def build(
    mapping_totals: pd.DataFrame,
    province_children: pd.DataFrame,
    province_conditions: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return the slopes of all drivers, alone and in pairs, for each outcome the mapping printed."""
    provinces = province_children.merge(province_conditions, on="province_code", validate="1:1")
    steps = provinces.pipe(_steps_of_drivers, study)
    curves = [
        _curve_rows(outcome, printed_blocks(mapping_totals, outcome), provinces, steps, study)
        for outcome in sorted(mapping_totals["outcome"].unique())
    ]
    rows = pd.concat([*curves, _excluded_rows(mapping_totals, study)])
    return rows.assign(level=DENOMINATOR, scale="ratio")


def _steps_of_drivers(provinces: pd.DataFrame, study: Study) -> pd.Series:
    """Return the step of each driver: its standard deviation over provinces weighted by children; 1 for yes/no."""
    drivers = provinces[list(study.driver_gradients.drivers)]
    if drivers.isna().any(axis=None):
        raise ValueError(f"drivers are missing for some provinces: {drivers.isna().sum().to_dict()}")
    children = provinces["n_children_2011"].astype("float64")
    return drivers.apply(lambda driver: 1.0 if _is_yes_no(driver) else _weighted_sd(driver, children))


def _curve_rows(
    outcome: str, blocks: list[Block], provinces: pd.DataFrame, steps: pd.Series, study: Study
) -> pd.DataFrame:
    """Return the rows of one outcome: every driver in every specification, fitted to its group totals."""
    curve = _fitted_curve(blocks, provinces, steps, study)
    rows = pd.DataFrame([_row(slope, study) for slope in curve])
    is_fit_alone = (rows["specification"] == "alone") & rows["estimate"].notna()
    rivals = {driver: _listed(not_told_apart(curve, driver)) for driver in steps.index}
    twins = {driver: _listed(fits_alike(curve, driver, study.driver_gradients.alike_from)) for driver in steps.index}
    contrasts = {
        driver: "yes to no" if _is_yes_no(provinces[driver]) else "one standard deviation" for driver in steps.index
    }
    return rows.assign(
        outcome=outcome,
        contrast=rows["term"].map(contrasts),
        step=rows["term"].map(steps),
        cannot_be_told_from=rows["term"].map(rivals).where(is_fit_alone),
        fits_like=rows["term"].map(twins).where(is_fit_alone),
    )


def _fitted_curve(blocks: list[Block], provinces: pd.DataFrame, steps: pd.Series, study: Study) -> list[Slope]:
    """Return the slopes of all specifications, fitted to the totals of disjoint blocks."""
    drivers = provinces[steps.index].astype("float64")
    return specification_curve(
        totals=np.array([block.total for block in blocks], dtype="float64"),
        membership=np.array([provinces["province_code"].isin(block.units) for block in blocks]),
        population=provinces["n_children_2011"].to_numpy("float64"),
        covariates=dict(((drivers - drivers.mean()) / steps).items()),
        confidence=study.intervals.confidence,
        bound=np.log(study.driver_gradients.largest_rate_ratio),
    )


def _excluded_rows(mapping_totals: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return a row without an estimate for each driver the study leaves out, with its reason."""
    return pd.DataFrame(
        [
            {
                "outcome": outcome,
                "term": driver,
                "specification": "excluded",
                "contrast": "not fitted",
                "is_identified": False,
                "note": reason,
            }
            for outcome in sorted(mapping_totals["outcome"].unique())
            for driver, reason in study.driver_gradients.excluded.items()
        ]
    )


def _row(slope: Slope, study: Study) -> dict:
    is_well_conditioned = slope.condition <= study.driver_gradients.largest_condition
    return {
        "term": slope.term,
        "specification": "alone" if slope.other is None else f"with {slope.other}",
        "estimate": np.exp(slope.estimate),
        "ci_low": np.exp(slope.low),
        "ci_high": np.exp(slope.high),
        "n": slope.n_blocks,
        "loo_low": np.exp(slope.loo_low),
        "loo_high": np.exp(slope.loo_high),
        "dispersion": slope.dispersion,
        "deviance_explained": slope.deviance_explained,
        "condition": slope.condition,
        "is_identified": slope.is_bounded and is_well_conditioned and slope.df_residual > 0,
        "sign_is_stable": slope.keeps_its_side,
        "note": _note(slope, study),
    }


def _note(slope: Slope, study: Study) -> str:
    choices = study.driver_gradients
    if slope.why_not:
        return f"No slope: {slope.why_not}."
    missing_end = "" if slope.is_bounded else f" An end beyond a {choices.largest_rate_ratio:,}-fold ratio is missing."
    worth = choices.coverage_in_simulation if slope.other is None else choices.pairs_in_simulation
    return (
        f"{slope.n_blocks} groups of provinces; profile quasi-likelihood interval, F(1, {slope.df_residual})."
        f"{missing_end} In simulated countries with differences no driver explains, such "
        f"{study.intervals.confidence:.0%} intervals held {worth}."
    )


def _is_yes_no(driver: pd.Series) -> bool:
    return bool(driver.isin([0, 1]).all())


def _weighted_sd(driver: pd.Series, weights: pd.Series) -> float:
    mean = np.average(driver, weights=weights)
    return float(np.sqrt(np.average((driver - mean) ** 2, weights=weights)))


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"
