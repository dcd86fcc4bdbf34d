"""Coverage: intervals that always, never and sometimes hold the number are told apart, of two true numbers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.estimates import _national_estimators as ways
from analysis.estimates import national_survey_coverage as estimate
from analysis.simulate import parameters
from analysis.simulate.sampled_countries import BY_FACILITIES, BY_POPULATION, Simulator

SOME = study.load()
for choice, value in {"n_countries": 2, "n_samples": 3, "n_replicates": 60}.items():
    SOME = SOME.changed(f"national_survey_coverage.{choice}", value)


@pytest.fixture(scope="module")
def rows():
    built = estimate.build(Simulator(parameters.load()), SOME, np.random.default_rng(2))
    return estimate.TABLE.validated(built, "national_survey_coverage")


def test_every_estimator_is_judged_in_both_designs_against_both_numbers(rows):
    assert set(rows["design"]) == {BY_FACILITIES, BY_POPULATION}
    assert set(rows["level"]) == {ways.DRAWABLE, estimate.COUNTRY}
    assert set(rows["term"]) == {ways.ONE_RATE, ways.NEGATIVE_BINOMIAL, ways.RATIO, ways.WEIGHTED, ways.ASSISTED} | {
        ways.ASSISTED_MORE
    }
    assert (rows["n"] == 6).all()
    shares = rows[rows["outcome"] == estimate.COVERAGE]
    assert (shares["estimate"] == shares["n_hits"] / 6).all()


def test_one_rate_is_far_too_high_where_communes_are_drawn_by_facilities(rows):
    of = rows[(rows["term"] == ways.ONE_RATE) & (rows["design"] == BY_FACILITIES)].set_index(["outcome", "interval"])
    assert (of.xs(estimate.MEAN)["estimate"] > 3).all()
    assert (of.loc[(estimate.COVERAGE, ways.POISSON), "estimate"] == 0).all()


def test_a_poisson_interval_is_many_times_narrower_than_the_bootstrap(rows):
    width = rows[rows["outcome"] == estimate.WIDTH].set_index(["design", "level", "term", "interval"])["estimate"]
    of = width.sort_index().loc[(BY_FACILITIES, ways.DRAWABLE, ways.RATIO)]
    assert of[ways.T] > 5 * of[ways.POISSON]


@dataclass
class OneCountry:
    """A simulator whose only country has a commune with all its children, or children everywhere alike."""

    per_commune: np.ndarray

    def countries(self, n, n_samples, rng):
        codes = [f"12{i:02d}01" for i in range(len(self.per_commune))]
        communes = pd.DataFrame({"commune_code": codes, "n_people": 1000.0, "n_reported": 1, "n_facilities": 1})
        communes = communes.assign(district_code=communes["commune_code"].str[:4], is_town=0.0, idpoor_share=0.2)
        communes = communes.assign(n_children=self.per_commune)
        drawn = communes.iloc[:12].assign(sample_weight=len(codes) / 12, sample_stratum=["a", "b"] * 6)
        samples = {"one": [drawn] * n_samples}
        could = {"one": pd.Series(True, index=communes.index)}
        for _ in range(n):
            yield type(
                "Country",
                (),
                {"communes": communes, "samples": samples, "could_be_drawn": could, "n_on_lists": (9, 9, 9)},
            )


@pytest.mark.parametrize(("elsewhere", "covered"), [(10, 1), (500, 0)], ids=["as sampled", "not as sampled"])
def test_what_holds_and_what_does_not_is_told_apart(elsewhere, covered):
    children = np.r_[np.tile([9.0, 11.0, 10.0], 4), np.full(12, float(elsewhere))]
    built = estimate.build(OneCountry(children), SOME, np.random.default_rng(1))
    of = built[(built["outcome"] == estimate.COVERAGE) & (built["interval"] == ways.T)]
    assert (of["estimate"] == covered).all()
