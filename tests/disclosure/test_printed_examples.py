"""Examples printed by OpenSAFELY and SDAP: the attacker finds what they warn of, the gate withholds it.

OpenSAFELY: documentation, page "Applying statistical disclosure control" (docs/outputs/sdc.md).
SDAP: "Example Output 1 - Incidences of Rare Sarcomas", training sheet of the Safe Data Access Professionals (2020).
The text of SDAP's handbook (2019, 2024) was not to be had; nothing is taken from it.
"""

import pandas as pd
import pytest
from attacker import Interval, Knowledge, intervals
from printed import ALL, column_of, publish, shown, unrounded

from analysis.kinds import Count

BANDS = ("band 1", "band 2", "band 3", "band 4")  # 21-30, 31-40, 41-50, 51+ as printed; the gate knows children only


@pytest.mark.parametrize(
    ("counts", "printed"),
    [
        ({"31-40": 23, "41-50": 31, "51+": 44, "21-30": 18}, {"31-40": 25, "41-50": 30, "51+": 45, "21-30": 20}),
        ({"41-50": 16, "51+": 23}, {"41-50": 15, "51+": 25}),
    ],
)
def test_opensafely_rounding(counts, printed):
    """OpenSAFELY, "Rounding counts": its population 18, 23, 31, 44 is printed as 20, 25, 30, 45, total 120."""
    assert shown(publish(column_of(counts), Count(), {})) == printed


def test_opensafely_totals_are_sums_of_rounded_counts():
    """OpenSAFELY prints 120 below 20, 25, 30, 45; 116 itself would be rounded to 115."""
    population = dict(zip(BANDS, (18, 23, 31, 44), strict=True)) | {ALL: 116}
    assert shown(publish(column_of(population), Count(), {"term": ALL}))[ALL] == 120


def test_opensafely_redaction_comes_before_rounding_and_ours_hides_more():
    """OpenSAFELY redacts 3 of 3, 8, 16, 23 and prints 10, 15, 25; we withhold 8 as well, which is fewer than 10."""
    diseased = dict(zip(BANDS, (3, 8, 16, 23), strict=True))
    assert shown(publish(column_of(diseased), Count(), {})) == dict(zip(BANDS, (None, None, 15, 25), strict=True))


def test_opensafely_one_redacted_count_comes_back_from_the_total():
    """OpenSAFELY, "Primary vs secondary disclosure": [REDACTED], 10, 15, 25, total 51."""
    known = unrounded(dict(zip(BANDS, (None, 10, 15, 25), strict=True)), 51)
    assert intervals(known) == {"band 1": Interval(1, 1)}
    diseased = dict(zip(BANDS, (1, 10, 15, 25), strict=True)) | {ALL: 51}
    ours = shown(publish(column_of(diseased), Count(), {"term": ALL}))
    assert sum(value is None for value in ours.values()) >= 2


def test_opensafely_two_tables_of_the_same_people():
    """OpenSAFELY: 8 of all and 7 of men aged 21-30 with heart disease make one woman; 20 and 19 people, too."""
    for everybody, men in ((8, 7), (20, 19)):
        known = Knowledge(base=1, shown={"all": everybody, "men": men}, withheld={"all", "men", "women"})
        known.add({"men": 1, "women": 1, "all": -1})
        assert intervals(known) == {"women": Interval(1, 1)}
    both = pd.DataFrame({"sex": [ALL, "men", "women"], "estimate": [20, 19, 1]})
    ours = publish(both, Count(), {"sex": ALL})
    assert ours.set_index("sex")["estimate"].isna().to_dict() in (
        {ALL: False, "men": True, "women": True},
        {ALL: True, "men": False, "women": True},
    )


@pytest.mark.parametrize(("low", "high", "printed"), [(0, 0, 0), (1, 6, 3), (7, 12, 9), (13, 18, 15)])
def test_opensafely_midpoint_6_leaves_fewer_counts_open_than_our_rule(low, high, printed):
    """OpenSAFELY, "Midpoint 6 rounding": 1-6 is printed as 3, 7-12 as 9, 13-18 as 15, and 0 as 0.

    None of it would do here: 1 to 6 is narrower than ten, and a 0 tells that there is none.
    """
    assert {-(-count // 6) * 6 - 3 * (count != 0) for count in range(low, high + 1)} == {printed}
    ours = publish(column_of({f"t{count}": count for count in range(low, high + 1)}), Count(), {})
    assert set(ours["estimate"].isna()) == ({True} if high < 10 else {False, True} if low < 10 else {False})


def test_sdap_a_fourth_country_is_what_the_others_leave():
    """SDAP: of 361 osteosarcomas in the UK 299, 34 and 23 are England's, Scotland's and Wales's: 5 are not.

    142 chordomas and 255 of Ewing's sarcoma are all of the three countries': none is left, which tells as much.
    """
    for total, parts, left in ((142, (115, 15, 12), 0), (255, (206, 28, 21), 0), (361, (299, 34, 23), 5)):
        countries = dict(zip(("England", "Scotland", "Wales"), parts, strict=True)) | {"not printed": None}
        assert intervals(unrounded(countries, total)) == {"not printed": Interval(left, left)}
        every = {**countries, "not printed": left, ALL: total}
        ours = shown(publish(column_of(every), Count(), {"term": ALL}))
        assert ours["not printed"] is None
        assert sum(value is None for value in ours.values()) >= 2
