"""Care rates: the published rates, the two intervals for children, and the ratios."""

import pandas as pd
import pytest

from analysis import study
from analysis.estimates import care_rates
from analysis.models.counts import poisson_interval

CODES = [f"{code:02d}" for code in range(1, 26)]
TRIO, FIVE = ["02", "08", "18"], ["02", "08", "12", "17", "18"]
PROVINCES = {
    "Phnom Penh": ["12"],
    "Siem Reap": ["17"],
    "battambang_kandal_preah_sihanouk": TRIO,
    "priority5": FIVE,
    "other20": [code for code in CODES if code not in FIVE],
    "cambodia": CODES,
}
# Children of each area: Commune Database 2011, census 2008 (0-14 and 3/5 of 15-19).
CHILDREN = {
    "Phnom Penh": (389288, 393646),
    "Siem Reap": (416391, 388973),
    "battambang_kandal_preah_sihanouk": (929596, 1012163),
    "priority5": (1735275, 1794782),
    "other20": (3922525, 3690583),
    "cambodia": (5657800, 5485365),
}
N_RCIS = dict(zip(PROVINCES, (117, 80, 70, 267, 139, 406), strict=True))
N_CHILDREN_IN_RCIS = {"priority5": 11788, "other20": 4791, "cambodia": 16579}


@pytest.fixture
def mapping_totals():
    printed = [("n_rcis", N_RCIS), ("n_children_in_rcis", N_CHILDREN_IN_RCIS)]
    return pd.DataFrame(
        [
            (outcome, area, code, total, f"{outcome}_{area}")
            for outcome, totals in printed
            for area, total in totals.items()
            for code in PROVINCES[area]
        ],
        columns=["outcome", "area", "province_code", "total", "claim_id"],
    )


@pytest.fixture
def group_children():
    return pd.DataFrame(
        [
            (area, denominator, n_children)
            for area, counts in CHILDREN.items()
            for denominator, n_children in zip(("2011 registration", "2008 census"), counts, strict=True)
        ],
        columns=["area", "denominator", "n_children"],
    )


@pytest.fixture
def rows(mapping_totals, group_children):
    built = care_rates.build(mapping_totals, group_children, study.load())
    return care_rates.TABLE.validated(built, "care_rates")


def rate(rows, outcome, term, level, interval="exact_poisson"):
    return rows.set_index(["outcome", "term", "level", "interval"]).loc[(outcome, term, level, interval)]


@pytest.mark.parametrize(
    ("outcome", "level", "printed"),
    [
        ("n_rcis", "2011 registration", (30.05, 19.21, 7.53, 15.39, 3.54, 7.18)),
        ("n_rcis", "2008 census", (29.72, 20.57, 6.92, 14.88, 3.77, 7.40)),
    ],
)
def test_rates_of_institutions_are_the_published_ones(rows, outcome, level, printed):
    found = [rate(rows, outcome, area, level)["estimate"] for area in PROVINCES]
    assert found == pytest.approx(printed, abs=0.005)


@pytest.mark.parametrize(
    ("level", "printed"),
    [("2011 registration", (679.3, 122.1, 293.0)), ("2008 census", (656.8, 129.8, 302.2))],
)
def test_rates_of_children_are_the_published_ones(rows, level, printed):
    found = [rate(rows, "n_children_in_rcis", area, level)["estimate"] for area in N_CHILDREN_IN_RCIS]
    assert found == pytest.approx(printed, abs=0.05)


def test_exact_interval_is_garwood_per_100_000(rows):
    row = rate(rows, "n_rcis", "Phnom Penh", "2011 registration")
    low, high = poisson_interval(117, 0.95, 389288)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((1e5 * low, 1e5 * high))
    assert row["n"] == 117


def test_children_clustered_in_facilities_have_the_wider_interval_and_the_narrow_one_says_so(rows):
    narrow = rate(rows, "n_children_in_rcis", "priority5", "2011 registration")
    wide = rate(rows, "n_children_in_rcis", "priority5", "2011 registration", "clustered_in_facilities")
    assert wide["estimate"] == narrow["estimate"]
    assert wide["ci_high"] - wide["ci_low"] > 5 * (narrow["ci_high"] - narrow["ci_low"])
    assert "too narrow" in narrow["note"]
    assert "too narrow" not in wide["note"]


def test_institutions_have_only_the_exact_interval(rows):
    assert set(rows.loc[rows["outcome"] == "n_rcis", "interval"]) == {"exact_poisson"}


def test_ratios_compare_with_the_base_only_areas_that_share_no_province_with_it(rows):
    ratios = rows[rows["scale"] == "ratio"]
    assert set(ratios.loc[ratios["outcome"] == "n_rcis", "term"]) == {
        "Phnom Penh / other20",
        "Siem Reap / other20",
        "battambang_kandal_preah_sihanouk / other20",
        "priority5 / other20",
    }
    row = rate(rows, "n_rcis", "Phnom Penh / other20", "2011 registration")
    # R 4.2.2: poisson.test(c(117, 139), c(389288, 3922525))$conf.int
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((6.574996671004790, 10.924642704214481))
    assert row["estimate"] == pytest.approx(117 / 389288 / (139 / 3922525))
    assert row["ci_low"] < row["estimate"] < row["ci_high"]


def test_an_area_without_institutions_has_no_upper_bound_to_compare_with(mapping_totals, group_children):
    none_elsewhere = mapping_totals.assign(total=mapping_totals["total"].mask(mapping_totals["area"] == "other20", 0))
    built = care_rates.build(none_elsewhere, group_children, study.load())
    row = rate(care_rates.TABLE.validated(built, "care_rates"), "n_rcis", "Siem Reap / other20", "2008 census")
    assert pd.isna(row["estimate"])
    assert pd.isna(row["ci_high"])
    assert row["ci_low"] > 1


def test_a_province_added_by_a_user_enters_and_one_without_a_2008_count_has_only_2011(mapping_totals, group_children):
    added = pd.DataFrame(
        {
            "outcome": "n_rcis",
            "area": "Kampong Cham",
            "province_code": "03",
            "total": 9,
            "claim_id": "x",
        },
        index=[0],
    )
    children = pd.DataFrame(
        {
            "area": "Kampong Cham",
            "denominator": ["2011 registration", "2008 census"],
            "n_children": [417211, None],
        }
    )
    built = care_rates.build(pd.concat([mapping_totals, added]), pd.concat([group_children, children]), study.load())
    found = built[built["term"] == "Kampong Cham"]
    assert found["level"].tolist() == ["2011 registration"]
    assert found["estimate"].iloc[0] == pytest.approx(1e5 * 9 / 417211)


def test_an_area_that_nobody_counted_the_children_of_is_refused(mapping_totals, group_children):
    without = group_children[group_children["area"] != "Siem Reap"]
    with pytest.raises(ValueError, match="group_children has no row for Siem Reap"):
        care_rates.build(mapping_totals, without, study.load())
