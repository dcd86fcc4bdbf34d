"""Figures of returns: what may leave, what gives a small step away, and what is said where no return was recorded."""

import io
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import charts, disclosure, pipeline, study
from analysis.estimates import planned_vs_abrupt as estimate_of_kinds
from analysis.estimates import re_separation as estimate_of_returns
from analysis.figures import _planned_vs_abrupt_marks as gaps
from analysis.figures import _re_separation_rows as told
from analysis.figures import planned_vs_abrupt, re_separation

sys.path.insert(0, str(Path(__file__).parents[1] / "estimates"))
import made_returns

STUDY = study.load().changed("re_separation.n_replicates", 60).changed("re_separation.n_loss_replicates", 12)
FIGURES = {"re_separation": re_separation, "planned_vs_abrupt": planned_vs_abrupt}


def estimated(spells):
    rng = np.random.default_rng(1)
    returns = estimate_of_returns.build(spells, made_returns.variants(spells), STUDY, rng)
    kinds = estimate_of_kinds.build(spells, STUDY, rng)
    return (
        estimate_of_returns.TABLE.validated(returns, "re_separation"),
        estimate_of_kinds.TABLE.validated(kinds, "planned_vs_abrupt"),
    )


def published(name, returns, kinds):
    """Return what the figure ``name`` publishes, as it is read again from its file."""
    of = FIGURES[name]
    built = of.build(returns, STUDY) if name == "re_separation" else of.build(kinds, returns, STUDY)
    numbers = of.NUMBERS.validated(built, name)
    written = disclosure.publishable(numbers, of.NUMBERS, name, "records", None).numbers.to_csv(index=False)
    text = pd.read_csv(io.StringIO(written), dtype="str", keep_default_na=False)
    read = of.NUMBERS.as_published().validated(text.drop(columns="origin"), name)
    return read.assign(origin=text["origin"].iloc[0])


def drawn_text(name, numbers):
    of = FIGURES[name]
    with charts.style():
        figure = charts.finish(of.draw(numbers), of.words(numbers), "records")
        return " ".join(text.get_text() for axes in figure.axes for text in [*axes.texts, *axes.get_yticklabels()])


@pytest.fixture(scope="module")
def made():
    return estimated(made_returns.spells())


@pytest.fixture(scope="module")
def numbers(made):
    return {name: published(name, *made) for name in FIGURES}


@pytest.mark.parametrize("name", FIGURES)
def test_without_a_return_a_figure_says_so_and_whose_records_they_were(name):
    found = published(name, *estimated(made_returns.spells().head(0)))
    assert found["origin"].tolist() == ["records"]
    assert found[["estimate", "ci_low", "ci_high", "n"]].isna().all(axis=None)
    assert "no return was recorded" in FIGURES[name].words(found).title
    assert "nothing to show" in drawn_text(name, found)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("n", [40])
def test_a_handful_of_returns_is_withheld_and_does_not_crash(name, n):
    found = published(name, *estimated(made_returns.spells(n)))
    shown = found.dropna(subset="estimate")
    assert not ((shown["n_events"] > 0) & (shown["n_events"] < 10)).any()
    assert len(FIGURES[name].words(found).title) <= 150
    drawn_text(name, found)


def test_both_figures_tell_the_same_counts_of_kinds_or_none(numbers):
    key, counts = ["outcome", "term", "level", "measure", "day"], ["estimate", "n", "n_at_risk", "n_events"]
    one, other = (found.dropna(subset="day").set_index(key)[counts] for found in numbers.values())
    shared = one.index.intersection(other.index)
    assert len(shared) >= 20
    pd.testing.assert_frame_equal(one.loc[shared], other.loc[shared])


def test_no_level_is_told_by_a_step_of_few(numbers):
    curves = numbers["planned_vs_abrupt"].dropna(subset=["day", "n_events"]).sort_values("day")
    for _, curve in curves.groupby(["outcome", "level"]):
        steps = np.diff(curve["n_events"].astype(int), prepend=0)
        assert ((steps == 0) | (steps >= 10)).all()


def test_gaps_are_told_only_at_days_that_give_no_small_step_away():
    events = pd.Series({30: 4, 90: 11, 180: 15, 365: 21, 730: 24})
    assert gaps._days_kept(events, 10) == [(90, 11), (365, 21)]
    assert gaps._days_kept(events, 25) == []


def test_checks_carry_the_counts_of_the_number_they_check(made):
    rows = told.to_be_told(made[0], 365, (365,))
    checks = rows[
        rows["measure"].isin(told.CHECKS) & (rows["term"] == told.RETURNS) & (rows["outcome"] == "residential")
    ]
    at_one_year = checks[checks["day"] == 365]
    assert len(at_one_year) >= 9
    assert len(at_one_year[list(told.COUNTS)].drop_duplicates()) == 1


def test_only_days_that_were_chosen_are_told_of_levels(numbers):
    levels = numbers["re_separation"].query("term != 'returns' and term != 'return_kind'")
    assert set(levels["day"].dropna()) == {365}
    kinds = numbers["re_separation"].query("term == 'return_kind'")
    assert set(kinds["day"].dropna()) == {30, 90, 180, 365, 730}


def test_words_follow_what_is_published(numbers):
    said = re_separation.words(numbers["re_separation"])
    back = told.curve_of(numbers["re_separation"], "residential").set_index("day").loc[365]
    assert told.interval_of(back) in said.title
    assert "none that is recorded were in a boarding school" in said.reading
    assert "worker's risk tier" not in said.reading.split("told apart:")[1].split(".")[0]
    assert "how they came home" in said.reading.split("told apart:")[1].split(".")[0]
    kinds = planned_vs_abrupt.words(numbers["planned_vs_abrupt"])
    assert kinds.title.endswith("; more than chance")
    assert "at home after day 7" in kinds.caption


def test_withheld_is_said_and_never_drawn_as_nothing(numbers):
    hidden = numbers["re_separation"].copy()
    is_girls = (hidden["term"] == "sex") & (hidden["level"] == "female")
    hidden.loc[is_girls, ["estimate", "ci_low", "ci_high"]] = pd.NA
    hidden.loc[is_girls, "withheld"] = "fewer than 10, or hides such a number"
    assert "withheld" in drawn_text("re_separation", hidden)
    assert "not to be read as 0" in re_separation.words(hidden).caption


def test_shares_read_aloud():
    row = pd.Series({"estimate": 16.4, "ci_low": 0.4, "ci_high": 22.6})
    assert told.interval_of(row) == "16% (0.4–23)"
    assert told.interval_of(row.replace(22.6, np.nan)) == "16% (no interval)"
    assert told.interval_of(row.replace(16.4, 0.0)) == "none recorded"
    assert (told.in_words(365), told.in_words(30)) == ("a year", "30 days")
    assert pipeline.inputs_of(planned_vs_abrupt.build) == ["planned_vs_abrupt", "re_separation", "study"]
