"""Screening prevalence: yes of known answers, with R's exact interval, and bounds that unknown answers leave open."""

import pandas as pd
import pytest

from analysis import study
from analysis.estimates import screening_prevalence

ITEMS = pd.DataFrame(
    [
        ("A1", "act", "transfer", "Child moved without record", None),
        ("P5", "purpose", "labour", "Children work", "exploitation"),
        ("P6", "purpose", "sexual_exploitation", "Allegation", "sexual_abuse"),
    ],
    columns=["item_id", "element", "sub_element", "item", "sensitive_as"],
)
R_BINOM_TEST = {"7 of 25": (0.1207167, 0.4938768)}  # binom.test(7, 25)$conf.int of R 4.2.2


def screened(**responses: list[str]) -> pd.DataFrame:
    n = len(next(iter(responses.values())))
    rows = [
        ("screening_2016", f"{number:016x}", item, told[number])
        for item, told in responses.items()
        for number in range(n)
    ]
    return pd.DataFrame(rows, columns=["list_id", "facility_key", "item_id", "response"])


def many(yes=0, no=0, unknown=0, not_assessed=0):
    return ["yes"] * yes + ["no"] * no + ["unknown"] * unknown + ["not_assessed"] * not_assessed


def estimated(frame):
    rows = screening_prevalence.build(frame, ITEMS, study.load())
    return screening_prevalence.TABLE.validated(rows, "screening_prevalence").set_index(["term", "level"])


@pytest.fixture(scope="module")
def rows():
    told = {"A1": many(7, 18, 10, 5), "P5": many(3, 37), "P6": many(0, 30, 10)}
    return estimated(screened(**told))


def test_the_share_is_of_known_answers_with_the_exact_interval(rows):
    known = rows.loc[("A1", "known_answers")]
    assert (known["n_hits"], known["n"], known["estimate"]) == (7, 25, 7 / 25)
    assert (known["ci_low"], known["ci_high"]) == pytest.approx(R_BINOM_TEST["7 of 25"], abs=1e-7)


def test_unknown_and_left_out_move_the_bounds_and_never_count_as_no(rows):
    low, high = rows.loc[("A1", "unknown_as_no")], rows.loc[("A1", "unknown_as_yes")]
    assert (low["n_hits"], low["n"], high["n_hits"], high["n"]) == (7, 40, 22, 40)
    assert low["estimate"] < rows.loc[("A1", "known_answers"), "estimate"] < high["estimate"]
    assert pd.isna(low["ci_low"])
    assert pd.isna(high["ci_high"])


def test_every_answer_has_a_row_and_they_add_up(rows):
    counts = rows[rows["scale"] == "facilities"]["n_hits"].unstack()  # noqa: PD010
    assert counts.loc["A1", ["yes", "no", "unknown", "not_assessed", "all"]].tolist() == [7, 18, 10, 5, 40]
    assert counts.loc["P6", "yes"] == 0
    assert (counts.drop(columns="all").sum(axis=1) == counts["all"]).all()


def test_any_harm_is_yes_if_one_is_and_no_only_if_all_are():
    harms = {  # of five facilities
        "A1": ["yes"] * 5,
        "P5": ["yes", "no", "no", "unknown", "not_assessed"],
        "P6": ["unknown", "no", "unknown", "not_assessed", "not_assessed"],
    }
    rows = estimated(screened(**harms))
    counts = rows.loc["any_harm"].query("scale == 'facilities'")["n_hits"]
    assert counts.to_dict() == {"yes": 1, "no": 1, "unknown": 2, "not_assessed": 1, "all": 5}
    assert rows.loc[("any_harm", "all"), "subject"] == "any_harm"


def test_a_harm_to_children_is_named_as_such_and_other_items_by_their_kind(rows):
    subjects = rows["subject"].groupby(level="term").first()
    assert subjects.to_dict() == {
        "A1": "transfer",
        "P5": "exploitation",
        "P6": "sexual_abuse",
        "any_harm": "any_harm",
    }


def test_an_item_of_which_nothing_is_known_has_no_share():
    rows = estimated(screened(A1=many(0, 0, 3, 1), P5=many(0, 4), P6=many(0, 4)))
    assert pd.isna(rows.loc[("A1", "known_answers"), "estimate"])
    assert pd.isna(rows.loc[("A1", "known_answers"), "ci_high"])
    assert rows.loc[("A1", "unknown_as_yes"), "estimate"] == 1


def test_without_any_screening_every_item_still_has_its_rows():
    nothing = pd.DataFrame(columns=["list_id", "facility_key", "item_id", "response"], dtype="str")
    rows = estimated(nothing)
    assert set(rows["outcome"]) == {screening_prevalence.NO_SCREENING}
    assert (rows["n"] == 0).all()
    assert rows["estimate"].fillna(0).eq(0).all()
