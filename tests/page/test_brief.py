"""The brief says what the published figures say, names sources and limits, and holds no typed number."""

import ast
import json
import re
import shutil

import pandas as pd
import pytest
from markupsafe import escape

from analysis import country_steps, pipeline
from analysis.languages import LANGUAGES
from analysis.page import brief, brief_rows, brief_sentences
from analysis.study import ROOT

PAGE = ROOT / "src" / "analysis" / "page"
pytestmark = pytest.mark.skipif(bool(country_steps.left_out()), reason="the brief is of a country with all figures")


@pytest.fixture
def figures(tmp_path):
    return shutil.copytree(pipeline.FIGURES, tmp_path / "figures")


def made(figures, language="en"):
    to = figures / "made" / "brief.html"
    brief.make(figures, to, language)
    return to.read_text(encoding="utf-8")


def visible(page):
    """Return the words of a page, without markup, on one line."""
    body = page[page.index("<body") :]
    return " ".join(re.sub(r"<script.*?</script>|<[^>]+>", " ", body, flags=re.DOTALL).split())


def changed(figures, name, change):
    numbers = pd.read_csv(figures / f"{name}.csv", dtype="str", keep_default_na=False)
    change(numbers).to_csv(figures / f"{name}.csv", index=False)


def test_every_finding_stands_in_it_with_its_limits_and_its_source(figures):
    text = visible(made(figures))
    for names in brief.QUESTIONS.values():
        for name in names:
            words = json.loads((figures / f"{name}.json").read_text(encoding="utf-8"))
            assert str(escape(words["title"])) in text
    assert text.count("Source:") == len(brief.QUESTIONS)
    assert text.count("What this cannot tell:") == len(brief.QUESTIONS)


def test_it_names_what_is_not_known_and_how_old_the_data_are(figures):
    text = visible(made(figures))
    assert "We found no published rate of return to care, for Cambodia or for any comparable programme." in text
    assert "no total is printed of those present, traced, assessed and in school" in text
    assert "Data of 2010–2025. Every facility found was last visited in 2014–15." in text


def test_conflicting_totals_stand_side_by_side_with_what_they_count(figures):
    totals = brief_rows.totals(lambda name: pipeline.read_numbers(name, figures))
    assert [total.n_children for total in totals if total.years in ("2014–15", "2015")] == [
        *("16,579", "26,187", "35,374", "48,775")
    ]
    assert len({total.counted for total in totals}) == len(totals)
    text = visible(made(figures))
    assert all(total.n_children in text for total in totals)


def test_only_the_studys_total_carries_an_interval_and_no_mark_leaves_its_axis(figures):
    def read(name):
        return pipeline.read_numbers(name, figures)

    totals, scenarios = brief_rows.totals(read), brief_rows.scenarios(read)
    assert [total.n_children for total in totals if total.mark.low is not None] == ["48,775"]
    ends = [end for one in totals + scenarios for end in (one.mark.value, one.mark.low, one.mark.high)]
    assert all(0 <= end <= brief_rows.WIDTH for end in ends if end is not None)
    assert all(one.mark.low < one.mark.value < one.mark.high for one in scenarios)


def test_a_change_in_the_numbers_changes_the_sentence(figures):
    assert "65 pagodas or other faith-based facilities" in visible(made(figures))

    def one_more(numbers):
        is_it = numbers["term"].str.startswith("pagoda") & (numbers["outcome"] == "n_facilities")
        return numbers.assign(estimate=numbers["estimate"].mask(is_it & (numbers["level"] == "cambodia"), "66.0"))

    changed(figures, "facility_types", one_more)
    assert "66 pagodas or other faith-based facilities" in visible(made(figures))


def test_the_decline_is_the_span_of_the_changes_in_print(figures):
    said = brief_sentences.decline(lambda name: pipeline.read_numbers(name, figures))
    assert said.startswith("Since the mapping 54% to 59% fewer children")


def test_a_driver_bounded_on_both_sides_is_said_with_both_ends(figures):
    assert "anything from 0.79 times upward" in visible(made(figures))
    changed(figures, "driver_gradients", lambda numbers: numbers.assign(ci_high=numbers["ci_high"].replace("", "50.0")))
    assert "anything from 0.79 times to 50 fits" in visible(made(figures))


def test_a_figure_that_is_not_published_has_no_place_in_it(figures):
    words = json.loads((figures / "care_rates.json").read_text(encoding="utf-8"))
    (figures / "care_rates.json").write_text(json.dumps(words | {"origin": "simulated"}), encoding="utf-8")
    with pytest.raises(brief.BriefError, match="care_rates is simulated"):
        made(figures)


def test_no_simulated_number_stands_in_it(figures):
    assert not re.search(r"simulated|made-up", visible(made(figures)), flags=re.IGNORECASE)


def test_no_number_is_typed_into_the_template_or_the_sentences():
    template = (PAGE / "brief.html").read_text(encoding="utf-8")
    said = re.findall(r"(?:t|said)\(([^)]*)\)", template)
    assert len(said) > 20
    assert [one for one in said if re.search(r"\d", one) and "[0]" not in one] == []
    tree = ast.parse((PAGE / "brief_sentences.py").read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if re.search(r"\d", text) and text not in (r"20\d\d", ",.0f", ".0f", ".0%")] == []


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '" onload="x', "{{ 7 * 7 }}", "</table>"])
def test_what_a_data_file_says_is_escaped(figures, hostile):
    for names in brief.QUESTIONS.values():
        for name in names:
            words = json.loads((figures / f"{name}.json").read_text(encoding="utf-8"))
            spoiled = dict.fromkeys(("title", "caption", "reading", "alt_text", "source", "limits"), hostile)
            (figures / f"{name}.json").write_text(json.dumps(words | spoiled), encoding="utf-8")
    changed(figures, "national_totals", lambda numbers: numbers.assign(definition=hostile))
    changed(figures, "living_parents", lambda numbers: numbers.assign(publisher=hostile))
    page = made(figures)
    shown = str(escape(hostile))
    assert page.count(shown) > 2 * len(brief.QUESTIONS)
    head = made(shutil.copytree(pipeline.FIGURES, figures / "whole"))
    assert shown == hostile or page.count(hostile) == head.count(hostile)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_figures_give_the_same_brief_which_asks_nothing_of_the_network(figures, language):
    page = made(figures, language)
    assert made(figures, language) == page
    assert f'<html lang="{language}">' in page
    assert re.findall(r"<link|@import|<iframe|(?:src|href)=\"(?:https?:)?//", page) == []
    assert len(re.findall(r'<svg role="img" aria-label="[^"]{20,}"', page)) == 2, "drawings with their names"
    assert re.search(r" style=| on\w+=", page[page.index("<body") :]) is None
