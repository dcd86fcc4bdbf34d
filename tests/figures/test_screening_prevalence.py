"""The figure of a screening: through the gate, withheld is hatched, and no band, facility or single harm is told."""

import numpy as np
import pandas as pd
import pytest

from analysis import charts, disclosure, sources, study
from analysis.clean import screening_items
from analysis.estimates import screening_prevalence as estimate
from analysis.figures import screening_prevalence as figure
from analysis.models.counts import binomial_interval

RULES = study.load().disclosure


def items():
    return screening_items.TABLE.validated(screening_items.build(sources.read("screening_items_assembled")), "items")


def screened(n=120, seed=5, shares=(0.2, 0.5, 0.25, 0.05)):
    rng = np.random.default_rng(seed)
    listed = items()
    frame = pd.DataFrame({"facility_key": [f"{number:016x}" for number in range(n)]}).merge(
        listed[["item_id", "element"]], how="cross"
    )
    answers = rng.choice(["yes", "no", "unknown", "not_assessed"], len(frame), p=shares)
    return frame.assign(list_id="screening_2016", response=answers)


def published(frame):
    rows = estimate.TABLE.validated(estimate.build(frame, items(), study.load()), "estimate")
    numbers = figure.NUMBERS.validated(figure.build(rows), "screening_prevalence")
    return disclosure.publishable(numbers, figure.NUMBERS, "screening_prevalence", "simulated").numbers


def drawn(numbers):
    with charts.style():
        picture = figure.draw(numbers)
        charts.finish(picture, figure.words(numbers), "simulated")
        picture.draw_without_rendering()
    return picture


def hatched(picture):
    return [patch for patch in picture.axes[0].patches if patch.get_hatch()]


@pytest.fixture(scope="module")
def numbers():
    return published(screened())


def test_items_about_a_harm_to_children_are_never_told_one_by_one(numbers):
    harms = set(items().dropna(subset="sensitive_as")["item_id"])
    assert len(harms) == 4
    assert numbers.loc[numbers["term"].isin(harms), "estimate"].isna().all()
    assert numbers.loc[numbers["term"] == "any_harm", "estimate"].notna().any()
    assert len(hatched(drawn(numbers))) == len(harms)


def test_counts_are_rounded_and_add_up(numbers):
    wide = numbers.set_index(["term", "level"])["estimate"].unstack().dropna()  # noqa: PD010
    assert (wide % RULES.round_to == 0).all(axis=None)
    assert (wide["yes"] + wide["no"] + wide["not_known"] == wide["all"]).all()


def test_a_few_facilities_are_withheld_and_with_them_what_gives_them_away():
    frame = screened()
    is_act = frame["item_id"].eq("A2")
    frame.loc[is_act, "response"] = ["yes"] * 3 + ["no"] * 90 + ["unknown"] * 27
    numbers = published(frame)
    of_item = numbers[numbers["term"] == "A2"].set_index("level")["estimate"]
    assert pd.isna(of_item["yes"])
    assert of_item.isna().sum() >= 2
    picture, words = drawn(numbers), figure.words(numbers)
    assert len(hatched(picture)) == 5
    assert "A2" in words.alt_text.partition("Withheld and hatched:")[2]


def test_dots_intervals_and_bars_are_those_of_the_published_counts(numbers):
    shares = figure._shares(numbers).dropna(subset="estimate")
    wide = numbers.set_index(["term", "level"])["estimate"].unstack().astype(float)  # noqa: PD010
    for term, row in shares.iterrows():
        yes, no, open_ = (wide.loc[term, level] for level in ("yes", "no", "not_known"))
        assert row["estimate"] == pytest.approx(yes / (yes + no))
        assert row["least"] == pytest.approx(yes / (yes + no + open_))
        assert row["largest"] == pytest.approx((yes + open_) / (yes + no + open_))
        assert row["least"] <= row["estimate"] <= row["largest"]
    axes = drawn(numbers).axes[0]
    dots = sorted(line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o")
    assert dots == pytest.approx(sorted(100 * shares["estimate"]))


def test_the_interval_holds_for_every_count_that_rounds_to_the_one_shown():
    yes, no = pd.Series([20.0]), pd.Series([60.0])
    ends = figure._interval(yes, no)
    for off in range(-2, 3):
        for other in range(-2, 3):
            low, high = binomial_interval(20 + off, 80 + off + other, 0.95)
            assert ends["ci_low"][0] <= low + 1e-12
            assert ends["ci_high"][0] >= high - 1e-12
    low, high = binomial_interval(20, 80, 0.95)
    assert high - low < ends["ci_high"][0] - ends["ci_low"][0] < 1.5 * (high - low)


def test_the_words_say_what_is_open_and_that_nothing_is_validated(numbers):
    said = figure.words(numbers)
    assert "points (typical act)" in said.title
    assert "adjudicated" in said.caption
    assert "no verdict" in said.limits
    told = " ".join(said.as_dict().values())
    assert not any(word in told for word in ("refer_", "both_elements", "insufficient", "one_element"))


def test_no_column_or_cell_tells_a_facility_or_a_band(numbers):
    assert not [column for column in numbers if "facility" in column or "band" in column or "key" in column]
    assert not numbers.astype("str").apply(lambda column: column.str.contains("0{10}")).any(axis=None)


def test_only_the_last_screening_is_drawn():
    old = screened(n=60).assign(list_id="screening_2012")
    both = published(pd.concat([screened(), old]))
    assert figure.words(both).alt_text.partition("About ")[2].startswith("120")


def test_without_a_screening_the_figure_says_so():
    nothing = screened().iloc[:0]
    numbers = published(nothing)
    assert "No facility was screened" in figure.words(numbers).title
    drawn(numbers)
