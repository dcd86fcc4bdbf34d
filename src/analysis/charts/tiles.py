"""Tiles: the provinces as a grid of equal tiles, roughly where they lie, and the same on outlines.

Equal tiles let Kep be read as easily as Mondul Kiri; a map on outlines gives the eye to the largest and emptiest.
A province whose number is withheld is hatched, one of which nothing is known is left blank: neither looks like a 0.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.typing import ColorType

from analysis import country
from analysis.charts.palette import FAINT, GREY, INK, MUTED, Look, ink_on

if TYPE_CHECKING:
    import geopandas

TILE_HEIGHT = 0.8  # of its width: names are wide
WITHHELD: Look = {"facecolor": "#F4F4F4", "edgecolor": "#8F8F8F", "hatch": "\\\\\\"}  # a number that may not be shown
NO_DATA: Look = {"facecolor": "white", "edgecolor": FAINT, "linestyle": ":"}  # nothing was found out

GRID = country.TILES  # province_code -> (row from the north, column from the west)
SHORT_NAMES = country.SHORT_NAMES  # broken where a tile needs it
N_ROWS, N_COLUMNS = (1 + max(places) for places in zip(*GRID.values(), strict=True))
FREE_CORNER = (N_COLUMNS - 1.95, N_ROWS - 0.78)  # column and row at the lower right, where no province lies


def tile_grid(
    axes: Axes,
    colours: Mapping[str, ColorType],
    values: Mapping[str, str],
    known: frozenset[str] = frozenset(),
    withheld: frozenset[str] = frozenset(),
) -> Axes:
    """Draw one tile a province in its colour, its name and its printed value on it.

    Provinces in ``known`` carry a heavy frame and bold type: their number was printed, the others' was worked out.
    Those in ``withheld`` are hatched, and those in neither ``withheld`` nor ``colours`` blank.
    """
    for code, (row, column) in GRID.items():
        frame: Look = {"edgecolor": "#9A9A9A", "lw": 0.6}
        look = _look(code, colours, withheld)
        axes.add_patch(Rectangle((column, row), 0.95, 0.95, **frame | look))
        if code in known:
            axes.add_patch(Rectangle((column, row), 0.95, 0.95, fill=False, edgecolor=INK, lw=2.6, zorder=3))
        _name(axes, code, MUTED if look is NO_DATA else ink_on(look["facecolor"]), on_hatch=code in withheld)
        if code in colours and code not in withheld:
            weight, ink = "bold" if code in known else "normal", ink_on(colours[code])
            place = (column + 0.475, row + 0.72)
            axes.text(*place, values[code], ha="center", va="center", size=11, weight=weight, color=ink)
    axes.set(xlim=(-0.03, N_COLUMNS), ylim=(N_ROWS, -0.03), aspect=TILE_HEIGHT)
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


def _look(code: str, colours: Mapping[str, ColorType], withheld: frozenset[str]) -> Look:
    if code in withheld:
        return WITHHELD
    return {"facecolor": colours[code]} if code in colours else NO_DATA


def _name(axes: Axes, code: str, ink: str, on_hatch: bool) -> None:
    row, column = GRID[code]
    ground = {"facecolor": WITHHELD["facecolor"], "edgecolor": "none", "pad": 0.8} if on_hatch else None
    look: Look = {"ha": "center", "va": "center", "size": 8, "color": ink, "linespacing": 1.05, "bbox": ground}
    axes.text(column + 0.475, row + 0.30, SHORT_NAMES[code], **look)
