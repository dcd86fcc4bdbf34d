"""Examples printed in the Handbook on Statistical Disclosure Control: the attacker finds what they find.

Second edition, 2024, Centre of Excellence on SDC of the European Statistical System; sections as numbered there. It
carries over the ESSnet handbook and the methods of tau-ARGUS, whose own manual was not to be had.
"""

import pandas as pd
import pytest
from attacker import Interval, Knowledge, intervals, narrow
from printed import ALL, column_of, publish, shown

from analysis import disclosure
from analysis.contract import Table
from analysis.kinds import Count, Release, Share


def test_handbook_example_3_bounds():
    """Handbook, 4.2.2, Example 3 (Geurts 1992, Table 10): X11 lies between 3 and 6."""
    cells = {(row, column) for row in (1, 2) for column in (1, 2)}
    known = Knowledge(base=1, withheld=cells)
    for row, total in ((1, 7), (2, 3)):
        known.add({(row, 1): 1, (row, 2): 1}, total, total)
    for column, total in ((1, 9 - 3), (2, 7 - 3)):
        known.add({(1, column): 1, (2, column): 1}, total, total)
    assert intervals(known)[1, 1] == Interval(3, 6)
    assert len(narrow(intervals(known), 10)) == 4


def test_handbook_geurts_table_gets_nothing_out_of_the_gate():
    """The same table's printed margins 7, 3, 6 and 9, 7 are all below ten: but for the total nothing leaves."""
    rows = [("1", "1", 4), ("1", "2", 3), ("1", ALL, 7), ("2", "1", 2), ("2", "2", 1), ("2", ALL, 3)]  # X11 = 4 agrees
    rows += [("3", "1", 3), ("3", "2", 3), ("3", ALL, 6), (ALL, "1", 9), (ALL, "2", 7), (ALL, ALL, 16)]
    table = pd.DataFrame(rows, columns=["place", "reason", "estimate"])
    published = publish(table, Count(), {"place": ALL, "reason": ALL})
    is_total = (published["place"] == ALL) & (published["reason"] == ALL)
    assert published.loc[~is_total, "estimate"].isna().all()


@pytest.mark.parametrize(
    ("largest", "total", "is_unsafe"),
    [
        ((52_000, 50_000), 110_000, True),  # Example 2: 102,000 of 110,000, unsafe by (2, 90.9)
        ((300, 20), 330, True),  # Example 4: 300 + 20 of 330 is 97%
        ((900, 100), 1135, False),  # "Sampling weights": 900, 100, 100 and seven times 5; 88%
        ((50_000, 49_000), 100_000, True),  # Example 1: safe by (1, 90), and the second finds the first to 2%
    ],
)
def test_handbook_dominance(largest, total, is_unsafe):
    """Handbook, 4.2.1: unsafe when the n = 2 largest contributions exceed k% of the total."""
    rows = pd.DataFrame(
        {"term": ["mining"], "estimate": [total], "n_fac": [51], "share_of_two": [sum(largest) / total]}
    )
    kind = Count(n_facilities="n_fac", top_two_share="share_of_two")
    published = publish(rows.astype({"share_of_two": "Float64"}), kind, {})
    assert published["estimate"].isna().tolist() == [is_unsafe]


def test_handbook_differencing_of_areas():
    """Handbook, 5.2: 52, 130, 39 and 50, 128, 39 single men by hours worked in two delimitations of an area."""
    for larger, smaller, printed in ((52, 50, 2), (130, 128, 2), (39, 39, 0), (55, 54, 1), (140, 140, 0), (49, 49, 0)):
        known = Knowledge(base=1, shown={"larger": larger, "smaller": smaller}, withheld={"larger", "smaller", "rest"})
        known.add({"smaller": 1, "rest": 1, "larger": -1})
        assert intervals(known) == {"rest": Interval(printed, printed)}
        rounded = [round(count / 5) * 5 for count in (larger, smaller)]
        assert rounded[0] - rounded[1] in (0, 5)  # as we round: not the 2, 2, 0 or the 1, 0, 0 that are printed


def test_handbook_differencing_of_two_releases():
    """The same two delimitations as two releases: by less than ten changed, all stand as they were."""
    table = Table(one_row_is="hours", key=("term",), columns={}, release=Release(kinds={"": Count()}))
    first, second = (
        column_of(dict(zip(("over 30", "16-30", "15 or less"), counts, strict=True)))
        .assign(withheld=None)
        .astype({"term": "str", "estimate": "Float64", "withheld": "str"})
        for counts in ((50, 128, 39), (52, 130, 39))
    )
    then = disclosure.publishable(first, table, "hours", "records")
    now = disclosure.publishable(second, table, "hours", "records", earlier=then.cells)
    assert shown(now.numbers) == shown(then.numbers) == {"over 30": 50, "16-30": 130, "15 or less": 40}


def test_handbook_linked_tables():
    """Handbook, 5.2, linking: of 22 who live and work in area A 21 are men; the woman is unique."""
    for total, men, women in ((22, 21, 1), (85 - 22, 58, 5), (49 - 22, 23, 4)):
        known = Knowledge(base=1, shown={"all": total, "men": men}, withheld={"all", "men", "women"})
        known.add({"men": 1, "women": 1, "all": -1})
        assert intervals(known) == {"women": Interval(women, women)}


def test_handbook_other_bands():
    """Handbook, 5.2: 6 men under 20 and 7 under 25, 9 of 20-39 and 8 of 25-39: one man of 20-24; no woman."""
    for young, younger, printed in ((7, 6, 1), (10, 10, 0)):
        known = Knowledge(base=1, shown={"<25": young, "<20": younger}, withheld={"<25", "<20", "20-24"})
        known.add({"<20": 1, "20-24": 1, "<25": -1})
        assert intervals(known) == {"20-24": Interval(printed, printed)}


def test_handbook_conventional_rounding():
    """Handbook, 5.5: 1 0 1, 3 3 6, 12 20 32, 16 23 39 are printed as 0 0 0, 5 5 5, 10 20 35 (sic: 32 is 30), 15 25 40.

    Rounded by themselves its totals do not add up; ours do, and its small cells do not leave at all.
    """
    counts = {("A", "male"): 1, ("A", "female"): 0, ("B", "male"): 3, ("B", "female"): 3, ("C", "male"): 12}
    inner = pd.DataFrame([*[(*key, value) for key, value in counts.items()], ("C", "female", 20)])
    inner.columns = ["place", "sex", "estimate"]
    rows = pd.concat([inner, inner.groupby("place", as_index=False)["estimate"].sum().assign(sex=ALL)])
    rows = pd.concat([rows, rows.groupby("sex", as_index=False)["estimate"].sum().assign(place=ALL)])
    published = publish(rows.reset_index(drop=True), Count(), {"place": ALL, "sex": ALL})
    small = published["place"].isin(["A", "B"]) & (published["sex"] != ALL)
    assert published.loc[small, "estimate"].isna().all()


def test_handbook_every_married_person_works_full_time():
    """Handbook, 5.2: 6 of 6 married work full time, so that whoever is married is known to; all is withheld."""
    rows = pd.DataFrame({"term": ["married", "divorced", "single"], "n_hits": [60, 50, 20], "n": [60, 60, 40]})
    published = publish(rows, Share(), {}).set_index("term")  # its 6 of 6, 5 of 6 and 2 of 4, ten times as many
    assert pd.isna(published.loc["married", "n_hits"])
    assert (published.loc[["divorced", "single"], "n_hits"] == [50, 20]).all()
