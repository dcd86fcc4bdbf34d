"""Province rates: what the printed totals imply for each of 25 provinces, and how little they pin it down."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.columns import PROVINCE_CODE
from analysis.contract import Column, estimate_table
from analysis.words import listed

NUMBERS = estimate_table(
    one_row_is="the rate of institutions in one province, given the printed totals",
    extra={
        "province_code": PROVINCE_CODE,
        "data_share": Column(
            "Float64", "how far the printed numbers moved it from the prior", unit="share", ge=0, le=1
        ),
        "is_count_printed": Column("boolean", "whether the number of institutions of this province stands in print"),
        "without_one_low": Column("Float64", "least rate if one condition is left out of the model", ge=0),
        "without_one_high": Column("Float64", "largest rate if one condition is left out of the model", ge=0),
    },
)

LEVEL = "totals only"  # the printed concentration narrows intervals only if its unnamed provinces are the largest


def build(province_rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rates of institutions, marked where the count behind it is printed."""
    of_level = province_rates[province_rates["level"] == LEVEL]
    counts = of_level.loc[of_level["outcome"] == "n_rcis", ["province_code", "is_printed"]]
    rates = of_level[of_level["outcome"] == "rci_rate"].drop(columns="is_printed")
    return rates.merge(counts.rename(columns={"is_printed": "is_count_printed"}), on="province_code", validate="1:1")[
        list(NUMBERS.columns)
    ]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say for how many provinces no count was found in print, and how wide their intervals are."""
    modelled, printed = (numbers[numbers["is_count_printed"] == known] for known in (False, True))
    if modelled.empty:
        raise ValueError(
            "every province has a printed count; the figure care_rates shows them, this one has no message"
        )
    factor = charts.times_apart(modelled).median()
    low, high = modelled.loc[modelled["estimate"].idxmin()], modelled.loc[modelled["estimate"].idxmax()]
    names = listed(printed.sort_values("estimate", ascending=False)["term"])
    return charts.Words(
        title=f"For {len(modelled)} of {len(numbers)} provinces we found no count: their rates come from a model, "
        f"and the high end of a typical interval is {factor:.0f} times the low end",
        caption="Residential care institutions per 100,000 children registered in 2011, mapping of 2014–15. Heavy "
        f"frame and bold: count printed. Other tiles: modelled from group totals, town, tourism and poverty; "
        f"{_without_one_condition(modelled)}.",
        reading=f"Only {names} rest on a count of their own; among the others the model's rate runs from "
        f"{charts.in_print(low['estimate'])} in {low['term']} ({_ends(low)}) to {charts.in_print(high['estimate'])} in "
        f"{high['term']} ({_ends(high)}), so no ranking of those provinces is safe.",
        alt_text=f"Two grids of 25 tiles placed roughly as on a map, left the rate, right its {charts.CONFIDENCE} "
        "interval. "
        + "; ".join(
            f"{row.term} {charts.in_print(row.estimate)} ({charts.in_print(row.ci_low)}–{charts.in_print(row.ci_high)})"
            for row in numbers.sort_values("estimate", ascending=False).itertuples()
        )
        + ".",
        source="MoSVY and UNICEF, mapping (2016, 2017); Family Care First; Commune Database 2011; census 2008; IDPoor "
        "c. 2022; Ministry of Tourism 2014. Model: Homeward.",
        limits="We found no open copy of the mapping's table by province. A modelled rate is what a province like this "
        "one would have, not what was found there; it must not be used to rank or to allocate. Its interval holds if "
        "the model does: in simulated countries unlike it, such intervals held the truth less often than they should.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the rates and, as large, their intervals."""
    figure = charts.canvas(7.2)
    of_rate, of_interval = figure.subplots(1, 2)
    rows = numbers.set_index("province_code")
    known = frozenset(rows.index[rows["is_count_printed"]])
    rates = rows["estimate"].map(_short)
    intervals = rows["ci_low"].map(_short) + "–" + rows["ci_high"].map(_short)
    rate_colours = charts.shades(charts.SEQUENCE, rows["estimate"], 0)
    doubt_colours = charts.shades(charts.DOUBT, charts.times_apart(rows), 1)
    charts.tile_grid(of_rate, rate_colours, rates.where(rows["is_count_printed"], "≈ " + rates), known)
    charts.tile_grid(of_interval, doubt_colours, intervals, known)
    of_rate.set_title("Rate: darker is higher")
    of_interval.set_title("Interval: darker is less certain")
    return figure


def _without_one_condition(modelled: pd.DataFrame) -> str:
    """Say what becomes of the highest modelled rate when one condition is left out of the model."""
    highest = modelled.loc[modelled["estimate"].idxmax()]
    low, high = charts.in_print(highest["without_one_low"]), charts.in_print(highest["without_one_high"])
    return f"leave one of these three out, and {highest['term']}'s {charts.in_print(highest['estimate'])} becomes " + (
        f"{low} to {high}"
    )


def _short(rate: float) -> str:
    return f"{rate:.0f}" if rate >= 9.95 else f"{rate:.1f}"


def _ends(row: pd.Series) -> str:
    return f"{charts.CONFIDENCE} interval {charts.in_print(row['ci_low'])} to {charts.in_print(row['ci_high'])}"
