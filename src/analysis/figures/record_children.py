"""Record children: where the children in the case records come from, and how old they were when first referred."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis import charts, country
from analysis.contract import Column, Table
from analysis.figures import _whose
from analysis.kinds import Count, Release
from analysis.words import listed

NUMBERS = Table(
    one_row_is="the children of one province and one age band in the case records, or of all provinces or ages",
    key=("outcome", "term", "level"),
    columns={
        "outcome": Column("str", "what is counted"),
        "term": Column("str", "two-digit code of the province; all; unknown"),
        "province": Column("str", "name of the province; all provinces; province not recorded"),
        "level": Column("str", "age band in completed years; all; unknown: not recorded, or 18 and over"),
        "scale": Column("str", "the unit of the estimate"),
        "estimate": Column("Float64", "children, rounded; missing where withheld", ge=0, nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
        "note": Column("str", "how children are counted"),
    },
    release=Release(
        kinds={"children": Count()},
        totals={"term": "all", "level": "all"},
        place="term",
        population="children in the records",
        harmless="that nobody of an age in a province is in the records is said of nobody",
    ),
)
TOTAL, UNKNOWN = "all", "unknown"
TILE = charts.SEQUENCE(0.22)  # one shade for every tile: a map of counts in shades would show where people live
NO_CHILD = "white"
ROW_HEIGHT = 0.31  # inches
KEY_WIDTH = 19  # letters


def build(record_children: pd.DataFrame) -> pd.DataFrame:
    """Return all counts with a place for the reason why one may be withheld."""
    nothing = pd.array([None] * len(record_children), "str")
    return record_children.assign(withheld=nothing)[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say which age band is the largest of those shown, and for how many provinces a total is shown."""
    which = _whose.these(numbers, "records")
    table = _table(numbers)
    whole, ages = table.loc[TOTAL, TOTAL], table.loc[TOTAL].drop([TOTAL, UNKNOWN]).rename(_age).dropna()
    provinces = table[TOTAL].drop([TOTAL, UNKNOWN]).rename(_names(numbers))
    shown = provinces.dropna().sort_values(ascending=False, kind="stable")
    n_hidden, named = int(numbers["estimate"].isna().sum()), country.PROVINCES
    return charts.Words(
        title=f"In {which}, {_commonest_age(ages, whole)}; {_how_many_provinces(provinces)}",
        caption=f"Every child counted once, by {country.PROVINCE} and age at the first referral, rounded to 5; totals "
        f"are sums of rounded counts. Darker: more children. {_hatching(numbers)}All records are counted, so there are "
        "no intervals.",
        reading=f"{_in_all(which, whole)}; the largest totals of {named} that may be shown are {_told(shown.head(3))}; "
        f"{n_hidden} of {len(numbers)} numbers are withheld to protect children, which does not mean that they are 0.",
        alt_text=f"A grid of {len(provinces)} tiles placed roughly as on a map, and a table of {named} by age. "
        f"{_in_all(which, whole)}. By age in years: {_told(ages)}. By {country.PROVINCE}: {_told(shown[shown > 0])}; "
        f"none from {(shown == 0).sum()} {named}; {len(provinces) - len(shown)} totals are withheld and hatched.",
        source="the case records that were imported, those with permission for anonymous reporting.",
        limits="These are children whom an agency took on and recorded, not all children in care or in need. Agencies "
        f"work in some {named} and hardly in others, so more children here means more records, not more separation. "
        "The age is that at the first referral in these records, not that of today or of a first separation.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the provinces as tiles, and beside them a table by age of the places with any number."""
    table = _table(numbers)
    figure = charts.canvas(max(7.4, 3.2 + ROW_HEIGHT * len(_rows(table))))
    of_places, of_ages = figure.subplots(1, 2, width_ratios=[1.25, 1])
    provinces = table[TOTAL].drop([TOTAL, UNKNOWN])
    shown = provinces.dropna()
    hidden = frozenset(provinces.index.difference(shown.index))
    tiles = {code: TILE if count else NO_CHILD for code, count in shown.items()}
    charts.tile_grid(of_places, tiles, shown.map(_count), withheld=hidden)
    of_places.set_title("Children of all ages")
    of_places.set_anchor("N")
    if numbers["withheld"].notna().any():
        _key(of_places, _why(numbers))
    _cells(of_ages, table, _names(numbers))
    of_ages.set_title("By age in years at the first referral")
    return figure


def _key(axes: Axes, why: str) -> None:
    """Say what the hatching means, in the corner of the grid that holds no province."""
    left, top = charts.FREE_CORNER
    axes.add_patch(Rectangle((left, top), 0.3, 0.5, linewidth=0.6, **charts.WITHHELD))
    axes.text(left + 0.38, top + 0.25, textwrap.fill(why, KEY_WIDTH), va="center", size=9, linespacing=1.15)


def _cells(axes: Axes, table: pd.DataFrame, named: dict[str, str]) -> Axes:
    """Write a count on each cell; hatch what is withheld, and once for all places without any number or any child."""
    rows, most = _rows(table), table.drop(index=TOTAL, columns=TOTAL).max(axis=None)
    empty = table.index[table[TOTAL] == 0]
    hidden = table.index.difference([*rows, *empty])
    for low, row in enumerate(rows):
        for left, age in enumerate(table):
            is_total = TOTAL in (row, age)
            paint = "white" if is_total or not most > 0 else charts.SEQUENCE(0.75 * table.loc[row, age] / most)
            _cell(axes, (left, low), table.loc[row, age], paint, "bold" if is_total else "normal")
    labels, width = [named[row] for row in rows], len(table.columns) - 0.04
    if len(hidden):
        axes.add_patch(Rectangle((0, len(labels)), width, 0.92, linewidth=0, **charts.WITHHELD))
        labels.append(_others(hidden))
    if len(empty):
        axes.text(width / 2, len(labels) + 0.46, "none", ha="center", va="center", size=9.5, color=charts.MUTED)
        labels.append(_others(empty))
    return _labelled(axes, labels, list(table))


def _labelled(axes: Axes, rows: list[str], ages: list[str]) -> Axes:
    for left, age in enumerate(ages):
        axes.text(left + 0.48, -0.12, _age(age), ha="center", va="bottom", size=9, color=charts.MUTED)
    axes.set(xlim=(0, len(ages)), ylim=(len(rows), -1.1))
    axes.set_xticks([])
    axes.set_yticks([low + 0.46 for low in range(len(rows))], rows, size=9.5)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return axes


def _cell(axes: Axes, corner: tuple[int, int], count: float, paint: str, weight: str) -> None:
    look = charts.WITHHELD if pd.isna(count) else {"facecolor": paint, "edgecolor": "none"}
    axes.add_patch(Rectangle(corner, 0.96, 0.92, linewidth=0, **look))
    if pd.notna(count):
        middle, ink = (corner[0] + 0.48, corner[1] + 0.46), charts.ink_on(paint)
        axes.text(*middle, _count(count), ha="center", va="center", size=9.5, weight=weight, color=ink)


def _table(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the counts with one row a place and one column an age, from the youngest to the total."""
    wide = numbers.set_index(["term", "level"])["estimate"].astype("float64").unstack()  # noqa: PD010
    ages = sorted((age for age in wide if age not in (UNKNOWN, TOTAL)), key=lambda age: int(age.partition("-")[0]))
    return wide[[*ages, UNKNOWN, TOTAL]]


def _rows(table: pd.DataFrame) -> list[str]:
    """Return the total and the places with any number, but for those without any child, the largest first."""
    places = table[table[TOTAL] != 0].drop(index=TOTAL, errors="ignore").dropna(how="all")
    size = places[TOTAL].fillna(places.drop(columns=TOTAL).sum(axis=1))
    return [TOTAL, *size.sort_values(ascending=False, kind="stable").index]


def _names(numbers: pd.DataFrame) -> dict[str, str]:
    return numbers.set_index("term")["province"].to_dict()


def _others(places: pd.Index) -> str:
    n = len(places.drop(UNKNOWN, errors="ignore"))
    said = [f"{n} others"] * (n > 0) + ["not recorded"] * (UNKNOWN in places)
    return " and\n".join(said)


def _age(level: str) -> str:
    return {UNKNOWN: "Unknown\nor 18+", TOTAL: "All\nages"}.get(level, level.replace("-", "–"))


def _count(count: float) -> str:
    return f"{count:,.0f}"


def _told(counts: pd.Series) -> str:
    return listed(f"{name} {_count(count)}" for name, count in counts.items())


def _why(numbers: pd.DataFrame) -> str:
    return "; ".join(numbers["withheld"].dropna().unique())


def _hatching(numbers: pd.DataFrame) -> str:
    why = _why(numbers)
    return f"Hatched: withheld, because it is {why}; not to be read as 0. " if why else ""


def _in_all(which: str, whole: float) -> str:
    if pd.isna(whole):
        return f"How many children {which} hold is withheld"
    return f"{which.capitalize()} hold about {_count(whole)} children"


def _how_many_provinces(totals: pd.Series) -> str:
    if totals.isna().any():
        return f"a total may be shown for {totals.notna().sum()} of {len(totals)} {country.PROVINCES}"
    return f"they come from {(totals > 0).sum()} of {len(totals)} {country.PROVINCES}"


def _commonest_age(ages: pd.Series, whole: float) -> str:
    if not whole > 0 or ages.empty:
        return "no age may be shown"
    return f"about {ages.max() / whole:.0%} of children were {ages.idxmax()} years old when first referred"
