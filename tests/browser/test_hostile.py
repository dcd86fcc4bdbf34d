"""What a data file says stays letters: in a page of hostile figures nothing of it runs, and all of it can be read."""

import json
import shutil

import pandas as pd
import pytest
from opened import SPOKEN, Opened

from analysis import pipeline, sources
from analysis.languages import folder
from analysis.page import index

HOSTILE = (  # each sets a flag if it runs
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    '" tabindex="1" autofocus onfocus="window.ran = 1',
    "</td></style></script></title><svg onload=window.ran=1>",
    "<a href='javascript:window.ran=1' style='color: red'>{{ 7 * 7 }}</a>",
)
KEPT = ("origin", "withheld")  # words of ours with few values, which steer the page


@pytest.fixture(scope="module", params=SPOKEN)
def page(request, tmp_path_factory, browser):
    """Give a page made of figures whose words and text columns are hostile."""
    figures = tmp_path_factory.mktemp("hostile") / "figures"
    shutil.copytree(pipeline.FIGURES, figures, ignore=shutil.ignore_patterns("*.png", "*.pdf", "*.html"))
    for file in sorted(figures.glob("*.csv")):
        add_a_hostile_row(file)
    for file in sorted(figures.glob("**/*.json")):
        make_words_hostile(file, figures / f"{file.stem}.csv")
    to = figures / folder(request.param) / "index.html"
    index.make(figures, to, request.param)
    with Opened(browser, to) as opened_page:
        yield opened_page


def add_a_hostile_row(file):
    """Put a copy of the first row before it, in which every column of text holds one of the hostile strings."""
    numbers = pd.read_csv(file, dtype="str", keep_default_na=False)
    row = numbers.iloc[0].copy()
    for turn, column in enumerate(numbers.columns):
        is_text = pd.to_numeric(numbers[column].replace("", "0"), errors="coerce").isna().any()
        if column not in KEPT and is_text and not set(numbers[column]) <= {"True", "False", ""}:
            row[column] = HOSTILE[turn % len(HOSTILE)]
    pd.concat([row.to_frame().T, numbers]).to_csv(file, index=False)


def make_words_hostile(file, numbers):
    """Put a hostile string behind each of the words of a figure, and say that they belong to its numbers."""
    words = json.loads(file.read_text(encoding="utf-8"))
    for turn, field in enumerate(("title", "caption", "reading", "alt_text", "source", "limits")):
        if field in words:
            words[field] += HOSTILE[(turn + len(file.stem)) % len(HOSTILE)]
    if numbers.exists():
        words["numbers_sha256"] = sources.sha256(numbers)
    file.write_text(json.dumps(words), encoding="utf-8")


def test_nothing_of_it_runs_or_asks_for_anything(page):
    assert page.page.evaluate("window.ran") is None
    assert page.requests == [page.file.as_uri()]
    assert page.said == []  # the policy had nothing to refuse


def test_nothing_of_it_became_an_element_or_an_attribute(page):
    assert page.page.locator("script").count() == 1
    assert page.page.locator("img[src=x], [onfocus], [onload], [onerror], [style], [href^=javascript]").count() == 0


def test_all_of_it_stands_there_to_be_read(page):
    text = page.page.evaluate("document.body.textContent")
    assert all(text.count(hostile) > 20 for hostile in HOSTILE)


def test_a_string_that_came_in_unescaped_would_run_without_the_policy(tmp_path, browser):
    """The strings are hostile indeed: in a page of no care they set the flag."""
    for turn, hostile in enumerate(HOSTILE[:2]):
        careless = tmp_path / f"{turn}.html"
        careless.write_text(f"<!doctype html><title>x</title><p>{hostile}</p>")
        with Opened(browser, careless) as opened_page:
            assert opened_page.page.evaluate("window.ran") == 1
