"""Province rates of the printed totals: what another choice of ours would change."""

import numpy as np
import pytest

from analysis import study as choices
from analysis.estimates._evidence import known_from
from analysis.models.province_posterior import posterior, weighted_quantiles

OTHER_CHOICES = [
    ("prior_sd_province", 0.35),
    ("prior_sd_province", 1.4),
    ("prior_sd_slope", 0.25),
    ("prior_sd_slope", 1.0),
    ("prior_sd_log_rate", 0.75),
    ("covariates", ("urban_share", "is_tourism_destination")),
    ("covariates", ("urban_share", "idpoor_share")),
    ("covariates", ("is_tourism_destination", "idpoor_share")),
    ("covariates_on_log_scale", ()),
]


def rates_under(study, built):
    """Return the ends and the middle of the 95 % interval of every province's rate, shape (3, provinces)."""
    inputs = [built(name) for name in ("mapping_totals", "province_children", "province_conditions")]
    known = known_from(*inputs, study)
    draws = posterior(known, np.random.default_rng(7), 4_000)
    return weighted_quantiles(draws.rate, draws.weight, (0.025, 0.5, 0.975))


@pytest.fixture(scope="module")
def ours(built):
    return rates_under(choices.load(), built)


@pytest.mark.validation
@pytest.mark.parametrize(("choice", "value"), OTHER_CHOICES, ids=str)
def test_another_choice_moves_no_median_out_of_its_interval(choice, value, ours, built):
    other = rates_under(choices.load().changed(f"province_rates.{choice}", value), built)
    moved = other[1] / ours[1]
    print(f"\n{choice} = {value}: medians times {moved.min():.2f} to {moved.max():.2f}")  # noqa: T201 pytest -rP
    assert ((ours[0] < other[1]) & (other[1] < ours[2])).all()
    assert moved.min() > (0.1 if value == ("is_tourism_destination", "idpoor_share") else 0.3)
    assert moved.max() < 2.5
