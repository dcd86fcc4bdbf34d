"""List coverage: numbers leave rounded, what is withheld is said, and what is printed stays apart."""

import numpy as np
import pandas as pd
import pytest

from analysis import charts, disclosure, sources, study
from analysis.clean import claims
from analysis.estimates import list_coverage as estimate
from analysis.figures import list_coverage

MAPPING, INFORMANTS, INSPECTION = study.load().list_coverage.lists
HISTORIES = [[MAPPING], [INFORMANTS], [MAPPING, INFORMANTS], [INSPECTION], [MAPPING, INSPECTION]]
HISTORIES += [[INFORMANTS, INSPECTION], [MAPPING, INFORMANTS, INSPECTION]]
LARGE = {
    ("phnom_penh", "rci"): [21, 4, 41, 2, 14, 1, 53],
    ("phnom_penh", "other"): [14, 3, 24, 1, 6, 1, 7],
    ("siem_reap", "rci"): [14, 4, 17, 1, 12, 1, 28],
    ("siem_reap", "other"): [12, 3, 11, 1, 6, 1, 8],
    ("priority_three", "rci"): [11, 2, 18, 1, 8, 1, 23],
    ("priority_three", "other"): [15, 2, 18, 1, 6, 1, 8],
    ("other20", "rci"): [12, 2, 10, 3, 30, 3, 75],
    ("other20", "other"): [22, 11, 39, 1, 6, 2, 7],
}
FEW = LARGE | {("siem_reap", "other"): [1, 0, 0, 0, 1, 0, 1]}


def published(of=LARGE, lists=7, origin="simulated"):
    """Return what leaves of facilities by area, type and history: the first ``lists`` of the histories."""
    captures = pd.DataFrame(
        [
            {"area": area, "type_group": kind, "lists": " ".join(own)}
            for (area, kind), numbers in of.items()
            for own, n in zip(HISTORIES[:lists], numbers, strict=False)
            for _ in range(n)
        ]
    )
    draws = captures.groupby(["area", "type_group", "lists"]).size().rename("n_facilities").reset_index().assign(draw=1)
    ledger = claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")
    choices = study.load()
    rows = estimate.build(captures, draws, ledger, choices, np.random.default_rng(1))
    table = estimate.TABLE.validated(rows, "list_coverage")
    numbers = list_coverage.NUMBERS.validated(list_coverage.build(table, choices), "list_coverage")
    return disclosure.publishable(numbers, list_coverage.NUMBERS, "list_coverage", origin).numbers


def drawn(numbers):
    with charts.style():
        figure = list_coverage.draw(numbers)
        charts.finish(figure, list_coverage.words(numbers), "simulated")
        figure.draw_without_rendering()
    return figure


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.fixture(scope="module")
def numbers():
    return published()


def test_every_number_of_facilities_leaves_rounded_and_ends_of_intervals_outwards(numbers):
    records = numbers[numbers["source"] == "records"]
    for column in ("estimate", "ci_low", "ci_high"):
        assert (records[column].dropna() % 5 == 0).all(), column
    estimated = records[records["scale"] == "facilities in all"].dropna(subset="estimate")
    assert (estimated["ci_low"] <= estimated["estimate"]).all()
    assert (estimated["ci_high"] >= estimated["estimate"]).all()


def test_the_printed_numbers_leave_as_they_are_and_stand_on_axes_of_their_own(numbers):
    one = numbers[numbers["source"] == "print"].iloc[0]
    assert one["printed"] == "139 of 267"
    assert one["estimate"] == pytest.approx(0.521)
    of_records, _, in_print = drawn(numbers).axes
    assert any("139 of 267" in text.get_text() for text in in_print.texts)
    assert not any("139" in text.get_text() for text in of_records.texts)
    assert "IN PRINT" in in_print.get_title(loc="left")
    assert "cannot" in in_print.get_title(loc="left")


def test_each_row_tells_what_is_listed_and_what_there_is(numbers):
    shown = numbers[numbers["source"] == "records"].set_index(["scale", "term", "level", "list_id"])
    whole = shown.loc[("facilities in all", "all", "all", "any")]
    said = texts(drawn(numbers))
    assert f"{whole['estimate']:.0f} ({whole['ci_low']:.0f}–{whole['ci_high']:.0f})" in said
    assert f"{shown.loc[('facilities in all', 'all', 'rci', 'any'), 'n']:.0f}" in said


def test_shares_are_of_the_estimate_and_never_above_all(numbers):
    shown = numbers[numbers["source"] == "records"].set_index(["scale", "term", "level", "list_id"])["estimate"]
    share = shown["facilities listed", "all", "all", INSPECTION] / shown["facilities in all", "all", "all", "any"]
    title = list_coverage.words(numbers).title
    assert title.startswith("In the simulated records, the lists name about")
    assert title.endswith(f"Inspection 2014 alone names {share:.0%}")
    for line in drawn(numbers).axes[0].lines:
        assert np.nanmax(np.asarray(line.get_xdata(), "float")) <= 100


def test_words_say_what_two_lists_alone_would_say(numbers):
    two = numbers.loc[numbers["scale"] == "facilities in all by two lists", "estimate"]
    reading = list_coverage.words(numbers).reading
    assert len(two) == 3
    assert all(f"{value:.0f}" in reading for value in two)


def test_few_facilities_are_withheld_and_said_to_be_not_drawn_as_none():
    few = published(FEW)
    hidden = few[few["withheld"].notna()]
    assert ("siem_reap", "other") in set(zip(hidden["term"], hidden["level"], strict=True))
    assert hidden["estimate"].isna().all()
    said = texts(drawn(few))
    assert any(text.startswith("withheld: fewer than 5") for text in said)
    assert "not to be read as 0" in list_coverage.words(few).caption
    assert "3" not in said


def test_an_area_that_is_told_of_everyone_has_no_row_of_its_own(numbers):
    labels = [label.get_text() for label in drawn(numbers).axes[0].get_yticklabels()]
    assert "Province not told" not in labels
    more = published(LARGE | {("unknown", "rci"): [9, 2, 4, 1, 3, 1, 12], ("unknown", "other"): [9, 2, 4, 1, 3, 1, 12]})
    labels = [label.get_text() for label in drawn(more).axes[0].get_yticklabels()]
    assert "Province not told" in labels


def test_one_list_alone_is_drawn_and_said_to_tell_nothing_of_what_it_misses():
    alone = published({key: [numbers[0] + 20] for key, numbers in LARGE.items()}, lists=1)
    assert "what they miss cannot be told" in list_coverage.words(alone).title
    assert "no estimate from one list alone" in texts(drawn(alone))


def test_words_hold_whatever_is_withheld(numbers):
    hidden = numbers.assign(
        **{name: numbers[name].mask(numbers["source"] == "records") for name in ("estimate", "ci_low", "ci_high")}
    ).assign(withheld="fewer than 5")
    said = " ".join(list_coverage.words(hidden).as_dict().values())
    assert "nan" not in said
    assert "<NA>" not in said
    drawn(hidden)
