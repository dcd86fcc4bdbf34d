"""The figures of risk performance: numbers pass the gate, few children are withheld and said to be, words follow."""

import numpy as np
import pandas as pd
import pytest

from analysis import charts, disclosure, study
from analysis.estimates import risk_performance
from analysis.figures import decision_curve, risk_calibration

FIGURES = {"risk_calibration": risk_calibration, "decision_curve": decision_curve}
AT_RISK, PLACED = 20_000, 200
GROUPS = {"sex": {"female": 90, "male": 110}, "disability": {"with a disability": 14, "without a disability": 186}}
GROUPS |= {"age_band": {"0-11": 70, "12-14": 60, "15-17": 70}, "area": {"five priority provinces": 200}}


def row(outcome, scale, estimate, n, n_hits=None, width=0.2, **named):
    ends = {"ci_low": estimate - width * abs(estimate), "ci_high": estimate + width * abs(estimate)}
    counts = {"n": n, "n_hits": n_hits, "estimate": estimate, "scale": scale}
    return {"outcome": outcome, "group": "whole", "term": "all", "level": "observed"} | ends | counts | named


def performance(ratio=1.0, n_of=GROUPS):
    """Return a table as the estimate makes it, with numbers of our own."""
    whole, rows = {"n": AT_RISK, "n_hits": PLACED}, []
    for level in ("in villages not seen", "in its own sample"):
        for outcome, scale, value in (
            ("concordance", "probability", 0.75),
            ("observed to expected", "ratio", ratio),
            ("calibration slope", "ratio of log odds", 0.95),
            ("calibration intercept", "log odds", 0.01),
            ("scaled Brier score", "share of the error", 0.004),
        ):
            rows.append(row(outcome, scale, value, **whole, level=level))
    for term, n in (("every answer given", 15_000), ("an answer missing", 5_000), ("all", AT_RISK)):
        rows.append(row("concordance by answers", "probability", 0.74, n, n // 100, group="answers", term=term))
    rows += [row("instability", "log odds", 0.3, **whole, level="spread of the log odds")]
    rows += [row("instability", "share", 0.05, **whole, level="other side of the threshold", at=4.0)]
    rows += [row("optimism", "probability", 0.01, **whole, level="concordance")]
    per_1000 = "per 1,000 children"
    for group in range(4):
        size, risk = AT_RISK // 4, 2.0 * 3**group
        rows.append(row("observed risk", per_1000, risk, size, PLACED // 4, term=f"group {group + 1}", at=risk * 1.05))
    rows.append(row("observed risk", per_1000, 10.0, **whole, at=10.0))
    rows += [
        row("calibration curve", per_1000, at, **whole, level=f"{at:g} per 1,000", at=at) for at in (1.0, 5.0, 50.0)
    ]
    for place, at in enumerate((1.0, 2.0, 4.0, 8.0)):
        found, named = 170 - 40 * place, {"level": f"{at:g} per 1,000", "at": at}
        benefit = "per 10,000 children"
        rows.append(row("net benefit of the model", benefit, 20.0 - 4 * place, PLACED, found, **named))
        rows.append(row("gain over everyone", benefit, 5.0 * place, PLACED, found, **named))
        rows.append(row("net benefit of everyone", benefit, 20.0 - 15 * place, **whole, **named))
        rows.append(row("missed", "share", 1 - found / PLACED, PLACED, PLACED - found, **named))
        rows.append(row("flagged", "share", 0.5 - 0.1 * place, AT_RISK, AT_RISK // (2 + place), **named))
    for share in (10, 20, 40):
        named = {"level": f"{share}% of children", "at": float(share)}
        rows.append(row("reached", "share", 1.6 * share / 100, PLACED, int(3.2 * share), **named))
    rows += [one for group, sizes in n_of.items() for one in of_group(group, sizes | {"all": sum(sizes.values())})]
    table = pd.DataFrame(rows).assign(note="ours").reindex(columns=list(risk_performance.TABLE.columns))
    return risk_performance.TABLE.validated(table, "risk_performance")


def of_group(group, sizes):
    levels = {"below the threshold": 0.4, "from the threshold on": 0.6}
    for term, n in [*sizes.items(), ("unknown", 0)]:
        parts = {"below the threshold": below(sizes, term), "from the threshold on": n - below(sizes, term)}
        for level, share in levels.items():
            named = {"group": group, "term": term, "level": level, "at": 4.0}
            yield row("placed children", "share of placed children", share if n else np.nan, parts[level], **named)
        ratio = row("placed children", "ratio", 1.0 if n else np.nan, n, group=group, term=term, level="all")
        yield ratio
        flagged = {"group": group, "term": term, "level": "from the threshold on", "at": 4.0}
        yield row("flagged children", "share", 0.2 if n else np.nan, 100 * n, 20 * n, **flagged)


def below(sizes, term):
    if term == "all":
        return sum(below(sizes, name) for name in sizes if name != "all")
    return int(0.4 * sizes.get(term, 0))


def published(name, table=None, origin="simulated"):
    figure, choices = FIGURES[name], study.load()
    table = performance() if table is None else table
    built = figure.build(table, choices) if name == "risk_calibration" else figure.build(table)
    numbers = figure.NUMBERS.validated(built, name)
    return disclosure.publishable(numbers, figure.NUMBERS, name, origin).numbers


@pytest.fixture(scope="module")
def decisions():
    return published("decision_curve")


@pytest.fixture(scope="module")
def decisions_said(decisions):
    return texts(drawn("decision_curve", decisions))


def drawn(name, numbers):
    with charts.style():
        figure = FIGURES[name].draw(numbers)
        charts.finish(figure, FIGURES[name].words(numbers), "simulated")
        figure.draw_without_rendering()
    return figure


def texts(figure):
    labels = [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]
    return labels + [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.mark.parametrize("name", FIGURES)
def test_counts_leave_rounded_and_modelled_numbers_with_three_digits(name):
    numbers = published(name)
    for column in ("n", "n_hits"):
        assert (numbers[column].dropna() % 5 == 0).all()
    told = numbers["estimate"].dropna().astype("float64")
    assert all(float(f"{value:.3g}") == pytest.approx(value) for value in told)


def test_few_placed_children_are_withheld_and_said_to_be(decisions, decisions_said):
    hidden = decisions[decisions["withheld"].notna()]
    assert ("with a disability", "below the threshold") in set(zip(hidden["term"], hidden["level"], strict=True))
    assert hidden["estimate"].isna().all()
    assert any(text.startswith("withheld: fewer than 10") for text in decisions_said)
    assert "not to be read as 0" in decision_curve.words(decisions).caption


def test_a_group_that_nobody_is_in_is_neither_told_nor_drawn(decisions, decisions_said):
    nobody = decisions[decisions["term"] == "unknown"]
    assert nobody[["n", "n_hits", "estimate", "withheld"]].isna().all(axis=None)
    assert "sex not told" not in decisions_said


def test_the_titles_say_what_was_found(decisions):
    numbers = published("risk_calibration")
    assert risk_calibration.words(numbers).title == (
        "In the simulated survey, predicted risks fit groups of children; of 1,000 in the highest group, about 946 "
        "were not placed"
    )
    title = decision_curve.words(decisions).title
    assert title.endswith("misses 55% of placed children; villages with 20% of children, chosen by risk, hold 32%")


@pytest.mark.parametrize(("ratio", "said"), [(1.5, "too low on the whole"), (0.5, "too high on the whole")])
def test_predictions_that_are_wrong_on_the_whole_are_not_said_to_fit(ratio, said):
    assert said in risk_calibration.words(published("risk_calibration", performance(ratio))).title


def test_each_measure_stands_beside_the_curve():
    said = texts(drawn("risk_calibration", published("risk_calibration")))
    assert "75 (60 to 90) of 100; by chance 50" in said
    assert "× or ÷ 1.35, typically" in said


@pytest.mark.parametrize("name", FIGURES)
def test_words_and_pictures_hold_whatever_is_withheld(name):
    numbers = published(name)
    columns = ["estimate", "ci_low", "ci_high", "n", "n_hits"]
    hidden = numbers.assign(**dict.fromkeys(columns, pd.NA), withheld="fewer than 10").astype(
        dict.fromkeys(columns, "Float64")
    )
    said = " ".join(FIGURES[name].words(hidden).as_dict().values())
    assert "nan" not in said
    assert "<NA>" not in said
    drawn(name, hidden)


@pytest.mark.parametrize("name", FIGURES)
def test_without_a_survey_the_figure_says_so(name):
    nothing = published(name, risk_performance.TABLE.validated(performance().head(0), "risk_performance"))
    assert nothing["estimate"].isna().all()
    assert "no survey was imported" in FIGURES[name].words(nothing).title
    drawn(name, nothing)
