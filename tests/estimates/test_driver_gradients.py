"""Driver gradients: a planted slope is found where data are rich, and poor data are said to be poor."""

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.estimates import driver_gradients

CODES = [f"{code:02d}" for code in range(1, 26)]
FIVE = ["02", "08", "12", "17", "18"]
PRINTED = {  # RCIs of the mapping 2014-15
    "Phnom Penh": (["12"], 117),
    "Siem Reap": (["17"], 80),
    "battambang_kandal_preah_sihanouk": (["02", "08", "18"], 70),
    "priority5": (FIVE, 267),
    "other20": ([code for code in CODES if code not in FIVE], 139),
    "cambodia": (CODES, 406),
}
CHILDREN = {"priority5": (FIVE, 11788), "cambodia": (CODES, 16579)}


def totals_of(outcome, printed):
    return pd.DataFrame(
        [
            {"outcome": outcome, "area": area, "province_code": code, "total": total, "claim_id": area.lower()}
            for area, (codes, total) in printed.items()
            for code in codes
        ]
    )


@pytest.fixture(scope="module")
def few_drivers():
    """Three drivers only: every pair of seven takes seconds."""
    return study.load().changed(
        "driver_gradients.drivers", ["urban_share", "school_distance_km", "is_tourism_destination"]
    )


@pytest.fixture(scope="module")
def province_children():
    rng = np.random.default_rng(20150228)
    return pd.DataFrame({"province_code": CODES, "n_children_2011": rng.integers(12_000, 430_000, 25)})


@pytest.fixture(scope="module")
def province_conditions():
    rng = np.random.default_rng(11)
    urban = rng.uniform(0.02, 0.3, 25)
    urban[CODES.index("12")] = 0.94
    return pd.DataFrame(
        {
            "province_code": CODES,
            "urban_share": urban,
            "school_distance_km": rng.uniform(1, 20, 25),
            "is_tourism_destination": pd.array([code in ("12", "17", "18", "07") for code in CODES], "boolean"),
        }
    )


@pytest.fixture(scope="module")
def rows(province_children, province_conditions, few_drivers):
    mapping_totals = pd.concat([totals_of("n_rcis", PRINTED), totals_of("n_children_in_rcis", CHILDREN)])
    built = driver_gradients.build(mapping_totals, province_children, province_conditions, few_drivers)
    return driver_gradients.TABLE.validated(built, "driver_gradients")


def one(rows, outcome, term, specification):
    return rows.set_index(["outcome", "term", "specification"]).loc[(outcome, term, specification)]


def test_nested_totals_become_four_blocks_and_leave_two_degrees_of_freedom(rows):
    row = one(rows, "n_rcis", "urban_share", "alone")
    assert row["n"] == 4
    assert "F(1, 2)" in row["note"]
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert row["dispersion"] > 1
    assert 0 < row["deviance_explained"] < 1


def test_two_totals_of_children_give_no_slope_and_the_note_says_why(rows):
    of_children = rows[(rows["outcome"] == "n_children_in_rcis") & (rows["specification"] != "excluded")]
    assert of_children["estimate"].isna().all()
    assert not of_children["is_identified"].any()
    assert of_children["note"].str.contains("2 group totals leave no residual degree of freedom").all()


def test_a_slope_without_an_end_is_not_identified(rows):
    endless = rows["ci_low"].isna() | rows["ci_high"].isna()
    assert endless.any()
    assert not rows.loc[endless, "is_identified"].any()


def test_what_cannot_be_told_apart_stands_on_the_rows_of_a_driver_alone(rows):
    of_rcis = rows[rows["outcome"] == "n_rcis"]
    alone = of_rcis["specification"] == "alone"
    assert of_rcis.loc[alone, "cannot_be_told_from"].notna().all()
    assert of_rcis.loc[~alone, "cannot_be_told_from"].isna().all()
    assert "school_distance_km" in one(rows, "n_rcis", "urban_share", "alone")["cannot_be_told_from"]


def test_the_step_is_the_standard_deviation_weighted_by_children_and_one_for_yes_to_no(
    rows, province_children, province_conditions
):
    weights = province_children["n_children_2011"].to_numpy()
    values = province_conditions["urban_share"].to_numpy()
    variance = np.cov(values, aweights=weights, ddof=0)
    row = one(rows, "n_rcis", "urban_share", "alone")
    assert row["step"] == pytest.approx(np.sqrt(variance))
    assert row["contrast"] == "one standard deviation"
    tourism = one(rows, "n_rcis", "is_tourism_destination", "alone")
    assert (tourism["step"], tourism["contrast"]) == (1, "yes to no")


def test_school_attendance_is_left_out_with_its_reason(rows):
    row = one(rows, "n_rcis", "school_attendance_deprived_share", "excluded")
    assert pd.isna(row["estimate"])
    assert "COVID-19" in row["note"]
    assert "survey" in row["note"]


def test_all_25_provinces_find_a_planted_slope_with_the_same_code(province_children, province_conditions, few_drivers):
    """What a user gets who fills in the province table: a narrow interval around the truth."""
    provinces = province_children.merge(province_conditions, on="province_code")
    distance = provinces["school_distance_km"]
    rates = 3e-4 * np.exp(-0.15 * distance)
    counts = np.random.default_rng(3).poisson(provinces["n_children_2011"] * rates)
    distance_alone = few_drivers.changed("driver_gradients.drivers", ["school_distance_km"])
    printed = {code: ([code], int(count)) for code, count in zip(CODES, counts, strict=True)}
    built = driver_gradients.build(totals_of("n_rcis", printed), province_children, province_conditions, distance_alone)
    row = one(driver_gradients.TABLE.validated(built, "x"), "n_rcis", "school_distance_km", "alone")
    truth = np.exp(-0.15 * row["step"])
    assert row["ci_low"] < truth < row["ci_high"]
    assert row["ci_high"] / row["ci_low"] < 1.5
    assert row["is_identified"]
    assert row["sign_is_stable"]


def test_a_driver_that_is_missing_for_a_province_is_refused(province_children, province_conditions, few_drivers):
    holey = province_conditions.assign(urban_share=province_conditions["urban_share"].mask(lambda share: share > 0.9))
    with pytest.raises(ValueError, match="drivers are missing for some provinces"):
        driver_gradients.build(totals_of("n_rcis", PRINTED), province_children, holey, few_drivers)
