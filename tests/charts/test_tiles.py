"""A withheld province is hatched, one of which nothing is known is blank, and neither carries a number."""

import geopandas
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from shapely.geometry import box

from analysis import charts
from analysis.charts import tiles

BLUE, PALE = "#1F5A96", "#B5D0E6"
SHOWN, WITHHELD, ABSENT = "12", "23", "11"


@pytest.fixture
def axes():
    with charts.style():
        yield charts.canvas(5).subplots()


@pytest.fixture
def outlines():
    squares = [box(103 + i, 11, 104 + i, 12) for i in range(3)]
    return geopandas.GeoDataFrame({"code": [SHOWN, WITHHELD, ABSENT]}, geometry=squares, crs="EPSG:4326")


def tile_of(axes, code):
    row, column = tiles.GRID[code]
    return next(tile for tile in axes.patches if tile.get_xy() == (column, row))


def texts_on(axes, code):
    row, column = tiles.GRID[code]
    return [
        t.get_text()
        for t in axes.texts
        if column < t.get_position()[0] < column + 1 and row < t.get_position()[1] < row + 1
    ]


@pytest.mark.parametrize("kind", [dict, pd.Series])
def test_only_a_withheld_tile_is_hatched_and_only_a_shown_one_has_a_number(axes, kind):
    charts.tile_grid(axes, kind({SHOWN: BLUE}), kind({SHOWN: "40"}), withheld=frozenset({WITHHELD}))
    assert tile_of(axes, WITHHELD).get_hatch()
    assert not tile_of(axes, SHOWN).get_hatch()
    assert not tile_of(axes, ABSENT).get_hatch()
    assert texts_on(axes, SHOWN) == ["Phnom\nPenh", "40"]
    assert texts_on(axes, WITHHELD) == ["Kep"]
    assert texts_on(axes, ABSENT) == ["Mondul\nKiri"]


def test_withheld_blank_and_shown_tiles_look_unlike(axes):
    charts.tile_grid(axes, {SHOWN: "white"}, {SHOWN: "0"}, withheld=frozenset({WITHHELD}))
    looks = {
        (tile.get_hatch(), to_hex(tile.get_facecolor()), to_hex(tile.get_edgecolor()), tile.get_linestyle())
        for tile in (tile_of(axes, code) for code in (SHOWN, WITHHELD, ABSENT))
    }
    assert len(looks) == 3


def test_withheld_wins_over_a_colour_and_a_number(axes):
    charts.tile_grid(axes, {WITHHELD: BLUE}, {WITHHELD: "3"}, withheld=frozenset({WITHHELD}))
    assert tile_of(axes, WITHHELD).get_hatch()
    assert to_hex(tile_of(axes, WITHHELD).get_facecolor()) != BLUE.lower()
    assert texts_on(axes, WITHHELD) == ["Kep"]


def test_a_name_on_hatching_and_on_a_blank_tile_can_be_read(axes):
    charts.tile_grid(axes, {}, {}, withheld=frozenset({WITHHELD}))
    named = {text.get_text(): text for text in axes.texts}
    assert charts.contrast(to_hex(named["Kep"].get_color()), tiles.WITHHELD["facecolor"]) >= 4.5
    assert named["Kep"].get_bbox_patch() is not None, "the hatching must not run through the letters"
    assert charts.contrast(to_hex(named["Mondul\nKiri"].get_color()), "#FFFFFF") >= 4.5


@pytest.mark.parametrize("kind", [dict, pd.Series])
def test_on_outlines_only_a_withheld_province_is_hatched(axes, outlines, kind):
    drawn = charts.outline_map(axes, outlines, kind({SHOWN: PALE}), frozenset({WITHHELD}))
    by_code = dict(zip([SHOWN, WITHHELD, ABSENT], axes.collections, strict=True))
    assert [bool(by_code[code].get_hatch()) for code in (SHOWN, WITHHELD, ABSENT)] == [False, True, False]
    assert to_hex(by_code[SHOWN].get_facecolor()[0]) == PALE.lower()
    assert to_hex(by_code[ABSENT].get_facecolor()[0]) == "#ffffff"
    for code, patches in by_code.items():
        drawn_at = patches.get_paths()[0].get_extents()
        assert drawn_at.bounds == pytest.approx(
            (
                *drawn.geometry[code].bounds[:2],
                *(b - a for a, b in zip(drawn.bounds.loc[code][:2], drawn.bounds.loc[code][2:], strict=True)),
            )
        )


def test_a_map_without_anything_withheld_is_drawn_as_one(axes, outlines):
    charts.outline_map(axes, outlines, dict.fromkeys([SHOWN, WITHHELD, ABSENT], PALE))
    assert len(axes.collections) == 1


def test_hatching_gives_the_same_bytes_twice(outlines):
    def drawn():
        with charts.style():
            figure = charts.canvas(4)
            left, right = figure.subplots(1, 2)
            charts.tile_grid(left, {SHOWN: BLUE}, {SHOWN: "40"}, withheld=frozenset({WITHHELD, "08", "20"}))
            charts.outline_map(right, outlines, {SHOWN: BLUE}, frozenset({WITHHELD}))
            return charts.rendered(figure)

    once, again = drawn(), drawn()
    assert once == again
    assert b"<pattern" in once[".svg"], "a hatch is a pattern"
