"""Province rates: what the printed totals imply for one province, from the mapping and the provinces' conditions.

We found no open copy of the mapping's table by province. Facilities are known for four groups of provinces, children
for two; everything else here is a model's, with intervals that say so. A printed province row enters by itself.
"""

import numpy as np
import pandas as pd

from analysis import engine
from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, estimate_table
from analysis.estimates._evidence import known_from, printed_concentration
from analysis.models.expected_totals import Known
from analysis.models.nested_totals import Block
from analysis.models.province_posterior import Draws, posterior, prior, weighted_quantiles, weighted_sd
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
        "province_code": PROVINCE_CODE,
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
        "without_one_low": Column(
            "Float64", "least estimate if one condition is left out; totals only, not printed", ge=0, nullable=True
        ),
        "without_one_high": Column(
            "Float64", "largest estimate if one condition is left out; totals only, not printed", ge=0, nullable=True
        ),
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
    first, second, third, last = rng.spawn(4)  # one a stage: how much one draws does not move the next
    before = prior(known, first, choices.n_prior_draws)
    condition = printed_concentration(claims, study)
    stages = {
        TOTALS_ONLY: posterior(known, second, choices.n_effective_draws, n_proposed_at_least=choices.n_proposed_draws),
        WITH_CONCENTRATION: posterior(known, third, choices.n_effective_draws_concentrated, condition),
    }
    rows = [
        _rows_of(outcome, level, draws, before, known, study) for level, draws in stages.items() for outcome in SCALES
    ]
    without_one = _without_one_condition(mapping_totals, province_children, province_conditions, study, last)
    return pd.concat(rows).merge(without_one, how="left", validate="1:1").pipe(_attach_names, provinces)


def _rows_of(outcome: str, level: str, draws: Draws, before: Draws, known: Known, study: Study) -> pd.DataFrame:
    """Return the estimates of one outcome in every province."""
    tail = (1 - study.intervals.confidence) / 2
    low, middle, high = weighted_quantiles(_values(draws, outcome), draws.weight, (tail, 0.5, 1 - tail))
    prior_low, prior_high = weighted_quantiles(_values(before, outcome), before.weight, (tail, 1 - tail))
    blocks = _blocks(outcome, known)
    is_printed = _is_printed(outcome, known)
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


def _without_one_condition(
    mapping_totals: pd.DataFrame,
    province_children: pd.DataFrame,
    province_conditions: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the range of the estimates from totals only when each condition in turn is left out of the model."""
    choices, each = study.province_rates, []
    for left_out in choices.covariates:
        others = tuple(condition for condition in choices.covariates if condition != left_out)
        of_others = study.changed("province_rates.covariates", others)
        each.append(known_from(mapping_totals, province_children, province_conditions, of_others))
    n_effective = {"n_effective": choices.n_effective_draws_concentrated}
    medians = engine.map(_medians, each, rng.spawn(len(each)), shared=n_effective)
    modelled = pd.concat(medians).query("~is_printed")
    ranges = modelled.groupby(["outcome", "level", "province_code"])["median"].agg(["min", "max"])
    return ranges.set_axis(["without_one_low", "without_one_high"], axis="columns").reset_index()


def _medians(known: Known, rng: np.random.Generator, n_effective: int) -> pd.DataFrame:
    """Return the estimates from totals only."""
    draws, codes = posterior(known, rng, n_effective), known.units.codes
    medians = []
    for outcome in SCALES:
        median = weighted_quantiles(_values(draws, outcome), draws.weight, (0.5,))[0]
        told = {"median": median, "is_printed": _is_printed(outcome, known)}
        medians.append(pd.DataFrame({"outcome": outcome, "level": TOTALS_ONLY, "province_code": codes, **told}))
    return pd.concat(medians)


def _is_printed(outcome: str, known: Known) -> np.ndarray:
    """Return, province by province, whether the outcome is a count that stands in print."""
    return np.array([outcome not in COUNTED_IN and len(block.units) == 1 for block in _blocks(outcome, known)])


def _attach_names(rows: pd.DataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
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
        else (f"No count found for this province: its {len(block.units)} provinces together have")
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
        f"{source} {model} {interval} Only draws that match the printed shares of the unnamed provinces, which we take "
        f"for those with most institutions ({draws.weight.size:,} of {draws.n_proposed:,})."
    )
