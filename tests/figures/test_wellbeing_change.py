"""Wellbeing as published: words that follow the numbers, withheld ends marked, and no return said plainly."""

import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis.figures import wellbeing_change

DOMAINS = {"1A": ("Food security", 0.4, 0.2), "6B": ("Work and education", 0.1, -0.1), "3A": ("Protection", 0.2, 0.1)}
CONDITIONS = {"is_rule_met": (70, 80), "has_no_weak_item": (50, 60), "is_long_home": (3, 60), "is_ready": (40, 58)}


def row(term, label, measure, scale, numbers, **told):
    estimate, low, high = numbers
    return {
        "outcome": "csi12", "term": term, "level": "after a return", "wave": "both", "measure": measure,
        "sort": "domain", "label": label, "scale": scale, "estimate": estimate, "ci_low": low, "ci_high": high,
        "n": 200, "note": "children", **told,
    }  # fmt: skip


def share(term, label, measure, n_hits, n=200, **told):
    at = n_hits / n
    return row(term, label, measure, "share", (at, at - 0.02, at + 0.02), n=n, n_hits=n_hits, **told)


def estimates(n_low=60, by_chance=0.6, n_first=80):
    rows = []
    for term, (label, change, low) in DOMAINS.items():
        rows.append(row(term, label, "change", "points", (change, low, 2 * change - low)))
        rows.append(share(term, label, "low before", n_first))
        rows.append(share(term, label, "low at last", 40))
        rows.append(row(term, label, "change of the low", "points", (0.8, 0.5, 1.1), n=n_low))
        rows.append(row(term, label, "by chance alone", "points", (by_chance, 0.4, 0.8), n=n_low))
        rows.append(row(term, label, "beyond chance", "points", (0.8 - by_chance, low, 0.5), n=n_low))
    outcome = {"sort": "outcome domain"}
    rows.append(row("late less others", "Education less others", "change", "points", (-0.15, -0.25, -0.05), **outcome))
    for measure in ("low before", "low at last"):
        rows.append(share("health", "Health and development", measure, 60, **outcome))
        rows.append(row("belonging", "Belonging", measure, "share", (None,) * 3, **outcome) | {"n": None})
    for level in ("closed with goals met", "open"):
        told = {"outcome": "primero_kh", "sort": "condition", "level": level, "wave": "last"}
        for term, (met, may_be) in CONDITIONS.items():
            rows.append(share(term, term, "met", met, n=100, **told))
            rows.append(share(term, term, "met or left open", may_be, n=100, **told))
    return pd.DataFrame(rows).reindex(columns=list(wellbeing_change.NUMBERS.columns)).drop(columns="withheld")


def published(rows):
    numbers = wellbeing_change.NUMBERS.validated(wellbeing_change.build(rows), "wellbeing_change")
    return disclosure.publishable(numbers, wellbeing_change.NUMBERS, "wellbeing_change", "simulated").numbers


def drawn(numbers):
    with charts.style():
        figure = wellbeing_change.draw(numbers)
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.fixture(scope="module")
def numbers():
    return published(estimates())


def test_the_title_counts_domains_that_rise_beyond_doubt_and_names_both_ends(numbers):
    title = wellbeing_change.words(numbers).title
    assert "scores rise in 2 of 3 domains" in title
    assert title.endswith("most in food security, least in work and education")


def test_the_reading_says_how_much_is_chance_and_which_domains_come_last(numbers):
    reading = wellbeing_change.words(numbers).reading
    assert "chance alone would bring about 75%" in reading
    assert "told from none in 2 of 3 domains" in reading
    assert reading.endswith("Education less others: -0.15 points (-0.25 to -0.05).")


def test_no_change_is_called_an_effect_of_the_return(numbers):
    words = wellbeing_change.words(numbers)
    assert "need not be due to it" in words.caption
    assert "no change is an effect" in words.limits


def test_a_domain_of_which_nobody_asks_is_not_called_withheld(numbers):
    texts = drawn(numbers)
    assert texts.count("not asked") == 1
    assert "withheld" not in texts


def test_a_share_withheld_is_missing_and_drawn_as_an_open_end(numbers):
    few = numbers[(numbers["term"] == "is_long_home") & (numbers["measure"] == "met")]
    assert few[["estimate", "n_hits"]].isna().all(axis=None), "three cases"
    assert "long" not in wellbeing_change.words(numbers).alt_text.lower().partition("conditions for closing")[2]


def test_few_children_withhold_the_numbers_and_the_figure_stands():
    rows = estimates(n_low=9, n_first=4).assign(n=9)
    numbers = published(rows.assign(n_hits=rows["n_hits"].clip(upper=9)))
    assert numbers["estimate"].isna().all()
    assert "no change of scores may be told" in wellbeing_change.words(numbers).title
    assert "cannot be told" in wellbeing_change.words(numbers).reading
    assert drawn(numbers).count("withheld") > 5


def test_where_the_low_do_not_rise_no_share_of_chance_is_told():
    rows = estimates()
    falls = rows.assign(estimate=rows["estimate"].mask(rows["measure"] == "change of the low", -0.1))
    assert "cannot be told" in wellbeing_change.words(published(falls)).reading


def test_without_a_return_it_says_so():
    nothing = published(estimates().head(0))
    assert len(nothing) == 1
    assert "no return was recorded" in wellbeing_change.words(nothing).title
    assert "nothing to show" in drawn(nothing)
