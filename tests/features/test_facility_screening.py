"""Screening of facilities: unknown is never no, weak evidence is no referral, and rows of one facility are one."""

import itertools

import pandas as pd
import pytest

from analysis import study
from analysis.features import facility_screening, screened_items

ITEMS = pd.DataFrame(
    [("A1", "act"), ("A2", "act"), ("P1", "purpose"), ("P2", "purpose"), ("C1", "context"), ("C2", "context")],
    columns=["item_id", "element"],
)
STUDY = study.load()
FACILITY, OTHER = "0" * 15 + "a", "0" * 15 + "b"


def answers(row_id=FACILITY, **told):
    """Return answers such as ``A1="yes document"``; an item that is not named has no row."""
    rows = [(row_id, item, *[*text.split(), "unknown"][:2]) for item, text in told.items()]
    return pd.DataFrame(rows, columns=["row_id", "item_id", "response", "evidence_grade"])


def links(**facility_of):
    rows = [(row, "screening_2016", facility) for row, facility in (facility_of or {FACILITY: FACILITY}).items()]
    return pd.DataFrame(rows, columns=["row_id", "list_id", "facility_key"])


def screened(*told, **facility_of):
    frame = screened_items.build(pd.concat(told), ITEMS, links(**facility_of))
    return screened_items.TABLE.validated(frame, "screened_items")


def screening(**told):
    frame = facility_screening.build(screened(answers(**told)), STUDY)
    (row,) = facility_screening.TABLE.validated(frame, "facility_screening").to_dict("records")
    return row


ALL_NO = dict.fromkeys(ITEMS["item_id"], "no")


@pytest.mark.parametrize(
    ("told", "band"),
    [
        ({}, "none_found"),
        ({"C1": "yes document"}, "context_only"),
        ({"A1": "yes document"}, "one_element"),
        ({"P1": "yes document", "C1": "yes document"}, "one_element"),
        ({"A1": "yes document", "P2": "yes observed"}, "both_elements_refer"),
        ({"A1": "yes document", "P2": "yes reported_single"}, "one_element"),
        ({"A1": "yes unknown", "P2": "yes unknown"}, "one_element"),
        ({"A1": "yes reported_multiple", "P2": "yes reported_multiple"}, "both_elements_refer"),
        ({"A1": "yes reported_single", "A2": "yes document", "P1": "yes document"}, "both_elements_refer"),
        (dict.fromkeys(["A1", "A2", "P1"], "unknown"), "none_found"),
        (dict.fromkeys(["A1", "A2", "P1", "P2"], "unknown"), "insufficient_information"),
        (dict.fromkeys(["A1", "A2", "P1", "P2"], "not_assessed"), "insufficient_information"),
        (dict.fromkeys(["A2", "P1", "C1", "C2"], "unknown") | {"A1": "yes document"}, "insufficient_information"),
        (
            dict.fromkeys(["A2", "P1", "C1", "C2"], "unknown") | {"A1": "yes document", "P2": "yes observed"},
            "both_elements_refer",
        ),
    ],
)
def test_the_band_of_what_is_known(told, band):
    assert screening(**(ALL_NO | told))["band"] == band


def test_unknown_is_counted_neither_as_no_nor_as_yes():
    row = screening(A1="yes document", A2="unknown", P1="no", C1="not_assessed")
    expected = {"n_items": 6, "n_assessed": 3, "n_known": 2, "n_act_yes": 1, "n_purpose_yes": 0, "n_context_yes": 0}
    assert {name: row[name] for name in expected} == expected
    assert row["unknown_share"] == pytest.approx(4 / 6)
    assert not row["both_elements"]


def test_the_extremes_of_what_is_not_known():
    row = screening(**ALL_NO | {"A1": "yes document", "P1": "unknown"})
    assert (row["band"], row["band_if_unknown_yes"], row["band_if_unknown_no"]) == (
        "one_element",
        "both_elements_refer",
        "one_element",
    )
    row = screening(C1="yes document")
    assert (row["band"], row["band_if_unknown_yes"], row["band_if_unknown_no"]) == (
        "insufficient_information",
        "both_elements_refer",
        "context_only",
    )


def test_weak_evidence_is_not_made_better_by_unknown_answers_elsewhere():
    row = screening(**ALL_NO | {"A1": "yes reported_single", "P1": "yes reported_single", "C1": "unknown"})
    assert row["band_if_unknown_yes"] == "one_element"


def test_every_facility_has_a_band_and_more_yes_never_lowers_it():
    order = ["none_found", "context_only", "one_element", "both_elements_refer"]
    for responses in itertools.product(["no", "yes document"], repeat=4):
        told = ALL_NO | dict(zip(["A1", "P1", "P2", "C1"], responses, strict=True))
        more = told | {"A2": "yes document"}
        assert order.index(screening(**more)["band"]) >= order.index(screening(**told)["band"])


def test_rows_of_one_facility_are_one_and_the_answer_that_tells_most_stands():
    first = answers(FACILITY, A1="no", A2="unknown", P1="yes reported_single", C1="unknown")
    second = answers(OTHER, A1="yes document", A2="no", P1="yes observed", C1="not_assessed")
    frame = screened(first, second, **{FACILITY: FACILITY, OTHER: FACILITY}).set_index("item_id")
    assert len(frame) == len(ITEMS)
    assert frame["response"].to_dict() == {
        **{"A1": "yes", "A2": "no", "P1": "yes", "P2": "not_assessed", "C1": "unknown", "C2": "not_assessed"}
    }
    assert frame["evidence_grade"]["P1"] == "observed"


def test_two_facilities_stay_two():
    both = {FACILITY: FACILITY, OTHER: OTHER}
    frame = screened(answers(FACILITY, A1="yes document"), answers(OTHER, A1="no"), **both)
    assert frame.loc[frame["item_id"] == "A1", "response"].tolist() == ["yes", "no"]


def test_no_screening_gives_no_row():
    nothing = screened(answers(), **{FACILITY: FACILITY})
    assert nothing.empty
    frame = facility_screening.build(nothing, STUDY)
    assert facility_screening.TABLE.validated(frame, "facility_screening").empty
