"""The drawing for a page: axes and stamp only, letters as letters, ids of its own, nothing a page forbids."""

import re
from xml.etree import ElementTree as Tree

import pytest

from analysis import charts

WORDS = charts.Words("A finding", "A caption", "c", "d", "A source", "f")


@pytest.fixture
def drawing():
    with charts.style():
        figure = charts.canvas(4)
        axes = figure.subplots()
        axes.plot([0, 1, 2], [0, 1, 4], "o-", label="a & b <i>")
        axes.fill_between([0, 2], [0, 4], hatch="//")
        axes.text(1, 1, "in the drawing <b>", style="italic", weight="bold")
        return charts.inline(charts.finish(figure, WORDS, "simulated"), "name").decode()


def test_it_has_what_is_drawn_and_its_stamp_but_not_the_words_around_it(drawing):
    said = "".join(Tree.fromstring(drawing).itertext())  # noqa: S314 (our own drawing)
    assert "in the drawing <b>" in said
    assert "SIMULATED RECORDS" in said
    assert not {word for word in ("A finding", "A caption", "A source") if word in said}


def test_it_lies_between_the_words(drawing):
    _, top, width, height = map(float, re.search(r'viewBox="([^"]+)"', drawing)[1].split())
    assert width == 720
    assert 0 < top < 72
    assert top + height < 4 * 72


def test_it_asks_a_page_for_nothing(drawing):
    assert not re.search(r"(?<!-)style=|<style|<script|http(?!://www\.w3\.org/2000/svg)|xlink|\bon\w+=", drawing)
    assert re.search(r'font-weight="(bold|700)"', drawing)
    assert 'font-style="italic"' in drawing


def test_its_ids_begin_with_its_name_and_every_reference_resolves(drawing):
    ids = re.findall(r'\bid="([^"]+)"', drawing)
    assert ids
    assert all(one.startswith("name-") for one in ids)
    assert set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', drawing)) <= {(one, "") for one in ids} | {
        ("", one) for one in ids
    }
    assert len(ids) == len(set(ids))


def test_an_outline_of_many_points_has_steps_of_whole_points_and_ends_where_it_did():
    from analysis.charts.inline import LONG, _path

    points = [(number * 0.26, 10 + 7 * (number % 2)) for number in range(LONG // 8)]
    said = "M 0.0 10.0 " + " ".join(f"L {x:.4f} {y:.4f}" for x, y in points) + " z"
    short = _path(said)
    assert short.startswith("M0 10l")
    assert short.endswith("z")
    steps = [(int(x), int(y)) for x, y in re.findall(r"l(-?\d+) ?(-?\d+)", short)]
    assert (sum(x for x, _ in steps), 10 + sum(y for _, y in steps)) == (round(points[-1][0]), points[-1][1])
    assert (0, 0) not in steps


def test_a_short_path_keeps_a_tenth_of_a_point():
    from analysis.charts.inline import _path

    assert _path("M 1.234567 2.5 \nL 3.96 4.0 \nz") == "M1.2 2.5L4 4 z"
