"""A page allows only its own style and script, says what is not translated, and escapes whatever it is given."""

import base64
import hashlib
import re

import jinja2
import pytest

from analysis import languages
from analysis.languages import Said
from analysis.page import rendering

PAGE = (
    '{% extends "base.html" %}{% block title %}{{ said(title) }}{% endblock %}'
    "{% block heading %}<h1>{{ t(title) }}</h1>{% endblock %}"
    '{% block content %}<p title="{{ said(text) }}">{{ t(text) }}</p>{% endblock %}'
)


class Words:
    """A language in which one string has a draft and all others are missing."""

    def said(self, english: str) -> Said:
        """Return what the language has, or the English."""
        return Said("ព្រាង", "draft") if english == "Drafted" else Said(english, "missing")


@pytest.fixture
def rendered(tmp_path, monkeypatch):
    """Return a function from values to a page made of a small template."""

    def render(language="en", words=None, **values) -> str:
        own = jinja2.DictLoader({"small.html": PAGE})
        both = jinja2.ChoiceLoader([own, jinja2.FileSystemLoader(rendering.FOLDER)])
        monkeypatch.setattr(rendering, "FileSystemLoader", lambda folder: both)
        if words:
            monkeypatch.setattr(rendering, "catalogue", lambda language: words)
        rendering.render("small.html", tmp_path / "small.html", language, **values)
        return (tmp_path / "small.html").read_text(encoding="utf-8")

    return render


def policy(page: str) -> dict[str, str]:
    (content,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    return dict(rule.split(" ", 1) for rule in content.split("; "))


def digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def test_the_policy_names_the_one_style_and_the_one_script_by_their_hashes_and_allows_nothing_else(rendered):
    page = rendered(title="Title", text="Text")
    (style,), (script,) = (re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL) for tag in ("style", "script"))
    rules = policy(page)
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == digest(style)
    assert rules["script-src"] == digest(script)
    assert "unsafe" not in str(rules)
    assert "img-src" not in rules, "a page without pictures needs none"
    assert rules["base-uri"] == rules["form-action"] == "'none'"


def test_the_policy_stands_before_anything_it_rules_and_data_cannot_take_its_place(rendered):
    page = rendered(title=str(rendering.POLICY_GOES_HERE), text=str(rendering.POLICY_GOES_HERE))
    assert page.index("Content-Security-Policy") < min(page.index("<title>"), page.index("<style>"))
    assert policy(page)["default-src"] == "'none'"
    assert page.count(str(rendering.POLICY_GOES_HERE)) == 4, "told as text: title, heading, attribute, text"


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '" onload="x', "{{ 7 * 7 }}", "</title></p>"])
def test_what_a_page_is_given_is_escaped_in_text_and_in_attributes(rendered, hostile):
    page = rendered(title=hostile, text=hostile)
    assert len(re.findall(r"<script\b", page)) == 1
    assert not re.search(r"<[^>]*\sonload=\"", page)
    assert page.count(hostile) == (4 if "{" in hostile else 0)
    assert "49" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_no_page_carries_a_style_or_a_handler_of_an_element(page_in):
    for language in languages.LANGUAGES:
        tags = re.findall(r"<[a-z][^>]*>", page_in(language))
        assert [tag for tag in tags if re.search(r"\s(style|on[a-z]+)=", tag)] == []


def test_what_is_missing_is_marked_as_english_and_what_is_a_draft_is_announced(rendered):
    page = rendered("km", Words(), title="Drafted", text="Nobody translated <this>")
    assert '<html lang="km">' in page
    assert "<h1>ព្រាង</h1>" in page
    assert '><span class="untranslated" lang="en">Nobody translated &lt;this&gt;</span></p>' in page
    assert '<p title="Nobody translated &lt;this&gt;">' in page
    assert '<p class="notice">' in page


def test_a_text_that_is_partly_translated_is_marked_but_not_called_english():
    assert rendering.untranslated("ផ្នែក part", "part part") == '<span class="untranslated">ផ្នែក part</span>'


def test_an_english_page_announces_no_translation_and_marks_nothing(rendered):
    page = rendered(title="Title", text="Text")
    assert '<p class="notice">' not in page
    assert 'class="untranslated"' not in page


def test_the_languages_link_to_each_other_and_only_where_there_are_several(rendered, monkeypatch):
    assert '<a class="language" href="km/small.html" lang="km"' in rendered(title="Title", text="Text")
    assert '<a class="language" href="../small.html" lang="en"' in rendered("km", title="Title", text="Text")
    monkeypatch.setattr(rendering, "LANGUAGES", ("en",))
    assert 'class="language"' not in rendered(title="Title", text="Text")


def test_a_value_that_a_template_lacks_is_an_error_and_not_a_gap(rendered):
    with pytest.raises(jinja2.UndefinedError):
        rendered(title="Title")


def test_the_same_values_give_the_same_bytes(rendered):
    assert rendered(title="Title", text="Text") == rendered(title="Title", text="Text")
