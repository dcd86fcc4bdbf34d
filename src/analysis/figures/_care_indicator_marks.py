"""Care indicator marks: groups of dots, one group an indicator and one dot an area, and what lists cannot give."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis import charts

TOTAL = "all"
AREAS = {
    TOTAL: ("All provinces", charts.INK),
    "phnom_penh": ("Phnom Penh", charts.BLUE),
    "siem_reap": ("Siem Reap", charts.TEAL),
    "priority_three": ("Battambang, Kandal, Preah Sihanouk", charts.ORANGE),
    "other20": ("Twenty other provinces", charts.MUTED),
}
GROUP = 6.9  # rows from one indicator to the next


def rates(axes: Axes, shown: pd.DataFrame, names: dict[str, str]) -> Axes:
    """Draw rates of the indicators in ``names``; each dot says its area and its rate."""
    own = shown[shown["indicator"].isin(list(names))]
    widest = float(own[["estimate", "ci_high"]].max().max()) if own["estimate"].notna().any() else 1.0
    _groups(axes, shown, names, widest)
    for place, code in enumerate(names):
        of_areas = own[own["indicator"] == code].set_index("term")
        for row, (term, (name, colour)) in enumerate(AREAS.items()):
            value, high = of_areas.loc[term, ["estimate", "ci_high"]]
            text = f"{name}  withheld" if pd.isna(value) else f"{name}  {charts.in_print(value)}"
            at = 0.06 * widest if pd.isna(value) else value if pd.isna(high) else high
            is_far = at > 0.6 * widest
            beside: charts.Look = {"dx": -8, "ha": "right"} if is_far else {}
            start = of_areas.loc[term, "ci_low"] if is_far else at
            charts.direct_label(axes, start, -GROUP * place - row, text, colour=colour, size=8.5, **beside)
    axes.set(xlim=(-0.02 * widest, widest * 1.06), xlabel="per 100,000 children of the area")
    return axes


def shares(axes: Axes, shown: pd.DataFrame, names: dict[str, str]) -> Axes:
    """Draw shares of the indicators in ``names`` in percent, and write that of all provinces with its interval."""
    percent = shown.assign(**{end: shown[end] * 100 for end in ("estimate", "ci_low", "ci_high")})
    _groups(axes, percent, names, 100.0)
    country = percent[percent["term"] == TOTAL].set_index("indicator")
    for place, code in enumerate(names):
        row = country.loc[code]
        text = "withheld" if pd.isna(row["estimate"]) else charts.interval_in_print(row).replace(" (", "% (")
        axes.text(104, 0.8 - GROUP * place, text, size=9.5, ha="right", va="bottom", color=charts.INK)
    axes.set(xlim=(-4, 104), xlabel="% (all provinces, with interval, at the right)")
    return axes


def not_in_lists(axes: Axes, rows: pd.DataFrame) -> Axes:
    """Write which indicators lists cannot give, and who could."""
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    height = 0.98
    for row in rows.sort_values("indicator").itertuples():
        name = textwrap.wrap(f"{row.indicator.lstrip('0')}{'*' * bool(row.is_core)}  {row.title}", 44)
        told = textwrap.wrap(row.missing[:1].upper() + row.missing[1:] + ".", 54)
        axes.text(0, height, "\n".join(name), size=9.5, weight="bold", va="top", linespacing=1.2)
        height -= 0.054 * len(name)
        axes.text(0, height, "\n".join(told), size=8.5, va="top", color=charts.MUTED, linespacing=1.2)
        height -= 0.049 * len(told) + 0.04
    return axes


def _groups(axes: Axes, shown: pd.DataFrame, names: dict[str, str], widest: float) -> None:
    """Draw the dots of each indicator below its name: all provinces, then the areas."""
    for place, (code, name) in enumerate(names.items()):
        axes.text(0, 0.75 - GROUP * place, name, size=10, weight="bold", va="bottom", color=charts.INK)
        own = shown[shown["indicator"] == code].set_index("term", drop=False)
        for row, (term, (_, colour)) in enumerate(AREAS.items()):
            _dot(axes, own.loc[[term]], -GROUP * place - row, colour, widest)
    axes.set(ylim=(-GROUP * len(names) + 1.5, 2.6), yticks=[])
    charts.only_x_grid(axes)


def _dot(axes: Axes, row: pd.DataFrame, y: float, colour: str, widest: float) -> None:
    if row["estimate"].notna().all():
        charts.interval_dots(axes, row, [y], colour=colour, size=7 if colour == charts.INK else 5.5)
    elif row["withheld"].notna().all():
        axes.add_patch(Rectangle((0, y - 0.38), 0.05 * widest, 0.76, linewidth=0.6, **charts.WITHHELD))
