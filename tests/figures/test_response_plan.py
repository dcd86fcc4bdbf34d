"""Response plans as published: few closures are withheld, none say so, and words follow the numbers."""

import io

import pandas as pd
import pytest

from analysis import disclosure
from analysis.estimates import response_plan as plan_estimate
from analysis.estimates import response_plan_recorded as recorded_estimate
from analysis.figures import _response_marks as marks
from analysis.figures import response_plan, response_plan_recorded

TARGET = "90% of contacts on time"
TEAM, POSTS = plan_estimate.OF_TEAM, plan_estimate.OF_POSTS


def published(module, name, estimates, origin):
    """Return what the figure publishes, as it is read again from its file."""
    numbers = module.NUMBERS.validated(module.build(estimates), name)
    released = disclosure.publishable(numbers, module.NUMBERS, name, origin, None).numbers
    text = pd.read_csv(io.StringIO(released.to_csv(index=False)), dtype="str", keep_default_na=False)
    told = text.drop(columns="origin", errors="ignore")
    return module.NUMBERS.as_published().validated(told, name).assign(origin=origin)


def drawn(module, numbers):
    figure = module.draw(numbers)
    return module.words(numbers), [text.get_text() for axes in figure.axes for text in axes.texts]


def row(outcome, term, level, scale, estimate, position="00", **more):
    ends = {"estimate": estimate, "ci_low": 0.6 * estimate, "ci_high": 1.7 * estimate}
    if scale.startswith("share"):
        ends["ci_high"] = min(1, ends["ci_high"])
    named = {"outcome": outcome, "term": term, "level": level, "scale": scale, "position": position, "note": "made up"}
    return named | ends | more


def typed(rows, table):
    frame = pd.DataFrame(rows).reindex(columns=list(table.columns))
    return frame.astype({name: column.dtype for name, column in table.columns.items()})


def planned(**changed):
    """Return a plan of one wave and two national ones; ``changed`` are the ends of the first number needed."""
    waves = {
        "Wave of 2023, 267 children identified": ("00", 27, TEAM, 34),
        "All 221 institutions within 3 years": ("04", 142, TEAM, 34),
        "All 221 institutions within 3 years, workers in communes": ("05", 88, POSTS, 188),
    }
    rows = []
    for wave, (place, needed, staff, n_workers) in waves.items():
        rows.append(row("workers needed", wave, TARGET, "workers", needed, place, n=267))
        for outcome in (marks.ON_TIME, marks.SEEN):
            rows.append(row(outcome, wave, staff, "share", 0.7, place, n_workers=n_workers))
        cost = 2000 if place == "00" else 900
        rows.append(row("cost per child", wave, "as many as needed", "US dollars", cost, place, n_workers=needed))
        for term in (plan_estimate.THERE_ARE, plan_estimate.THERE_ARE_TO_BE):
            rows.append(row("workers needed, of all posts", term, wave, "share", needed / 3500, "08"))
    for term, n in ((plan_estimate.THERE_ARE, 3764), (plan_estimate.THERE_ARE_TO_BE, 3322)):
        rows.append(row("posts", term, "all", "posts", n, "08") | {"ci_low": None, "ci_high": None})
    rows[0] |= changed
    return typed(rows, plan_estimate.TABLE)


def test_the_plan_says_what_the_first_wave_and_all_institutions_ask_for():
    numbers = published(response_plan, "response_plan", planned(), "published")
    words, texts = drawn(response_plan, numbers)
    assert "By Homeward's assumptions, 90% of contacts on time takes 27 (16–46) social workers" in words.title
    assert "142 (85–241) to close all within 3 years" in words.title
    assert len(words.title) <= 150
    assert "2,000 (1,200–3,400) US dollars" in words.reading, "the cost of the first wave, not of another"
    assert "3,322 posts, beside 3,764 in 2021; that plan would take 4% (2–7) of these" in words.reading
    assert "5% of the time of 3,764 government posts" in words.caption
    assert {"34 workers", "188 workers", "27 (16–46)"} <= set(texts)


def test_a_number_beyond_all_that_were_tried_is_an_open_end():
    numbers = published(response_plan, "response_plan", planned(ci_high=None), "published")
    words, texts = drawn(response_plan, numbers)
    assert "27 (16–…)" in texts
    assert "27 (16–…)" in words.title


def recorded(n_facilities=40, n=400, top=0.2):
    children, closures = "100 children home at once, changes as recorded", recorded_estimate.OWN_CLOSURES
    sizes = {"n": n, "n_facilities": n_facilities, "top_two_share": top}
    rows = []
    for wave, place, kind, counts in ((children, "00", "", {"n": 380}), (closures, "01", " for closures", sizes)):
        rows.append(row("workers needed", wave, TARGET, f"workers{kind}", 11, place, **counts))
        for team in ("5 workers", "10 workers"):
            for outcome in (marks.ON_TIME, marks.SEEN):
                rows.append(row(outcome, wave, team, f"share{kind}", 0.5, place, **counts))
        rows.append(row("cost per child", wave, "as many as needed", f"US dollars{kind}", 900, place, **counts))
    return typed(rows, recorded_estimate.TABLE)


@pytest.mark.parametrize(("origin", "which"), [("simulated", "the simulated records"), ("records", "these records")])
def test_the_plan_from_records_says_whose_records_they_are(origin, which):
    numbers = published(response_plan_recorded, "response_plan_recorded", recorded(), origin)
    words, texts = drawn(response_plan_recorded, numbers)
    assert words.title.startswith(f"In {which}, 90% of contacts on time ask for 11 (7–19) social workers for 100 ")
    assert len(words.title) <= 150
    assert {"5 workers", "10 workers", "100 children home at once", "Closures on record"} <= set(texts)
    assert not numbers["outcome"].str.contains("cost").any()


@pytest.mark.parametrize("few", [{"n_facilities": 3}, {"top": 0.95}])
def test_few_closures_are_withheld_and_drawn_so(few):
    numbers = published(response_plan_recorded, "response_plan_recorded", recorded(**few), "records")
    of_closures = numbers["scale"].str.endswith("for closures")
    assert numbers[of_closures]["estimate"].isna().all()
    assert numbers[~of_closures]["estimate"].notna().all()
    words, texts = drawn(response_plan_recorded, numbers)
    assert "withheld" in texts
    assert "a number not told for closures on record" in words.title


def test_without_records_the_figure_says_so():
    nothing = recorded_estimate.TABLE.validated(recorded().head(0), "response_plan_recorded")
    numbers = published(response_plan_recorded, "response_plan_recorded", nothing, "records")
    words, texts = drawn(response_plan_recorded, numbers)
    assert words.title == "No plan from records: no closure and no change of tier was recorded"
    assert texts == ["nothing to show"]
