import pytest

from analysis.models.linkage import LinkageSettings

GOOD = {"floor": 0.01, "link_at": 0.5, "review_from": 0.1, "review_to": 0.9, "chain": 0.25}


def test_thresholds_in_order_are_kept():
    assert LinkageSettings(**GOOD).chain == 0.25


@pytest.mark.parametrize(
    "wrong",
    [
        {"floor": 0.0},
        {"floor": 0.2},
        {"review_from": 0.6},
        {"review_to": 0.4},
        {"review_to": 1.1},
        {"chain": 0.6},
        {"chain": -0.1},
    ],
)
def test_thresholds_out_of_order_are_refused(wrong):
    with pytest.raises(ValueError, match=r"thresholds out of order|chain is an average"):
        LinkageSettings(**GOOD | wrong)
