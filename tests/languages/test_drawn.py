"""A figure is drawn in Khmer: shaped letters of the right font, lines kept, nothing of English left unsaid."""

import io

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text
from PIL import Image

from analysis import charts
from analysis.languages import Said, drawn, fonts, speech
from analysis.languages.translations import Catalogue

WORDS = charts.Words("A finding", "b", "c", "d", "e", "f")
TABLE = {
    "A finding": Said("លទ្ធផល", "reviewed"),
    "first of two": Said("ទីមួយ\u200bនៃ\u200bពីរ", "draft"),
    "children": Said("កុមារ", "draft"),
}


def told(figure, monkeypatch, table=TABLE):
    monkeypatch.setattr(speech, "catalogue", lambda language: Catalogue(language, dict(table)))
    return speech.Told(WORDS, figure, "km")


@pytest.fixture
def figure():
    with charts.style(), speech.letters("km"):
        figure = charts.canvas(4)
        axes = figure.subplots()
        axes.set_yticks([0, 1], ["first of\ntwo", "16,579"])
        axes.set_xlabel("children")
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.set_xlim(0, 2000)
        axes.text(0, 0, "not in the table")
        yield figure
    plt.close(figure)


def test_texts_and_ticks_are_said_and_the_least_sure_is_told(figure, monkeypatch):
    of = told(figure, monkeypatch)
    texts = {text.get_text() for text in of.figure.findobj(Text)}
    assert {drawn.broken(TABLE["first of two"].text, 2), "១៦.៥៧៩", "កុមារ", "១.០០០", "not in the table"} <= texts
    assert of.words.title == "លទ្ធផល"
    assert of.translation["translation"]["title"] == "reviewed"
    assert of.translation["translation"]["drawing"] == "missing"
    assert of.note == speech.NOTES["missing"]  # itself not in this table


def test_lines_stay_as_many_and_marks_of_breaks_are_not_drawn():
    said = "ទីមួយ\u200bនៃ\u200bពីរ\u200bបី"
    assert drawn.broken(said, 1) == "ទីមួយនៃពីរបី"
    assert drawn.broken(said, 2).count("\n") == 1
    assert drawn.broken("unbroken", 3) == "unbroken"


def test_a_longer_text_is_written_smaller_but_not_too_small(figure, monkeypatch):
    of = told(figure, monkeypatch, {**TABLE, "not in the table": Said("មិន" * 30, "draft")})
    (label,) = [text for text in of.figure.axes[0].texts if "មិន" in text.get_text()]
    assert label.get_fontsize() == pytest.approx(11 * drawn.SMALLEST)


def test_khmer_is_shaped_a_subscript_takes_no_room_beside_its_letter():
    """In ស្ត្រី two letters stand beneath the first; set apart, each would take its own width."""
    with charts.style(), speech.letters("km"):
        figure = charts.canvas(2)
        shaped = drawn._width(Text(text="ស្ត្រី", size=40), figure)
        apart = sum(drawn._width(Text(text=letter, size=40), figure) for letter in "សតរ")
    assert shaped < 0.75 * apart


@pytest.mark.parametrize("weight", [400, 700])
def test_both_weights_are_files_of_their_own(weight):
    fonts.families("km")
    found = {entry.weight for entry in fonts.font_manager.fontManager.ttflist if entry.name == fonts.KHMER}
    assert weight in found


def test_the_letters_of_a_page_come_along_and_are_small():
    english, khmer = fonts.web("en"), fonts.web("km")
    assert "Khmer" not in english
    assert "Noto Sans Khmer" in khmer
    assert "http" not in khmer
    assert len(khmer) < 120_000


def test_a_picture_has_a_palette_and_says_its_resolution(figure):
    charts.finish(figure, WORDS, "published")
    with Image.open(io.BytesIO(charts.rendered(figure)[".png"])) as picture:
        assert picture.mode == "P"
        assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)
