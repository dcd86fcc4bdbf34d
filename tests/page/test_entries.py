"""An entry: words marked where they are not translated, and the date of its data where numbers or caption tell it."""

import json

import pandas as pd
import pytest

from analysis import sources
from analysis.page import entries

WORDS = {name: f"The {name}." for name in ("title", "caption", "reading", "alt_text", "source", "limits")}


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a figure in both languages and reads its entry."""

    def write(numbers: dict[str, list[str]], language="en", khmer=None, **words):
        (tmp_path / "km").mkdir(exist_ok=True)
        pd.DataFrame(numbers, dtype="str").to_csv(tmp_path / "care.csv", index=False)
        drawn_from = {"origin": "published", "numbers_sha256": sources.sha256(tmp_path / "care.csv")}
        (tmp_path / "care.json").write_text(json.dumps(WORDS | drawn_from | words))
        (tmp_path / "km" / "care.json").write_text(json.dumps(WORDS | drawn_from | words | (khmer or {})))
        return entries.read(tmp_path, "care", language)

    return write


@pytest.mark.parametrize(
    ("numbers", "words", "dates"),
    [
        ({"period": ["2014-15", "2010", ""]}, {}, "2010 to 2014-15"),
        ({"period": ["", "2014"]}, {"caption": "In 1999."}, "2014"),
        ({"year": ["2021", "2008"]}, {}, "2008 to 2021"),
        ({"n": ["1"]}, {"caption": "Mapping of 2014–15, children of 2011, again 2014-15."}, "2011, 2014–15"),
        ({"n": ["2014"]}, {"caption": "No. 12014 of 201."}, entries.NOT_STATED),
        ({"year": ["2021"]}, {"origin": "simulated"}, "of no real date"),
    ],
)
def test_the_date_is_that_of_the_numbers_or_of_the_caption_and_never_made_up(written, numbers, words, dates):
    assert dates in written(numbers, **words).dates


def test_english_words_stand_as_they_are_but_escaped(written):
    entry = written({"n": ["1"]}, title="Care & <b>")
    assert entry.words["title"] == "Care &amp; &lt;b&gt;"
    assert entry.statuses == frozenset()
    assert entry.english["title"] == "Care & <b>"


def test_a_missing_translation_is_marked_and_a_draft_is_counted(written):
    khmer = {"title": "ចំណង", "translation": {"title": "draft", "caption": "missing"}}
    entry = written({"n": ["1"]}, "km", khmer)
    assert entry.words["title"] == "ចំណង"
    assert entry.words["caption"] == '<span class="untranslated" lang="en">The caption.</span>'
    assert entry.statuses == {"draft", "missing"}


def test_words_that_are_older_than_the_numbers_are_known_to_be(written):
    assert written({"n": ["1"]}).is_current
    assert not written({"n": ["1"]}, numbers_sha256="0" * 64).is_current
