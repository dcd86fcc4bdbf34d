"""Codes come back as the systems' configuration lists them."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.importers import codes

REPEATABLE = settings(derandomize=True, database=None, deadline=None, max_examples=200)
STEMS = st.from_regex(r"\A[a-z]{2,8}(_[g-z]{2,9}){0,2}\Z")


def changed(expression, text: str | None) -> str | None:
    return pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(expression(pl.col("text"))).item()


@pytest.mark.parametrize("digits", [2, 4, 6, 8])
@REPEATABLE
@given(code=st.integers(1, 25), rest=st.integers(1, 999_999))
def test_t21_a_lost_zero_is_put_back(digits: int, code: int, rest: int) -> None:
    village = f"{code:02d}{rest:06d}"

    assert changed(lambda text: codes.location(text, digits), str(int(village))) == village[:digits]
    assert changed(lambda text: codes.location(text, digits), village) == village[:digits]


@pytest.mark.parametrize(
    ("text", "province"),
    [
        *(("3", "03"), ("301", "03"), ("1202", "12"), ("១២", "12"), ("12.0", "12")),
        *(("x", None), ("", None), (None, None)),
    ],
)
def test_the_first_two_digits_are_the_province(text: str | None, province: str | None) -> None:
    assert changed(lambda cell: codes.location(cell, 2), text) == province


def test_a_coarse_code_has_no_finer_one() -> None:
    assert changed(lambda cell: codes.location(cell, 6), "1202") is None


@REPEATABLE
@given(stem=STEMS, suffix=st.from_regex(r"\A[0-9]{5,6}\Z", fullmatch=True))
def test_t25_digits_of_one_country_are_dropped(stem: str, suffix: str) -> None:
    assert changed(codes.code_stem, f"{stem}_{suffix}") == stem
    assert changed(codes.code_stem, stem) == stem


@pytest.mark.parametrize(
    ("text", "stem"),
    [("referral_status_edf41f2", "referral_status"), ("level_1", "level_1"), ("survey_2014", "survey_2014")],
)
def test_t25_only_suffixes_of_the_known_shapes_are_dropped(text: str, stem: str) -> None:
    assert changed(codes.code_stem, text) == stem


@pytest.mark.parametrize(
    ("text", "plain"), [("'=a", "=a"), ("'+855", "+855"), ("'@x", "@x"), ("'quoted'", "'quoted'"), ("=a", "=a")]
)
def test_t28_only_the_apostrophe_of_the_system_is_taken_away(text: str, plain: str) -> None:
    assert changed(codes.without_apostrophe, text) == plain
