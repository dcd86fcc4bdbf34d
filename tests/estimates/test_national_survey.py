"""National survey: estimators side by side, to whom a rate is applied, too few communes, none."""

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.estimates import _national_estimators as ways
from analysis.estimates import national_survey

STUDY = study.load().changed("national_survey.n_replicates", 400)
INSPECTED, NAMED = STUDY.national_survey.reporting_lists
N = 16  # sampled communes


def communes(n=60):
    """Return communes of two a district: every third district has no report."""
    codes = [f"12{1 + i // 2:02d}{i % 2:02d}" for i in range(n)]
    reported = [0 if (i // 2) % 3 == 2 else 1 + i % 3 for i in range(n)]
    return pd.DataFrame(
        {
            "commune_code": codes,
            "district_code": [code[:4] for code in codes],
            "province_code": "12",
            "n_people": np.linspace(4000, 20000, n),
            "is_town": [i % 5 == 0 for i in range(n)],
            "idpoor_share": np.linspace(0.1, 0.4, n),
            "n_reported": reported,
        }
    ).astype({"is_town": "Int64", "n_people": "Float64"})


def sample(n=N, children=30):
    drawable = communes()[lambda c: c["n_reported"] > 0].iloc[:n]
    counted = drawable["n_reported"] * children + np.arange(n)
    return pd.DataFrame(
        {
            "commune_code": drawable["commune_code"],
            "district_code": drawable["district_code"],
            "province_code": "12",
            "sample_stratum": ["a", "b"] * (n // 2),
            "sample_weight": 2.5,
            "n_facilities": drawable["n_reported"],
            "n_facilities_uncounted": 0,
            "n_children": counted,
            "n_children_largest": counted // 2,
            "n_children_second": counted // 4,
        }
    )


def links(first=20, both=10, second=20):
    on = [(INSPECTED, f"f{i}") for i in range(first)]
    on += [(NAMED, f"f{i}") for i in range(first - both, first - both + second)]
    return pd.DataFrame(on, columns=["list_id", "facility_key"])


def built(sampled, of_links=None):
    rng = np.random.default_rng(4)
    rows = national_survey.build(sampled, communes(), links() if of_links is None else of_links, STUDY, rng)
    return national_survey.TABLE.validated(rows, "national_survey")


@pytest.fixture(scope="module")
def rows():
    return built(sample()).set_index(["outcome", "term", "level", "interval"])


def at(rows, term, level, interval, outcome=national_survey.CHILDREN):
    return rows.loc[(outcome, term, level, interval)]


def test_every_estimator_has_an_interval_around_its_estimate(rows):
    assert set(rows.index.get_level_values("term")) == set(national_survey.ESTIMATORS)
    assert (rows["ci_low"] <= rows["estimate"]).all()
    assert (rows["estimate"] <= rows["ci_high"].fillna(np.inf)).all()
    assert (rows["n_communes"] == N).all()


def test_weighted_and_single_rates_are_what_they_say(rows):
    sampled = sample()
    people = communes().set_index("commune_code")["n_people"].reindex(sampled["commune_code"]).sum()
    weighted = at(rows, ways.WEIGHTED, ways.DRAWABLE, ways.T)
    assert weighted["estimate"] == pytest.approx(2.5 * sampled["n_children"].sum())
    one = at(rows, ways.ONE_RATE, ways.ALL, ways.POISSON)
    assert one["estimate"] == pytest.approx(sampled["n_children"].sum() / people * communes()["n_people"].sum())
    assert at(rows, ways.WEIGHTED, ways.DRAWABLE, ways.T, national_survey.FACILITIES)["estimate"] == pytest.approx(
        2.5 * sampled["n_facilities"].sum()
    )


def test_a_rate_grows_with_its_target_and_its_interval_with_the_choice_of_districts(rows):
    ratio = {level: at(rows, ways.RATIO, level, ways.T) for level in (ways.DRAWABLE, ways.REPORTED, ways.ALL)}
    assert ratio[ways.DRAWABLE]["estimate"] == pytest.approx(ratio[ways.REPORTED]["estimate"]), "all of them report"
    assert ratio[ways.REPORTED]["estimate"] < ratio[ways.ALL]["estimate"]
    width = {level: np.log(row["ci_high"] / row["ci_low"]) for level, row in ratio.items()}
    assert width[ways.REPORTED] > width[ways.DRAWABLE]


def test_help_of_what_explains_the_counts_narrows_the_interval(rows):
    alone, helped = (at(rows, term, ways.DRAWABLE, ways.T) for term in (ways.WEIGHTED, ways.ASSISTED))
    assert helped["ci_high"] - helped["ci_low"] < (alone["ci_high"] - alone["ci_low"]) / 3


def test_one_list_tells_nothing_of_what_lists_miss(rows):
    assert rows["chance_of_report"].iloc[0] == pytest.approx(0.75)
    one_list = built(sample(), links(second=0, both=0))
    assert one_list["chance_of_report"].isna().all()
    assert one_list["estimate"].notna().all()


@pytest.mark.parametrize(
    "too_little", [sample(6), sample().iloc[[0, 1, *range(2, 16, 2)]], sample().assign(n_children=0)]
)
def test_too_little_has_no_estimate_and_says_so(too_little):
    rows = built(too_little)
    children = rows[rows["outcome"] == national_survey.CHILDREN]
    assert children["estimate"].isna().all()
    assert (children["note"] == national_survey.TOO_FEW).all()


def test_no_sample_no_row():
    assert built(sample().iloc[:0]).empty
