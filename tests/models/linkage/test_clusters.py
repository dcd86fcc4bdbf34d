"""Facilities by hand: rows are named by list and facility (a1 is in list a), pairs by the probability they have."""

import pandas as pd
import pytest

from analysis.models.linkage import clusters


def grouped(settings, probabilities: dict[tuple[str, str], float], *rulings, more=()) -> set[str]:
    """Return the facilities as texts of their rows, given pairs and what was ruled."""
    rows = sorted({row for pair in [*probabilities, *(ruling[:2] for ruling in rulings)] for row in pair} | set(more))
    pairs = pd.DataFrame(
        [(*pair, p, "link" if p >= 0.5 else "no") for pair, p in probabilities.items()],
        columns=["row_id_a", "row_id_b", "probability", "decision"],
    )
    said = pd.DataFrame(rulings, columns=["row_id_a", "row_id_b", "is_same"], dtype="object")
    keys = clusters(pairs, rows, [row[0] for row in rows], said, settings)
    assert all(key == min(group.index) for key, group in keys.groupby(keys))
    return {" ".join(sorted(group.index)) for _, group in keys.groupby(keys)}


def test_rows_linked_with_each_other_are_one_facility(settings):
    found = grouped(settings, {("a1", "b1"): 0.9, ("a1", "c1"): 0.9, ("b1", "c1"): 0.9, ("a2", "b2"): 0.7}, more=["c9"])
    assert found == {"a1 b1 c1", "a2 b2", "c9"}


def test_a_link_that_two_others_imply_is_not_needed(settings):
    assert grouped(settings, {("a1", "b1"): 0.95, ("b1", "c1"): 0.95}) == {"a1 b1 c1"}


def test_a_chain_is_cut_at_its_weakest_link(settings):
    chain = {("a1", "b1"): 0.99, ("b1", "c1"): 0.99, ("c1", "d1"): 0.6, ("d1", "e1"): 0.99, ("e1", "f1"): 0.99}
    assert grouped(settings, chain) == {"a1 b1 c1", "d1 e1 f1"}


def test_a_facility_has_one_row_of_a_list(settings):
    assert grouped(settings, {("a1", "b1"): 0.9, ("b1", "c1"): 0.8, ("a2", "c1"): 0.7}) == {"a1 b1 c1", "a2"}


def test_unless_the_list_has_it_twice(settings):
    twice = {("a1", "a2"): 0.9, ("a1", "b1"): 0.8, ("a2", "b1"): 0.8}
    assert grouped(settings, twice) == {"a1 a2 b1"}


def test_a_ruling_joins_rows_that_no_pair_has(settings):
    assert grouped(settings, {("a1", "b1"): 0.9}, ("b1", "c1", "yes")) == {"a1 b1 c1"}


def test_a_ruling_parts_rows_that_others_link(settings):
    all_three = {("a1", "b1"): 0.9, ("a1", "c1"): 0.9, ("b1", "c1"): 0.9}
    assert grouped(settings, all_three, ("a1", "b1", "no")) in ({"a1 c1", "b1"}, {"a1", "b1 c1"})


def test_a_ruling_goes_before_a_stronger_link(settings):
    assert grouped(settings, {("a1", "b1"): 0.99, ("a1", "b2"): 0.02}, ("a1", "b2", "yes")) == {"a1 b2", "b1"}


def test_a_ruling_may_say_that_a_list_has_a_facility_twice(settings):
    assert grouped(settings, {("a1", "b1"): 0.9}, ("a1", "a2", "yes")) == {"a1 a2 b1"}


def test_the_order_of_pairs_and_rows_does_not_matter(settings, no_rulings):
    pairs = pd.DataFrame(
        [("a1", "b1", 0.9), ("b1", "c1", 0.6), ("a2", "c1", 0.6), ("a2", "b2", 0.9)],
        columns=["row_id_a", "row_id_b", "probability"],
    ).assign(decision="link")
    rows = ["a1", "a2", "b1", "b2", "c1"]
    one = clusters(pairs, rows, [row[0] for row in rows], no_rulings, settings)
    turned = rows[::-1]
    other = clusters(pairs.iloc[::-1], turned, [row[0] for row in turned], no_rulings, settings)
    pd.testing.assert_series_equal(one, other)


def test_a_pair_of_rows_that_are_not_there_is_refused(settings, no_rulings):
    pairs = pd.DataFrame({"row_id_a": ["a1"], "row_id_b": ["b1"], "probability": [0.9], "decision": ["link"]})
    with pytest.raises(ValueError, match="not there: b1"):
        clusters(pairs, ["a1"], ["a"], no_rulings, settings)
