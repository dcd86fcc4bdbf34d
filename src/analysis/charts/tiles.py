"""Tiles: the 25 provinces as a grid of equal tiles, roughly where they lie, and the same on outlines.

Equal tiles let Kep be read as easily as Mondul Kiri; a map on outlines gives the eye to the largest and emptiest.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.charts.palette import GREY, INK, ink_on

if TYPE_CHECKING:
    import geopandas

TILE_HEIGHT = 0.8  # of its width: names are wide

# province_code -> (row from the north, column from the west)
GRID = {
    "22": (0, 1), "13": (0, 2), "19": (0, 3), "16": (0, 4),
    "01": (1, 0), "17": (1, 1), "06": (1, 2), "10": (1, 3), "11": (1, 4),
    "24": (2, 0), "02": (2, 1), "04": (2, 2), "03": (2, 3), "25": (2, 4),
    "15": (3, 0), "05": (3, 1), "12": (3, 2), "08": (3, 3), "14": (3, 4),
    "09": (4, 0), "18": (4, 1), "07": (4, 2), "21": (4, 3), "20": (4, 4),
    "23": (5, 2),
}  # fmt: skip

# Broken where a tile needs it
SHORT_NAMES = {
    "01": "Banteay\nMeanchey", "02": "Battambang", "03": "Kampong\nCham", "04": "Kampong\nChhnang",
    "05": "Kampong\nSpeu", "06": "Kampong\nThom", "07": "Kampot", "08": "Kandal", "09": "Koh Kong",
    "10": "Kratie", "11": "Mondul\nKiri", "12": "Phnom\nPenh", "13": "Preah\nVihear", "14": "Prey\nVeng",
    "15": "Pursat", "16": "Ratanak\nKiri", "17": "Siem\nReap", "18": "Preah\nSihanouk", "19": "Stung\nTreng",
    "20": "Svay\nRieng", "21": "Takeo", "22": "Oddar\nMeanchey", "23": "Kep", "24": "Pailin", "25": "Tboung\nKhmum",
}  # fmt: skip


def tile_grid(
    axes: Axes, colours: Mapping[str, str], values: Mapping[str, str], known: frozenset[str] = frozenset()
) -> Axes:
    """Draw one tile a province in its colour, its name and its printed value on it.

    Provinces in ``known`` carry a heavy frame and bold type: their number was printed, the others' was worked out.
    """
    for code, (row, column) in GRID.items():
        paint = colours[code]
        axes.add_patch(Rectangle((column, row), 0.95, 0.95, facecolor=paint, edgecolor="#9A9A9A", lw=0.6))
        if code in known:
            axes.add_patch(Rectangle((column, row), 0.95, 0.95, fill=False, edgecolor=INK, lw=2.6, zorder=3))
        name, ink = SHORT_NAMES[code], ink_on(paint)
        axes.text(column + 0.475, row + 0.30, name, ha="center", va="center", size=8, color=ink, linespacing=1.05)
        weight = "bold" if code in known else "normal"
        axes.text(column + 0.475, row + 0.72, values[code], ha="center", va="center", size=11, weight=weight, color=ink)
    axes.set(xlim=(-0.03, 5), ylim=(6, -0.03), aspect=TILE_HEIGHT)
    axes.set_axis_off()
    return axes


def outline_map(
    axes: Axes, boundaries: "geopandas.GeoDataFrame", colours: Mapping[str, str]
) -> "geopandas.GeoDataFrame":
    """Draw the provinces in their colours; return their outlines by code in metres, UTM zone 48 north, as drawn."""
    outlines = boundaries.to_crs("EPSG:32648").set_index("code")
    outlines.plot(ax=axes, color=[colours[code] for code in outlines.index], edgecolor=GREY, linewidth=0.5)
    axes.set_aspect("equal")
    axes.set_axis_off()
    return outlines
