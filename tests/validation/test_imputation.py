"""Planted log odds ratios come back after answers are blanked and imputed; intervals hold them; incomes do not.

Made-up surveys of 120 villages in 6 strata, unequal weights, outcome and items alike within villages. Blank answers
depend on what is known of the household; in a second set on whether a child of it was placed as well.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis import study
from analysis.features import imputed_answers
from analysis.models.imputation.chained import imputations
from analysis.models.imputation.levels import levels
from analysis.models.imputation.pooling import pooled
from analysis.models.survey.design import survey_design
from analysis.models.survey.generalised_linear import SeparationError
from analysis.models.survey.regression import logistic
from analysis.simulate import communes, parameters, survey

N_SURVEYS, N_CLUSTERS, N_EACH, N_STRATA = 100, 120, 15, 6
N_IMPUTATIONS, N_SWEEPS, SEED = 5, 4, 20240201
KINDS = {
    **{"poverty": "classes", "school_km": "amount"},
    **dict.fromkeys(("violence", "substance", "is_urban", "disability", "placed"), "yes_no"),
}
BLANKED = ("poverty", "violence", "substance", "school_km")


def simulated(n_clusters, rng):
    """Return households, their children, the children's households; effects of villages on everything."""
    stratum = np.arange(n_clusters) * N_STRATA // n_clusters
    cluster = np.repeat(np.arange(n_clusters), N_EACH)
    effect = (rng.normal(size=(n_clusters, 5)) * [0.7, 0.5, 0.5, 0.5, 0.4])[cluster]
    is_urban, n = (stratum % 2 == 1)[cluster], len(cluster)
    is_poor = rng.random(n) < special.expit(-1.3 - 0.6 * is_urban + effect[:, 0])
    is_near = ~is_poor & (rng.random(n) < 0.12)
    substance = rng.random(n) < special.expit(-2.2 + 0.4 * is_poor + effect[:, 1])
    violence = rng.random(n) < special.expit(-2.2 + 1.6 * substance + 0.3 * is_poor + effect[:, 2])
    school_km = np.exp(np.where(is_urban, 0.2, 1.2) + effect[:, 3] + 0.5 * rng.normal(size=n))
    parent = np.repeat(np.arange(n), 1 + rng.poisson(1, n))
    disability = rng.random(len(parent)) < 0.06
    of_household = -3.2 + 0.9 * is_poor + 0.4 * is_near + 0.8 * violence + 0.4 * np.log(school_km) + effect[:, 4]
    placed = rng.random(len(parent)) < special.expit(of_household[parent] + 0.8 * disability)
    households = pd.DataFrame(
        {
            **{"stratum": stratum[cluster], "cluster": cluster, "is_urban": is_urban},
            "weight": np.exp(0.3 * rng.normal(size=n_clusters))[cluster] * np.where(is_urban, 1, 3),
            "poverty": np.select([is_poor, is_near], ["poor", "near"], "not"),
            **{"violence": violence, "substance": substance, "school_km": school_km},
        }
    )
    return households, pd.DataFrame({"disability": disability, "placed": placed}), parent


def blanked(households, children, parent, by_outcome, rng):
    placed = np.bincount(parent, children["placed"], len(households)) > 0
    log_odds = (-2 + 0.6 * households["is_urban"] + 1.2 * by_outcome * placed).to_numpy()
    flags = households.astype(dict.fromkeys(("violence", "substance", "is_urban"), "boolean"))
    told = {
        name: flags[name].mask(rng.random(len(flags)) < special.expit(log_odds + 0.6 * (name in BLANKED[1:3])))
        for name in BLANKED
    }
    is_blank = rng.random(len(parent)) < special.expit(log_odds[parent])
    disability = children["disability"].astype("boolean").mask(is_blank)
    return flags.assign(**told), children.astype("boolean").assign(disability=disability)


def columns(households, children, parent):
    own = households.iloc[parent].reset_index(drop=True)
    poverty = own["poverty"]
    terms = {
        **{level: (poverty == level).astype("boolean").mask(poverty.isna()) for level in ("poor", "near")},
        **{"violence": own["violence"], "log_km": np.log(own["school_km"].astype(float))},
        "disability": children["disability"],
    }
    return np.column_stack(
        [np.ones(len(own)), *(pd.Series(term).to_numpy("float64", na_value=np.nan) for term in terms.values())]
    )


def design_of(households, parent):
    own = households.iloc[parent]
    return survey_design(own["weight"].to_numpy(), own["stratum"], own["cluster"])


@pytest.fixture(scope="module")
def planted():
    """The coefficients of everybody, villages' effects on the outcome left out of the model as surveys must."""
    rng = np.random.default_rng(SEED)
    households, children, parent = simulated(12_000, rng)
    placed = children["placed"].to_numpy(float)
    return logistic(placed, columns(households, children, parent), design_of(households, parent)).coefficients


def pooled_of(fits, complete_df):
    return pooled([fit.coefficients for fit in fits], [fit.covariance for fit in fits], complete_df)


