"""Imputed answers: what was told stands, households agree with themselves, enough draws, empty and bad surveys."""

import weakref

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.features import imputed_answers
from analysis.features.surveyed_children import TABLE as CHILDREN
from analysis.models.imputation import chained

STUDY = study.load().changed("imputation.n_pilot", 2).changed("imputation.most", 3).changed("imputation.n_sweeps", 1)
BLANKED = ("id_poor", "violence_in_home", "school_distance_km", "monthly_income_usd", "disability")


def surveyed(n_households: int = 160) -> pd.DataFrame:
    """Return two children of each household, 20 households a village, four villages a stratum."""
    rng = np.random.default_rng(21)
    n = 2 * n_households
    household = np.repeat(np.arange(n_households), 2)

    def of_household(values: np.ndarray) -> np.ndarray:
        return np.asarray(values)[household]

    children = pd.DataFrame(
        {
            "member_id": [f"{number:016x}" for number in range(n)],
            "household_key": [f"{number:016x}" for number in household],
            "survey_stratum": [f"{number // 80:02d}-rural" for number in household],
            "survey_cluster": [f"{number // 20:04d}" for number in household],
            "survey_weight": of_household(np.repeat(rng.uniform(20, 80, n_households // 20), 20)),
            "province_code": "01",
            "id_poor": of_household(rng.choice(["level_1", "level_2", "at_risk", "no"], n_households)),
            **{
                name: of_household(rng.random(n_households) < 0.3)
                for name in ("dependable_income", "migration", "violence_in_home", "substance_use")
            },
            "illness_or_disability": of_household(rng.random(n_households) < 0.2),
            "school_distance_km": of_household(rng.lognormal(1, 0.6, n_households).round(1) + 0.1),
            "school_cost_usd": of_household(rng.lognormal(4, 0.5, n_households).round()),
            "household_size": of_household(rng.integers(3, 8, n_households)),
            "n_children": 2,
            "caregiver_relation": of_household(rng.choice(["mother", "grandparent"], n_households)),
            "caregiver_sex": "female",
            "caregiver_age_band": of_household(rng.choice(["18-29", "30-44", "60+"], n_households)),
            "monthly_income_usd": of_household(rng.lognormal(5, 0.6, n_households).round()),
            "sex": rng.choice(["female", "male"], n),
            "age_years": rng.integers(0, 18, n),
            "disability": rng.random(n) < 0.1,
            "in_school": True,
            "mother_alive": rng.random(n) < 0.9,
            "father_alive": rng.random(n) < 0.9,
            "living_place": "home",
            "placed_before_12m": rng.random(n) < 0.1,
            "lives_in_residential_care": False,
            "was_placed_12m": rng.random(n) < 0.2,
            "is_at_risk_of_placement": True,
        }
    )
    return CHILDREN.validated(children, "surveyed_children")


def with_blanks(children: pd.DataFrame) -> pd.DataFrame:
    """Return the children, a tenth of whose households or of whom leave an item blank."""
    rng = np.random.default_rng(22)
    household = pd.factorize(children["household_key"])[0]
    of_household = {
        name: children[name].mask((rng.random(household.max() + 1) < 0.1)[household]) for name in BLANKED[:-1]
    }
    return children.assign(**of_household, disability=children["disability"].mask(rng.random(len(children)) < 0.1))


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    return with_blanks(surveyed())


@pytest.fixture(scope="module")
def answers(told: pd.DataFrame) -> pd.DataFrame:
    return built(told)


def built(children: pd.DataFrame, choices: study.Study = STUDY) -> pd.DataFrame:
    none = pd.DataFrame(columns=list(imputed_answers.TABLE.columns))
    parts = list(imputed_answers.build(children, choices, np.random.default_rng(1)))
    return imputed_answers.TABLE.validated(pd.concat(parts) if parts else none, "imputed_answers")


def test_children_with_a_blank_answer_have_a_row_in_each_imputation(told, answers):
    is_incomplete = told[list(BLANKED)].isna().any(axis=1)
    assert 0 < is_incomplete.sum() < len(told)
    for _, own in answers.groupby("imputation"):
        assert set(own["member_id"]) == set(told.loc[is_incomplete, "member_id"])
    assert not answers.isna().any(axis=None)


def test_what_was_told_stands_and_a_household_has_one_answer(told, answers):
    beside = answers.merge(told, on="member_id", suffixes=("", "_told"), validate="m:1")
    for name in BLANKED:
        was_told = beside[f"{name}_told"].notna()
        assert (beside.loc[was_told, name] == beside.loc[was_told, f"{name}_told"]).all(), name
    n_answers = beside.groupby(["imputation", "household_key"])[list(BLANKED[:-1])].nunique()
    assert (n_answers == 1).all(axis=None)


def test_nothing_of_an_imputation_is_held_when_the_next_is_begun(told, monkeypatch):
    made, held, real, completed = [], [], chained.Chain, imputed_answers._completed

    def begun(*given):
        held.append(sum(one() is not None for one in made))
        chain = real(*given)
        made.append(weakref.ref(chain))
        return chain

    def noted(one, **given):
        frame = completed(one, **given)
        made.extend([weakref.ref(one.upper), weakref.ref(frame)])
        return frame

    monkeypatch.setattr(chained, "Chain", begun)
    monkeypatch.setattr(imputed_answers, "_completed", noted)
    parts = imputed_answers.build(told, STUDY, np.random.default_rng(1))
    assert [part["imputation"].unique().tolist() for part in parts] == [[1], [2], [3]]
    assert held == [0, 0, 0]


def test_imputations_differ_where_an_answer_is_blank(told, answers):
    blank = told.loc[told["monthly_income_usd"].isna(), "member_id"]
    incomes = answers[answers["member_id"].isin(blank)].groupby("member_id")["monthly_income_usd"]
    assert (incomes.max() > incomes.min()).mean() > 0.8


def test_the_number_follows_the_missing_information(told, answers):
    assert answers["imputation"].max() == 3, "the most allowed: much is missing"
    content = STUDY.changed("imputation.wanted_cv", 10.0)
    assert built(told, content)["imputation"].max() == 2, "the pilot is enough"


def test_where_no_model_of_placements_can_be_fitted_the_most_are_drawn(told):
    nobody = told.assign(was_placed_12m=told["was_placed_12m"].where(told["was_placed_12m"].isna(), False))
    assert built(nobody, STUDY.changed("imputation.wanted_cv", 10.0))["imputation"].max() == 3


def test_without_a_survey_or_a_blank_answer_there_is_no_row(told):
    assert built(told.iloc[:0]).empty
    assert built(surveyed(40)).empty


def test_a_household_without_cluster_and_stratum_is_drawn_by_itself(told):
    alone = told.assign(survey_cluster=told["survey_cluster"].where(told.index > 3), survey_stratum=None)
    assert built(alone.astype({"survey_stratum": "str"}))["imputation"].nunique() == 3


def test_an_item_nobody_answered_is_named_and_can_be_left_out(told):
    silent = told.assign(school_cost_usd=pd.Series(pd.NA, index=told.index, dtype="Float64"))
    with pytest.raises(ValueError, match=r"an answer to school_cost_usd: .*left_out of \[imputation\]"):
        built(silent)
    without = STUDY.changed("imputation.left_out", ["school_cost_usd"])
    assert built(silent, without)["school_cost_usd"].isna().all()


def test_every_item_has_a_kind_and_a_column():
    assert set(imputed_answers.OF_HOUSEHOLD) | set(imputed_answers.OF_CHILD) <= set(CHILDREN.columns)
    assert set(STUDY.imputation.judged_by) <= set(imputed_answers.KINDS)
