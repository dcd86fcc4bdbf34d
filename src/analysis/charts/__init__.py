"""Charts: the face of every figure and the marks they share. Marks take axes and return axes.

``face`` holds the words, the title, the foot and the bytes; ``marks`` the dots, intervals and labels; ``tiles`` the
provinces as a grid and as a map; ``areas`` the groups of provinces; ``palette`` the colours, chosen to stay apart
for colour-blind readers and in grey.
"""

from analysis.charts.areas import AREA_COLOURS, AREA_NAMES
from analysis.charts.face import CONFIDENCE, LEAST, STAMPS, Words, canvas, finish, rendered, style
from analysis.charts.inline import inline
from analysis.charts.marks import (
    direct_label,
    in_print,
    interval_dots,
    interval_in_print,
    only_x_grid,
    range_in_print,
    say_missing,
    times_apart,
)
from analysis.charts.palette import (
    BLUE,
    DOUBT,
    FAINT,
    GREY,
    INK,
    MUTED,
    ORANGE,
    SEQUENCE,
    TEAL,
    Look,
    contrast,
    ink_on,
    shades,
)
from analysis.charts.tiles import FREE_CORNER, GRID, SHORT_NAMES, WITHHELD, outline_map, tile_grid

__all__ = [
    "AREA_COLOURS",
    "AREA_NAMES",
    "BLUE",
    "CONFIDENCE",
    "DOUBT",
    "FAINT",
    "FREE_CORNER",
    "GREY",
    "GRID",
    "INK",
    "LEAST",
    "MUTED",
    "ORANGE",
    "SEQUENCE",
    "SHORT_NAMES",
    "STAMPS",
    "TEAL",
    "WITHHELD",
    "Look",
    "Words",
    "canvas",
    "contrast",
    "direct_label",
    "finish",
    "in_print",
    "ink_on",
    "inline",
    "interval_dots",
    "interval_in_print",
    "only_x_grid",
    "outline_map",
    "range_in_print",
    "rendered",
    "say_missing",
    "shades",
    "style",
    "tile_grid",
    "times_apart",
]
