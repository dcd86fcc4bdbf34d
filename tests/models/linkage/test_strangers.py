import numpy as np
import pandas as pd
import pytest

from analysis.models.linkage import strangers as module
from analysis.models.linkage.coded import coded
from analysis.models.linkage.comparisons import COMPARISONS, NAME_POSITION, WHERE_POSITION
from analysis.models.linkage.pairs import Pairs
from analysis.models.linkage.strangers import Strangers


@pytest.fixture(scope="module")
def rows(two_lists):
    """Return 1,400 rows: few enough that all pairs are compared."""
    return coded(two_lists.head(1400))


@pytest.fixture(scope="module")
def pairs(rows):
    return Pairs.candidates(rows)


def shares(rows, pairs, true, seed=1):
    drawn = Strangers.drawn(rows, pairs.levels, np.random.default_rng(seed))
    return drawn.shares(pairs.keys(len(rows)), pairs.levels, true)


def test_shares_are_shares(rows, pairs):
    for found, one in zip(shares(rows, pairs, np.zeros(len(pairs.a))), COMPARISONS, strict=True):
        assert found.sum() == pytest.approx(1)
        assert len(found) == len(one.prior)
        assert (found > 0).all()


def test_pairs_drawn_at_random_say_what_all_pairs_say(rows, pairs, monkeypatch):
    none = np.zeros(len(pairs.a))
    of_all = shares(rows, pairs, none)
    monkeypatch.setattr(module, "ALL_UP_TO", 0)
    drawn = shares(rows, pairs, none)
    for one, other in zip(of_all, drawn, strict=True):
        assert np.abs(one - other).max() < 0.005
    assert drawn[WHERE_POSITION][2] == pytest.approx(of_all[WHERE_POSITION][2], rel=0.05)
    assert drawn[NAME_POSITION][-1] == pytest.approx(of_all[NAME_POSITION][-1], rel=0.3)


def test_true_pairs_are_no_strangers(rows, pairs, two_lists):
    facility = two_lists.set_index("row_id")["facility"][rows.ids].to_numpy()
    is_true = (facility[pairs.a] == facility[pairs.b]).astype(float)
    with_them, without = shares(rows, pairs, np.zeros(len(is_true))), shares(rows, pairs, is_true)
    for position, cell in ((NAME_POSITION, -1), (WHERE_POSITION, 2)):
        assert without[position][cell] < 0.95 * with_them[position][cell]


def test_a_single_row_has_no_strangers_and_breaks_nothing():
    alone = coded(pd.DataFrame({"row_id": ["a"], "list_id": ["x"]}))
    pairs = Pairs.candidates(alone)
    assert [found.sum() for found in shares(alone, pairs, np.zeros(0))] == pytest.approx([1.0] * 4)


def test_where_all_pairs_are_true_nothing_is_known_of_strangers():
    """No fewer than none are left, and none: every cell has its prior pair and no other."""
    alike = {"name_latin": ["sokha", "sokha"], "name_km": ["ក", "ក"], "province_code": ["01", "01"]}
    rows = coded(pd.DataFrame({"row_id": ["a", "b"], "list_id": ["x", "y"], **alike}))
    pairs = Pairs.candidates(rows)
    assert len(pairs.a) == 1
    for found in shares(rows, pairs, np.ones(1)):
        assert found == pytest.approx(np.full(len(found), 1 / len(found)))
    of_strangers = shares(rows, pairs, np.zeros(1))[NAME_POSITION]
    assert of_strangers.argmax() == len(of_strangers) - 1, "not true, they have the same name by chance"
