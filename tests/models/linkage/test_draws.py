import importlib

import numpy as np
import pandas as pd
import pytest

from analysis.models.linkage import clusters, draws, link
from analysis.models.linkage.draws import matching

N = 4000


def together(settings, no_rulings, probabilities, rulings=None, seed=5) -> dict[tuple[str, str], float]:
    """Return how often two rows were one facility."""
    rows = sorted({row for pair in probabilities for row in pair})
    pairs = pd.DataFrame(
        [(*pair, p, "link" if p >= 0.5 else "no") for pair, p in probabilities.items()],
        columns=["row_id_a", "row_id_b", "probability", "decision"],
    )
    rulings = no_rulings if rulings is None else rulings
    drawn = draws(pairs, rows, [row[0] for row in rows], rulings, 600, settings, np.random.default_rng(seed))
    wide = drawn.set_index(["draw", "row_id"])["facility_key"]
    return {
        (one, other): float(
            np.mean(wide.xs(one, level="row_id").to_numpy() == wide.xs(other, level="row_id").to_numpy())
        )
        for i, one in enumerate(rows)
        for other in rows[i + 1 :]
    }


def test_a_pair_is_drawn_as_often_as_it_is_probable(settings, no_rulings):
    found = together(
        settings, no_rulings, {("a1", "b1"): 0.3, ("a2", "b2"): 0.95, ("a3", "b3"): 0.6, ("a3", "b4"): 0.35}
    )
    assert found["a1", "b1"] == pytest.approx(0.3, abs=0.06)
    assert found["a2", "b2"] == pytest.approx(0.95, abs=0.03)
    assert found["a3", "b3"] == pytest.approx(0.6, abs=0.06)
    assert found["a3", "b4"] == pytest.approx(0.35, abs=0.06)


def test_in_no_draw_has_a_row_two_partners_in_a_list(settings, no_rulings):
    found = together(settings, no_rulings, {("a1", "b1"): 0.5, ("a1", "b2"): 0.5, ("a2", "b1"): 0.45})
    assert found["b1", "b2"] == found["a1", "a2"] == 0


def test_duplicates_follow_their_own_probability_and_share_a_partner(settings, no_rulings):
    found = together(settings, no_rulings, {("a1", "a2"): 0.7, ("a1", "b1"): 0.99, ("a2", "b1"): 0.99})
    assert found["a1", "a2"] == pytest.approx(0.7, abs=0.06)
    assert found["a1", "b1"] + found["a2", "b1"] > 1.6


def test_rulings_hold_in_every_draw(settings, no_rulings):
    said = pd.DataFrame([("a1", "b1", "no"), ("a1", "b2", "yes")], columns=["row_id_a", "row_id_b", "is_same"])
    found = together(settings, no_rulings, {("a1", "b1"): 0.9, ("a1", "b2"): 0.1, ("a2", "b1"): 0.2}, said)
    assert (found["a1", "b1"], found["a1", "b2"]) == (0, 1)


@pytest.mark.parametrize("probability", [[0.6, 0.3, 0.05], [0.2, 0.2, 0.2]])
def test_candidates_of_one_row_are_drawn_exactly_as_probable(probability):
    ends = np.zeros(3, dtype=int), np.array([1, 2, 3])
    rng = np.random.default_rng(8)
    drawn = np.array([matching(ends, np.array(probability), np.zeros(3, dtype=bool), rng) for _ in range(N)])
    assert drawn.sum(axis=1).max() == 1
    assert drawn.mean(axis=0) == pytest.approx(probability, abs=4 * np.sqrt(0.25 / N))


def test_sure_pairs_come_first():
    ends = np.array([0, 0]), np.array([1, 2])
    for seed in range(20):
        drawn = matching(ends, np.array([0.9, 1.0]), np.array([False, True]), np.random.default_rng(seed))
        assert drawn.tolist() == [False, True]


def test_a_seed_gives_the_same_draws_whatever_the_order_of_rows(two_lists, settings, no_rulings):
    rows = two_lists.drop(columns="facility").head(2000)
    pairs = link(rows, settings, np.random.default_rng(1)).pairs
    turned = rows.iloc[::-1]
    one = draws(pairs, rows["row_id"], rows["list_id"], no_rulings, 3, settings, np.random.default_rng(2))
    other = draws(pairs, turned["row_id"], turned["list_id"], no_rulings, 3, settings, np.random.default_rng(2))
    pd.testing.assert_frame_equal(one, other)
    assert one["draw"].unique().tolist() == [1, 2, 3]
    assert len(one) == 3 * len(rows)


def test_draws_lie_around_the_facilities_that_are_decided(two_lists, settings, no_rulings):
    rows = two_lists.drop(columns="facility")
    pairs = link(rows, settings, np.random.default_rng(1)).pairs
    decided = clusters(pairs, rows["row_id"], rows["list_id"], no_rulings, settings).nunique()
    drawn = draws(pairs, rows["row_id"], rows["list_id"], no_rulings, 20, settings, np.random.default_rng(3))
    n_facilities = drawn.groupby("draw")["facility_key"].nunique()
    assert abs(n_facilities.mean() - decided) < 10
    assert n_facilities.nunique() > 3


def test_no_draws_asked_for_none_given(settings, no_rulings):
    pairs = pd.DataFrame({"row_id_a": [], "row_id_b": [], "probability": [], "decision": []})
    found = draws(pairs, ["a"], ["x"], no_rulings, 0, settings, np.random.default_rng(1))
    assert list(found) == ["draw", "row_id", "facility_key"]
    assert found.empty


class Forgetful(dict):
    """Remembers nothing: every component is parted anew."""

    def __contains__(self, _: object) -> bool:
        return False


def test_what_is_remembered_of_one_draw_changes_no_other(settings, no_rulings, monkeypatch):
    rng = np.random.default_rng(4)
    rows = [f"{name}{number}" for name in "abc" for number in range(40)]
    ends = [(one, other) for one in rows for other in rows if one[0] < other[0] and rng.random() < 0.04]
    pairs = pd.DataFrame(ends, columns=["row_id_a", "row_id_b"]).assign(probability=rng.random(len(ends)))
    given = (pairs.assign(decision="link"), rows, [row[0] for row in rows], no_rulings, 30, settings)
    kept = draws(*given, np.random.default_rng(5))
    monkeypatch.setattr(importlib.import_module("analysis.models.linkage.draws"), "Known", Forgetful)
    pd.testing.assert_frame_equal(kept, draws(*given, np.random.default_rng(5)))
    assert len(kept.groupby("draw")["facility_key"].nunique().unique()) > 1
