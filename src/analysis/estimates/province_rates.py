"""Province rates: what the printed totals imply for one province, from the mapping and the provinces' conditions.

The mapping's table by province is not public. Facilities are known for four groups of provinces, children for two;
everything else here is a model's, with intervals that say so. A printed province row enters the likelihood by itself.
"""

import re

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.models.laplace_proposal import Known
from analysis.models.nested_totals import Block, SetTotal, disjoint_blocks
from analysis.models.province_intensities import Priors, Totals, Units, counts_from, from_prior
from analysis.models.province_posterior import (
    Condition,
    Draws,
    concentrated,
    posterior,
    weighted_quantiles,
    weighted_sd,
)
from analysis.study import Study

PER = 100_000
TOTALS_ONLY, WITH_CONCENTRATION = "totals only", "totals and concentration"
SCALES = {
    "rci_rate": "institutions per 100,000 children",
    "child_rate": "children in institutions per 100,000 children",
    "n_rcis": "institutions",
    "n_children_in_rcis": "children",
}
WHAT = {"n_rcis": "institutions", "n_children_in_rcis": "children in institutions"}
COUNTED_IN = {"rci_rate": "n_rcis", "child_rate": "n_children_in_rcis"}  # rate: the count it is the rate of

TABLE = estimate_table(
    one_row_is="an outcome of one province under one set of printed numbers",
    extra={
        "province_code": Column("str", "two-digit code, 25 provinces", matches=r"^\d{2}$"),
        "prior_low": Column("Float64", "lower end of the interval before any printed total", ge=0),
        "prior_high": Column("Float64", "upper end of the interval before any printed total", ge=0),
        "data_share": Column(
            "Float64",
            "how far the printed numbers moved what is believed of the province's rate against Cambodia's: 1 less "
            "posterior over prior standard deviation of the log of their ratio, 0 if not narrower. What the level "
            "of the whole country teaches does not count. A count has the share of its rate",
            unit="share",
            ge=0,
            le=1,
        ),
        "is_printed": Column("boolean", "whether the estimate stands in print; if so it has no interval"),
    },
)


