"""Province intensities against JAGS, and the coverage of their intervals on simulated countries.

The reference is the same model written again for JAGS (references/province_intensities.jags and .R; R 4.2.2, JAGS
4.3.1, rjags 4.13, posterior 1.4.0; two chains of 1.5 million updates; R-hat at most 1.001, effective sizes from
5,467), on the mapping's totals, without the printed concentration. Both sides have Monte Carlo error; a quantile must
agree within five standard errors of the difference. Of 246 quantiles none should leave that by chance.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.models.expected_totals import Known
from analysis.models.nested_totals import Block
from analysis.models.province_intensities import Intensities, Priors, Totals, Units, counts_from, from_prior
from analysis.models.province_posterior import (
    Draws,
    TooFewDrawsError,
    concentrated,
    held_by_largest,
    posterior,
    weighted_quantiles,
)

REFERENCES = Path(__file__).parent / "references"
SHARES = (0.025, 0.5, 0.975)
ENDS = (0.025, 0.975)
N_WRONG = 60  # countries the model is wrong about


@pytest.fixture(scope="module")
def frozen():
    return pd.read_csv(REFERENCES / "province_intensities_units.csv", dtype={"unit": "str"})


@pytest.fixture(scope="module")
def units(frozen):
    covariates = frozen[["x1", "x2", "x3"]].to_numpy()
    return Units(tuple(frozen["unit"]), frozen["n_at_risk"].to_numpy("float64"), covariates)


@pytest.fixture(scope="module")
def priors():
    values = pd.read_csv(REFERENCES / "province_intensities_priors.csv").set_index("prior")["value"]
    return Priors(**values.to_dict())


def totals_of(frozen, column, of_block):
    blocks = frozen.groupby(column)["unit"].agg(tuple)
    return Totals(tuple(Block(name, units, of_block[name]) for name, units in blocks.items()), tuple(frozen["unit"]))


@pytest.fixture(scope="module")
def mapping(frozen, units, priors):
    printed = pd.read_csv(REFERENCES / "province_intensities_totals.csv").set_index(["outcome", "block"])["total"]
    facilities = totals_of(frozen, "facility_block", printed["facilities"])
    return Known(units, facilities, totals_of(frozen, "child_block", printed["children"]), priors)


def quantities(draws: Draws, units: Units) -> dict[str, np.ndarray]:
    """Return the draws under the names the reference has for them."""
    levels = {name.replace("beta_", "beta[") + "]" * name.startswith("beta"): v for name, v in draws.levels.items()}
    by_unit = {
        "log_rate": np.log(draws.rate),
        "log_unit_size": np.log(draws.child_rate / draws.rate),
        "y": draws.n_facilities,
    }
    for name, values in by_unit.items():
        levels |= {f"{name}[{unit}]": values[:, position] for position, unit in enumerate(units.codes)}
    return levels


def standard_error(values: np.ndarray, draws: Draws, share: float) -> float:
    """Return the Monte Carlo error of a quantile: half the width between the quantiles one error of its rank away."""
    rank_error = np.sqrt(share * (1 - share) / draws.effective_number)
    around = np.clip((share - rank_error, share + rank_error), 1e-4, 1 - 1e-4)
    low, high = weighted_quantiles(values[:, None], draws.weight, around)[:, 0]
    return (high - low) / 2


def errors_against_reference(known: Known, seed: int) -> pd.DataFrame:
    """Return, for every quantity and share, our quantile less that of JAGS in standard errors of the difference."""
    reference = pd.read_csv(REFERENCES / "province_intensities_jags.csv").set_index("quantity")
    draws = posterior(known, np.random.default_rng(seed), 40_000)
    errors = {}
    for name, values in quantities(draws, known.units).items():
        theirs = reference.loc[name]
        ours = weighted_quantiles(values[:, None], draws.weight, SHARES)[:, 0]
        # a count's quantile is a whole number: half a unit either way is rounding
        rounding = 1.0 if name.startswith("y[") else 0.0
        for share, value in zip(SHARES, ours, strict=True):
            label = f"{100 * share:g}"
            error = np.hypot(standard_error(values, draws, share), np.nan_to_num(theirs[f"se{label}"]))
            apart = max(abs(value - theirs[f"q{label}"]) - rounding, 0)
            errors[name, label] = apart / max(error, 1e-3)
    return pd.Series(errors)


@pytest.mark.validation
def test_quantiles_agree_with_jags_within_monte_carlo_error(mapping):
    errors = errors_against_reference(mapping, seed=11)
    assert len(errors) == 3 * (7 + 3 * 25)
    assert errors.max() < 5, errors.sort_values().tail()
    assert (errors > norm.ppf(0.975)).mean() < 0.12, "too many quantiles lie outside their 95 % error"


@pytest.mark.validation
@pytest.mark.parametrize(("prior", "value"), [("sd_unit", 0.5), ("sd_slope", 0.4), ("size_variation", 0.8)])
def test_another_prior_would_be_noticed(mapping, prior, value):
    other = replace(mapping, priors=replace(mapping.priors, **{prior: value}))
    assert errors_against_reference(other, seed=11).max() > 8


def known_of(country: int, n_facilities, n_children, mapping: Known) -> Known:
    """Return a simulated country as it would be printed, in the blocks of the mapping."""

    def printed(totals: Totals, counts: np.ndarray) -> Totals:
        sums = totals.membership @ counts[country]
        return replace(totals, blocks=tuple(replace(b, total=s) for b, s in zip(totals.blocks, sums, strict=True)))

    facilities, children = printed(mapping.facilities, n_facilities), printed(mapping.children, n_children)
    whole = replace(facilities, blocks=tuple(replace(b, total=int(b.total)) for b in facilities.blocks))
    return replace(mapping, facilities=whole, children=children)


def covered(truth: np.ndarray, values: np.ndarray, draws: Draws) -> np.ndarray:
    """Return, unit by unit, whether the 95 % interval of ``values`` holds the truth."""
    low, high = weighted_quantiles(values, draws.weight, ENDS)
    return (low <= truth + 1e-6) & (truth <= high + 1e-6)


def coverage(rate, child_rate, n_facilities, n_children, mapping: Known, seed: int, concentrated=False):
    """Return the share of units whose intervals hold the truth, one row a country, and how many were given up."""
    rng = np.random.default_rng(seed)
    rows, n_given_up = [], 0
    for country in range(len(rate)):
        known = known_of(country, n_facilities, n_children, mapping)
        condition = printed_as(n_facilities[[country]], n_children[[country]]) if concentrated else None
        n_effective, at_most = (150, 200_000) if concentrated else (1_000, 100_000)
        try:
            draws = posterior(known, rng, n_effective, condition, 14, at_most, greatest_share=0.1)
        except TooFewDrawsError:
            n_given_up += 1
            continue
        is_open = (known.facilities.membership.sum(axis=1) > 1) @ known.facilities.membership > 0
        rows.append(
            {
                "rate": covered(rate[country], draws.rate, draws).mean(),
                "child_rate": covered(child_rate[country], draws.child_rate, draws).mean(),
                "n_facilities": covered(n_facilities[country], draws.n_facilities, draws)[is_open].mean(),
                "n_children": covered(n_children[country], draws.n_children, draws).mean(),
            }
        )
    shares = pd.DataFrame(rows)
    found = pd.DataFrame({"coverage": shares.mean(), "standard_error": shares.std() / np.sqrt(len(shares))})
    print(f"\n{len(shares)} countries, {n_given_up} given up\n{found.round(4)}")  # noqa: T201 read with pytest -rP
    return found, n_given_up


def printed_as(n_facilities: np.ndarray, n_children: np.ndarray):
    """Return the condition that the nine largest units hold the shares of this country, in whole percents."""
    facilities, children = (float(np.round(share, 2)[0]) for share in held_by_largest(n_facilities, n_children, 9))
    return concentrated(9, facilities, children, 0.005)


def countries(at: Intensities, mapping: Known, rng: np.random.Generator):
    n_facilities, n_children = counts_from(at, mapping.units, rng)
    return at.rate, at.rate * at.size, n_facilities, n_children


def assert_nominal(found: pd.DataFrame) -> None:
    """Hold coverage to 95 % within three standard errors; units of one country are not independent, so the error is
    that between countries. Intervals of counts hold whole numbers, and may cover more."""
    apart = found["coverage"] - 0.95
    assert (apart > -3 * found["standard_error"]).all(), found
    assert (apart[["rate", "child_rate", "n_children"]] < 0.02).all(), found
    assert apart["n_facilities"] < 0.04, found


@pytest.mark.validation
def test_intervals_cover_as_they_say_in_countries_from_the_prior(mapping):
    rng = np.random.default_rng(21)
    at = from_prior(120, mapping.units, mapping.priors, rng)
    found, n_given_up = coverage(*countries(at, mapping, rng), mapping, seed=22)
    assert_nominal(found)
    assert n_given_up <= 12  # 6 measured


@pytest.mark.validation
def test_the_printed_concentration_keeps_the_coverage(mapping):
    rng = np.random.default_rng(31)
    at = from_prior(40, mapping.units, replace(mapping.priors, sd_log_rate=0.5), rng)
    known = replace(mapping, priors=replace(mapping.priors, sd_log_rate=0.5))  # countries of the mapping's order
    found, n_given_up = coverage(*countries(at, known, rng), known, seed=32, concentrated=True)
    assert_nominal(found)
    assert n_given_up <= 16  # 14 measured; 13 of 60 when the limit was set at three binomial errors


@pytest.mark.validation
def test_coverage_where_the_model_is_wrong(mapping):
    """Heavy-tailed unit effects (t with 3 degrees of freedom, scale 0.8), covariates that say nothing, sizes too.

    Countries in which the sampler gives up are no worse covered: run on with 20 to 200 effective draws, their
    intervals hold the truth as often as the others'.
    """
    rng = np.random.default_rng(41)
    shape = (N_WRONG, len(mapping.units.codes))
    rate = 7e-5 * np.exp(0.8 * rng.standard_t(3, shape))
    size = 40 * np.exp(0.3 * rng.standard_t(3, shape))
    at = Intensities(rate, size, np.full(N_WRONG, 40.0), {})
    found, n_given_up = coverage(*countries(at, mapping, rng), mapping, seed=42)
    assert (found["coverage"] > 0.83).all(), found  # 0.87 to 0.89 measured, less three errors: too short there
    assert n_given_up <= 18  # 4 measured; 16 of 100 when the limit was set at three binomial errors
