"""Support as published: what the title says, what is withheld and marked, no returns, and the made-up records."""

import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis.figures import support_effect, support_effect_simulation

YEAR = "365 days"
WITH, WITHOUT = "with the package", "without the package"


def row(measure, term, level, scale, numbers, within=YEAR, outcome="residential", **more):
    estimate, low, high = numbers
    keys = {"measure": measure, "outcome": outcome, "term": term, "level": level, "scale": scale, "within": within}
    return keys | {"estimate": estimate, "ci_low": low, "ci_high": high, "n": 300, "note": "made up", **more}


def estimates(difference=(-0.07, -0.12, -0.02), n_hits=40, n=300):
    told = [
        row("risk", WITH, "doubly robust", "share", (0.11, 0.07, 0.16), n_hits=n_hits, n=n),
        row("risk", WITHOUT, "doubly robust", "share", (0.18, 0.14, 0.23), n_hits=95, n=640),
        row("difference", "package", "doubly robust", "difference", difference, n=n),
        row("difference", "package", "crude", "difference", (-0.02, -0.06, 0.02), n=n),
        row("difference", "package", "doubly robust", "difference", (0.0, -0.03, 0.03), outcome="moved", n=n),
        row("difference", "package", "doubly robust", "difference", (None, None, None), within="730 days", n=None),
        row("risk", WITH, "doubly robust", "share", (None, None, None), within="730 days", n=None),
        row("risk", WITHOUT, "doubly robust", "share", (None, None, None), within="730 days", n=None),
        row("ratio", "package", "doubly robust", "ratio", (0.6, 0.41, 0.89), n=n),
        row("bound", "package", "1.50", "ratio", (0.68, 0.46, 1.0), n=n),
        row("E-value", "package", "estimate", "strength", (2.7, None, None), n=n),
        row("E-value", "package", "end of the interval nearer to 1", "strength", (1.5, None, None), n=n),
        row("balance", "Risk tier high", "before weighting", "standard deviations", (0.6, None, None), "no day"),
        row("balance", "Risk tier high", "after weighting", "standard deviations", (0.01, None, None), "no day"),
        row("dose", "months with a contact", "marginal structural", "odds ratio", (1.1, 0.6, 1.9), "no day",
            df_residual=12, n=7000),
    ]  # fmt: skip
    told += [
        row("returns", term, "all", "returns", (count, None, None), "no day", n=None)
        for term, count in {WITH: 300, WITHOUT: 640, "nobody alike": 13, "ended before": 30, "all returns": 983}.items()
    ]
    frame = pd.DataFrame(told)
    columns = [name for name in support_effect.NUMBERS.columns if name != "withheld"]
    return frame.reindex(columns=columns)


def published(module, name, frame):
    numbers = module.NUMBERS.validated(module.build(frame), name)
    return disclosure.publishable(numbers, module.NUMBERS, name, "simulated").numbers


def drawn(module, numbers):
    with charts.style():
        figure = charts.finish(module.draw(numbers), module.words(numbers), "simulated")
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def support(**changed):
    return published(support_effect, "support_effect", estimates(**changed))


def test_the_title_tells_both_risks_and_their_difference():
    words = support_effect.words(support())
    assert "11% with support" in words.title
    assert "18% of like ones without: −7 points (−12 to −2)" in words.title
    assert "chance" not in words.title
    assert len(words.title) <= 150
    assert "the simulated records" in words.reading
    assert "1.5" in words.limits


def test_a_difference_that_may_be_chance_is_said_to_be_one():
    title = support_effect.words(support(difference=(-0.13, -0.28, 0.12))).title
    assert title.endswith("−13 points (−28 to +12), maybe chance")
    assert len(title) <= 150


def test_a_horizon_that_too_few_reached_is_said_and_not_drawn():
    texts = drawn(support_effect, support())
    assert texts.count("too few followed") == 2, "among the risks and among the differences"
    assert "not estimable" in texts, "ways to compare that this table lacks"


@pytest.mark.parametrize("few", [{"n_hits": 4}, {"n": 9, "n_hits": 4}])
def test_what_rests_on_few_returns_is_withheld_and_marked(few):
    numbers = support(**few)
    is_with = (numbers["measure"] == "risk") & (numbers["term"] == WITH) & (numbers["within"] == YEAR)
    assert numbers.loc[is_with, "estimate"].isna().all()
    assert numbers.loc[is_with, "withheld"].notna().all()
    assert "too few returns" in support_effect.words(numbers).title
    drawn(support_effect, numbers)


def test_counts_of_returns_cannot_be_had_by_subtraction():
    frame = estimates()
    frame.loc[frame["term"] == "nobody alike", "estimate"] = 3
    frame.loc[frame["term"] == "all returns", "estimate"] = 973
    counts = published(support_effect, "support_effect", frame).query("measure == 'returns'")
    assert counts["estimate"].isna().sum() >= 2


def test_without_a_return_the_figure_says_so():
    numbers = published(support_effect, "support_effect", estimates().iloc[:0])
    assert len(numbers) == 1
    assert "no return was recorded" in support_effect.words(numbers).title
    assert drawn(support_effect, numbers) == ["nothing to show"]


def simulated():
    frame = pd.DataFrame(
        [
            {"outcome": outcome, "term": term, "level": level, "scale": scale, "estimate": value,
             "ci_low": value - 0.02, "ci_high": value + 0.02, "n": 200, "note": "what; n: data sets; half is unseen"}
            for level, by in {"all is recorded": 0.0, "an unmeasured cause": 0.04}.items()
            for outcome, term, scale, value in [
                ("coverage", "crude", "share", 0.66 - 10 * by),
                ("coverage", "doubly robust", "share", 0.95 - by),
                ("mean difference", "crude", "difference", -0.04 + by),
                ("mean difference", "doubly robust", "difference", -0.08 + by),
                ("true difference", "residential", "difference", -0.08),
                ("standard error over spread", "doubly robust", "ratio", 1.0),
            ]
        ]
    )  # fmt: skip
    return published(support_effect_simulation, "support_effect_simulation", frame)


def test_made_up_records_are_told_with_what_breaks_the_method():
    words = support_effect_simulation.words(simulated())
    assert "holds the true difference in 95%, a crude one in 66%" in words.title
    assert "turns −8.0 points into −4.0" in words.title
    assert len(words.title) <= 150
    assert "half is unseen" in words.limits
    texts = drawn(support_effect_simulation, simulated())
    assert {"−8.0", "−4.0", "95%", "91%"} <= set(texts)
