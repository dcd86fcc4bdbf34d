"""Nested totals: what overlapping printed totals say together, and the contradictions that are refused."""

import pytest

from analysis.models.nested_totals import Block, SetTotal, TotalsError, disjoint_blocks

COUNTRY = SetTotal("country", frozenset("abcde"), 100)
CITIES = SetTotal("cities", frozenset("abc"), 70)
CAPITAL = SetTotal("capital", frozenset("a"), 40)


def units_and_totals(blocks):
    return {"".join(block.units): block.total for block in blocks}


def test_a_set_less_the_sets_inside_it_is_a_block():
    blocks = disjoint_blocks([CAPITAL, COUNTRY, CITIES])
    assert blocks == [
        Block("capital", ("a",), 40),
        Block("cities less capital", ("b", "c"), 30),
        Block("country less cities", ("d", "e"), 30),
    ]


@pytest.mark.parametrize(
    "more",
    [
        SetTotal("the rest", frozenset("de"), 30),
        SetTotal("the country once more", frozenset("abcde"), 100),
        SetTotal("b and c", frozenset("bc"), 30),
    ],
    ids=lambda more: more.name,
)
def test_a_total_that_follows_from_the_others_changes_nothing(more):
    expected = units_and_totals(disjoint_blocks([COUNTRY, CITIES, CAPITAL]))
    assert units_and_totals(disjoint_blocks([COUNTRY, CITIES, CAPITAL, more])) == expected


def test_a_new_unit_splits_only_its_own_block():
    before = units_and_totals(disjoint_blocks([COUNTRY, CITIES, CAPITAL]))
    after = units_and_totals(disjoint_blocks([COUNTRY, CITIES, CAPITAL, SetTotal("b", frozenset("b"), 12)]))
    assert after == {"a": 40, "b": 12, "c": 18, "de": 30}
    assert {units for units in before if units not in after} == {"bc"}


def test_a_printed_zero_is_a_total():
    blocks = disjoint_blocks([COUNTRY, CITIES, CAPITAL, SetTotal("b", frozenset("b"), 0)])
    assert units_and_totals(blocks) == {"a": 40, "b": 0, "c": 30, "de": 30}


def test_the_order_of_the_totals_does_not_matter():
    printed = [COUNTRY, CITIES, CAPITAL]
    assert disjoint_blocks(printed) == disjoint_blocks(printed[::-1])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (SetTotal("b", frozenset("b"), 31), "the parts of 'cities' hold more than its total 70.*is 71"),
        (SetTotal("b and c", frozenset("bc"), 29), "the parts of 'cities' do not add up to its total 70.*is 69"),
        (SetTotal("coast", frozenset("cd"), 20), r"'cities' \(70\) and 'coast' \(20\) cross: they share c"),
        (SetTotal("capital city", frozenset("a"), 41), "'capital' and 'capital city'.*says 40.*other 41"),
        (SetTotal("capital city", frozenset("a"), 39), "'capital' and 'capital city'.*says 40.*other 39"),
        (SetTotal("b", frozenset("b"), -1), "the total -1 of 'b' is negative"),
        (SetTotal("nowhere", frozenset(), 1), "'nowhere' covers no unit"),
    ],
    ids=lambda value: value.name if isinstance(value, SetTotal) else "",
)
def test_a_contradiction_is_refused_by_name_and_number(wrong, message):
    with pytest.raises(TotalsError, match=message):
        disjoint_blocks([COUNTRY, CITIES, CAPITAL, wrong])
