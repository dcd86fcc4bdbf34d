"""The placement model as published: violence in the home is withheld, interactions tested, and words that hold."""

import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis.figures import placement_risk

ODDS = {  # term: label, sort, odds ratio, its ends
    "poor_level_1": ("Identified poor, level 1", "root cause", 2.2, 1.5, 3.4),
    "migration": ("A parent has migrated", "root cause", 1.4, 0.9, 2.0),
    "family_violence": ("Violence in the home", "root cause", 1.7, 1.2, 2.4),
    "boy": ("Boy", "correlate", 1.0, 0.8, 1.2),
}


def row(outcome, term, level, measure, scale, label, sort, estimate, low, high, p_value=None):
    return {
        "outcome": outcome, "term": term, "level": level, "measure": measure, "scale": scale, "label": label,
        "sort": sort, "estimate": estimate, "ci_low": low, "ci_high": high, "p_value": p_value,
    }  # fmt: skip


def estimates(df=30, p_value=0.01):
    rows = [
        row(outcome, term, level, "odds ratio", "odds ratio", *told)
        for term, told in ODDS.items()
        for outcome, level in [
            ("placed_12m", "imputed"),
            ("placed_12m", "complete answers"),
            ("lives_in_care", "imputed"),
        ]
    ]
    rows += [
        row("placed_12m", term, "without earlier placement", "marginal effect", "per 1,000 children", *told)
        for term, told in ODDS.items()
    ]
    rows += [
        row("placed_12m", term, "without earlier placement", "fraction", "share of placements", label, "root cause", *n)
        for term, label, n in [
            ("poverty", "Nobody poor", (0.2, 0.1, 0.3)),
            ("family_violence", "No violence in the home", (0.1, 0.02, 0.2)),
            ("all_root_causes", "All of these", (0.6, 0.5, 0.7)),
        ]
    ]
    named = ("placed_12m", "poor:disability", "imputed", "interaction", "ratio of odds ratios", "Poor x disability")
    rows.append(row(*named, "interaction", 0.4, 0.1, 0.9, p_value))
    frame = pd.DataFrame(rows).assign(n=9000, df_residual=df, note="children")
    return frame.assign(position=[f"{place:02d}" for place in range(len(frame))])


def published(**changed):
    numbers = placement_risk.NUMBERS.validated(placement_risk.build(estimates(**changed)), "placement_risk")
    return disclosure.publishable(numbers, placement_risk.NUMBERS, "placement_risk", "simulated").numbers


def drawn(numbers):
    with charts.style():
        figure = placement_risk.draw(numbers)
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.fixture(scope="module")
def numbers():
    return published()


def test_violence_in_the_home_never_leaves_by_itself_and_is_marked(numbers):
    is_violence = numbers["term"] == "family_violence"
    assert numbers.loc[is_violence, ["estimate", "ci_low", "ci_high"]].isna().all(axis=None)
    assert numbers.loc[~is_violence, "estimate"].notna().all()
    assert drawn(numbers).count("withheld") == 3, "its odds ratio, its risk and its share"
    words = placement_risk.words(numbers)
    assert "iolence in the home 1.7" not in words.alt_text


def test_the_title_counts_root_causes_whose_interval_leaves_out_1(numbers):
    title = placement_risk.words(numbers).title
    assert "1 of 2 root causes can be told from chance" in title
    assert "60% (50% to 70%)" in title


def test_an_interaction_is_told_by_the_test_of_all_and_not_by_its_interval(numbers):
    assert "told from none: poor x disability" in placement_risk.words(numbers).reading
    assert "tested together: 1 told from 1" in " ".join(drawn(numbers))
    not_told = published(p_value=0.06)
    assert "told from none: none" in placement_risk.words(not_told).reading
    assert "tested together: none told from 1" in " ".join(drawn(not_told))


def test_the_reading_does_not_call_anything_an_effect_or_a_cause_of_placement(numbers):
    words = placement_risk.words(numbers)
    assert "caused" not in " ".join(words.as_dict().values())
    assert "cannot show effects" in words.caption


def test_few_degrees_of_freedom_withhold_everything_and_the_figure_stands():
    numbers = published(df=9)
    assert numbers["estimate"].isna().all()
    assert "0 of 0 root causes" in placement_risk.words(numbers).title
    with charts.style():
        charts.finish(placement_risk.draw(numbers), placement_risk.words(numbers), "simulated")


def test_without_a_survey_it_says_so(numbers):
    assert "no survey was imported" in placement_risk.words(numbers.head(0)).title
    drawn(numbers.head(0))
