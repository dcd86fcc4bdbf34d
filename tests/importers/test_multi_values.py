"""Values joined in one cell come apart as they were put in."""

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.importers import multi_values

REPEATABLE = settings(derandomize=True, database=None, deadline=None, max_examples=200)
LABELS = ("Material support for education (uniforms, etc)", "Kinship care", "Support, other", "Support, other, more")
CODES = st.text(alphabet="abcdefghij_0123456789", min_size=1, max_size=12)
WORDS = st.text(alphabet='abខ្ញុំ "\\#{}$@é/()', min_size=1, max_size=12).filter(lambda word: word.strip() == word)


def listed(expression: pl.Expr, text: str | None) -> list[str] | None:
    cells = pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(expression).to_series()
    return cells.to_list()[0]


def inspected(values: list[str | None]) -> str:
    """Print a list as Ruby does: like JSON, but nil, and # escaped before a brace, $ or @."""
    shown = ["nil" if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    return (
        "[" + ", ".join(cell.replace("#{", "\\#{").replace("#$", "\\#$").replace("#@", "\\#@") for cell in shown) + "]"
    )


@pytest.mark.parametrize("separator", [", ", " ||| ", " | "])
@REPEATABLE
@given(values=st.lists(CODES, max_size=6))
def test_joined_values_come_apart(separator: str, values: list[str]) -> None:
    assert listed(multi_values.split_values(pl.col("text"), separator), separator.join(values)) == values


@REPEATABLE
@given(values=st.lists(st.sampled_from(LABELS), max_size=5))
def test_t05_a_known_label_keeps_its_own_commas(values: list[str]) -> None:
    assert listed(multi_values.split_values(pl.col("text"), ", ", LABELS), ", ".join(values)) == values


def test_an_empty_cell_has_no_values() -> None:
    assert listed(multi_values.split_values(pl.col("text"), ", "), None) is None
    assert listed(multi_values.split_values(pl.col("text"), ", "), " , ") == []


@REPEATABLE
@given(values=st.lists(st.none() | WORDS.filter(lambda word: not word.startswith("[")), max_size=6))
def test_an_array_printed_by_ruby_is_read_back(values: list[str | None]) -> None:
    kept = [value for value in values if value not in (None, "nil")]
    assert listed(multi_values.ruby_array(pl.col("text")), inspected(values)) == kept


@REPEATABLE
@given(outer=st.lists(CODES, max_size=3), inner=st.lists(CODES, max_size=3), deepest=st.lists(CODES, max_size=2))
def test_t19_arrays_printed_inside_arrays_come_apart(outer: list[str], inner: list[str], deepest: list[str]) -> None:
    text = inspected([*outer, "[]", inspected([*inner, inspected(deepest)])])
    expected = [value for value in [*outer, *inner, *deepest] if value != "nil"]

    assert listed(multi_values.ruby_array(pl.col("text")), text) == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('["caafag", "[]", "[\\"living_with_vulnerable_person\\"]"]', ["caafag", "living_with_vulnerable_person"]),
        *(("[]", []), ("nil", []), ("poverty", ["poverty"]), (None, None), ("[1, :two, nil]", ["1", "two"])),
        ('["cut", "of', ['["cut", "of']),  # no guess what the rest was
        ('["\\u1780\\u{1781}"]', ["កខ"]),
    ],
)
def test_cells_seen_in_exports(text: str | None, values: list[str] | None) -> None:
    assert listed(multi_values.ruby_array(pl.col("text")), text) == values


def test_escapes_of_signs_that_do_not_exist_stay_as_they_stand():
    cell = r'["\u{FFFFFF}", "\uD800", "\u{1F600}", "\u1780"]'
    assert listed(multi_values.ruby_array(pl.col("text")), cell) == [r"\u{FFFFFF}", r"\uD800", "😀", "ក"]


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ('["a", "b]', ["a", "b"]),
        ('["a", "b, "c"]', ["a", "b, ", "c"]),
        ("[" + '"' + '\\"' * 200_000 + "]", ['"' * 200_000]),
        ("[" + '"' * 200_001 + "]", []),
        ("[" * 200_000 + "]", []),
    ],
    ids=["open at the end", "open inside", "open and long", "all quotes", "all brackets"],
)
def test_a_string_that_does_not_close_runs_to_the_end_and_is_looked_at_once(cell: str, values: list[str]) -> None:
    """Each mark taken for a beginning again, a cell of this length would take hours."""
    assert listed(multi_values.ruby_array(pl.col("text")), cell) == values
