"""Places noted in parts come back once each, and it is known which of others are among them."""

import numpy as np
import polars as pl
import pytest

from analysis.importers.noted import are_among, once_each


def places(*numbers: int) -> pl.Series:
    return pl.Series("at", numbers, pl.UInt64)


@pytest.mark.parametrize(
    ("parts", "once"),
    [
        ([], []),
        ([places()], []),
        ([places(7)], [7]),
        ([places(9, 2**63 + 5), places(), places(2, 9)], [2, 9, 2**63 + 5]),
    ],
)
def test_places_of_all_parts_stand_once_each_in_their_order(parts, once):
    found = once_each(parts)
    assert found.tolist() == once
    assert found.dtype == np.uint64


@pytest.mark.parametrize(("noted", "among"), [([], [0, 0, 0]), ([2, 9], [1, 0, 1]), ([3], [0, 0, 0]), ([2], [1, 0, 0])])
def test_places_are_among_those_noted_or_not(noted, among):
    asked = np.array([2, 5, 9], dtype=np.uint64)
    assert are_among(asked, np.array(noted, dtype=np.uint64)).tolist() == [bool(one) for one in among]
