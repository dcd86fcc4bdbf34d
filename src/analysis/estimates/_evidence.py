"""Evidence: what the models of provinces are given: printed totals as disjoint blocks, conditions, priors.

Not a table: it turns tables and choices into the arguments of ``models``.
"""

import re

import numpy as np
import pandas as pd

from analysis.models.expected_totals import Known
from analysis.models.nested_totals import Block, SetTotal, disjoint_blocks
from analysis.models.province_intensities import Priors, Totals, Units
from analysis.models.province_posterior import Condition, concentrated
from analysis.study import Study

PER = 100_000


def printed_blocks(mapping_totals: pd.DataFrame, outcome: str) -> list[Block]:
    """Return the printed totals of an outcome as disjoint blocks of provinces."""
    printed = mapping_totals[mapping_totals["outcome"] == outcome].groupby(["area", "claim_id", "total"])
    return disjoint_blocks(
        SetTotal(f"{area} ({claim_id})", frozenset(rows["province_code"]), int(total))
        for (area, claim_id, total), rows in printed
    )


def known_from(
    mapping_totals: pd.DataFrame, province_children: pd.DataFrame, province_conditions: pd.DataFrame, study: Study
) -> Known:
    """Return provinces with children and conditions, printed totals and priors."""
    joined = province_children.merge(province_conditions, on="province_code", how="left", validate="1:1")
    joined = joined.sort_values("province_code")
    n_children = joined["n_children_2011"].astype("float64").to_numpy()
    codes = tuple(joined["province_code"])
    columns = [_standardised(joined, name, study) for name in study.province_rates.covariates]
    covariates = np.array(columns).T.reshape(len(joined), -1)  # with no condition: no column
    facilities, children = (
        Totals(tuple(printed_blocks(mapping_totals, outcome)), codes) for outcome in ("n_rcis", "n_children_in_rcis")
    )
    return Known(Units(codes, n_children, covariates), facilities, children, _priors(study))


def printed_concentration(claims: pd.DataFrame, study: Study) -> Condition:
    """Return the condition that the provinces with most institutions hold the printed shares, within rounding.

    ASSUME: the unnamed provinces of the press release are those with most institutions.
    """
    choices = study.province_rates
    of_facilities, of_children = (
        claims.set_index("claim_id").loc[claim] for claim in (choices.facilities_claim, choices.children_claim)
    )
    n_largest = int(re.split(r"\D", of_facilities["place"], maxsplit=1)[0])
    shares = of_facilities["value"] / 100, of_children["value"] / 100
    return concentrated(n_largest, *shares, choices.concentration_rounding_share)


def _standardised(joined: pd.DataFrame, name: str, study: Study) -> np.ndarray:
    """Return a condition with mean 0 and standard deviation 1 over the provinces."""
    values = joined[name].astype("float64")
    if values.isna().any():
        missing = ", ".join(joined.loc[values.isna(), "province_code"])
        raise ValueError(f"province_conditions: {name} is missing for {missing}; a covariate needs every province")
    if name in study.province_rates.covariates_on_log_scale:
        values = np.log(values)
    return ((values - values.mean()) / values.std(ddof=0)).to_numpy()


def _priors(study: Study) -> Priors:
    """Return the priors of the study in the units of the model."""
    choices = study.province_rates
    return Priors(
        rate=choices.prior_rate_per_100k / PER,
        sd_log_rate=choices.prior_sd_log_rate,
        sd_slope=choices.prior_sd_slope,
        sd_unit=choices.prior_sd_province,
        size=choices.prior_children_per_rci,
        sd_log_size=choices.prior_sd_log_children_per_rci,
        sd_unit_size=choices.prior_sd_province_children_per_rci,
        size_variation=study.care_rates.facility_size_cv,
    )
