"""Months under support and at home while a ledger was kept, as a few dated cases and the months expected of them."""

import pandas as pd
import pytest
from made_ledger import cases, children, key, ledger, rates, spells

from analysis import study
from analysis.features import cost_items, ledger_children
from analysis.features._spell_ends import STATES
from analysis.study import Study

STUDY = study.load()
PER_MONTH = STUDY.support_costs.days_per_month
FIRST, LAST = pd.Timestamp("2023-02-10"), pd.Timestamp("2023-11-20")  # of the ledger: kept February to November
WINDOW = pd.Timestamp("2023-12-01") - pd.Timestamp("2023-02-01")


def kept(*more):
    """Return a ledger of agency A01 from its first to its last line, and ``more`` lines."""
    return ledger({"spent_on": FIRST}, {"spent_on": LAST, "receipt": key(8)}, *more)


def built(own_cases, lines=None, returns=None, choices: Study = STUDY):
    """Return the children with an agency that keeps the ledger, by agency and number of the child."""
    items = cost_items.build(kept() if lines is None else lines, rates(), own_cases, choices)
    whole = spells() if returns is None else returns
    told = ledger_children.build(items, own_cases, children(9), whole, choices)
    return told.assign(days=told["case_months"] * PER_MONTH, home_days=told["home_months"] * PER_MONTH).set_index(
        "child_key"
    )


def days(first, after_last):
    return (pd.Timestamp(after_last) - pd.Timestamp(first)).days


def test_months_are_those_of_an_open_case_while_the_ledger_was_kept():
    expected = {  # what is told of a case: its days
        (): WINDOW.days,  # open since before, and still
        (("accepted_on", "2023-06-10"),): days("2023-06-10", "2023-12-01"),
        (("closed_on", "2023-06-10"), ("status", "closed")): days("2023-02-01", "2023-06-10"),
        (("closed_on", "2023-01-20"), ("status", "closed")): 0,
        (("accepted_on", None), ("referred_on", "2023-06-01")): days("2023-06-15", "2023-12-01"),
    }
    own = [{name: pd.Timestamp(day) if name.endswith("_on") else day for name, day in told} for told in expected]
    assert built(cases(*own))["days"].tolist() == pytest.approx(list(expected.values()))


def test_a_case_that_was_never_taken_on_is_no_support():
    refused = {"closure_circumstance": "rejected", "status": "closed"}
    assert built(cases({"accepted_on": None, "status": "referred"}, refused)).empty


def test_a_case_without_a_day_of_opening_or_closing_has_unknown_months():
    mistyped = {"status": "closed", "closed_on": pd.Timestamp("2022-01-01")}  # before it was opened
    unopened = {"accepted_on": None, "referred_on": None}
    found = built(cases({"status": "closed"}, {"status": "transferred"}, unopened, mistyped, {}))
    assert found["has_unknown_months"].tolist() == [True] * 4 + [False]


def test_a_month_in_two_systems_or_cases_is_there_once():
    twice = {
        "child_key": key(1),
        "source_system": "primero",
        "closed_on": pd.Timestamp("2023-08-01"),
        "status": "closed",
    }
    found = built(cases({}, twice))
    assert found["days"].tolist() == pytest.approx([WINDOW.days])
    apart = [
        {"status": "closed", "closed_on": pd.Timestamp("2023-04-01")},
        {"child_key": key(1), "accepted_on": pd.Timestamp("2023-10-01")},
    ]
    expected = days("2023-02-01", "2023-04-01") + days("2023-10-01", "2023-12-01")
    assert built(cases(*apart))["days"].tolist() == pytest.approx([expected])


def test_months_at_home_are_days_of_a_return_with_an_open_case():
    returns = spells({}, {"returned_on": pd.Timestamp("2022-01-01"), "ended_on": pd.Timestamp("2023-02-11")})
    own = cases({"status": "closed", "closed_on": pd.Timestamp("2023-04-10")}, {})
    found = built(own, returns=returns)
    assert found["home_days"].tolist() == pytest.approx([10 + days("2023-03-01", "2023-04-10"), 0])


def test_an_agency_without_a_ledger_is_not_one_that_spent_nothing():
    found = built(cases({}, {"org_code": "A02"}))
    assert found["agency"].tolist() == ["A01"]


def test_a_year_mistyped_does_not_lengthen_the_ledger():
    lines = kept({"spent_on": pd.Timestamp("2003-02-01"), "receipt": key(9)})
    assert built(cases({}), lines)["days"].tolist() == pytest.approx([WINDOW.days])


def test_a_child_on_whom_nothing_was_spent_is_there():
    assert built(cases({}, {})).index.tolist() == [key(1), key(2)]


def test_the_tier_is_that_of_the_latest_case_that_has_one():
    later = {"child_key": key(1), "accepted_on": pd.Timestamp("2023-06-01"), "risk_level": "unknown"}
    first = [{"risk_level": level} for level in ("high", "no_action", "unknown")]
    assert built(cases(*first, later))["tier"].tolist() == ["high", "low", "unknown"]


def test_what_became_of_a_child_is_the_state_of_its_last_return():
    earlier = {"returned_on": pd.Timestamp("2022-01-01"), "ended_on": pd.Timestamp("2022-06-01"), "state": "lost"}
    others = [{"child_key": key(2), "state": "with_family"}, {"child_key": key(3), "state": "moved"}]
    found = built(cases({}, {}, {}, {}), returns=spells(earlier, {"state": "residential"}, *others))
    expected = ["back in residential care", "at home", "left home otherwise", "no return on record"]
    assert found["ending"].tolist() == expected


def test_every_state_of_a_spell_has_a_group():
    assert {state for states in STUDY.support_costs.ends.values() for state in states} == set(STATES)


def test_one_line_that_says_supported_counts_and_silence_is_unknown():
    lines = kept(
        {"is_externally_supported": True, "receipt": None}, {"is_externally_supported": False, "receipt": None},
        {"is_externally_supported": False, "receipt": None, "case_id": key(2), "child_key": key(2)},
    )  # fmt: skip
    assert built(cases({}, {}, {}), lines)["externally_supported"].tolist() == ["yes", "no", "unknown"]


def test_records_without_a_ledger_give_no_child_and_children_keep_their_contract():
    for lines, own in ((ledger(), cases({})), (ledger(), cases()), (kept(), cases({}, {}))):
        items = cost_items.build(lines, rates(), own, STUDY)
        found = ledger_children.build(items, own, children(9), spells(), STUDY)
        told = ledger_children.TABLE.validated(found, "ledger_children")
        assert len(told) == (len(own) if len(lines) else 0)
