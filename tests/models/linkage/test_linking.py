"""Two lists of which the truth is known: what is found, how sure, and what must not matter."""

import numpy as np
import pandas as pd
import pytest
from benchmarks.facility_lists import facility_lists
from benchmarks.linkage import max_decile_error

from analysis.models.linkage import Linkage, link, weights
from analysis.models.linkage.coded import coded
from analysis.models.linkage.linking import _decisions, _fitted
from analysis.models.linkage.pairs import Pairs
from analysis.models.linkage.strangers import Strangers

COLUMNS = ["name_latin", "name_km", "operator_name", "province_code", "district_code", "commune_code", "facility_type"]


@pytest.fixture(scope="module")
def linkage(two_lists, settings) -> Linkage:
    """Return the linkage of the two lists, which is not told what is true."""
    return link(two_lists.drop(columns="facility"), settings, np.random.default_rng(1))


def is_true(pairs: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    facility = rows.set_index("row_id")["facility"]
    return facility[pairs["row_id_a"]].to_numpy() == facility[pairs["row_id_b"]].to_numpy()


def n_true(rows: pd.DataFrame) -> int:
    return int(rows.groupby("facility").size().pipe(lambda n: n * (n - 1) // 2).sum())


def test_most_true_pairs_are_linked_and_nearly_all_links_are_true(linkage, two_lists):
    links = linkage.pairs[linkage.pairs["decision"] == "link"]
    right = is_true(links, two_lists)
    assert right.mean() >= 0.99
    assert right.sum() / n_true(two_lists) >= 0.96


def test_probabilities_are_those_of_being_true(linkage, two_lists):
    right = is_true(linkage.pairs, two_lists)
    assert max_decile_error(linkage.pairs["probability"].to_numpy(), right) < 0.07  # 17 pairs a group: see validation
    assert linkage.pairs["probability"].sum() == pytest.approx(right.sum(), rel=0.01)


def test_a_row_has_at_most_one_partner_in_the_other_list_unless_it_is_listed_twice(linkage):
    links = linkage.pairs[linkage.pairs["decision"] == "link"]
    is_within = links["list_a"] == links["list_b"]
    twice = {*links.loc[is_within, "row_id_a"], *links.loc[is_within, "row_id_b"]}
    across = links[~is_within]
    partners = pd.concat([across["row_id_a"], across["row_id_b"]]).value_counts()
    assert is_within.any()
    assert not {row for row, n in partners.items() if n > 1} - twice - _partners_of(across, twice)


def _partners_of(links: pd.DataFrame, rows: set) -> set:
    """Return rows that are linked with ``rows``: they have two partners, which are one facility."""
    one = set(links.loc[links["row_id_a"].isin(rows), "row_id_b"])
    return one | set(links.loc[links["row_id_b"].isin(rows), "row_id_a"])


def test_the_frame_is_as_promised(linkage, settings):
    pairs = linkage.pairs
    assert (pairs["row_id_a"] < pairs["row_id_b"]).all()
    assert not pairs.duplicated(["row_id_a", "row_id_b"]).any()
    assert pairs["probability"].between(settings.floor, 1).all()
    is_link, is_review = pairs["decision"] == "link", pairs["decision"] == "review"
    assert pairs.loc[is_link, "probability"].min() >= settings.link_at
    assert pairs.loc[is_review, "probability"].min() >= settings.review_from
    assert set(pairs["decision"]) == {"link", "review", "no"}


def test_shares_of_true_pairs_are_those_of_the_pairs_as_they_are_told_at_the_end(two_lists):
    """EM has settled, on the same weights that probabilities are told with."""
    rows = coded(two_lists.drop(columns="facility"))
    pairs = Pairs.candidates(rows)
    fitted = _fitted(rows, pairs, Strangers.drawn(rows, pairs.levels, np.random.default_rng(1)))
    once_more = weights.shares_of_true(fitted.pairs.levels, fitted.probability, fitted.weights.m)
    for found, again in zip(fitted.weights.m, once_more, strict=True):
        assert again == pytest.approx(found, abs=1e-5)


def test_levels_have_a_meaning_and_unknown_weighs_nothing(linkage):
    parameters = linkage.parameters
    unknown = parameters[parameters["level"] == 0]
    assert unknown["weight"].tolist() == pytest.approx([0.0] * 4)
    assert set(linkage.pairs["name_level"]) <= set(parameters.loc[parameters["comparison"] == "name", "level"])


def test_the_order_of_rows_does_not_matter(linkage, two_lists, settings):
    shuffled = two_lists.drop(columns="facility").sample(frac=1, random_state=4)
    again = link(shuffled, settings, np.random.default_rng(1))
    pd.testing.assert_frame_equal(again.pairs, linkage.pairs)
    pd.testing.assert_frame_equal(again.parameters, linkage.parameters)


def test_a_seed_is_enough_to_get_the_same_and_another_gets_nearly_the_same(linkage, two_lists, settings):
    rows = two_lists.drop(columns="facility")
    again, other = (link(rows, settings, np.random.default_rng(seed)).pairs for seed in (1, 2))
    pd.testing.assert_frame_equal(again, linkage.pairs)
    both = linkage.pairs.merge(other, on=["row_id_a", "row_id_b"], how="outer", validate="1:1").fillna(
        {"probability_x": 0, "probability_y": 0}
    )
    assert (both["probability_x"] - both["probability_y"]).abs().mean() < 0.02


@pytest.mark.parametrize("n_rows", [10, 200, 800])
def test_two_lists_with_nothing_in_common_are_not_linked(n_rows, settings):
    rows = facility_lists(n_rows, np.random.default_rng(n_rows), in_both=0.0)
    pairs = link(rows.drop(columns="facility"), settings, np.random.default_rng(1)).pairs
    across = pairs[pairs["list_a"] != pairs["list_b"]]
    assert (across["decision"] == "link").sum() == 0
    assert across["probability"].sum() < 1


def test_a_value_that_is_unknown_is_no_disagreement(settings, two_lists):
    """A pair that agrees on its names stays a link if nothing else is known, and is none if all else differs."""
    rows = two_lists.drop(columns="facility")
    one = {name: value for name, value in rows.iloc[0].items() if name in COLUMNS} | {"opened_year": 2001.0}
    one |= {"name_latin": "Zuxavira Home", "name_km": "ផ្ទះកុមារ អយុធ្យាហឮ", "operator_name": "Qozulim Association"}
    other_place = {"province_code": "99", "district_code": "9901", "commune_code": "990101", "opened_year": 1950.0}
    differing = one | other_place | {"operator_name": "Bex Company", "facility_type": "transit_emergency"}
    unknown = dict.fromkeys(other_place) | {"operator_name": None, "facility_type": None}
    weights = []
    for other in (one | unknown, differing):
        added = pd.DataFrame(
            [one | {"row_id": "0a", "list_id": "list_a"}, other | {"row_id": "0b", "list_id": "list_b"}]
        )
        pairs = link(pd.concat([rows, added], ignore_index=True), settings, np.random.default_rng(1)).pairs
        found = pairs[(pairs["row_id_a"] == "0a") & (pairs["row_id_b"] == "0b")]
        weights.append(found["probability"].iloc[0] if len(found) else 0.0)
    assert weights[0] > 0.5 > weights[1]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_lists_of_next_to_nothing_have_next_to_no_pairs(n, settings):
    rows = pd.DataFrame({"row_id": list("ab")[:n], "list_id": list("xy")[:n], "name_latin": ["Sokha", "Vibol"][:n]})
    linkage = link(rows, settings, np.random.default_rng(1))
    assert linkage.pairs.empty
    assert list(linkage.pairs)[:4] == ["row_id_a", "row_id_b", "list_a", "list_b"]


def test_each_two_lists_are_paired_by_themselves_and_rows_of_one_list_as_they_come(settings):
    """a0 and b0, b1 and c0: a0 goes to b0 or b1, the surer; c0 is free for both, as a list of its own."""
    rows = coded(pd.DataFrame({"row_id": ["a0", "b0", "b1", "c0"], "list_id": list("abbc")}))
    probability = {("a0", "b0"): 0.97, ("a0", "b1"): 0.99, ("a0", "c0"): 0.98, ("b1", "c0"): settings.link_at}
    probability |= {("b0", "b1"): 0.96, ("b0", "c0"): settings.review_from}
    ids = rows.ids.tolist()
    pairs = sorted((ids.index(one), ids.index(other)) for one, other in probability)
    a, b = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    lists = rows.lists[a] * 3 + rows.lists[b]
    of_pairs = Pairs(a, b, np.zeros((len(a), 4)), lists, rows.lists[a] == rows.lists[b])
    chances = np.array([probability[ids[one], ids[other]] for one, other in pairs])
    found = _decisions(rows, of_pairs, chances, np.arange(4), settings)
    assert dict(zip([(ids[one], ids[other]) for one, other in pairs], found, strict=True)) == {
        ("a0", "b0"): "review",
        ("a0", "b1"): "link",
        ("a0", "c0"): "link",
        ("b0", "b1"): "link",
        ("b0", "c0"): "review",
        ("b1", "c0"): "link",
    }
