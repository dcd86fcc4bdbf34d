"""Figures of eligibility and household checks: few are withheld, nothing recorded is said, and words are told."""

import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis.estimates.eligibility_verdicts import ACCEPTED, OF_ALL, OF_SOME, REASON, VERDICT
from analysis.estimates.eligibility_verdicts import TABLE as VERDICTS
from analysis.estimates.household_breaches import APART, BREACH
from analysis.estimates.household_breaches import TABLE as BREACHES
from analysis.figures import eligibility_verdicts, household_checks


def released(module, rows, origin="simulated"):
    name = module.__name__.rpartition(".")[2]
    numbers = module.NUMBERS.validated(module.build(rows), name)
    return disclosure.publishable(numbers, module.NUMBERS, name, origin).numbers.assign(origin=origin)


def drawn(module, numbers):
    with charts.style():
        figure = charts.finish(module.draw(numbers), module.words(numbers), numbers["origin"].iloc[0])
        figure.draw_without_rendering()
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def breaches(n_hits=40, n=200):
    rows = [
        {"outcome": BREACH, "term": item, "level": visit, "scale": "share", "n": n, "n_hits": n_hits}
        for item in household_checks.ITEMS
        for visit in household_checks.VISITS
    ]
    rows += [
        {"outcome": APART, "term": reason, "level": "all", "scale": "reason", "n": 120, "n_hits": 20}
        for reason in household_checks.REASONS
    ]
    ends = {"ci_low": 0.1, "ci_high": 0.4, "n_agencies": 9, "note": "a note"}
    return pd.DataFrame(rows).assign(estimate=lambda made: made["n_hits"] / made["n"], **ends)[list(BREACHES.columns)]


def verdicts(n_refused=60):
    counts = {"eligible": 80, "not known": 200 - 80 - n_refused, "refused": n_refused}
    rows = [(VERDICT, OF_ALL, level, level, 200, hits) for level, hits in counts.items()]
    rows += [(REASON, OF_SOME, "needs_it", "not in need", 200, n_refused)]
    rows += [(ACCEPTED, OF_SOME, "refused", "refused", 50, 25)]
    made = pd.DataFrame(rows, columns=["outcome", "scale", "level", "label", "n", "n_hits"])
    made = made.assign(
        term="reintegration", estimate=made["n_hits"] / made["n"], ci_low=None, ci_high=None, note="a note"
    )
    return made[list(VERDICTS.columns)]


def test_the_words_tell_shares_of_the_published_numbers():
    homes, judged = released(household_checks, breaches()), released(eligibility_verdicts, verdicts())
    assert "20% of children at the first follow-up, of 20% at the third" in household_checks.words(homes).title
    assert "30% of children cannot be judged" in eligibility_verdicts.words(judged).title
    assert "not in need (reintegration, 30%)" in eligibility_verdicts.words(judged).reading
    assert "■ refused" in drawn(eligibility_verdicts, judged)
    drawn(household_checks, homes)


@pytest.mark.parametrize(
    ("module", "rows"),
    [(household_checks, breaches(n_hits=4)), (eligibility_verdicts, verdicts(n_refused=4))],
)
def test_few_children_are_withheld_and_drawn_so(module, rows):
    numbers = released(module, rows)
    assert numbers["withheld"].notna().any()
    assert any("withheld" in text for text in drawn(module, numbers))


@pytest.mark.parametrize(
    ("module", "rows", "said"),
    [
        (household_checks, breaches(), "No checks of host families: no check of a household was recorded"),
        (eligibility_verdicts, verdicts(), "No verdicts of rules of eligibility: no case was recorded"),
    ],
)
def test_where_nothing_was_recorded_the_figure_says_so(module, rows, said):
    numbers = released(module, rows.head(0), "records")
    assert len(numbers) == 1
    assert module.words(numbers).title == said
    drawn(module, numbers)
