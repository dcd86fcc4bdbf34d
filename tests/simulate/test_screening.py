"""A screening of the made-up country: selected facilities, answers that follow from what is true, some of it hidden."""

import zlib

import numpy as np
import pandas as pd
import pytest

from analysis import sources
from analysis.simulate import communes, facilities, lists, parameters, screening
from analysis.simulate.world import COLUMNS

NUMBERS = parameters.load()
ITEMS = sources.read("screening_items_assembled").set_index("item_id")


def generator(step, seed=6):
    return np.random.default_rng([seed, zlib.crc32(step.encode())])


@pytest.fixture(scope="module")
def standing():
    places = communes.build(NUMBERS, 1.0)
    drawn = facilities.draw(places, NUMBERS, generator("facilities"), 1.0)
    return lists.with_flags(drawn, NUMBERS.lists, generator("lists"))


def screened(standing, seed=6, size=1.0, **changes):
    choices = NUMBERS.screening
    for name, value in changes.items():
        choices = choices.changed(name, value)
    return screening.draw(standing, choices, generator("screening", seed), size)


@pytest.fixture(scope="module")
def many(standing):
    """Answers of twenty screenings, for shares to settle."""
    drawn = [screened(standing, seed)[1].assign(seed=seed) for seed in range(20)]
    return pd.concat(drawn, ignore_index=True).join(ITEMS[["element", "sub_element"]], on="item_id")


def test_every_item_is_answered_for_every_facility_that_was_chosen(standing):
    assessed, answers = screened(standing)
    assert (list(assessed), list(answers)) == (list(COLUMNS["screenings"]), list(COLUMNS["screening_answers"]))
    assert len(assessed) == NUMBERS.screening.n_assessed
    assert not assessed["facility_no"].duplicated().any()
    assert len(answers) == len(assessed) * len(ITEMS)
    assert answers["facility_no"].drop_duplicates().tolist() == assessed["facility_no"].tolist()


def test_a_tiny_country_is_screened_too(standing):
    assert len(screened(standing, size=0.01)[0]) == NUMBERS.screening.least_assessed
    assert len(screened(standing.head(5), size=1)[0]) == 5


def test_the_screened_are_no_sample_of_all(standing):
    unregistered = standing.set_index("facility_no")["registration_status"].eq("none")
    chosen = pd.concat([screened(standing, seed)[0]["facility_no"] for seed in range(20)])
    assert chosen.map(unregistered).mean() > 1.4 * unregistered.mean()


def test_an_item_says_of_registration_and_inspection_what_the_country_says(standing, many):
    by_number = standing.set_index("facility_no")
    unauthorised = many[many["sub_element"] == "unauthorised"]
    assert (
        unauthorised["is_true"] == unauthorised["facility_no"].map(by_number["registration_status"].eq("none"))
    ).all()
    uninspected = many[many["sub_element"] == "uninspected"]
    assert (uninspected["is_true"] != uninspected["facility_no"].map(by_number["inspected_ever"])).all()


def test_what_is_not_true_is_never_answered_yes_and_some_of_what_is_true_is_hidden(many):
    assert not (many["response"].eq("yes") & ~many["is_true"]).any()
    answered = many[many["is_true"] & many["response"].isin(["yes", "no"])]
    hidden = answered["response"].eq("no").groupby(answered["element"]).mean()
    for element, share in NUMBERS.screening.hidden_share.items():
        assert hidden[element] == pytest.approx(share, abs=0.04)


def test_unknown_answers_and_those_left_out_come_as_often_as_they_should(many):
    left_out = many["response"].eq("not_assessed")
    assert left_out.mean() == pytest.approx(NUMBERS.screening.not_assessed_share, abs=0.01)
    unknown = many[~left_out]["response"].eq("unknown").groupby(many["element"]).mean()
    for element, share in NUMBERS.screening.unknown_share.items():
        assert unknown[element] == pytest.approx(share, abs=0.02)


def test_signs_occur_together_because_facilities_differ(standing, many):
    def spread(answers):
        drawn = answers[~answers["sub_element"].isin(["unauthorised", "uninspected"])]
        return drawn.groupby(["seed", "facility_no"])["is_true"].sum().var()

    alike = pd.concat([screened(standing, seed, score=0.0)[1].assign(seed=seed) for seed in range(20)])
    assert spread(many) > 1.5 * spread(alike.join(ITEMS["sub_element"], on="item_id"))


def test_evidence_is_noted_for_known_answers_only(many):
    noted = many["evidence_grade"].ne("unknown")
    assert not (noted & ~many["response"].isin(["yes", "no"])).any()
    assert noted[many["response"] == "yes"].mean() == pytest.approx(NUMBERS.screening.noted_of_yes, abs=0.02)
    assert noted[many["response"] == "no"].mean() == pytest.approx(NUMBERS.screening.noted_of_no, abs=0.02)