def fitted(number, by_outcome):
    """Return estimates and ends of intervals of one survey: nothing blank, imputed, complete rows alone."""
    rng = np.random.default_rng([SEED, number])
    households, children, parent = simulated(N_CLUSTERS, rng)
    design, placed = design_of(households, parent), children["placed"].to_numpy(float)
    whole = logistic(placed, columns(households, children, parent), design)
    told, of_children = blanked(households, children, parent, by_outcome, rng)
    names = ("stratum", "cluster", "weight")
    rows = levels(told[["is_urban", *BLANKED]], of_children, KINDS, parent, tuple(households[name] for name in names))
    fits = [
        logistic(placed, columns(told.assign(**one.upper), of_children.assign(**one.lower), parent), design)
        for one in imputations(rows, N_IMPUTATIONS, N_SWEEPS, rng)
    ]
    imputed = pooled_of(fits, whole.degrees_of_freedom)
    with_gaps = columns(told, of_children, parent)
    is_complete = np.isfinite(with_gaps).all(axis=1)
    ways = [(whole, whole.coefficients), (imputed, imputed.estimate)]
    found = [np.array([estimate, *way.interval(0.95)]) for way, estimate in ways]
    try:
        complete = logistic(placed, with_gaps, design, domain=is_complete).coefficients
    except SeparationError:  # a level has no placed child left: complete rows tell nothing
        complete = np.full(len(whole.coefficients), np.nan)
    return [*found, np.tile(complete, (3, 1))]


@pytest.fixture(scope="module", params=[False, True], ids=["by household", "by outcome too"])
def surveys(request):
    """Return whether blanks depend on the outcome, and ``(surveys, way, estimate and ends, coefficients)``."""
    return request.param, np.array([fitted(number, request.param) for number in range(N_SURVEYS)])


@pytest.mark.validation
def test_imputed_surveys_give_back_the_planted_log_odds_ratios(surveys, planted):
    by_outcome, found = surveys
    whole, imputed, complete = found.swapaxes(0, 1)
    apart = imputed[:, 0] - whole[:, 0]
    covered = ((imputed[:, 1] <= planted) & (planted <= imputed[:, 2])).mean(axis=0)
    bias_of_complete = np.nanmean(complete[:, 0] - planted, axis=0)
    print("imputed less whole", apart.mean(axis=0).round(3), "covered", covered.round(3), covered.mean())  # noqa: T201
    print("bias of complete rows", bias_of_complete.round(3))  # noqa: T201
    print("sd", *(np.nanstd(way[:, 0], axis=0).round(3) for way in (whole, imputed, complete)))  # noqa: T201
    assert (np.abs(apart.mean(axis=0)) < 0.2 * whole[:, 0].std(axis=0)).all(), "a fifth of a standard error"
    error = np.sqrt(0.95 * 0.05 / len(found))
    assert (np.abs(covered - 0.95) < 3 * error).all()
    assert abs(covered[1:].mean() - 0.95) < 2 * error
    is_asked = [1, 3]  # poverty and violence: what complete rows lose
    assert (imputed[:, 0].std(axis=0) < np.nanstd(complete[:, 0], axis=0))[is_asked].all()
    if by_outcome:
        assert abs(bias_of_complete[0]) > 0.3, "households with a placed child tell less: the level of complete rows"
        assert abs((imputed[:, 0] - planted).mean(axis=0)[0]) < 0.06


N_COUNTRIES, SIZE = 8, 0.15
STEP = {"n_pilot": 5, "most": 5}


@pytest.fixture(scope="module")
def choices():
    """The simulated country with placements in 3 of 100 children, that few surveys may tell, communes all alike."""
    return parameters.load().changed("survey.placement.intercept", -6.0).changed("survey.sd_commune", 0.0)


def country(choices, places, number):
    """Return the children of one survey as they truly are and as they were told, rows alike."""
    drawn = []
    for step in (survey.complete, survey.draw):
        households, members = step(places, choices, np.random.default_rng([SEED, number]), SIZE)
        children = members[members["relation"].eq("child")]
        of_household = households.drop(columns=["mother_alive", "father_alive"], errors="ignore")
        drawn.append(as_surveyed(children.merge(of_household, on="household_id", validate="m:1")))
    return drawn


def as_surveyed(children):
    """Return the columns of ``features/surveyed_children`` that are needed."""
    in_usd = {"USD": 1.0, "KHR": 4000.0}
    in_care = children["living_place"].isin(["residential_care", "boarding_school"])
    ages = [0, 17, 29, 44, 59, 120]
    return children.assign(
        member_id=[f"{number:016x}" for number in range(len(children))],
        household_key=children["household_id"],
        survey_stratum=children["stratum"],
        survey_cluster=children["cluster"],
        survey_weight=children["weight"],
        id_poor=children["id_poor"].mask(children["id_poor"] == "unknown"),
        caregiver_age_band=pd.cut(children["caregiver_age"].astype(float), ages).astype("str").replace("nan", pd.NA),
        monthly_income_usd=children["monthly_income"] / children["income_currency"].map(in_usd),
        was_placed_12m=children["placed_12m"],
        lives_in_residential_care=in_care.astype("boolean"),
        is_at_risk_of_placement=(~in_care | children["placed_12m"]).astype("boolean"),
        **{name: children[name].astype("boolean") for name in ("migration", "violence_in_home", "disability")},
        **{name: children[name].astype("boolean") for name in ("dependable_income", "substance_use")},
        illness_or_disability=children["illness_or_disability"].astype("boolean"),
    )


