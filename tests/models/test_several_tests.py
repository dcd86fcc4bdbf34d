"""P-values that hold together."""

import numpy as np
import pandas as pd
import pytest

from analysis.models.several_tests import after_holm


def test_p_values_after_holm_are_those_of_r():
    p_values = pd.Series([0.01, 0.04, 0.03, np.nan, 0.5], index=list("abcde"))
    found = after_holm(p_values)  # p.adjust(c(.01, .04, .03, NA, .5), "holm")
    assert found.tolist() == pytest.approx([0.04, 0.09, 0.09, np.nan, 0.5], nan_ok=True)
    assert found.index.tolist() == list("abcde")


def test_no_p_value_is_above_1():
    assert after_holm(pd.Series([0.9, 0.6, 0.7])).tolist() == [1, 1, 1]
