"""A column that no row of a system holds has no share: a dash in the picture, a reason in the numbers."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from analysis.figures import data_quality


def share(column: str, term: str, n_hits: int, n: int = 200, level: str = "follow_ups") -> dict[str, object]:
    told = {"outcome": f"complete: {column}", "term": term, "level": level, "action": "complete", "n": n}
    return {**told, "scale": "share", "n_hits": n_hits, "estimate": n_hits / n, "meaning": "x", "note": "x"}


@pytest.fixture
def numbers() -> pd.DataFrame:
    lines = [
        share("child_seen", "oscar", 0),
        share("child_seen", "primero", 170),
        {**share("T11", "oscar", 0, level="case_records"), "outcome": "T11", "action": "unknown"},
    ]
    columns = data_quality.NUMBERS.columns
    given = pd.DataFrame(lines).reindex(columns=[name for name in columns if name != "withheld"])
    typed = given.astype({name: columns[name].dtype for name in given})
    return data_quality.NUMBERS.validated(data_quality.build(typed), "data_quality")


def test_a_column_that_no_row_holds_has_a_reason_instead_of_a_share(numbers):
    of = numbers.set_index(["outcome", "term"])
    not_held = of.loc[("complete: child_seen", "oscar")]
    assert not_held[["estimate", "n_hits"]].isna().all()
    assert not_held["withheld"] == data_quality.NOT_HELD
    assert not_held["n"] == 200
    for other in (("complete: child_seen", "primero"), ("T11", "oscar")):  # a check that finds nothing does find 0
        assert of.loc[other, ["estimate", "n_hits"]].notna().all()
        assert pd.isna(of.loc[other, "withheld"])


def test_the_picture_has_a_dash_and_the_words_leave_it_out(numbers):
    figure = data_quality.draw(numbers)
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    plt.close(figure)
    assert sorted(texts) == ["0%", "85%", "–"]
    assert "known least: follow ups: child seen (Primero) 85%." in data_quality.words(numbers).reading


def test_a_survey_has_a_column_where_one_of_its_numbers_is_shown(numbers):
    of_dhs = numbers[numbers["outcome"] == "T11"].assign(outcome="no_age", term="dhs", level="survey_children")
    labels = []
    for shown in (numbers, pd.concat([numbers, of_dhs], ignore_index=True)):
        figure = data_quality.draw(shown)
        labels.append([label.get_text() for label in figure.axes[1].get_xticklabels()])
        plt.close(figure)
    assert "DHS" not in labels[0]
    assert "DHS" in labels[1]
    assert "MICS" not in labels[1]
