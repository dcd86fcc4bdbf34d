"""Charts: the same bytes twice, the stamp on what is not published, letters that can be read, text on the canvas."""

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis import charts
from analysis.charts import palette, tiles
from analysis.study import ROOT

WORDS = charts.Words("A finding", "what is drawn", "a reading", "what is seen", "a report", "what it cannot tell")
ROWS = pd.DataFrame(
    {"estimate": [10.0, 20.0, 30.0], "ci_low": [8.0, np.nan, 25.0], "ci_high": [12.0, np.nan, 36.0]}
).convert_dtypes()

DRAWN_ELSEWHERE = """
import hashlib
from analysis import charts
with charts.style():
    figure = charts.canvas(4)
    figure.subplots().plot([1, 2], [3, 4])
    charts.finish(figure, charts.Words("A finding", "b", "c", "d", "e", "f"), "published")
    print({k: hashlib.sha256(v).hexdigest() for k, v in charts.rendered(figure).items()})
"""


def finished(words=WORDS, origin="published", height=4.0):
    with charts.style():
        figure = charts.canvas(height)
        charts.interval_dots(figure.subplots(), ROWS, [0, 1, 2])
        return charts.finish(figure, words, origin)


def texts_of(figure):
    return [text.get_text() for text in figure.texts]


def test_two_processes_draw_the_same_bytes():
    def drawn(seed):
        how = {"PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": seed, "PATH": "/usr/bin"}
        return subprocess.run(
            [sys.executable, "-c", DRAWN_ELSEWHERE], env=how, capture_output=True, text=True, check=True
        ).stdout

    assert drawn("1") == drawn("2")


def test_the_files_hold_no_date_and_no_version():
    with charts.style():
        content = charts.rendered(finished())
    assert b"Software" not in content[".png"]
    assert b"<dc:date>" not in content[".svg"]
    assert mpl.__version__.encode() not in content[".svg"]
    assert b"<text" not in content[".svg"], "letters must be outlines, or they change with the reader's fonts"


def test_what_a_user_has_set_changes_nothing_and_nothing_stays_changed():
    plain = finished().axes[0].lines[0].get_color()
    with mpl.rc_context({"axes.facecolor": "red", "font.size": 30}):
        before = dict(mpl.rcParams)
        figure = finished()
        assert to_hex(figure.axes[0].get_facecolor()) == "#ffffff"
        assert figure.axes[0].lines[0].get_color() == plain
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(("origin", "stamped"), [("published", False), ("simulated", True), ("records", True)])
def test_only_published_figures_carry_no_stamp(origin, stamped):
    said = " ".join(texts_of(finished(origin=origin)))
    assert any(stamp in said for stamp in charts.STAMPS.values()) == stamped
    assert ("From published figures only" in said) != stamped


def test_the_stamp_of_simulated_records():
    assert charts.STAMPS["simulated"] == "SIMULATED RECORDS: shows the method, says nothing about Cambodia"


def test_an_unknown_origin_is_refused():
    with pytest.raises(KeyError):
        finished(origin="hearsay")


def test_words_must_all_be_there():
    with pytest.raises(ValueError, match="alt_text, limits"):
        charts.Words("a", "b", "c", " ", "e", "")


def test_long_words_are_wrapped_and_stay_on_the_canvas():
    long = charts.Words("A long finding " * 12, "drawn " * 60, "c", "d", "source " * 60, "f")
    figure = finished(long, "simulated", height=6)
    canvas = figure.bbox
    with charts.style():
        boxes = [text.get_window_extent() for text in figure.texts]
    for box in boxes:
        assert box.x0 >= canvas.x0
        assert box.x1 <= canvas.x1
        assert box.y0 >= canvas.y0
        assert box.y1 <= canvas.y1
    assert "\n" in figure.texts[0].get_text()


def test_a_row_without_interval_is_a_diamond_without_a_line():
    with charts.style():
        axes = charts.interval_dots(charts.canvas(3).subplots(), ROWS, [0, 1, 2])
    markers = [line.get_marker() for line in axes.lines if line.get_marker() not in ("None", None, "")]
    assert markers == ["o", "D", "o"]
    assert len(axes.lines) == 5


def test_the_tile_grid_has_each_of_the_25_provinces_once():
    assert sorted(tiles.GRID) == [f"{code:02d}" for code in range(1, 26)]
    assert len(set(tiles.GRID.values())) == 25
    assert set(tiles.SHORT_NAMES) == set(tiles.GRID)


def test_the_tile_grid_keeps_neighbours_of_the_map_apart_by_little():
    # who lies north or west of whom on the map lies so in the grid
    assert tiles.GRID["22"][0] < tiles.GRID["17"][0] < tiles.GRID["15"][0] < tiles.GRID["07"][0] < tiles.GRID["23"][0]
    assert tiles.GRID["01"][1] < tiles.GRID["17"][1] < tiles.GRID["06"][1] < tiles.GRID["10"][1] < tiles.GRID["11"][1]
    assert tiles.GRID["09"][1] < tiles.GRID["07"][1] < tiles.GRID["21"][1] < tiles.GRID["20"][1]


@pytest.mark.parametrize("colours", [palette.SEQUENCE, palette.DOUBT], ids=lambda c: c.name)
def test_letters_on_every_colour_of_a_scale_can_be_read(colours):
    for step in np.linspace(0, 1, 201):
        paint = to_hex(colours(step))
        assert charts.contrast(charts.ink_on(paint), paint) >= 4.5


@pytest.mark.parametrize("colours", [palette.SEQUENCE, palette.DOUBT], ids=lambda c: c.name)
def test_a_scale_darkens_evenly_so_that_it_reads_in_grey(colours):
    brightness = [charts.contrast(to_hex(colours(step)), "#000000") for step in np.linspace(0, 1, 101)]
    assert (np.diff(brightness) < 0).all()


@pytest.mark.parametrize(
    "ink", [palette.INK, palette.MUTED, palette.BLUE, palette.ORANGE, palette.TEAL, palette.STAMP_RED]
)
def test_every_colour_used_for_text_can_be_read_on_white(ink):
    assert charts.contrast(ink, "#FFFFFF") >= 4.5


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0, "0"), (0.364, "0.36"), (3.54, "3.5"), (30.05, "30"), (11788, "11,788"), (-131.7, "-132"), (9.96, "10")],
)
def test_numbers_as_they_are_read_aloud(value, printed):
    assert charts.in_print(value) == printed


def test_a_figure_is_drawn_once_for_each_file_and_not_before(monkeypatch):
    drawn = []
    monkeypatch.setattr(Figure, "draw", lambda figure, renderer: drawn.append(type(renderer)))
    with charts.style():
        figure = charts.canvas(4)
        figure.subplots()
        figure.canvas.draw_idle()  # as geopandas does after each plot
        charts.finish(figure, WORDS, "published")
        assert not drawn
        charts.rendered(figure)
    assert len(drawn) == 2  # a PNG and an SVG
