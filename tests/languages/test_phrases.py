"""A text is taken apart into units with slots, and put together again without losing a sign."""

import re

import pytest

from analysis.languages.phrases import filled, is_wordless, units, whole

NAMES = re.compile(r"\b(?:Siem Reap|Kep)\b")


def patterns(text):
    return [unit.pattern for unit in units(text, NAMES)]


def test_numbers_and_places_become_slots_counted_anew_in_each_unit():
    found = units("Of 1,000 children in Siem Reap, 12 were placed. In Kep it was 0.5%.", NAMES)
    assert [unit.pattern for unit in found] == [
        "Of {1} children in {2}, {3} were placed",
        "In {1} it was {2}%",
    ]
    assert [unit.values for unit in found] == [("1,000", "Siem Reap", "12"), ("Kep", "0.5")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014–15: 16,579", ["{1}–{2}", "{1}"]),
        ("Stark et al. (2017), BMJ Open 7:e013888", ["Stark et al. ({1}), BMJ Open 7:e013888"]),
        ("IDPoor 1 and R2 of a CV1", ["IDPoor {1} and R2 of a CV1"]),
        ("Is it so? It is. Or not", ["Is it so", "It is", "Or not"]),
        ("IDPoor c. 2022, No. 4", ["IDPoor c. {1}, No. {2}"]),
        ("one, two, three", ["one, two, three"]),
        ("one, two, three, four, five", ["one", "two", "three", "four", "five"]),
        ("braces {3} are no slots", ["braces ({1}) are no slots"]),
    ],
)
def test_where_a_text_is_cut(text, expected):
    assert patterns(text) == expected


@pytest.mark.parametrize(
    "text", ["A. B; c: d, e, f, g, h. (Kep) 3%.", "No stop", "Ends with a question?", "1,234.5 ± 6 – 7"]
)
def test_nothing_is_lost_in_taking_a_text_apart(text):
    put_together = "".join(filled(unit.pattern, unit.values, str) + unit.joint for unit in units(text, NAMES))
    assert put_together == text


def test_a_whole_text_keeps_its_last_stop_apart():
    one = whole("Two things; one stop.")
    assert (one.pattern, one.joint) == ("Two things; one stop", ".")


def test_signs_and_slots_alone_are_no_words():
    assert is_wordless("{1}% ({2}–{3}) ±")
    assert not is_wordless("{1} km")
    assert not is_wordless("ក")
