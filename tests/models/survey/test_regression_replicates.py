"""All replicates of a regression together: each as if fitted alone, and their spread as R's survey package has it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.models.survey import replicate_block, replicate_fits
from analysis.models.survey.design import survey_design
from analysis.models.survey.regression import logistic, poisson
from analysis.models.survey.replicate_fits import logistic_replicates, poisson_replicates
from analysis.models.survey.replicates import jackknife, rao_wu, replicate_covariance

HERE = Path(__file__).parent / "references"
REFERENCES = pd.read_csv(HERE / "regression.csv").set_index(["fit_of", "quantity"])["value"]
CHILDREN = pd.read_csv(HERE / "two_stage.csv").assign(one=1.0)
DESIGN = survey_design(CHILDREN["weight"], CHILDREN["stratum"], CHILDREN["village"])
COLUMNS = CHILDREN[["one", "poor", "distance", "is_girl"]]


@pytest.fixture(scope="module")
def survey():
    """Return 3,000 rows in 60 clusters of 20 strata, of which a bootstrap leaves many out: outcome, columns, design."""
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(60), 50)[rng.permutation(3000)]
    columns = np.column_stack([np.ones(3000), rng.normal(size=(3000, 3)), rng.random(3000) < 0.2])
    predictor = columns @ [-1, 0.5, 0, 0.2, 0.7] + rng.normal(0, 0.6, 60)[clusters]
    outcome = (rng.random(3000) < 1 / (1 + np.exp(-predictor))).astype(float)
    return outcome, columns, survey_design(rng.lognormal(4, 0.7, 3000), clusters // 3, clusters)


@pytest.fixture
def together(monkeypatch):
    """Let no replicate take many steps or be fitted alone, which would hide that fitting them together goes wrong."""
    monkeypatch.setattr(replicate_fits, "MOST_STEPS", 6)
    monkeypatch.setattr(replicate_fits, "_alone", lambda *_: pytest.fail("a replicate was fitted alone"))


@pytest.mark.parametrize("name", ["two_stage", "two_stage rates"])
@pytest.mark.usefixtures("together")
def test_the_jackknife_is_that_of_r(name):
    replicates = jackknife(DESIGN)
    if name == "two_stage":
        found = logistic_replicates(CHILDREN["placed"], COLUMNS, replicates)
    else:
        exposure = np.log1p(CHILDREN["distance"])
        found = poisson_replicates(CHILDREN["placed"], COLUMNS[["one", "poor"]], replicates, exposure)
    told = REFERENCES.loc[(f"{name} JKn", "replicates")].to_numpy().reshape(found.shape[::-1]).T
    np.testing.assert_allclose(found, told, rtol=1e-8, atol=1e-10)
    covariance = REFERENCES.loc[(f"{name} JKn", "covariance")].to_numpy().reshape((found.shape[1],) * 2)
    np.testing.assert_allclose(replicate_covariance(found, replicates, "mean"), covariance, rtol=1e-7)


@pytest.mark.parametrize(("many", "one"), [(logistic_replicates, logistic), (poisson_replicates, poisson)])
@pytest.mark.usefixtures("together")
def test_each_replicate_is_a_fit_of_its_own(survey, many, one):
    outcome, columns, design = survey
    replicates = rao_wu(design, 9, np.random.default_rng(3))
    found = many(outcome, columns, replicates)
    for factors, coefficients in zip(replicates.factors, found, strict=True):
        weights = design.weights * factors[design.clusters[0]]
        taken = weights > 0
        alone = one(outcome[taken], columns[taken], survey_design(weights[taken]))
        np.testing.assert_allclose(coefficients, alone.coefficients, rtol=1e-8, atol=1e-10)


@pytest.mark.usefixtures("together")
def test_blocks_change_nothing(survey, monkeypatch):
    outcome, columns, design = survey
    replicates = rao_wu(design, 40, np.random.default_rng(4))
    whole = logistic_replicates(outcome, columns, replicates)
    monkeypatch.setattr(replicate_block, "PART_ROWS", 700)
    monkeypatch.setattr(replicate_fits, "BLOCK_REPLICATES", 7)
    np.testing.assert_allclose(logistic_replicates(outcome, columns, replicates), whole, rtol=1e-10, atol=1e-12)


def test_a_replicate_that_needs_shorter_steps_is_fitted_alone(survey, monkeypatch):
    outcome, columns, design = survey
    replicates = rao_wu(design, 5, np.random.default_rng(5))
    whole = logistic_replicates(outcome, columns, replicates)
    monkeypatch.setattr(replicate_fits, "MOST_STEPS", 0)
    np.testing.assert_allclose(logistic_replicates(outcome, columns, replicates), whole, rtol=1e-8, atol=1e-10)


@pytest.mark.usefixtures("together")
def test_the_bootstrap_has_the_linearised_errors(survey):
    outcome, columns, design = survey
    domain = columns[:, 1] > -1
    replicates = rao_wu(design, 600, np.random.default_rng(6))
    for many, one in ((logistic_replicates, logistic), (poisson_replicates, poisson)):
        found = replicate_covariance(many(outcome, columns, replicates, domain=domain), replicates, "mean")
        linear = one(outcome, columns, design, domain=domain).standard_error
        assert np.sqrt(np.diag(found)) == pytest.approx(linear, rel=0.12)


def test_replicates_of_a_domain_look_at_no_other_row(survey):
    outcome, columns, design = survey
    domain = (columns[:, 4] == 0) & (design.clusters[0] > 3)
    replicates = rao_wu(design, 6, np.random.default_rng(7))
    there = logistic_replicates(outcome, columns[:, :4], replicates, domain)
    unknown = np.where(domain, outcome, np.nan)
    hidden = np.where(domain[:, None], columns[:, :4], np.nan)
    np.testing.assert_array_equal(logistic_replicates(unknown, hidden, replicates, domain), there)
