"""Facility map: children in listed residential care institutions per 100,000 children, by province, as tiles.

Tiles and not outlines, so that it is drawn on every machine and Kep reads as easily as Mondul Kiri.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.disclosure.rounding import to_base
from analysis.estimates.facility_clustering import BORDER, MORAN, PROVINCES, STANDARDISED
from analysis.estimates.facility_rates import ALL, CHILDREN, PER, RCI, UNKNOWN
from analysis.figures import _whose
from analysis.kinds import Estimate, Release
from analysis.study import Study
from analysis.words import listed

NUMBERS = estimate_table(
    one_row_is="the rate of children in listed institutions of one province, or of all; or an index of clustering",
    extra={
        "province": Column("str", "name of the province; not recorded; all provinces"),
        "top_two_share": Column("Float64", "share of the children in the two largest institutions", nullable=True),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    release=Release(
        kinds={
            "per_100k_children": Estimate(n="n", top_two_share="top_two_share"),
            "index": Estimate(n="n", unit="facilities"),
            "p_value": Estimate(n="n", unit="facilities"),
        },
        totals={"term": ALL},
        place="term",
        population="children in listed institutions of the latest round",
    ),
)
INDEX = "likeness of neighbouring provinces"


def build(facility_rates: pd.DataFrame, facility_clustering: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the rates of institutions, made of rounded counts, and how alike neighbouring provinces are."""
    rates = facility_rates[(facility_rates["outcome"] == CHILDREN) & (facility_rates["level"] == RCI)]
    rows = pd.concat([_rounded(rates, study), _index(facility_clustering, rates)], ignore_index=True)
    return rows.assign(withheld=pd.array([None] * len(rows), "str"))[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say which provinces lie clearly above and below the rate of all provinces, and how many are not told."""
    which = _whose.these(numbers, "lists")
    provinces, whole = _shown(numbers), _whole(numbers)
    n_hidden = len(_provinces(numbers)) - len(provinces)
    above, below = _apart(provinces, whole)
    rest = f"; {n_hidden} provinces are withheld" if n_hidden else ""
    return charts.Words(
        title=f"In {which}, {_few(above, 2, 'no province shown')} {'have' if len(above) > 1 else 'has'} a clearly high "
        f"rate of children in institutions{rest}",
        caption="Children in listed residential care institutions per 100,000 children registered in 2011, latest "
        f"round of lists. {_hatching(numbers)}Lines: {charts.CONFIDENCE} intervals for children who live together in "
        "institutions; they do not cover institutions that no list names.",
        reading=f"Of 100,000 children of all provinces {_said(whole)} are in listed institutions; "
        f"the whole interval lies above that rate in {_few(above)}, below it in {_few(below)}. {_clustering(numbers)}",
        alt_text="A grid of 25 tiles placed roughly as on a map, and beside it the intervals. All provinces "
        f"{_said(whole)} per 100,000 children; "
        + "".join(f"{row.province} {charts.interval_in_print(row)}; " for row in provinces.itertuples())
        + f"{n_hidden} provinces are withheld and hatched.",
        source="facility lists that were imported, linked into one panel; Commune Database 2011.",
        limits="A rate counts the children who live in a province's institutions, wherever they come from, so one that "
        "receives children stands high. Institutions that no list names, or whose children nobody counted, are left "
        "out, and links between lists are taken as right. Children were registered years before the lists were made.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the provinces as tiles, and beside them their intervals, the highest first."""
    figure = charts.canvas(7.4)
    of_places, of_intervals = figure.subplots(1, 2, width_ratios=[1.3, 1])
    provinces = _shown(numbers)
    rates = provinces.set_index("term")["estimate"].astype("float64")
    hidden = frozenset(_provinces(numbers)["term"]) - set(rates.index)
    charts.tile_grid(of_places, charts.shades(charts.SEQUENCE, rates, 0), rates.map(charts.in_print), withheld=hidden)
    of_places.set_title("Rate: darker is higher")
    of_places.set_anchor("N")
    if hidden:
        _key(of_places)
    _intervals(of_intervals, pd.concat([provinces, _whole(numbers).to_frame().T.dropna(subset="estimate")]))
    return figure


def _rounded(rates: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the rates as they follow from counts rounded as they are published, so that none comes back by division.

    With fewer facilities than the gate asks for, the two largest count as holding all: so a rate of few is withheld
    without a column that tells how many facilities there are in each province.
    """
    rules = study.disclosure
    counts, facilities = (to_base(rates[column].to_numpy("int64"), rules.round_to) for column in ("n", "n_facilities"))
    estimate = PER * counts / rates["n_children_2011"].astype("Float64")
    exact = np.maximum(rates["n_facilities"].to_numpy("float64"), 1)
    half = np.log((rates["ci_high"] / rates["ci_low"]).astype("float64")) / 2
    half *= np.sqrt(exact / np.maximum(facilities, rules.round_to))  # its variance goes with 1 / facilities
    is_few = rates["n_facilities"] < rules.least_facilities
    return rates.assign(
        estimate=estimate,
        ci_low=estimate * np.exp(-half),
        ci_high=estimate * np.exp(half),
        top_two_share=rates["top_two_share"].mask(is_few, 1.0),
    )


def _index(facility_clustering: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Return Moran's I of the provinces' rates and its p-value, of as many institutions as the rates."""
    chosen = {"outcome": CHILDREN, "level": RCI, "term": PROVINCES, "scale": MORAN, "neighbours": BORDER}
    of_main = facility_clustering[list(chosen)].eq(pd.Series(chosen)).all(axis=1)
    main = facility_clustering[of_main & (facility_clustering["values"] == STANDARDISED)].assign(
        outcome=INDEX,
        term=ALL,
        province="All provinces",
        n=rates.loc[rates["term"] == ALL, "n_facilities"].iloc[0],
        top_two_share=pd.NA,
        note="Moran's I of empirical-Bayes rates, two-sided by permutation; provinces that share a border. "
        "n: institutions.",
    )
    return pd.concat(
        [main.assign(scale="index", level=MORAN), main.assign(scale="p_value", level="p", estimate=main["p_value"])]
    )


def _provinces(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[(numbers["outcome"] == CHILDREN) & ~numbers["term"].isin([ALL, UNKNOWN])]


def _shown(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the provinces whose rate may be shown, the highest first."""
    provinces = _provinces(numbers)
    return provinces[provinces["estimate"].notna()].sort_values("estimate", ascending=False, kind="stable")


def _whole(numbers: pd.DataFrame) -> pd.Series:
    return numbers[(numbers["outcome"] == CHILDREN) & (numbers["term"] == ALL)].iloc[0]


def _apart(provinces: pd.DataFrame, whole: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the names of the provinces whose whole interval lies above the rate of all, and below it."""
    is_above = (provinces["ci_low"] > whole["estimate"]).fillna(False)
    is_below = (provinces["ci_high"] < whole["estimate"]).fillna(False)
    return provinces.loc[is_above, "province"], provinces.loc[is_below, "province"]


def _intervals(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the rates that may be shown with their intervals, and a line through that of all provinces."""
    axes.set_title("Rate and interval")
    charts.only_x_grid(axes)
    axes.set_yticks(range(len(rows)), list(rows["province"]), size=9.5)
    if rows.empty:
        charts.say_missing(axes, 0.5, "no rate may be shown")
        axes.set_xticks([])
        return
    colours = [charts.INK if term == ALL else charts.BLUE for term in rows["term"]]
    charts.interval_dots(axes, rows, range(len(rows)), colour=colours, size=7)
    for rate in rows.loc[rows["term"] == ALL, "estimate"]:
        axes.axvline(rate, color=charts.MUTED, lw=1, ls=":")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set(ylim=(len(rows) - 0.4, -0.6), xlabel="Children in institutions per 100,000 children")


def _key(axes: Axes) -> None:
    """Say what the hatching means, in the corner of the grid that holds no province."""
    axes.add_patch(Rectangle((3.05, 5.25), 0.3, 0.45, linewidth=0.6, **charts.WITHHELD))
    axes.text(3.43, 5.475, "withheld", va="center", size=9.5)


def _said(row: pd.Series) -> str:
    return "a withheld number" if pd.isna(row["estimate"]) else charts.interval_in_print(row)


def _clustering(numbers: pd.DataFrame) -> str:
    found = numbers[numbers["outcome"] == INDEX].set_index("scale")["estimate"]
    if found.isna().any():
        return "Whether neighbouring provinces are alike is not told."
    p = f"p = {found['p_value']:.2g}" if found["p_value"] >= 0.001 else "p below 0.001"
    return f"Moran's I of neighbouring provinces is {found['index']:.2f} ({p}, two-sided by permutation)."


def _hatching(numbers: pd.DataFrame) -> str:
    why = "; ".join(numbers["withheld"].dropna().unique())
    return f"Hatched: withheld ({why}, or too few institutions); not to be read as 0. " if why else ""


def _few(names: pd.Series, most: int = 4, none: str = "none of those shown") -> str:
    """Return up to ``most`` names as in a sentence, and how many more there are."""
    if names.empty:
        return none
    return listed([*names[:most], f"{len(names) - most} more"] if len(names) > most else names)
