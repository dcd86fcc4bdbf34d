"""Risk gradients as published: small groups withheld and said so, and words that hold whatever is left."""

import numpy as np
import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis.figures import risk_gradients

FACTORS = {
    "id_poor": ("Identified poor", ["poor, level 1", "poor, level 2", "at risk", "not poor", "unknown"]),
    "sex": ("Sex", ["girls", "boys", "other", "unknown"]),
}
MANY = {"id_poor": [60, 50, 20, 130, 15], "sex": [140, 135, 0, 0]}
NOBODY = {("sex", "other"), ("sex", "unknown")}


def estimates(hits):
    """Return rows of the estimate: 5,000 children a level, none of some, and so many placed."""
    rows = []
    for outcome in ("placed_12m", "lives_in_care"):
        for term, (factor, levels) in FACTORS.items():
            n = [0 if (term, level) in NOBODY else 5000 for level in levels]
            for place, (level, size, count) in enumerate(
                [*zip(levels, n, hits[term], strict=True), ("all", sum(n), sum(hits[term]))]
            ):
                share = 1000 * count / size if size else np.nan
                rows.append(
                    (outcome, term, level, factor, f"{place:02d}", share, 0.8 * share, 1.2 * share, size, count)
                )
    columns = ["outcome", "term", "level", "factor", "position", "estimate", "ci_low", "ci_high", "n", "n_hits"]
    return pd.DataFrame(rows, columns=columns).assign(scale="per 1,000 children", note="children")


def published(hits):
    built = risk_gradients.build(estimates(hits))
    numbers = risk_gradients.NUMBERS.validated(built, "risk_gradients")
    return disclosure.publishable(numbers, risk_gradients.NUMBERS, "risk_gradients", "simulated").numbers


def texts(numbers):
    with charts.style():
        figure = risk_gradients.draw(numbers)
    return [text.get_text() for axes in figure.axes for text in [*axes.texts, *axes.get_yticklabels()]]


def shares(numbers):
    return numbers.set_index(["outcome", "term", "level"])["estimate"]


def test_all_numbers_are_shown_where_no_group_is_small_and_the_title_tells_the_widest_gap():
    numbers = published(MANY)
    assert numbers["withheld"].isna().all()
    words = risk_gradients.words(numbers)
    assert "11 (8.8–13) of 1,000 children were placed" in words.title
    assert "by “identified poor” from 4.0 to 26" in words.title
    assert "26 (not poor) and 4.0 (at risk)" in words.reading


def test_a_level_that_nobody_is_in_has_no_row_in_the_picture_and_is_not_called_withheld():
    said = texts(published(MANY))
    assert "girls" in said
    assert "other" not in said
    assert "withheld" not in " ".join(said)


def test_a_level_with_few_placed_is_withheld_with_another_that_would_tell_it():
    numbers = published(MANY | {"id_poor": [4, 50, 20, 130, 15]} | {"sex": [110, 109, 0, 0]})
    told = shares(numbers)["placed_12m"]["id_poor"]
    assert pd.isna(told["poor, level 1"])
    assert told.isna().sum() == 2
    assert pd.notna(told["all"])
    assert texts(numbers).count("placed: withheld") == 2


def test_none_placed_of_many_is_told_as_none():
    numbers = published(MANY | {"id_poor": [0, 110, 20, 130, 15]})
    assert shares(numbers)["placed_12m"]["id_poor"]["poor, level 1"] == 0
    assert "placed: none" in texts(numbers)


@pytest.mark.parametrize("hits", [{"id_poor": [2, 1, 0, 3, 0], "sex": [3, 3, 0, 0]}])
def test_words_and_picture_stand_when_everything_is_withheld(hits):
    numbers = published(hits)
    assert numbers.loc[numbers["n_hits"].notna(), "n_hits"].eq(0).all()
    assert "withheld" in risk_gradients.words(numbers).title
    assert "placed: withheld" in texts(numbers)
    with charts.style():
        charts.finish(risk_gradients.draw(numbers), risk_gradients.words(numbers), "simulated")


def test_without_a_survey_it_says_so():
    numbers = published(MANY).head(0)
    assert "no survey was imported" in risk_gradients.words(numbers).title
    texts(numbers)
