from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from analysis.models.linkage import candidates
from analysis.models.linkage.candidates import candidate_pairs, distinct
from analysis.models.linkage.coded import coded

A = {"row_id": "a", "list_id": "x", "province_code": "01", "district_code": "0102", "commune_code": "010203"}
A |= {"name_latin": "Sokhapheap Home", "name_km": "ផ្ទះកុមារ សុខភាពល្អ", "operator_name": "Bopha Association"}


def is_candidate(other: dict) -> bool:
    rows = pd.DataFrame([A, A | {"row_id": "b", "list_id": "y"} | other])
    return len(candidate_pairs(coded(rows))[0]) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"name_latin": "Vibol Orphanage", "name_km": "មណ្ឌលកុមារ វិបុល"},  # renamed
        {"name_latin": "Skohapheap Home", "name_km": None, "operator_name": None},  # two letters swapped
        {"name_latin": None, "operator_name": None, "district_code": "0109", "commune_code": "010901"},
        {"province_code": "07", "district_code": "0701", "commune_code": "070101"},  # a wrong province
        {"name_latin": "Sokpheap Home", "name_km": None, "operator_name": None},  # in the same district
    ],
)
def test_what_one_rule_misses_another_finds(other, monkeypatch):
    monkeypatch.setattr(candidates, "CHEAP", {"country": 0, "province": 0})
    assert is_candidate(other)


def test_all_bearers_of_two_names_one_slip_apart_are_candidates(monkeypatch):
    monkeypatch.setattr(candidates, "CHEAP", {"country": 0, "province": 0})
    monkeypatch.setattr(candidates, "FEW", 0)
    names = ["Monita", "Monata", "Monita", "Monata", "Monata", "Vibol"]
    rows = pd.DataFrame({"row_id": list("abcdef"), "list_id": "x", "province_code": "01", "name_latin": names})
    a, b = candidate_pairs(coded(rows))
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == list(combinations(range(5), 2))


def test_strangers_are_no_candidates():
    other = {"name_latin": "Vibol Home", "name_km": "វិបុល", "operator_name": "Dara Company"}
    assert not is_candidate(other)


def test_a_pair_is_proposed_once_and_in_order(two_lists):
    a, b = candidate_pairs(coded(two_lists))
    assert (a < b).all()
    keys = a.astype(np.int64) * len(two_lists) + b
    assert (np.diff(keys) > 0).all()


def test_few_true_pairs_are_missed_also_where_lists_are_too_long_to_compare_all_names(two_lists, monkeypatch):
    rows = coded(two_lists)
    facility = two_lists.set_index("row_id")["facility"][rows.ids].to_numpy()
    n_true = two_lists.groupby("facility").size().pipe(lambda n: (n * (n - 1) // 2).sum())
    for cheap in (candidates.CHEAP, {"country": 0, "province": 0}):
        monkeypatch.setattr(candidates, "CHEAP", cheap)
        a, b = candidate_pairs(rows)
        assert (facility[a] == facility[b]).sum() / n_true > 0.965
        assert len(a) < 20 * len(two_lists)


def test_lists_without_any_value_have_no_candidates():
    a, _ = candidate_pairs(coded(pd.DataFrame({"row_id": ["a", "b"], "list_id": ["x", "y"]})))
    assert len(a) == 0


def test_distinct_keys_are_sorted():
    assert distinct(np.array([3, 1, 3, 2])).tolist() == [1, 2, 3]
    assert distinct(np.array([], dtype=int)).tolist() == []
