"""Planted spending recovered from ledgers drawn anew: each item once at its price, and what a month costs by tier.

Twelve ledgers of the made-up cases that the simulator left beside its exports, from fresh seeds, 8 s of one processor.
Planted for programmes other than reintegration: items a month by tier at a mean price, times a ratio of the agency that
is 1 on average. Of the planted money a known share has no amount, currency, rate or case, and is left out.
"""

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.clean import support_ledger
from analysis.estimates import support_costs
from analysis.features import cost_items, ledger_children
from analysis.features.spells import TABLE as SPELLS
from analysis.imported.cases import TABLE as CASES
from analysis.imported.children import TABLE as CHILDREN
from analysis.imported.cost_lines import TABLE as COST_LINES
from analysis.simulate import parameters
from analysis.simulate.registers import cost_items as bought
from analysis.simulate.registers import courses, exchange_rates, ledger
from analysis.study import ROOT

pytestmark = pytest.mark.validation

TRUTH = ROOT / "data" / "simulated" / "truth" / "part-0001"
STUDY, PLANTED = study.load(), parameters.load()
CHOICES = PLANTED.registers.cost_lines
N_DRAWS = 12
TIERS = ("high", "medium", "low")
SHIFT = 0.03  # months of a ledger are whole calendar months, lines before the first rate of exchange are not told
FEWEST_HELD = 8  # of 12 intervals: fewer have a chance below 1 in 5,000 where each holds the planted cost in 95 of 100


def true(name):
    return pd.read_parquet(TRUTH / f"{name}.parquet")


def key(numbers, kind):
    return pd.Series(numbers).map(lambda number: f"{kind}{number:015x}", na_action="ignore").astype("str")


def of_table(table, frame):
    return frame.reindex(columns=list(table.columns)).astype({k: v.dtype for k, v in table.columns.items()})


@pytest.fixture(scope="module")
def recorded():
    """Return the made-up cases and children as records have them, of programmes that plant one rate a tier."""
    cases = true("cases").query("programme != 'reintegration'")
    codes = {agency: f"A{at:02d}" for at, agency in enumerate(true("agencies")["agency"], start=1)}
    as_imported = cases.assign(
        case_id=key(cases["case_no"], "c"), child_key=key(cases["child_id"], "d"), source_system="oscar",
        org_code=cases["agency"].map(codes), worker_key=None,
    )  # fmt: skip
    children = pd.DataFrame({"child_key": as_imported["child_key"].unique()})
    return {
        "codes": codes,
        "cases": of_table(CASES, as_imported),
        "children": of_table(CHILDREN, children),
        "courses": courses.of_cases(PLANTED.case_management, cases, true("returns")),
    }


def drawn(recorded, seed):
    """Return what was bought in a ledger drawn anew, its items as counted, and the children of its agencies."""
    rng = np.random.default_rng([8, seed])
    rates = exchange_rates.build(PLANTED, rng)
    ledgers = ledger.of_agencies(PLANTED, rng, true("agencies"))
    told, lines = ledger.lines(PLANTED, rng, bought.build(PLANTED, rng, recorded["courses"], ledgers), rates)
    child_of = recorded["cases"].set_index("case_id")["child_key"]
    case_id = key(lines["case_no"], "c")
    as_imported = lines.assign(
        cost_line_id=key(lines["line_no"], "e"), case_id=case_id, child_key=case_id.map(child_of),
        org_code=lines["agency"].map(recorded["codes"]), currency=lines["currency"].fillna("unknown"),
        funder_key=key(lines["funder_no"], "f"), receipt_key=key(lines["receipt_no"], "a"),
        is_externally_supported=lines["externally_supported"],
    )  # fmt: skip
    ledger_lines = support_ledger.build(of_table(COST_LINES, as_imported))
    items = cost_items.build(ledger_lines, rates, recorded["cases"], STUDY)
    item_of = pd.Series(lines["item_no"].to_numpy(), index=key(lines["line_no"], "e"))
    items = items.assign(item_no=items["item_id"].map(item_of), first_rate=rates["valid_from"].min())
    no_return = of_table(SPELLS, pd.DataFrame())
    return told, items, ledger_children.build(items, recorded["cases"], recorded["children"], no_return, STUDY)


@pytest.fixture(scope="module")
def draws(recorded):
    return [drawn(recorded, seed) for seed in range(N_DRAWS)]


def expected_usd(tier):
    """Return the planted cost of a month that ledgers can tell: what lacks a part of its price is not in it."""
    services = PLANTED.case_management.services
    price = sum(share * services.usd_median[kind] for kind, share in CHOICES.categories.items())
    a_month = CHOICES.items_per_month["home"] * CHOICES.tier_ratio[tier] * price * np.exp(services.usd_log_sd**2 / 2)
    lost = (
        CHOICES.amount_unknown_share, CHOICES.currency_unknown_share, CHOICES.local_share * CHOICES.date_unknown_share,
        CHOICES.how_told["once"] * CHOICES.case_unknown_share,
    )  # fmt: skip
    return a_month * np.prod(1 - np.array(lost))


def test_every_item_is_counted_once_at_its_price(draws):
    for told, items, _ in draws:
        both = items.merge(told, on="item_no", how="outer", validate="1:1", suffixes=("", "_true"))
        assert both["item_id"].notna().all()
        assert both["item_id"].nunique() == len(told)
        off = (both["cost_usd"] - both["amount_usd"]).abs().dropna()
        assert off.max() < 0.02, "hundreds of riel are half a cent or two"
        has_rate = (both["currency"] == "USD") | (both["has_day"] & (both["spent_on_true"] >= both["first_rate"]))
        assert (both["cost_usd"].notna() == (both["has_amount"] & both["has_currency"] & has_rate)).all()


def test_lines_told_again_and_typed_twice_are_those_planted(draws):
    for told, items, _ in draws:
        n_doubled = told["how_told"].isin(("in_parts", "by_both", "overlapping", "conflicting", "twice")).sum()
        assert items["n_lines"].sum() == len(told) + n_doubled
        priced = items[items["cost_usd"].notna()].merge(told[["item_no", "how_told"]], on="item_no", validate="1:1")
        assert (priced["n_typed_twice"] == (priced["how_told"] == "twice")).all()
        assert (priced["is_conflicting"] == (priced["how_told"] == "conflicting")).all()


def test_planted_costs_of_a_month_are_recovered_by_tier(draws):
    ratios = {tier: [] for tier in TIERS}
    held = dict.fromkeys(TIERS, 0)
    for _, items, children in draws:
        rows = support_costs.build(items, children, STUDY).set_index(["outcome", "term", "level"])
        for tier in TIERS:
            row, planted = rows.loc[("per case-month", "tier", tier)], expected_usd(tier)
            ratios[tier].append(row["estimate"] / planted)
            held[tier] += row["ci_low"] <= planted <= row["ci_high"]
    for tier in TIERS:
        mean, error = np.mean(ratios[tier]), np.std(ratios[tier], ddof=1) / np.sqrt(N_DRAWS)
        print(f"{tier}: {mean:.3f} of the planted cost (MC error {error:.3f}), held in {held[tier]} of {N_DRAWS}")  # noqa: T201
        assert abs(mean - 1) < 4 * error + SHIFT
        assert held[tier] >= FEWEST_HELD
