import pandas as pd
import pytest

from analysis.models.linkage.rulings import ruled

PAIRS = pd.DataFrame(
    {"row_id_a": ["a1", "a1"], "row_id_b": ["b1", "b2"], "probability": [0.8, 0.1], "decision": ["link", "no"]}
)
ROWS, LISTS = ["b2", "a1", "b1", "c1"], ["b", "a", "b", "c"]


def rulings(*said) -> pd.DataFrame:
    return pd.DataFrame(said, columns=["row_id_a", "row_id_b", "is_same"], dtype="object")


def as_said(given) -> dict:
    ids = given.row_ids
    return {
        (ids[a], ids[b]): (p, link)
        for a, b, p, link in zip(given.a, given.b, given.probability, given.is_decided, strict=True)
    }


def test_without_rulings_pairs_stay_as_they_are():
    given = ruled(PAIRS, ROWS, LISTS, rulings())
    assert given.row_ids.tolist() == ["a1", "b1", "b2", "c1"]
    assert as_said(given) == {("a1", "b1"): (0.8, True), ("a1", "b2"): (0.1, False)}
    assert not given.is_ruled.any()
    assert not given.is_within.any()


def test_a_ruling_goes_before_a_probability_whichever_way_round_it_is_written():
    given = ruled(PAIRS, ROWS, LISTS, rulings(("b1", "a1", "no"), ("b2", "a1", True), ("c1", "b2", "yes")))
    assert as_said(given) == {("a1", "b1"): (0, False), ("a1", "b2"): (1, True), ("b2", "c1"): (1, True)}
    assert given.is_ruled.all()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([("a1", "zz", "yes")], "not there: zz"),
        ([("a1", "b1", "perhaps")], "yes or no"),
        ([("a1", "a1", "yes")], "itself"),
        ([("a1", "b1", "yes"), ("b1", "a1", "no")], "contradict"),
        ([("a1", "b1", "yes"), ("b1", "c1", "yes"), ("a1", "c1", "no")], "contradict"),
    ],
)
def test_rulings_that_cannot_hold_are_refused(said, message):
    with pytest.raises(ValueError, match=message):
        ruled(PAIRS, ROWS, LISTS, rulings(*said))


def test_a_row_that_is_there_twice_is_refused():
    with pytest.raises(ValueError, match="twice: a1"):
        ruled(PAIRS, [*ROWS, "a1"], [*LISTS, "a"], rulings())
