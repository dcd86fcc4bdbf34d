"""Made-up records: both ways are judged in both worlds, against the true difference of all data sets together."""

from types import SimpleNamespace

import numpy as np
import pytest

from analysis import study
from analysis.estimates import support_effect_simulation as estimate
from analysis.simulate import parameters
from analysis.simulate.sampled_countries import Simulator

SOME = study.load()
for choice, value in {"n_cohorts": 1, "n_draws": 3, "n_draws_unmeasured": 2}.items():
    SOME = SOME.changed(f"support_effect_simulation.{choice}", value)


@pytest.fixture(scope="module")
def rows():
    built = estimate.build(Simulator(parameters.load()), SOME, np.random.default_rng(2))
    return estimate.TABLE.validated(built, "support_effect_simulation").set_index(["outcome", "term", "level"])


def test_both_ways_are_judged_in_both_worlds(rows):
    assert set(rows.index.get_level_values("level")) == {estimate.RECORDED, estimate.UNMEASURED}
    for way in estimate.WAYS:
        assert rows.loc[(estimate.COVERAGE, way, estimate.RECORDED), "n"] == 3
        assert rows.loc[(estimate.COVERAGE, way, estimate.UNMEASURED), "n"] == 2
    shares = rows.xs(estimate.COVERAGE, level="outcome")
    assert (shares["estimate"] == shares["n_hits"] / shares["n"]).all()


def test_the_true_difference_is_that_of_a_package_that_helps(rows):
    true = rows.xs(estimate.TRUE, level="outcome")["estimate"]
    assert true.between(-0.12, -0.04).all()
    assert "variance of need is in no system" in rows.xs(estimate.UNMEASURED, level="level")["note"].iloc[0]


def test_worlds_get_the_choices_of_the_study():
    asked = []
    simulator = SimpleNamespace(supported_returns=lambda *given: asked.append(given) or iter(()))
    assert [world for world, _ in estimate._worlds(simulator, SOME, None)] == [estimate.RECORDED, estimate.UNMEASURED]
    choices = SOME.support_effect_simulation
    assert [given[:2] for given in asked] == [(1, 3), (1, 2)]
    assert asked[0][5:] == (0.0, 0.0)
    assert asked[1][5:] == (choices.unrecorded_share, choices.need_log_odds)
