"""Household checks: what applies to whom, items met as planted, fewer breaches with time, reasons only where due."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate.registers import household_checks


@pytest.fixture(scope="module")
def checks(registers):
    return registers["household_checks"]


def test_a_visit_answers_every_item_once(checks, numbers):
    items = set(numbers.registers.household_checks.met_before)
    assert not checks.duplicated(["check_no", "item"]).any()
    assert len(checks) == len(items) * checks["check_no"].nunique()
    assert not checks.drop_duplicates("check_no").duplicated(["case_no", "checked_on"]).any()


def test_checks_before_a_return_come_before_it_and_others_after(checks, frames):
    returned = checks["case_no"].map(frames["returns"].drop_duplicates("case_no").set_index("case_no")["return_on"])
    is_before = checks["occasion"] == "before_placement"
    assert (checks["checked_on"] < returned).equals(is_before)
    abrupt = checks["case_no"].map(frames["cases"].set_index("case_no")["is_abrupt"]).astype(bool)
    assert not (is_before & abrupt).any()


def test_items_apply_to_whom_they_should(checks, frames):
    returns = frames["returns"].drop_duplicates("case_no").set_index("case_no")
    n_home = checks["case_no"].map(returns.groupby("sibling_group")["child_id"].transform("nunique"))
    siblings = checks["item"] == "siblings_together"
    assert not (checks["applies"] & siblings & (n_home == 1)).any()
    assert (checks["applies"] & siblings).any()
    abrupt = checks["case_no"].map(frames["cases"].set_index("case_no")["is_abrupt"]).astype(bool)
    consent = checks["item"].isin(["consent_of_child", "consent_of_caregiver"])
    assert (checks["applies"][consent] == ~abrupt[consent]).all()
    assert ((checks["answer"] == "does_not_apply") == ~checks["applies"]).all()


def test_an_answer_is_true_or_says_that_nobody_knows(checks, numbers):
    choices = numbers.registers.household_checks
    asked = checks[checks["applies"]]
    told = asked["answer"].isin(["met", "not_met"])
    assert ((asked["answer"] == "met") == asked["is_met"])[told].all()
    for answer, share in (("unknown", choices.unknown_share), ("not_assessed", choices.not_assessed_share)):
        assert abs((asked["answer"] == answer).mean() - share) < 4 * (share * (1 - share) / len(asked)) ** 0.5


def test_a_reason_stands_only_where_siblings_live_apart(checks, numbers):
    apart = (checks["item"] == "siblings_together") & (checks["answer"] == "not_met")
    assert checks.loc[~apart, "reason"].isna().all()
    share, n = numbers.registers.household_checks.reason_told_share, apart.sum()
    assert abs(checks.loc[apart, "reason"].notna().mean() - share) < 4 * (share * (1 - share) / n) ** 0.5


def test_log_odds_are_those_planted(numbers):
    """Of families alike, log odds before the return are the planted ones and gain the planted number a year."""
    plain = numbers.changed("registers.household_checks.family_sd", 0.0)
    choices = plain.registers.household_checks
    n = 3000
    opened, returned = pd.Timestamp("2020-01-01"), pd.Timestamp("2021-01-01")
    home = pd.DataFrame(
        {
            **{"case_no": np.arange(n), "child_id": np.arange(n), "sibling_group": np.arange(n).astype(str)},
            **{"opened": opened, "returned": returned, "home_until": pd.Timestamp("2023-01-01")},
            **{"is_abrupt": False, "need": 0.0},
        }
    )
    children = pd.DataFrame({"child_id": np.arange(n), "birth_date": pd.Timestamp("2010-01-01")})
    checks = household_checks.build(plain, np.random.default_rng(4), home, children)
    for item in ("food", "no_violence", "schooling"):
        rows = checks[checks["item"] == item]
        log_odds = choices.met_before[item] + choices.gain_year[item] * rows["years"]
        chance = 1 / (1 + np.exp(-log_odds))
        error = 4 * np.sqrt((chance * (1 - chance)).sum()) / len(rows)
        assert abs(rows["is_met"].mean() - chance.mean()) < error, item
        late = rows["years"] > 0.9
        assert rows.loc[late, "is_met"].mean() > rows.loc[rows["years"] == 0, "is_met"].mean(), item
