"""Province rates: printed counts stay, a new printed row enters by itself, faults are named."""

import numpy as np
import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import province_rates
from analysis.estimates._evidence import known_from, printed_concentration
from analysis.models.nested_totals import TotalsError

CODES = [f"{code:02d}" for code in range(1, 26)]
TRIO, FIVE = ["02", "08", "18"], ["02", "08", "12", "17", "18"]
AREAS = {
    "cambodia": (CODES, 406, 16579),
    "priority5": (FIVE, 267, 11788),
    "other20": ([code for code in CODES if code not in FIVE], 139, 4791),
    "battambang_kandal_preah_sihanouk": (TRIO, 70, None),
    "Phnom Penh": (["12"], 117, None),
    "Siem Reap": (["17"], 80, None),
}


def total_rows(outcome, area, codes, total):
    return pd.DataFrame(
        {
            "outcome": outcome,
            "area": area,
            "province_code": codes,
            "total": total,
            "claim_id": f"mapping-{area}-{outcome}",
        }
    )


@pytest.fixture(scope="module")
def mapping_totals():
    rcis = [total_rows("n_rcis", area, codes, n_rcis) for area, (codes, n_rcis, _) in AREAS.items()]
    children = [
        total_rows("n_children_in_rcis", area, codes, n_children)
        for area, (codes, _, n_children) in AREAS.items()
        if n_children
    ]
    return pd.concat(rcis + children, ignore_index=True)


@pytest.fixture(scope="module")
def province_children():
    n_children = [250_000 + 5_000 * position for position in range(25)]
    return pd.DataFrame({"province_code": CODES, "n_children_2011": n_children})


@pytest.fixture(scope="module")
def province_conditions():
    position = np.arange(25)
    urban = np.where(np.isin(CODES, FIVE), 0.4, 0.05 + 0.01 * (position % 7))
    return pd.DataFrame(
        {
            "province_code": CODES,
            "urban_share": urban,
            "is_tourism_destination": np.isin(CODES, ["07", "12", "17", "18"]),
            "idpoor_share": 0.12 + 0.01 * (position % 11),
        }
    )


@pytest.fixture(scope="module")
def provinces():
    names = {"12": "Phnom Penh", "17": "Siem Reap", "08": "Kandal", "02": "Battambang", "18": "Preah Sihanouk"}
    return pd.DataFrame({"province_code": CODES, "province": [names.get(code, f"P{code}") for code in CODES]})


@pytest.fixture(scope="module")
def claims():
    section = choices.load().province_rates
    return pd.DataFrame(
        {
            "claim_id": [section.facilities_claim, section.children_claim],
            "place": "9 of 25 provinces (unnamed)",
            "value": [83.0, 87.0],
        }
    )


@pytest.fixture(scope="module")
def study():
    """Our choices, with fewer draws and a concentration that more of them satisfy."""
    short = {
        "n_prior_draws": 5_000,
        "n_effective_draws": 1_500,
        "n_proposed_draws": 0,
        "n_effective_draws_concentrated": 500,
        "concentration_rounding_share": 0.03,
    }
    changed = choices.load()
    for name, value in short.items():
        changed = changed.changed(f"province_rates.{name}", value)
    return changed


@pytest.fixture(scope="module")
def build(province_children, province_conditions, provinces, claims, study):
    def built(mapping_totals):
        rng = np.random.default_rng(4)
        frame = province_rates.build(
            mapping_totals, province_children, province_conditions, provinces, claims, study, rng
        )
        return province_rates.TABLE.validated(frame, "province_rates")

    return built


@pytest.fixture(scope="module")
def rates(build, mapping_totals):
    return build(mapping_totals)


def row(rates, outcome, term, level=province_rates.TOTALS_ONLY):
    return rates.set_index(["outcome", "term", "level"]).loc[(outcome, term, level)]


def test_every_province_has_four_outcomes_on_two_levels(rates):
    assert len(rates) == 4 * 25 * 2
    assert rates["note"].str.len().gt(0).all()


