"""Driver effects, drawn: two bases side by side that never make one number, and nothing where nothing was fitted."""

import pandas as pd
import pytest

from analysis import charts, disclosure, pipeline
from analysis.figures import driver_effects

LISTS = "facility lists"


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    return pipeline.read_numbers("driver_effects")


def drawn(numbers: pd.DataFrame):
    with charts.style():
        figure = driver_effects.draw(numbers)
        charts.finish(figure, driver_effects.words(numbers), numbers["origin"].iloc[0])
        figure.draw_without_rendering()
    return figure


def texts(figure, axes: int) -> str:
    return " ".join(text.get_text() for text in figure.axes[axes].texts)


def test_every_driver_has_its_counterpart_and_its_label(numbers):
    of_lists = numbers[(numbers["basis"] == LISTS) & (numbers["scale"] == "rate ratio")]
    assert set(driver_effects.COUNTERPARTS) == set(driver_effects.LABELS) == set(of_lists["term"])
    printed = numbers.loc[numbers["basis"] == "printed totals", "term"]
    assert sorted(driver_effects.COUNTERPARTS.values()) == sorted(printed)


def test_what_is_printed_stays_as_it_is_whatever_the_lists_say(numbers, built):
    gradients = built("driver_gradients").query("outcome == 'n_rcis' and specification == 'alone'").set_index("term")
    printed = numbers[numbers["basis"] == "printed totals"].set_index("term")["estimate"]
    assert printed.to_dict() == pytest.approx(gradients.loc[printed.index, "estimate"].to_dict(), rel=5e-3)


def test_the_title_counts_intervals_that_exclude_no_association(numbers):
    is_main = (numbers["basis"] == LISTS) & (numbers["role"] == "main") & (numbers["specification"] == "alone")
    is_main &= numbers["outcome"] == "n_facilities"
    far = numbers.copy()
    far.loc[is_main, ["ci_low", "ci_high"]] = [1.5, 2.0]
    assert "7 of 7 drivers" in driver_effects.words(far).title
    far.loc[is_main, ["ci_low", "ci_high"]] = [0.5, 2.0]
    assert "none of 7 drivers" in driver_effects.words(far).title


def test_a_driver_that_could_not_be_fitted_is_said_to(numbers):
    is_town = (numbers["basis"] == LISTS) & (numbers["term"] == "is_town")
    gone = numbers.copy()
    gone.loc[is_town, ["estimate", "ci_low", "ci_high"]] = pd.NA
    assert "cannot be fitted" in texts(drawn(gone), 1)


def test_without_lists_the_printed_totals_stand_alone(numbers):
    alone = numbers[numbers["basis"] == "printed totals"]
    assert driver_effects.words(alone).title.startswith("No model of districts")
    assert "no list of facilities" in texts(drawn(alone), 1)


def test_models_with_few_degrees_of_freedom_do_not_leave(numbers):
    of_lists = numbers[numbers["basis"] == LISTS].drop(columns="origin")
    few = of_lists[of_lists["scale"] == "rate ratio"].assign(df_residual=9, withheld=None)
    table = driver_effects.NUMBERS.validated(few, "driver_effects")
    passed = disclosure.publishable(table, driver_effects.NUMBERS, "driver_effects", "simulated").numbers
    assert passed["estimate"].isna().all()
