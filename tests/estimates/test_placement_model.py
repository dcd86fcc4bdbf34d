"""The placement model's rows: terms in doublings and classes, unknown stays missing, and who the question is about."""

import made_survey
import numpy as np
import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import _placement_effects as effects
from analysis.estimates import _placement_model as placement
from analysis.models.survey.regression import logistic

STUDY = choices.load()


@pytest.fixture(scope="module")
def children():
    return made_survey.children()


def test_columns_are_the_constant_and_the_terms_of_the_study_in_its_order(children):
    columns = placement.covariates(children, STUDY)
    assert list(columns) == ["constant", *placement.terms(STUDY)["term"]]
    assert set(columns.dtypes.astype("str")) == {"float64"}
    in_care = placement.covariates(children, STUDY, placement.LIVES_IN_CARE)
    assert set(columns) - set(in_care) == {"placed_before"}
    assert (columns["constant"] == 1).all()


@pytest.mark.parametrize(
    ("answers", "term", "value"),
    [
        ({"id_poor": "level_2"}, "poor_level_2", 1),
        ({"id_poor": "level_2"}, "poor_level_1", 0),
        ({"id_poor": "no"}, "near_poor", 0),
        ({"school_distance_km": 8.0}, "school_km_doubled", 3),
        ({"school_distance_km": 0.0}, "school_km_doubled", np.log2(0.1)),
        ({"school_cost_usd": 64.0}, "school_cost_doubled", 6),
        ({"mother_alive": False, "father_alive": False}, "parents_dead", 2),
        ({"mother_alive": False, "father_alive": pd.NA}, "parents_dead", np.nan),
        ({"migration": pd.NA}, "migration", np.nan),
        ({"id_poor": pd.NA}, "poor_level_1", np.nan),
        ({"age_years": 5}, "age_6_11", 0),
        ({"age_years": 6}, "age_6_11", 1),
        ({"age_years": 12}, "age_6_11", 0),
        ({"age_years": 12}, "age_12_17", 1),
        ({"age_years": pd.NA}, "age_6_11", np.nan),
        ({"n_children": 3}, "further_children", 2),
        ({"sex": "male"}, "boy", 1),
        ({"violence_in_home": True}, "family_violence", 1),
    ],
)
def test_an_answer_becomes_its_term(children, answers, term, value):
    found = placement.covariates(made_survey.changed(children, **answers), STUDY)[term].iloc[0]
    assert found == pytest.approx(value, nan_ok=True)


def test_interactions_are_products_of_the_named_pairs_only(children):
    columns = placement.covariates(children, STUDY)
    products = placement.with_interactions(columns, STUDY)
    assert len(products.columns) == len(columns.columns) + len(STUDY.placement_risk.interactions)
    poor = columns["poor_level_1"] + columns["poor_level_2"]
    assert (products["poor:disability"] == poor * columns["disability"]).all()


def test_imputations_fill_gaps_and_change_no_answer(children):
    gaps = children.head(3).copy()
    gaps.loc[0, "migration"] = pd.NA
    gaps["id_poor"] = gaps["id_poor"].mask([False, True, False])
    answered = gaps["migration"].tolist()
    drawn = pd.DataFrame(
        {
            "imputation": [1, 1, 2, 2],
            "member_id": [*gaps["member_id"][:2], *gaps["member_id"][:2]],
            "migration": pd.array([True, True, False, False], "boolean"),
            "id_poor": ["no", "level_1", "no", "level_2"],
        }
    )
    found = [placement.completed(gaps, one) for one in placement.each_imputation(drawn)]
    assert [one["migration"].iloc[0] for one in found] == [True, False]
    assert [one["id_poor"].iloc[1] for one in found] == ["level_1", "level_2"]
    assert found[0]["migration"].tolist()[1:] == answered[1:]
    assert found[0]["id_poor"].iloc[0] == gaps["id_poor"].iloc[0]


def test_cluster_numbers_may_start_anew_in_each_stratum(children):
    design = placement.design_of(children, STUDY)
    assert (design.n_strata, design.n_clusters) == (2, 30)
    alone = placement.design_of(children.assign(survey_cluster=pd.array([None] * len(children), "str")), STUDY)
    assert alone.n_clusters == made_survey.N_HOUSEHOLDS


def test_placements_are_asked_of_children_not_in_care_at_the_start_and_unknown_is_not_asked(children):
    rows = children.head(4).assign(
        is_at_risk_of_placement=pd.array([True, False, pd.NA, True], "boolean"),
        was_placed_12m=pd.array([True, False, False, pd.NA], "boolean"),
        lives_in_residential_care=pd.array([True, True, pd.NA, False], "boolean"),
    )
    assert placement.domain_of(rows, placement.PLACED).tolist() == [True, False, False, False]
    assert placement.domain_of(rows, placement.LIVES_IN_CARE).tolist() == [True, True, False, True]


def test_too_few_placements_are_no_model(children):
    assert placement.is_enough(children, placement.PLACED, STUDY)
    assert not placement.is_enough(children.head(100), placement.PLACED, STUDY)
    assert not placement.is_enough(children.head(0), placement.PLACED, STUDY)


def test_a_class_without_a_placement_is_no_term_so_that_no_odds_ratio_is_infinite(children):
    never = children.assign(disability=children["disability"] & ~children["was_placed_12m"], sex="male")
    columns = placement.covariates(never, STUDY)
    kept = placement.estimable(columns, never, placement.PLACED)
    assert set(columns) - set(kept) == {"disability", "boy"}
    assert kept[0] == "constant"


def test_effects_compare_levels_with_the_first_of_their_factor(children):
    columns = placement.covariates(children, STUDY)
    changes = effects.changes_of(columns)
    assert list(changes) == list(columns)[1:]
    assert changes["poor_level_1"].before == {"poor_level_1": 0, "poor_level_2": 0, "near_poor": 0}
    assert changes["poor_level_1"].after == {"poor_level_1": 1, "poor_level_2": 0, "near_poor": 0}
    assert changes["migration"].after == {"migration": 1}
    assert changes["school_km_doubled"].after["school_km_doubled"] == pytest.approx(columns["school_km_doubled"] + 1)


def test_states_bring_nobody_farther_from_school_and_that_of_all_is_all_others(children):
    columns = placement.covariates(children, STUDY)
    states = effects.states_of(columns, STUDY)
    assert list(states) == list(effects.FRACTIONS)
    near = states["school_distance"]["school_km_doubled"]
    assert near.max() == pytest.approx(np.log2(STUDY.placement_risk.school_within_km))
    assert (near <= columns["school_km_doubled"]).all()
    others = {term for name, state in states.items() if name != effects.EVERY for term in state}
    root_causes = placement.terms(STUDY).query("is_root_cause")["term"]
    assert set(states[effects.EVERY]) == others == set(root_causes)


def test_the_model_finds_what_was_planted(children):
    columns = placement.covariates(children, STUDY)
    fit = logistic(placement.outcome_of(children, placement.PLACED), columns, placement.design_of(children, STUDY))
    found = dict(zip(fit.names, fit.coefficients, strict=True))
    errors = dict(zip(fit.names, fit.standard_error, strict=True))
    for term, true in {"poor_level_1": 1.0, "poor_level_2": 1.0, "migration": 0.7, "disability": 0.0}.items():
        assert abs(found[term] - true) < 3 * errors[term], term
