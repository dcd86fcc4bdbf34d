"""The sample of communes: 24 of them, every facility in each visited, weights that add up to the frame."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import communes, facilities, lists, parameters, sample
from analysis.simulate.sampling import beta_binomial, days, drawn, happens, hits, inclusion_chances


@pytest.fixture(scope="module")
def choices():
    return parameters.load()


@pytest.fixture(scope="module")
def listed(choices):
    rng = np.random.default_rng(4)
    standing = facilities.draw(communes.build(choices, 1.0), choices, rng, 1.0)
    return lists.with_flags(standing, choices.lists, rng)


@pytest.fixture(scope="module")
def rows(choices, listed):
    return sample.rows(listed, choices.sample, np.random.default_rng(5)).merge(
        listed[["facility_no", "commune_code", "district_code", "residents_u18_f"]], on="facility_no",
        suffixes=("", "_true"),
    )  # fmt: skip


def test_24_communes_of_24_districts_are_sampled_by_stratum(rows, choices):
    sampled = rows.drop_duplicates("commune_code")
    assert len(sampled) == 24
    assert sampled["district_code"].is_unique
    by_stratum = sampled["sample_stratum"].value_counts()
    assert by_stratum.to_dict() == dict(zip(choices.sample.strata, choices.sample.allocation, strict=True))


def test_every_facility_of_a_sampled_commune_is_visited_once(rows, listed):
    there = listed[listed["commune_code"].isin(rows["commune_code"])]
    assert sorted(rows["facility_no"]) == there["facility_no"].tolist()
    assert len(rows[["commune_code", "sample_weight"]].drop_duplicates()) == 24
    assert (rows["sample_weight"] >= 1).all()


def test_the_four_nights_rule_counts_fewer_children(rows):
    assert (rows["residents_u18_f"] <= rows["residents_u18_f_true"]).all()
    assert rows["residents_u18_f"].sum() / rows["residents_u18_f_true"].sum() == pytest.approx(0.93, abs=0.02)


def test_over_many_samples_weights_add_up_to_the_communes_with_a_reported_facility(listed, choices):
    reported = listed[listed["on_inspection_2014"] | listed["on_informants_2015"]]
    rng = np.random.default_rng(6)
    sums = [
        sample.rows(listed, choices.sample, rng)
        .merge(listed[["facility_no", "commune_code"]], on="facility_no")
        .drop_duplicates("commune_code")["sample_weight"]
        .sum()
        for _ in range(60)
    ]
    standard_error = np.std(sums) / np.sqrt(len(sums))
    assert abs(np.mean(sums) - reported["commune_code"].nunique()) < 4 * standard_error


def test_inclusion_chances_are_proportional_and_stop_at_certainty():
    assert inclusion_chances([1, 2, 3, 4], 2) == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert inclusion_chances([1, 1, 100, 50], 3) == pytest.approx([0.5, 0.5, 1, 1])
    assert inclusion_chances([5, 1], 2) == pytest.approx([1, 1])


def test_systematic_hits_are_the_chances_on_average_and_their_sum_in_every_sample():
    chances, group = pd.Series([0.3, 1.7, 0.5, 0.5, 0.4, 0.6]), pd.Series(list("aabbbb"))
    rng = np.random.default_rng(7)
    found = np.array([hits(chances, group, rng) for _ in range(4000)])
    assert (found[:, :2].sum(axis=1) == 2).all()
    assert (found[:, 2:].sum(axis=1) == 2).all()
    assert (np.abs(found - chances.to_numpy()) < 1).all()
    np.testing.assert_allclose(found.mean(axis=0), chances, atol=0.04)


def test_drawn_classes_have_their_shares_and_a_class_of_no_share_is_never_drawn():
    rng = np.random.default_rng(1)
    shares = np.bincount(drawn([0.2, 0.0, 0.8], rng.random(20_000)), minlength=3) / 20_000
    assert shares[1] == 0
    assert shares[0] == pytest.approx(0.2, abs=0.015)
    assert drawn([[1.0, 0.0], [0.0, 1.0]], np.array([0.5, 0.5])).tolist() == [0, 1]


def test_events_counts_and_days_follow_their_parameters():
    rng = np.random.default_rng(2)
    assert happens(np.full(20_000, -2.0), rng).mean() == pytest.approx(0.119, abs=0.01)
    counts = beta_binomial(np.full(20_000, 20), 0.3, 12.0, rng)
    assert counts.mean() / 20 == pytest.approx(0.3, abs=0.01)
    assert counts.var() == pytest.approx(20 * 0.21 * (1 + 19 / 13), rel=0.05)  # correlation within of 1/13
    found = days("2024-02-01", 120, 5000, rng)
    assert (found.min(), found.max()) == (np.datetime64("2024-02-01"), np.datetime64("2024-05-30"))