def build(
    mapping_totals: pd.DataFrame,
    province_children: pd.DataFrame,
    province_conditions: pd.DataFrame,
    provinces: pd.DataFrame,
    claims: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return rates and counts of the 25 provinces, without and with the printed concentration."""
    choices = study.province_rates
    known = known_from(mapping_totals, province_children, province_conditions, study)
    before = drawn_from_prior(known, choices.n_prior_draws, rng)
    condition = printed_concentration(claims, choices)
    stages = {
        TOTALS_ONLY: posterior(known, rng, choices.n_effective_draws),
        WITH_CONCENTRATION: posterior(known, rng, choices.n_effective_draws_concentrated, condition),
    }
    rows = [
        rows_of(outcome, level, draws, before, known, study) for level, draws in stages.items() for outcome in SCALES
    ]
    return pd.concat(rows).pipe(attach_names, provinces)


def known_from(
    mapping_totals: pd.DataFrame, province_children: pd.DataFrame, province_conditions: pd.DataFrame, study: Study
) -> Known:
    """Return what the model is given: provinces with children and conditions, printed totals, priors."""
    joined = province_children.merge(province_conditions, on="province_code", how="left", validate="1:1")
    joined = joined.sort_values("province_code")
    n_children = joined["n_children_2011"].astype("float64").to_numpy()
    codes = tuple(joined["province_code"])
    covariates = np.column_stack([standardised(joined, name, study) for name in study.province_rates.covariates])
    facilities, children = (totals_of(mapping_totals, outcome, codes) for outcome in COUNTED_IN.values())
    return Known(Units(codes, n_children, covariates), facilities, children, priors_from(study))


def standardised(joined: pd.DataFrame, name: str, study: Study) -> np.ndarray:
    """Return a condition with mean 0 and standard deviation 1 over the provinces."""
    values = joined[name].astype("float64")
    if values.isna().any():
        missing = ", ".join(joined.loc[values.isna(), "province_code"])
        raise ValueError(f"province_conditions: {name} is missing for {missing}; a covariate needs every province")
    if name in study.province_rates.covariates_on_log_scale:
        values = np.log(values)
    return ((values - values.mean()) / values.std(ddof=0)).to_numpy()


def totals_of(mapping_totals: pd.DataFrame, outcome: str, codes: tuple[str, ...]) -> Totals:
    """Return the printed totals of an outcome as disjoint blocks of provinces."""
    printed = mapping_totals[mapping_totals["outcome"] == outcome].groupby(["area", "claim_id", "total"])
    sets = [
        SetTotal(f"{area} ({claim_id})", frozenset(rows["province_code"]), int(total))
        for (area, claim_id, total), rows in printed
    ]
    return Totals(tuple(disjoint_blocks(sets)), codes)


def priors_from(study: Study) -> Priors:
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


def printed_concentration(claims: pd.DataFrame, choices: Study) -> Condition:
    """Return the condition that the provinces with most institutions hold the printed shares, within rounding.

    ASSUME: the unnamed provinces of the press release are those with most institutions.
    """
    of_facilities, of_children = (
        claims.set_index("claim_id").loc[claim] for claim in (choices.facilities_claim, choices.children_claim)
    )
    n_largest = int(re.match(r"\d+", of_facilities["place"])[0])
    shares = of_facilities["value"] / 100, of_children["value"] / 100
    return concentrated(n_largest, *shares, choices.concentration_rounding_share)


def drawn_from_prior(known: Known, n_draws: int, rng: np.random.Generator) -> Draws:
    """Return draws of the same quantities before any total is known."""
    at = from_prior(n_draws, known.units, known.priors, rng)
    n_facilities, n_children = counts_from(at, known.units, rng)
    weight = np.full(n_draws, 1 / n_draws)
    return Draws(at.rate, at.rate * at.size, n_facilities, n_children, at.levels, weight, n_draws)


def rows_of(outcome: str, level: str, draws: Draws, before: Draws, known: Known, study: Study) -> pd.DataFrame:
    """Return the estimates of one outcome in every province."""
    tail = (1 - study.intervals.confidence) / 2
    low, middle, high = weighted_quantiles(_values(draws, outcome), draws.weight, (tail, 0.5, 1 - tail))
    prior_low, prior_high = weighted_quantiles(_values(before, outcome), before.weight, (tail, 1 - tail))
    blocks = _blocks(outcome, known)
    is_printed = np.array([outcome not in COUNTED_IN and len(block.units) == 1 for block in blocks])
    return pd.DataFrame(
        {
            "outcome": outcome,
            "level": level,
            "scale": SCALES[outcome],
            "estimate": middle,
            "ci_low": np.where(is_printed, np.nan, low),
            "ci_high": np.where(is_printed, np.nan, high),
            "n": [block.total for block in blocks],
            "note": [_note(outcome, level, block, draws, study) for block in blocks],
            "province_code": known.units.codes,
            "prior_low": prior_low,
            "prior_high": prior_high,
            "data_share": _data_share(outcome, draws, before, known),
            "is_printed": is_printed,
        }
    )


def attach_names(rows: pd.DataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
    """Name each province in ``term``."""
    names = provinces[["province_code", "province"]].rename(columns={"province": "term"})
    return rows.merge(names, on="province_code", how="left", validate="m:1")


def _values(draws: Draws, outcome: str) -> np.ndarray:
    values = {
        "rci_rate": draws.rate * PER,
        "child_rate": draws.child_rate * PER,
        "n_rcis": draws.n_facilities,
        "n_children_in_rcis": np.round(draws.n_children),
    }
    return values[outcome]


def _blocks(outcome: str, known: Known) -> list[Block]:
    """Return, province by province, the block whose printed total it is part of."""
    totals = known.facilities if COUNTED_IN.get(outcome, outcome) == "n_rcis" else known.children
    return [next(block for block in totals.blocks if code in block.units) for code in known.units.codes]


def _data_share(outcome: str, draws: Draws, before: Draws, known: Known) -> np.ndarray:
    """Return 1 less posterior over prior standard deviation of the log rate of a province against Cambodia."""
    rate = outcome if outcome in COUNTED_IN else {count: rate for rate, count in COUNTED_IN.items()}[outcome]

    def spread(of: Draws) -> np.ndarray:
        rates = _values(of, rate)
        cambodia = rates @ known.units.n_at_risk / known.units.n_at_risk.sum()
        return weighted_sd(np.log(rates / cambodia[:, None]), of.weight)

    return np.clip(1 - spread(draws) / spread(before), 0, 1)


def _note(outcome: str, level: str, block: Block, draws: Draws, study: Study) -> str:
    what = WHAT[COUNTED_IN.get(outcome, outcome)]
    known_of = (
        "Printed: this province has"
        if len(block.units) == 1
        else (f"Not printed for this province: its {len(block.units)} provinces together have")
    )
    source = f"{known_of} {block.total:,} {what}."
    if outcome not in COUNTED_IN and len(block.units) == 1:
        return f"{source} A printed count has no interval."
    kind = (
        "of the rate behind the count, per children registered in 2011"
        if outcome in COUNTED_IN
        else "of the count; in every draw the provinces add up to the printed totals"
    )
    interval = f"{study.intervals.confidence:.0%} interval {kind}."
    model = "Modelled from the province's conditions and an effect of its own, shrunk."
    if level == TOTALS_ONLY:
        return f"{source} {model} {interval}"
    return (
        f"{source} {model} {interval} Only draws that match the printed shares of the provinces with most "
        f"institutions ({draws.weight.size:,} of {draws.n_proposed:,})."
    )
