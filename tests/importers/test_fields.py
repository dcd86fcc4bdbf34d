"""Numbers and yes-or-no are read only where the cell is clearly one."""

import polars as pl
import pytest

from analysis.importers import fields


def read(expression, text: str | None) -> object:
    return pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(expression(pl.col("text"))).item()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("2", 2.0), ("2.50", 2.5), ("-3", -3.0), ("1,200", 1200.0), ("1,234,567.5", 1234567.5), ("១២", 12.0)),
        *((" 7 ", 7.0), ("1e3", 1000.0), ("1,2", None), ("about 3", None), ("3 or 4", None), ("", None), (None, None)),
        *(("nan", None), ("inf", None), ("1.2.3", None), ("2-3", None)),
    ],
)
def test_a_number_is_read_or_missing(text: str | None, number: float | None) -> None:
    assert read(fields.decimal, text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("2", 2), ("2.0", 2), ("2.5", None), ("៣", 3), ("12345678901234567890", None), ("x", None)]
)
def test_t20_a_number_stored_as_text_is_whole_or_missing(text: str, number: int | None) -> None:
    assert read(fields.whole_number, text) == number


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(("Yes", True), ("true", True), ("1", True), ("បាទ", True), ("NO", False), ("ទេ", False), ("0", False)),
        *(("", None), (None, None), ("unknown", None), ("2", None), ("yes, but", None)),
    ],
)
def test_t11_a_blank_is_no_answer(text: str | None, answer: bool | None) -> None:
    assert read(fields.yes_no, text) is answer


def test_khmer_digits_become_ours() -> None:
    assert read(fields.khmer_digits, "ឆ្នាំ ០១២៣៤៥៦៧៨៩") == "ឆ្នាំ 0123456789"
