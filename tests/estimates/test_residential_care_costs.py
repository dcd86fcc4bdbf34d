"""Printed costs of residential care: amounts of one child, in US dollars of their year, with their source."""

import pytest

from analysis import sources, study
from analysis.clean import claims
from analysis.estimates import residential_care_costs


@pytest.fixture(scope="module")
def ledger():
    return claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")


@pytest.fixture(scope="module")
def costs(ledger):
    found = residential_care_costs.build(ledger, study.load())
    return residential_care_costs.TABLE.validated(found, "residential_care_costs").set_index("term")


def test_amounts_are_those_of_print_for_one_child(costs):
    assert costs["estimate"].to_dict() == pytest.approx(
        {
            "allowance of the state": 1.2 * 365.25 / 12,
            "sponsorship asked for": 35,
            "rice alone": 250 / 20,
            "building a home, lower figure": 120_000 / 50,
            "building a home, upper figure": 145_000 / 50,
        }
    )


def test_a_building_is_no_cost_of_a_month(costs):
    assert set(costs.loc[costs.index.str.startswith("building"), "scale"]) == {"USD per place, once"}


def test_every_amount_has_its_year_and_source_and_none_an_interval(costs):
    assert costs["period"].tolist().count("2021") == 1
    assert costs[["ci_low", "ci_high", "n"]].isna().all(axis=None)
    assert set(costs["source_id"]) == {
        *("phnom-penh-post-2021-12", "tfish-fund-seapc", "cambodia-daily-tourism-boon", "imparting-smiles-2010")
    }


def test_the_dollars_of_the_allowance_are_those_that_its_article_prints(ledger):
    note = ledger.set_index("claim_id").loc["costs-state-allowance", "note"]
    assert note == f"about US${study.load().residential_care_costs.allowance_usd_day}"
