"""Reintegration effects as published: few events withhold, words follow the intervals, and no return is no crash."""

import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis import study as choices
from analysis.estimates import _reintegration_terms as terms
from analysis.figures import reintegration_effects as figure

STUDY = choices.load()
TOLD = {"abrupt": (2.1, 1.2, 3.7), "girl": (0.8, 0.6, 1.1), "poverty": (0.5, 0.01, 25.0)}
LEVELS = {"all returns": "hazard ratio", "subdistribution": "subdistribution hazard ratio", "early": "hazard ratio"}


def effects(df=40, p_changes=0.5):
    rows = []
    for outcome in ("residential", "other"):
        for level, scale in LEVELS.items():
            for term in terms.terms(STUDY).itertuples():
                low_high = TOLD.get(term.term, (None, None, None))
                rows.append((outcome, term.term, level, scale, *low_high, term.label, term.sort, term.position))
    names = ["outcome", "term", "level", "scale", "estimate", "ci_low", "ci_high", "label", "sort", "position"]
    frame = pd.DataFrame(rows, columns=names)
    is_tested = frame["level"].eq("all returns") & frame["term"].eq("abrupt")
    return frame.assign(
        n=400,
        n_events=60,
        df_residual=df,
        p_changes=pd.Series(p_changes, frame.index).where(is_tested),
        note="n: returns",
    )


def checks(n_events=(12, 15, 20, 30)):
    rows = [("concordance", "other agencies", "share of pairs", 0.66, 0.57, 0.74, 400, 77, None)]
    rows += [("ratios stay the same", "all terms", "test", None, None, None, 400, 77, 0.5)]
    for group, n in enumerate(n_events, start=1):
        rows.append((f"risk group {group}", "observed", "incidence", n / 100, n / 200, n / 50, 100, n, None))
        rows.append((f"risk group {group}", "foretold", "incidence", n / 110, None, None, 100, n, None))
    names = ["term", "level", "scale", "estimate", "ci_low", "ci_high", "n", "n_events", "p_value"]
    both = [
        pd.DataFrame(rows, columns=names).assign(outcome=outcome, note="n: returns")
        for outcome in ("other", "residential")
    ]
    return pd.concat(both, ignore_index=True)


def published(n_events=(12, 15, 20, 30), **changed):
    built = figure.NUMBERS.validated(figure.build(effects(**changed), checks(n_events)), "reintegration_effects")
    return disclosure.publishable(built, figure.NUMBERS, "reintegration_effects", "simulated").numbers


def drawn(numbers):
    with charts.style():
        picture = figure.draw(numbers)
    return [text.get_text() for axes in picture.axes for text in axes.texts]


@pytest.fixture(scope="module")
def numbers():
    return published()


def test_the_title_names_the_terms_whose_interval_leaves_out_1(numbers):
    words = figure.words(numbers)
    assert words.title.endswith(
        "1 of 9 terms can be told from chance as going with returns to residential care: abrupt return"
    )
    assert len(words.title) <= figure.LONGEST_TITLE
    assert "abrupt return, beside planned 2.1 (1.2–3.7)" in words.reading
    assert "girl" not in words.reading


def test_terms_of_what_is_not_recorded_are_told_and_not_drawn(numbers):
    assert (numbers["sort"] == "not_recorded").any()
    assert "not recorded" not in figure.words(numbers).alt_text.lower()


def test_a_ratio_that_changes_is_named_and_p_values_do_not_leave(numbers):
    assert "change with time at home: none" in figure.words(numbers).reading
    changing = published(p_changes=0.01)
    assert "change with time at home: abrupt return, beside planned" in figure.words(changing).reading
    assert not {"p_changes", "p_value"} & set(numbers.columns)


def test_few_events_less_coefficients_withhold_ratios_and_the_figure_says_so():
    numbers = published(df=9)
    assert numbers.loc[numbers["scale"] == "hazard ratio", "estimate"].isna().all()
    assert "0 of 9 terms" in figure.words(numbers).title
    assert drawn(numbers).count("withheld") == 2 * 9


def test_a_group_with_few_ends_is_withheld_not_0():
    numbers = published(n_events=(4, 15, 20, 30))
    first = numbers[(numbers["term"] == "risk group 1") & (numbers["level"] == "observed")]
    assert first["estimate"].isna().all()
    assert "withheld" in drawn(numbers)


def test_what_could_not_be_estimated_is_said(numbers):
    assert drawn(numbers).count("not estimated") == 2 * 6  # 9 drawn terms, 3 told, two outcomes


def test_without_a_return_it_says_so():
    nothing = figure.build(effects().head(0), checks().head(0))
    numbers = disclosure.publishable(
        figure.NUMBERS.validated(nothing, "reintegration_effects"), figure.NUMBERS, "reintegration_effects", "records"
    ).numbers
    assert "no return was recorded" in figure.words(numbers).title
    with charts.style():
        figure.draw(numbers)


def test_words_claim_no_effect(numbers):
    assert "Associations" in figure.words(numbers).limits
    assert "caus" not in figure.words(numbers).reading