def drivers(children):
    """Return the columns of the known model by the names of its coefficients."""
    n_dead = 2 - children["mother_alive"].astype(int) - children["father_alive"].astype(int)
    terms = {
        **{f"poor_{level}": children["id_poor"].eq(level) for level in ("level_1", "level_2")},
        "at_risk": children["id_poor"].eq("at_risk"),
        "log_school_km": np.log(children["school_distance_km"].astype(float)),
        "log_school_cost": np.log(children["school_cost_usd"].astype(float)),
        "migration": children["migration"],
        **{"one_parent_dead": n_dead.eq(1), "both_parents_dead": n_dead.eq(2)},
        **{"violence": children["violence_in_home"], "child_disability": children["disability"]},
        "per_child": children["n_children"] - 1,
        "age_4_12": children["age_years"].between(4, 12),
        "age_13_17": children["age_years"] >= 13,
        "earlier_placement": children["placed_before_12m"],
    }
    return pd.DataFrame({"constant": 1.0, **terms}).astype(float)


def log_odds_ratios(children, design):
    domain = children["is_at_risk_of_placement"].to_numpy(bool)
    return logistic(children["was_placed_12m"].to_numpy(float), drivers(children), design, domain)


@pytest.fixture(scope="module")
def countries(choices):
    """Of each country: log odds ratios with nothing blank and imputed, and mean log incomes true, told and drawn."""
    own, places = study.load(), communes.build(choices, 1.0)
    for name, value in STEP.items():
        own = own.changed(f"imputation.{name}", value)
    found = []
    for number in range(N_COUNTRIES):
        true, told = country(choices, places, number)
        design = survey_design(true["weight"].to_numpy(), true["stratum"], true["cluster"])
        whole = log_odds_ratios(true, design)
        filled = [
            told.set_index("member_id").combine_first(answers.set_index("member_id")).reset_index()
            for answers in imputed_answers.build(told, own, np.random.default_rng(number))
        ]
        fits = [log_odds_ratios(one, design) for one in filled]
        imputed = pooled(
            [fit.coefficients for fit in fits], [fit.covariance for fit in fits], fits[0].degrees_of_freedom
        )
        whole = log_odds_ratios(true, design)
        incomes = (true["monthly_income_usd"], told["monthly_income_usd"].dropna(), filled[0]["monthly_income_usd"])
        means = [np.log(income.astype(float).clip(lower=1)).mean() for income in incomes]
        found.append((whole.coefficients, imputed.estimate, imputed.standard_error, means))
    return [np.array(part) for part in zip(*found, strict=True)]


@pytest.mark.validation
def test_planted_effects_of_the_simulated_country_are_recovered(countries, choices):
    whole, imputed, standard_error, _ = countries
    names = ["poor_level_1", "poor_level_2", "at_risk", "log_school_km", "log_school_cost", "migration"]
    names += ["one_parent_dead", "both_parents_dead", "violence", "child_disability", "per_child"]
    names += ["age_4_12", "age_13_17", "earlier_placement"]
    truth = np.array([choices.survey.placement[name] for name in names])
    error = standard_error[:, 1:].mean(axis=0) / np.sqrt(N_COUNTRIES)
    z = (imputed[:, 1:].mean(axis=0) - truth) / error
    apart = (imputed - whole)[:, 1:].mean(axis=0)
    print(pd.DataFrame({"truth": truth, "imputed": imputed[:, 1:].mean(axis=0), "z": z, "apart": apart}, names))  # noqa: T201
    covered = np.abs(imputed[:, 1:] - truth) < 1.98 * standard_error[:, 1:]
    print("covered", covered.mean())  # noqa: T201
    assert np.abs(z).max() < 3.5
    assert (z**2).sum() < 36, "chi squared with 14 degrees of freedom: once in a thousand"
    assert np.abs(apart / standard_error[:, 1:].mean(axis=0)).max() < 0.3
    assert 0.89 < covered.mean() < 0.99


@pytest.mark.validation
def test_incomes_that_hide_themselves_stay_too_low(countries):
    """The higher an income, the oftener it is blank: what is drawn from what was told mends little of that."""
    true, told, completed = countries[3].mean(axis=0)
    print("log income: true", true, "told", told, "completed", completed)  # noqa: T201
    assert told < true - 0.02
    assert told < completed < true - 0.01
