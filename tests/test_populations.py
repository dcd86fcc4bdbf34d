"""Numbers of children in households are never added to numbers of children in facilities."""

import pandas as pd
import pytest

from analysis.populations import FACILITY, HOUSEHOLD, MixedPopulationsError, added, one_population


def test_numbers_of_one_population_are_added():
    assert added(pd.Series([2.0, 3.0]), pd.Series([HOUSEHOLD, HOUSEHOLD])) == 5
    assert one_population([FACILITY, FACILITY]) == FACILITY


def test_rates_of_households_are_not_added_to_rates_of_facilities():
    with pytest.raises(MixedPopulationsError, match="a survey of households leaves out who lives in institutions"):
        added(pd.Series([140.0, 4.6]), pd.Series([HOUSEHOLD, FACILITY]))


@pytest.mark.parametrize("covers", [[], ["families"], [HOUSEHOLD, None]])
def test_what_a_number_covers_must_be_said(covers):
    with pytest.raises(ValueError, match="each number covers one of household, facility") as caught:
        one_population(covers)
    assert not isinstance(caught.value, MixedPopulationsError)


def test_each_number_needs_its_word():
    with pytest.raises(ValueError, match="2 numbers and 1 words"):
        added(pd.Series([1.0, 2.0]), pd.Series([HOUSEHOLD]))
