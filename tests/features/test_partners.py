"""Partners: what the newest evidence says on the day of judging, and when it is to be looked at again."""

import pandas as pd
import pytest

from analysis import sources, study
from analysis.clean import partner_criteria
from analysis.features import partners
from analysis.imported import allowed

CRITERIA = partner_criteria.TABLE.validated(sources.read("partner_criteria_ruled"), "partner_criteria")
STUDY = study.load().changed("partners.as_of", "2024-06-30")


def evidence(*rows: tuple) -> pd.DataFrame:
    named = pd.DataFrame(rows, columns=["criterion", "answer", "evidence", "dated_on", "expires_on"])
    days = {name: pd.to_datetime(named[name]).astype("datetime64[us]") for name in ("dated_on", "expires_on")}
    return named.assign(org_code="A01", org_name="an organisation", reviewer_role="officer", **days)


def judged(*rows: tuple, choices: study.Study = STUDY) -> pd.DataFrame:
    table = partners.build(evidence(*rows), CRITERIA, choices)
    return partners.TABLE.validated(table, "partners").set_index("criterion")


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (("yes", "document", "2024-01-10", None), "met"),
        (("yes", "document", "2023-01-10", None), "expired"),
        (("yes", "document", "2023-01-10", "2025-01-01"), "met"),
        (("yes", "document", "2024-01-10", "2024-06-29"), "expired"),
        (("yes", "self_declared", "2024-01-10", None), "not supported"),
        (("yes", "document", None, None), "not supported"),
        (("no", "self_declared", "2010-01-10", None), "not met"),
        (("unknown", "document", "2024-01-10", None), "not known"),
        (("yes", "document", "2024-07-01", None), "no evidence"),
    ],
)
def test_evidence_counts_if_its_kind_and_its_day_do(row, state):
    assert judged(("registered", *row)).loc["registered", "state"] == state


def test_the_newest_evidence_wins_and_of_one_day_the_no():
    older, newer = (
        ("registered", "no", "document", "2023-08-01", None),
        ("registered", "yes", "document", "2024-03-01", None),
    )
    assert judged(newer, older).loc["registered", "state"] == "met"
    same_day = ("registered", "no", "visit", "2024-03-01", None)
    for rows in ((newer, same_day), (same_day, newer)):
        assert judged(*rows).loc["registered", "state"] == "not met"


def test_a_review_is_due_some_time_before_evidence_expires():
    soon, late = (
        judged(("registered", "yes", "document", "2023-08-15", None)),
        judged(("registered", "yes", "document", "2024-06-01", None)),
    )
    assert soon.loc["registered", "review_on"] == pd.Timestamp("2024-06-16")
    assert soon.loc["registered", "is_review_due"]
    assert not late.loc["registered", "is_review_due"]
    assert late.loc["locally_led", "is_review_due"], "nothing is known of it"


def test_what_may_not_be_told_is_in_no_table():
    told = judged(("no_controversy", "no", "reference", "2024-01-01", None))
    assert set(told.index) == set(allowed.PARTNER_CRITERION) - {"no_controversy"}


def test_without_a_day_in_the_study_the_newest_evidence_sets_it():
    free = STUDY.changed("partners.as_of", "")
    rows = ("registered", "yes", "document", "2020-01-10", None), ("locally_led", "yes", "visit", "2022-01-01", None)
    assert judged(rows[0], choices=free).loc["registered", "state"] == "met"
    assert judged(*rows, choices=free).loc["registered", "state"] == "expired"


def test_no_evidence_gives_no_row():
    assert judged().empty
