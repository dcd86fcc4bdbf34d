"""National totals: printed totals side by side, and the estimation study expanded again."""

import pandas as pd
import pytest

from analysis import study
from analysis.estimates import national_totals

PRINTED = [
    # claim_id, topic, place, indicator, value, unit, grade
    ("mapping-cambodia-rci-children", "mapping", "cambodia", "n_children_under_18", 16579, "children", "A"),
    ("mapping-cambodia-children", "mapping", "cambodia", "n_children_under_18", 26187, "children", "C"),
    ("mapping-priority5-rci-children", "mapping", "priority5", "n_children_under_18", 11788, "children", "A"),
    ("mapping-cambodia-facilities", "mapping", "cambodia", "n_facilities", 639, "facilities", "A"),
    ("trend-2021-children", "care_trend", "cambodia", "n_children", 6000, "children", "B"),
    ("trend-2019-children", "care_trend", "cambodia", "n_children", None, "children", "B"),
    ("study-communes", "estimation_study", "24 communes", "n_communes", 24, "communes", "A"),
    ("study-children", "estimation_study", "24 communes", "n_children_under_18", 3588, "children", "A"),
    ("study-institutions", "estimation_study", "24 communes", "n_facilities", 122, "facilities", "A"),
    ("study-national-children", "estimation_study", "cambodia", "n_children_under_18", 48775, "children", "A"),
    ("study-national-institutions", "estimation_study", "cambodia", "n_facilities", 1658, "facilities", "B"),
    ("global-median", "global", "world", "n_children", 5_370_000, "children", "A"),
    ("global-negative-binomial", "global", "world", "n_children", 7_520_000, "children", "A"),
    ("global-negative-binomial-low", "global", "world", "n_children_ci_low", 7_480_000, "children", "A"),
    ("global-negative-binomial-high", "global", "world", "n_children_ci_high", 7_560_000, "children", "A"),
]


@pytest.fixture
def claims():
    columns = ["claim_id", "topic", "place", "indicator", "value", "unit", "grade"]
    words = {name: name for name in ("population", "definition", "method", "source_id", "value_printed")}
    frame = pd.DataFrame(PRINTED, columns=columns).assign(**words, period="2015", note="")
    return frame.assign(value=frame["value"].astype("Float64"), note=frame["note"].mask(frame["note"] == ""))


@pytest.fixture
def rows(claims):
    return national_totals.TABLE.validated(national_totals.build(claims, study.load()), "national_totals")


def one(rows, term, level, outcome="n_children_in_residential_care"):
    return rows.set_index(["outcome", "term", "level"]).loc[(outcome, term, level)]


def test_every_printed_total_of_the_country_stands_once_without_an_interval(rows):
    printed = rows[(rows["outcome"] == "n_children_in_residential_care") & rows["is_printed"]]
    assert set(printed["term"]) == {"mapping-cambodia-rci-children", "trend-2021-children", "study-national-children"}
    assert printed[["ci_low", "ci_high"]].isna().all(axis=None)
    assert printed["note"].str.contains("No interval is printed").all()


def test_a_sum_of_printed_numbers_is_not_called_printed(rows):
    row = one(rows, "mapping-cambodia-children", "sum of printed numbers")
    assert row["estimate"] == 26187
    assert not row["is_printed"]


def test_the_study_is_reproduced_and_its_one_rate_interval_is_marked_as_ours(rows):
    row = one(rows, "study-national-children", "one rate for all communes")
    assert row["estimate"] == pytest.approx(48775)
    assert (round(row["ci_low"]), round(row["ci_high"])) == (47179, 50371)
    assert row["note"].startswith("Ours, not the study's")
    assert not row["is_printed"]
    institutions = one(rows, "study-national-institutions", "one rate for all communes", "n_facilities")
    assert round(institutions["estimate"]) == 1658


def test_one_factor_gives_both_printed_totals(rows):
    factors = rows[rows["outcome"] == "expansion_factor"]["estimate"]
    assert factors.tolist() == pytest.approx([13.594, 13.590], abs=0.0005)


def test_intervals_widen_with_the_variation_between_communes(rows):
    grid = rows[rows["overdispersion"].notna() & (rows["term"] == "study-national-children")]
    widths = (grid["ci_high"] / grid["ci_low"])[grid["commune_cv"].sort_values().index]
    assert widths.is_monotonic_increasing
    assert widths.is_unique
    assert grid["commune_cv"].tolist() == pytest.approx([0.627, 1.0, 1.5, 2.0, 0.0], abs=0.0005)
    # 1 + 3588 * 1.5^2 / 24
    assert one(rows, "study-national-children", "communes differ, cv 1.5")["overdispersion"] == pytest.approx(337.375)


def test_the_world_is_in_millions_with_an_interval_only_where_one_is_printed(rows):
    world = "n_children_in_residential_care_worldwide"
    row = one(rows, "global-negative-binomial", "printed", world)
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == pytest.approx((7.52, 7.48, 7.56))
    assert row["scale"] == "millions"
    assert row["note"].startswith("The interval is printed")
    assert pd.isna(one(rows, "global-median", "printed", world)["ci_low"])
    assert (rows["outcome"] == world).sum() == 2  # the ends of an interval are not totals
