"""Tiles: the 25 provinces as a grid of equal tiles, roughly where they lie, and the same on outlines.

Equal tiles let Kep be read as easily as Mondul Kiri; a map on outlines gives the eye to the largest and emptiest.
A province whose number is withheld is hatched, one of which nothing is known is left blank: neither looks like a 0.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.charts.palette import FAINT, GREY, INK, MUTED, ink_on

if TYPE_CHECKING:
    import geopandas

TILE_HEIGHT = 0.8  # of its width: names are wide
WITHHELD = {"facecolor": "#F4F4F4", "edgecolor": "#8F8F8F", "hatch": "\\\\\\"}  # a number that may not be shown
NO_DATA = {"facecolor": "white", "edgecolor": FAINT, "linestyle": ":"}  # nothing was found out

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
    axes: Axes,
    colours: Mapping[str, str],
    values: Mapping[str, str],
    known: frozenset[str] = frozenset(),
    withheld: frozenset[str] = frozenset(),
) -> Axes:
    """Draw one tile a province in its colour, its name and its printed value on it.

    Provinces in ``known`` carry a heavy frame and bold type: their number was printed, the others' was worked out.
    Those in ``withheld`` are hatched, and those in neither ``withheld`` nor ``colours`` blank.
    """
    for code, (row, column) in GRID.items():
        look = _look(code, colours, withheld)
        axes.add_patch(Rectangle((column, row), 0.95, 0.95, **{"edgecolor": "#9A9A9A", "lw": 0.6} | look))
        if code in known:
            axes.add_patch(Rectangle((column, row), 0.95, 0.95, fill=False, edgecolor=INK, lw=2.6, zorder=3))
        _name(axes, code, MUTED if look is NO_DATA else ink_on(look["facecolor"]), on_hatch=code in withheld)
        if code in colours and code not in withheld:
            weight, ink = "bold" if code in known else "normal", ink_on(colours[code])
            place = (column + 0.475, row + 0.72)
            axes.text(*place, values[code], ha="center", va="center", size=11, weight=weight, color=ink)
    axes.set(xlim=(-0.03, 5), ylim=(6, -0.03), aspect=TILE_HEIGHT)
    axes.set_axis_off()
    return axes


def outline_map(
    axes: Axes,
    boundaries: "geopandas.GeoDataFrame",
    colours: Mapping[str, str],
    withheld: frozenset[str] = frozenset(),
) -> "geopandas.GeoDataFrame":
    """Draw the provinces in their colours; return their outlines by code in metres, UTM zone 48 north, as drawn.

    Provinces in ``withheld`` are hatched, and those in neither ``withheld`` nor ``colours`` blank.
    """
    outlines = boundaries.to_crs("EPSG:32648").set_index("code")
    is_hatched = outlines.index.isin(list(withheld))
    is_shown = [code in colours for code in outlines.index] & ~is_hatched
    paints = {"color": [colours[code] for code in outlines.index[is_shown]], "edgecolor": GREY}
    for which, look in ((is_shown, paints), (is_hatched, WITHHELD), (~is_shown & ~is_hatched, NO_DATA)):
        if which.any():
            outlines[which].plot(ax=axes, linewidth=0.5, **look)
    axes.set_aspect("equal")
    axes.set_axis_off()
    return outlines


def _look(code: str, colours: Mapping[str, str], withheld: frozenset[str]) -> dict[str, str]:
    if code in withheld:
        return WITHHELD
    return {"facecolor": colours[code]} if code in colours else NO_DATA


def _name(axes: Axes, code: str, ink: str, on_hatch: bool) -> None:
    row, column = GRID[code]
    ground = {"facecolor": WITHHELD["facecolor"], "edgecolor": "none", "pad": 0.8} if on_hatch else None
    look = {"ha": "center", "va": "center", "size": 8, "color": ink, "linespacing": 1.05, "bbox": ground}
    axes.text(column + 0.475, row + 0.30, SHORT_NAMES[code], **look)
