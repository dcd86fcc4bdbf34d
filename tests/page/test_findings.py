"""What is known, in sentences: every number is one of the published numbers, and moves with them."""

import dataclasses
import re

import pandas as pd
import pytest

from analysis import pipeline
from analysis.page import entries, findings

NUMBER = re.compile(r"\d[\d,.]*\d|\d")
IN_NAMES = {"2014", "15", "95", "100,000"}  # the mapping's years, the confidence, the unit


@pytest.fixture(scope="module")
def found() -> dict[str, entries.Entry]:
    """Return the figures that the findings need."""
    return {name: entries.read(pipeline.FIGURES, name, "en") for name in findings.NEEDED}


def with_numbers(found, name: str, **changed) -> dict[str, entries.Entry]:
    numbers = found[name].numbers.assign(**changed)
    return found | {name: dataclasses.replace(found[name], numbers=numbers)}


def test_the_five_questions_are_answered_with_doubt_and_source(found):
    told = findings.findings(found)
    assert [one.question.split()[0] for one in told] == ["How", "Where", "Why", "What", "What"]
    assert all(one.says.endswith(".") and one.doubt.endswith(".") for one in told)
    assert {one.figure for one in told} <= set(findings.NEEDED)


def test_totals_are_those_of_the_csv(found):
    doubled = pd.to_numeric(found["national_totals"].numbers["estimate"]).mul(2).astype("str")
    before = findings.findings(found)[0]
    after = findings.findings(with_numbers(found, "national_totals", estimate=doubled))[0]
    told = [float(number.replace(",", "")) for number in NUMBER.findall(before.says) if number not in IN_NAMES]
    moved = [float(number.replace(",", "")) for number in NUMBER.findall(after.says) if number not in IN_NAMES]
    assert len(told) == 4
    assert moved == [2 * number for number in told]


def test_the_interval_of_the_largest_total_is_the_widest_one(found):
    totals = found["national_totals"].numbers
    widest = totals.assign(high=pd.to_numeric(totals["ci_high"])).nlargest(1, "high").iloc[0]
    doubt = findings.findings(found)[0].doubt
    assert f"between {float(widest['ci_low']):,.0f} and {float(widest['ci_high']):,.0f}" in doubt


def test_provinces_without_a_count_are_counted(found):
    none = findings.findings(with_numbers(found, "province_rates", is_count_printed="False"))
    n = len(found["province_rates"].numbers)
    assert f"For {n} of {n} provinces no count" in none[1].doubt
    assert f"stand in {n} of {n} provinces" in none[4].says


def test_children_stand_by_group_of_provinces_with_their_intervals(found):
    rates = found["care_rates"].numbers.query("outcome == 'n_children_in_rcis' and level == '2011 registration'")
    says, doubt = (getattr(findings.findings(found)[1], name) for name in ("says", "doubt"))
    assert "priority provinces are Battambang, Kandal, Phnom Penh, Preah Sihanouk and Siem Reap." in doubt
    for term in ("priority5", "other20"):
        row = rates[rates["term"] == term].iloc[0]
        low, rate, high = (f"{float(row[name]):,.0f}" for name in ("ci_low", "estimate", "ci_high"))
        assert f"{int(row['n']):,} in the" in says
        assert f"{rate} (95% interval {low} to {high}) for each 100,000 children" in says


def test_why_is_not_said_to_be_known_while_no_condition_can_be_told_from_chance(found):
    assert findings.findings(found)[2].says.startswith(
        "The published figures cannot say: institutions are counted for 4 "
    )
    told = with_numbers(found, "driver_gradients", ci_low="1.5", ci_high="9")
    assert findings.findings(told)[2].says == f"{found['driver_gradients'].english['title']}."


def test_what_is_not_published_is_said_not_to_be_known(found):
    after = findings.findings(found)[3]
    assert after.says.startswith("Not known: no rate of children who come back")
    assert "of 267 children identified after the closure of 34 facilities, 135 were enrolled in support" in after.doubt
    assert "of over 320 by a later count, at least 58% were not enrolled" in after.doubt


def test_a_country_without_one_of_the_figures_gets_no_findings(found):
    for name in findings.NEEDED:
        assert findings.findings({one: entry for one, entry in found.items() if one != name}) == []
