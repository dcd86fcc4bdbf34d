"""What leaves: the page says the values that the gate uses, on one screen."""

import re

from analysis import kinds, study
from analysis.study import ROOT

TEXT = (ROOT / "docs" / "what-leaves.md").read_text(encoding="utf-8")
RULES = study.load().disclosure


def value(of: str) -> str:
    """Return the value of the rule whose name begins so."""
    [row] = [line for line in TEXT.splitlines() if line.startswith(f"| {of}")]
    return row.split(" | ")[1]


def listed(values: tuple) -> str:
    return ", ".join(map(str, values))


def test_it_is_one_screen():
    lines = TEXT.splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 120


def test_every_value_is_the_one_in_use():
    assert value("children, households or records behind a number") == str(RULES.least_rows)
    assert value("facilities behind a number") == str(RULES.least_facilities)
    assert value("share of a number that two facilities") == f"{RULES.most_of_two:.0%}"
    assert value("counts are rounded to") == str(RULES.round_to)
    assert value("degrees of freedom") == str(RULES.least_df)
    assert value("digits of modelled") == str(RULES.digits_modelled)
    assert value("days at which curves are shown") == f"{listed(RULES.curve_days)}; {RULES.least_rows}"
    assert value("place; date; age") == f"province or group; month; {listed(RULES.age_bands)}"


def test_every_value_in_the_prose_is_the_one_in_use():
    prose = TEXT[TEXT.index('**What "fewer') :]
    assert f"fewer than {RULES.least_rows}, or hides such a number" in prose
    assert f"more closely than within {RULES.least_rows} children" in prose
    assert f"changed by fewer than {RULES.least_rows} since" in prose
    assert f"A shown count within {RULES.round_to // 2}," in prose
    assert set(re.findall(r"\b\d+\b", prose)) == {
        str(RULES.least_rows),
        str(RULES.round_to // 2),
        *("39", "40", "900", "1", "000"),
    }


def test_every_kind_of_choice_is_explained():
    """Whoever adds a rule to study.toml says here what it does."""
    told = {
        "least_rows": "behind a number, at least",
        "least_facilities": "facilities behind",
        "round_to": "rounded to",
        "most_of_two": "two facilities may hold",
        "least_df": "degrees of freedom",
        "digits_modelled": "digits",
        "curve_days": "curves",
        "age_bands": "age",
        "sensitive_items": "any or none",
        "any_sensitive_item": "any or none",
        "never_columns": "Never leaves",
        "never_texts": "Never kept",
    }
    assert set(told) == set(RULES)
    assert all(words in TEXT for words in told.values())


def test_none_and_all_are_withheld_unless_said_to_be_harmless():
    assert "unless declared harmless, with the reason" in value("none, or all, of a group")
    assert kinds.Release(kinds={}).harmless == ""
