"""National survey figures: rounded as released, few withheld, nothing imported, and pictures that fit."""

import numpy as np
import pandas as pd
import pytest

from analysis import charts, disclosure, study
from analysis.estimates import _national_estimators as ways
from analysis.estimates import national_survey as estimate
from analysis.estimates import national_survey_coverage as coverage_estimate
from analysis.figures import counts_reconciled, national_survey, national_survey_coverage
from analysis.simulate.sampled_countries import BY_FACILITIES, BY_POPULATION

STUDY = study.load()
MODULES = {
    "national_survey": national_survey,
    "national_survey_coverage": national_survey_coverage,
    "counts_reconciled": counts_reconciled,
}


def released(name, rows, *inputs):
    module = MODULES[name]
    numbers = module.NUMBERS.validated(module.build(rows, *inputs), name)
    return disclosure.publishable(numbers, module.NUMBERS, name, "simulated").numbers


def drawn(name, numbers):
    module = MODULES[name]
    with charts.style():
        figure = module.draw(numbers)
        charts.finish(figure, module.words(numbers), "simulated")
        figure.draw_without_rendering()
    return figure


def texts(figure):
    return [
        text.get_text() for axes in figure.findobj(match=lambda artist: hasattr(artist, "texts")) for text in axes.texts
    ]


def totals(n=4394, n_facilities=98):
    shown = {row[:3] for rows in national_survey.SHOWN.values() for row in rows}
    rows = pd.DataFrame(sorted(shown), columns=["term", "level", "interval"]).assign(
        outcome=estimate.CHILDREN,
        scale="children",
        estimate=22792.3,
        ci_low=17334.8,
        ci_high=29968.1,
        n=n,
        note="a note",
    )
    columns = {"n_communes": 24, "n_facilities": n_facilities, "top_two_share": 0.1, "n_people": 1e6}
    rows = rows.assign(**columns, chance_of_report=0.8)
    is_published = (rows["term"] == ways.ONE_RATE) & (rows["interval"] == ways.POISSON)
    return rows.assign(estimate=rows["estimate"].mask(is_published, 155624.0))


def test_totals_are_told_in_three_digits_and_the_title_compares():
    numbers = released("national_survey", totals(), STUDY)
    assert set(numbers["estimate"]) == {22800, 156000}
    assert set(numbers["ci_low"]) == {17300, 17000}, "outwards, in the digits of the estimate"
    title = national_survey.words(numbers).title
    assert "22,800 (17,300–30,000)" in title
    assert "156,000" in title
    drawn("national_survey", numbers)


@pytest.mark.parametrize("few", [{"n": 7, "n_facilities": 6}, {"n_facilities": 4}])
def test_totals_of_few_are_withheld_and_said_to_be(few):
    numbers = released("national_survey", totals(**few), STUDY)
    assert numbers["estimate"].isna().all()
    assert numbers["withheld"].str.startswith("fewer than").all()
    assert "No national total" in national_survey.words(numbers).title
    drawn("national_survey", numbers)


def test_no_sample_says_so():
    numbers = released("national_survey", totals().iloc[:0], STUDY).assign(origin="records")
    assert list(numbers["term"]) == ["no survey"], "a file without a row could not say whose it is"
    assert "No national total from sampled communes" in national_survey.words(numbers).title
    drawn("national_survey", numbers)


def coverage():
    rows = [
        {"outcome": outcome, "term": term, "interval": interval, "design": design, "level": level, "estimate": value}
        for (term, intervals) in national_survey_coverage.SHOWN
        for interval in intervals
        for design in (BY_FACILITIES, BY_POPULATION)
        for level in (ways.DRAWABLE, coverage_estimate.COUNTRY)
        for outcome, value in (
            (coverage_estimate.COVERAGE, 0.12 if interval == ways.POISSON else 0.95),
            (coverage_estimate.MEAN, 1.02),
            (coverage_estimate.WIDTH, 0.5),
            (coverage_estimate.OPEN, 0.0),
        )
    ]
    scale = {coverage_estimate.MEAN: "relative", coverage_estimate.WIDTH: "relative"}
    table = pd.DataFrame(rows).drop_duplicates()
    return table.assign(
        scale=table["outcome"].map(scale).fillna("share"), ci_low=0.1, ci_high=0.97, n=500, note="a note",
        n_countries=125, n_hits=60,
    )  # fmt: skip


def test_coverage_is_told_for_both_designs_and_drawn():
    numbers = released("national_survey_coverage", coverage())
    words = national_survey_coverage.words(numbers)
    assert "in 12% or 12% of samples" in words.title
    assert "500 samples" in words.caption
    written = texts(drawn("national_survey_coverage", numbers))
    assert written.count("12%") == 4, "one rate and the weighted rate with a Poisson interval, in both designs"
    assert "Cambodia" not in " ".join(words.as_dict().values())


def counts():
    rows = [
        ("children", "mapping", "children printed", "print", 26187.0, np.nan, 26187, None, None, None),
        ("children", "ministry", "children printed", "print", 11171.0, np.nan, 11171, None, None, None),
        ("facilities", "mapping", "facilities printed", "print", 639.0, np.nan, 639, None, None, None),
        ("children", "mapping", "children listed", "records", 25281.0, np.nan, None, None, 596, 0.03),
        ("facilities", "missed", "facilities modelled", "records", 637.1, 620.0, 614, None, None, None),
        ("children", "households", "children surveyed", "records", 20380.2, 18189.0, 95909, 401, None, None),
    ]
    columns = ["outcome", "term", "scale", "source", "estimate", "ci_low", "n", "n_hits", "n_facilities"]
    table = pd.DataFrame(rows, columns=[*columns, "top_two_share"])
    covers = table["term"].map({"households": "household"}).fillna("facility")
    return table.assign(ci_high=table["ci_low"] * 1.2, covers=covers, level="all", definition="so", note="a note")


def test_print_and_records_stand_apart_and_counts_are_rounded():
    numbers = released("counts_reconciled", counts(), STUDY)
    of = numbers.set_index(["source", "term", "outcome"])["estimate"]
    assert of["print", "mapping", "children"] == 26187, "printed numbers stay"
    assert of["records", "mapping", "children"] == 25280
    words = counts_reconciled.words(numbers)
    assert "from 11,171 to 26,187 in print" in words.title
    assert "20,400" in words.reading
    written = texts(drawn("counts_reconciled", numbers))
    assert "not estimated" in written
    assert "not asked" in written


def test_few_children_of_households_are_withheld():
    rows = counts()
    few = rows.assign(n_hits=rows["n_hits"].mask(rows["term"] == "households", 4))
    numbers = released("counts_reconciled", few, STUDY)
    assert numbers.loc[numbers["term"] == "households", "estimate"].isna().all()
    assert any(text.startswith("withheld") for text in texts(drawn("counts_reconciled", numbers)))


def test_print_alone_is_drawn_where_nothing_was_imported():
    numbers = released("counts_reconciled", counts().iloc[:3], STUDY)
    assert "have none to compare" in counts_reconciled.words(numbers).title
    drawn("counts_reconciled", numbers)
