"""What is said in Khmer: by the table, with its numerals and official names, and marked as far as it is not sure."""

import csv
import json
import re

import pytest

from analysis import languages
from analysis.languages import translations
from analysis.languages.numerals import in_khmer
from analysis.study import ROOT

ENGLISH = "Of {1} children in {2}, {3} were placed"
ROWS = {
    ENGLISH: ("ក្នុង {2} កុមារ {3} នាក់ ក្នុងចំណោម {1} នាក់", "draft", ""),
    "A finding": ("លទ្ធផល", "reviewed", "translator of a ministry"),
}


def table(file, rows=ROWS, **changed):
    lines = [
        {"key": translations.key_of(english), "english": english, "khmer": khmer, "status": status, "reviewer": who}
        for english, (khmer, status, who) in rows.items()
    ]
    lines[0] |= changed
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, translations.COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    return file


@pytest.fixture
def khmer(tmp_path):
    return translations.Catalogue("km", translations.read(table(tmp_path / "khmer.csv")))


def test_a_sentence_is_said_with_its_numbers_and_places_wherever_they_belong(khmer):
    said = khmer.said("A finding. Of 1,000 children in Siem Reap, 12.5 were placed.")
    assert said.text == "លទ្ធផល។ ក្នុង សៀមរាប កុមារ ១២,៥ នាក់ ក្នុងចំណោម ១.០០០ នាក់។"
    assert said.status == "draft"


def test_what_a_person_reviewed_is_told_from_a_draft(khmer):
    assert khmer.said("A finding").status == "reviewed"


def test_a_text_without_a_translation_stays_as_it_is_is_marked_and_collected(khmer):
    said = khmer.said("A finding. Nobody translated these 3 words.")
    assert said.text == "លទ្ធផល។ Nobody translated these 3 words."
    assert said.status == "missing"
    assert list(khmer.missing) == ["Nobody translated these {1} words"]


def test_numbers_alone_need_no_translation(khmer):
    assert khmer.said("16,579 (0.38–1.5%)") == languages.Said("១៦.៥៧៩ (០,៣៨–១,៥%)", "original")
    assert in_khmer("2,345.06") == "២.៣៤៥,០៦"


def test_english_is_said_as_it_is():
    text = "Of 1,000 children in Siem Reap, 12 were placed."
    assert languages.catalogue("en").said(text) == languages.Said(text, "original")


def test_the_name_of_a_newspaper_is_no_place(khmer):
    assert "Phnom Penh Post" in khmer.said("Phnom Penh Post (2017)").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"key": "00000000"}, "its key should be"),
        ({"khmer": " "}, "a translation is missing"),
        ({"khmer": "{1} {2}"}, "its slots are not those"),
        ({"status": "final"}, "expected draft or reviewed"),
        ({"status": "reviewed"}, "names its reviewer"),
        ({"reviewer": "somebody"}, "names its reviewer"),
    ],
)
def test_a_fault_of_the_table_is_told_with_its_line(tmp_path, changed, said):
    with pytest.raises(languages.CatalogueError, match=f"khmer.csv, line 2: .*{said}"):
        translations.read(table(tmp_path / "khmer.csv", **changed))


def test_other_columns_are_refused(tmp_path):
    (tmp_path / "khmer.csv").write_text("english,khmer\n")
    with pytest.raises(languages.CatalogueError, match="expected key, english, khmer, status, reviewer"):
        translations.read(tmp_path / "khmer.csv")


# --- the table that is committed, and what was made with it


def test_the_table_is_in_order_and_no_sentence_stands_in_it_twice():
    with (translations.TABLES / "khmer.csv").open(encoding="utf-8", newline="") as stream:
        english = [row["english"] for row in csv.DictReader(stream)]
    assert english == sorted(set(english))
    assert len(english) == len(translations.read(translations.TABLES / "khmer.csv"))


def test_the_words_of_every_published_figure_are_translated():
    missing = {}
    for file in sorted((ROOT / "figures" / "km").glob("*.json")):
        words = json.loads(file.read_text(encoding="utf-8"))
        if words.get("origin") == "published" and "translation" in words:
            parts = [part for part, status in words["translation"].items() if status == "missing"]
            missing |= {file.stem: parts} if parts else {}
    assert missing == {}


def test_every_number_of_the_words_is_said_in_khmer_too_and_no_other():
    in_latin = str.maketrans("០១២៣៤៥៦៧៨៩.,", "0123456789,.")
    for file in sorted((ROOT / "figures" / "km").glob("*.json")):
        english = json.loads((ROOT / "figures" / file.name).read_text(encoding="utf-8"))
        khmer = json.loads(file.read_text(encoding="utf-8"))
        for part in ("title", "caption", "reading", "alt_text", "limits"):
            said = khmer[part].translate(in_latin) if khmer["translation"][part] != "missing" else english[part]
            assert sorted(re.findall(r"\d+", said)) == sorted(re.findall(r"\d+", english[part])), (file.stem, part)
