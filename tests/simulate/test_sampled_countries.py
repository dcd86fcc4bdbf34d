"""Countries and samples in memory: what is known of them adds up, and both designs give every commune its chance."""

import numpy as np
import pytest

from analysis.simulate import parameters
from analysis.simulate.sampled_countries import BY_FACILITIES, BY_POPULATION, Simulator


@pytest.fixture(scope="module")
def country():
    return next(iter(Simulator(parameters.load()).countries(1, 40, np.random.default_rng(8))))


def test_a_country_holds_the_printed_facilities_and_its_four_nights(country):
    numbers = parameters.load()
    assert country.communes["n_facilities"].sum() == sum(numbers.facilities.n.values())
    share = country.communes["n_children"].sum() / country.communes["n_residents"].sum()
    assert share == pytest.approx(numbers.sample.four_nights_share)
    first, second, both = country.n_on_lists
    assert first + second - both == country.communes["n_reported"].sum()


@pytest.mark.parametrize("design", [BY_FACILITIES, BY_POPULATION])
def test_samples_have_24_communes_that_could_be_drawn(country, design):
    could = country.communes.loc[country.could_be_drawn[design], "commune_code"]
    for sampled in country.samples[design]:
        assert len(sampled) == 24
        assert sampled["commune_code"].isin(could).all()
        assert sampled["district_code"].is_unique
        assert (sampled["n_children"] <= sampled["n_residents"]).all()
        assert sampled["sample_stratum"].value_counts().min() >= 2


@pytest.mark.parametrize(("design", "known"), [(BY_FACILITIES, "n_reported"), (BY_POPULATION, "n_people")])
def test_weights_add_up_to_what_communes_were_drawn_by(country, design, known):
    communes = country.communes[country.could_be_drawn[design]]
    totals = [(sampled[known] * sampled["sample_weight"]).sum() for sampled in country.samples[design]]
    assert np.mean(totals) == pytest.approx(communes[known].sum(), rel=0.02)


def test_weights_add_up_to_the_children(country):
    communes = country.communes[country.could_be_drawn[BY_FACILITIES]]
    totals = [(s["n_children"] * s["sample_weight"]).sum() for s in country.samples[BY_FACILITIES]]
    error = np.std(totals) / np.sqrt(len(totals))
    assert abs(np.mean(totals) - communes["n_children"].sum()) < 3 * error


def test_another_seed_is_another_country():
    one, other = (next(iter(Simulator(parameters.load()).countries(1, 1, np.random.default_rng(s)))) for s in (1, 2))
    assert not one.communes["n_facilities"].equals(other.communes["n_facilities"])