def test_a_printed_count_is_exact_and_has_no_interval(rates):
    phnom_penh = row(rates, "n_rcis", "Phnom Penh")
    assert phnom_penh["estimate"] == 117
    assert phnom_penh["is_printed"]
    assert pd.isna(phnom_penh["ci_low"])
    assert pd.isna(phnom_penh["ci_high"])
    assert "Printed: this province has 117 institutions" in phnom_penh["note"]
    printed = rates[rates["is_printed"]]
    assert set(printed["term"]) == {"Phnom Penh", "Siem Reap"}
    assert set(printed["outcome"]) == {"n_rcis"}


def test_the_rate_behind_a_printed_count_is_near_the_observed_one(rates):
    rate = row(rates, "rci_rate", "Siem Reap")
    observed = 100_000 * 80 / (250_000 + 5_000 * 16)
    assert rate["ci_low"] < observed < rate["ci_high"]
    assert rate["estimate"] == pytest.approx(observed, rel=0.1)


def test_what_is_not_printed_has_an_interval_that_holds_the_estimate(rates):
    modelled = rates[~rates["is_printed"]]
    assert (modelled["ci_low"] <= modelled["estimate"]).all()
    assert (modelled["estimate"] <= modelled["ci_high"]).all()
    assert (modelled["ci_low"] < modelled["ci_high"]).all()


def test_n_is_the_smallest_printed_total_the_province_is_part_of(rates):
    assert row(rates, "n_rcis", "Kandal")["n"] == 70
    assert row(rates, "rci_rate", "P01")["n"] == 139
    assert row(rates, "child_rate", "Phnom Penh")["n"] == 11788


def test_data_move_a_printed_province_most(rates):
    shares = rates[rates["level"] == province_rates.TOTALS_ONLY].query("outcome == 'rci_rate'")
    assert set(shares.nlargest(2, "data_share")["term"]) == {"Phnom Penh", "Siem Reap"}
    prior_width = shares["prior_high"] / shares["prior_low"]
    assert (shares["ci_high"] / shares["ci_low"] < 0.3 * prior_width).all()


def test_the_concentration_narrows_the_intervals_on_average(rates):
    relative = np.log(rates["ci_high"] / rates["ci_low"]).where(rates["outcome"] == "rci_rate")
    width = relative.groupby(rates["level"]).mean()
    assert width[province_rates.WITH_CONCENTRATION] < width[province_rates.TOTALS_ONLY]


def test_a_printed_province_row_enters_by_itself(rates, build, mapping_totals):
    more = pd.concat([mapping_totals, total_rows("n_rcis", "Kandal", ["08"], 31)], ignore_index=True)
    after = build(more)
    kandal = row(after, "n_rcis", "Kandal")
    assert kandal["estimate"] == 31
    assert kandal["is_printed"]
    assert "its 2 provinces together have 39 institutions" in row(after, "n_rcis", "Battambang")["note"]
    assert row(after, "rci_rate", "Kandal")["data_share"] > row(rates, "rci_rate", "Kandal")["data_share"] + 0.1
    assert row(after, "n_rcis", "Phnom Penh")["estimate"] == 117


def test_the_same_generator_gives_the_same_table(rates, build, mapping_totals):
    pd.testing.assert_frame_equal(rates, build(mapping_totals.sample(frac=1, random_state=1)))


def test_a_row_larger_than_its_group_is_refused(build, mapping_totals):
    wrong = pd.concat([mapping_totals, total_rows("n_rcis", "Kandal", ["08"], 71)])
    with pytest.raises(TotalsError, match=r"hold more than its total 70.*'Kandal.*71"):
        build(wrong)


def test_a_condition_missing_for_a_province_is_refused(mapping_totals, province_children, province_conditions, study):
    with_gap = province_conditions.assign(
        idpoor_share=province_conditions["idpoor_share"].where(province_conditions["province_code"] != "24")
    )
    with pytest.raises(ValueError, match="idpoor_share is missing for 24"):
        known_from(mapping_totals, province_children, with_gap, study)


def test_the_printed_concentration_is_that_of_the_claims_within_rounding(claims, study):
    holds = printed_concentration(claims, study)
    rest = np.repeat(1.0, 16)
    near, far = np.append(np.repeat(8.7, 9), rest), np.append(np.repeat(13.0, 9), rest)
    children = np.append(np.repeat(0.87 / 9, 9), np.repeat(0.13 / 16, 16))
    assert holds(np.array([near, far]), np.array([children, children])).tolist() == [True, False]
