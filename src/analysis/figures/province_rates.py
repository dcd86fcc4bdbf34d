"""Province rates: what the printed totals imply for each of 25 provinces, and how little they pin it down."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table

NUMBERS = estimate_table(
    one_row_is="the rate of institutions in one province, given everything printed",
    extra={
        "province_code": Column("str", "two-digit code, 25 provinces", matches=r"^\d{2}$"),
        "data_share": Column(
            "Float64", "how far the printed numbers moved it from the prior", unit="share", ge=0, le=1
        ),
        "is_count_printed": Column("boolean", "whether the number of institutions of this province stands in print"),
    },
)

LEVEL = "totals and concentration"  # everything in print


def build(province_rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rates of institutions, marked where the count behind it is printed."""
    of_level = province_rates[province_rates["level"] == LEVEL]
    counts = of_level.loc[of_level["outcome"] == "n_rcis", ["province_code", "is_printed"]]
    rates = of_level[of_level["outcome"] == "rci_rate"].drop(columns="is_printed")
    return rates.merge(
        counts.rename(columns={"is_printed": "is_count_printed"}), on="province_code", validate="one_to_one"
    )[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say for how many provinces no count is printed, and how wide their intervals are."""
    modelled, printed = (numbers[numbers["is_count_printed"] == known] for known in (False, True))
    if modelled.empty:
        raise ValueError(
            "every province has a printed count; the figure care_rates shows them, this one has no message"
        )
    factor = factors(modelled).median()
    low, high = modelled.loc[modelled["estimate"].idxmin()], modelled.loc[modelled["estimate"].idxmax()]
    names = " and ".join(printed.sort_values("estimate", ascending=False)["term"])
    return charts.Words(
        title=f"For {len(modelled)} of {len(numbers)} provinces no count is printed: their rates come from a model, "
        f"and the high end of a typical interval is {factor:.0f} times the low end",
        caption="Residential care institutions per 100,000 children registered in 2011, mapping of 2014–15. Heavy "
        "frame and bold: count printed. Other tiles: modelled from group totals, town, tourism and poverty.",
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
        limits="The mapping's table by province is not public. A modelled rate is what a province like this one would "
        "have, not what was found there; it must not be used to rank or to allocate.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the rates and, as large, their intervals."""
    figure = charts.canvas(7.2)
    of_rate, of_interval = figure.subplots(1, 2)
    rows = numbers.set_index("province_code")
    known = frozenset(rows.index[rows["is_count_printed"]])
    rates = rows["estimate"].map(_short)
    charts.tile_grid(of_rate, rate_colours(rows), rates.where(rows["is_count_printed"], "≈ " + rates), known)
    intervals = rows["ci_low"].map(_short) + "–" + rows["ci_high"].map(_short)
    charts.tile_grid(of_interval, doubt_colours(rows), intervals, known)
    of_rate.set_title("Rate: darker is higher")
    of_interval.set_title("Interval: darker is less certain")
    return figure


def factors(rows: pd.DataFrame) -> pd.Series:
    """Return how many times the low end the high end of an interval is."""
    return rows["ci_high"] / rows["ci_low"]


def rate_colours(rows: pd.DataFrame) -> pd.Series:
    """Return the colour of each province's rate, from 0 to the highest."""
    highest = rows["estimate"].max()
    return rows["estimate"].map(lambda rate: charts.shade(charts.SEQUENCE, rate, 0, highest))


def doubt_colours(rows: pd.DataFrame) -> pd.Series:
    """Return the colour of each province's doubt, from none to the widest."""
    widest = factors(rows).max()
    return factors(rows).map(lambda factor: charts.shade(charts.DOUBT, factor, 1, widest))


def _short(rate: float) -> str:
    return f"{rate:.0f}" if rate >= 9.95 else f"{rate:.1f}"


def _ends(row: pd.Series) -> str:
    return f"{charts.CONFIDENCE} interval {charts.in_print(row['ci_low'])} to {charts.in_print(row['ci_high'])}"
