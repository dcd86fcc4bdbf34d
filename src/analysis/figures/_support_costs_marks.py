"""Marks of the costs of support: costs by group, by kind of cost and by rule of counting, in US dollars."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from analysis import charts

TIER, ENDING, SUPPORTED, RULE, ALL = "tier", "ending", "externally supported", "rule", "all"
HEADINGS = {TIER: "By the worker's tier", SUPPORTED: "Supported from outside", ENDING: "By what became of the child"}
LEVELS = {  # term, level: label; children of whom the ledger does not say who supports them have mostly no line
    (TIER, ALL): "All children",
    (TIER, "high"): "High risk",
    (TIER, "medium"): "Medium risk",
    (TIER, "low"): "Low risk",
    (TIER, "unknown"): "No tier recorded",
    (SUPPORTED, "yes"): "Yes",
    (SUPPORTED, "no"): "No",
    (ENDING, "at home"): "At home",
    (ENDING, "back in residential care"): "Back in residential care",
    (ENDING, "left home otherwise"): "Left home otherwise",
    (ENDING, "grown up"): "Turned 18",
    (ENDING, "contact lost"): "Contact lost",
    (ENDING, "no return on record"): "No return on record",
}
RULES = {  # of counting; the first is that of all other panels
    (TIER, ALL): "Each item once",
    (RULE, "every line counted"): "Every line\nof every funder",
    (RULE, "alike lines counted once"): "Alike lines without\na receipt once",
    (RULE, "only children with a line"): "Only children\nwith a line",
    (RULE, "with costs of no single child"): "With costs of\nno single child",
}
KINDS = {
    "school_transport": "Transport to school",
    "food_package": "Food",
    "household": "Household necessities",
    "rare kinds together": "Rare kinds together",
    "unknown": "Kind not recorded",
}
HEADING = 1.1  # rows that the name of a group takes
SIZE = 9  # points, of labels


def group_rows(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of groups in the order drawn: ``label``, ``y``, and ``heading`` above the first of a term."""
    order = {group: place for place, group in enumerate(LEVELS)}
    groups = list(zip(numbers["term"], numbers["level"], strict=True))
    rows = numbers.assign(place=[order.get(group) for group in groups]).dropna(subset="place")
    lines = rows.drop_duplicates("place").sort_values("place")[["place", "term", "level"]]
    lines = lines.assign(label=[LEVELS[group] for group in zip(lines["term"], lines["level"], strict=True)])
    is_headed = (lines["term"] != lines["term"].shift()) & (lines["term"] != TIER) | (lines["place"] == 1)
    lines = lines.assign(heading=lines["term"].map(HEADINGS).where(is_headed))
    lines = lines.assign(y=-(lines["place"].rank() - 1 + HEADING * is_headed.cumsum()))
    return rows.merge(lines.drop(columns=["term", "level"]), on="place", validate="m:1")


def of_groups(panels: Sequence[Axes], rows: pd.DataFrame, names: dict[str, str]) -> None:
    """Draw the costs of each group in US dollars, a panel an outcome (``names``), on one scale and at one height."""
    for axes, (outcome, name) in zip(panels, names.items(), strict=True):
        own = rows[rows["outcome"] == outcome]
        _dots(axes, own, [charts.INK if level == ALL else charts.BLUE for level in own["level"]], _most(rows))
        for row in own.dropna(subset="heading").itertuples():
            axes.text(0, row.y + 0.95, row.heading, transform=axes.get_yaxis_transform(), weight="bold", size=SIZE)
        axes.set_yticks(own["y"], own["label"] if axes is panels[0] else [""] * len(own), size=SIZE)
        axes.set(ylim=(own["y"].min() - 0.7, 0.7), xlabel="US dollars a month")
        axes.set_title(name, loc="left", size=11, weight="bold")


def of_kinds(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw what each kind of cost adds to a month under support, the dearest on top."""
    told = rows[rows["n"].notna() | rows["withheld"].notna()].sort_values("estimate", ascending=False)
    placed = told.assign(y=[-float(at) for at in range(len(told))])
    _dots(axes, placed, [charts.TEAL] * len(placed), _most(placed))
    axes.set_yticks(placed["y"], [KINDS.get(kind, kind.capitalize()) for kind in placed["level"]], size=SIZE)
    axes.set(ylim=(-len(placed) + 0.3, 0.7), xlabel="US dollars a month")
    axes.set_title("Under support, by kind of cost", loc="left", size=11, weight="bold")


def of_rules(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the cost of a month under support by other rules of counting, that of all other panels first."""
    groups = dict(zip(zip(numbers["term"], numbers["level"], strict=True), numbers.index, strict=True))
    rows = numbers.loc[[groups[group] for group in RULES]].assign(y=[-float(at) for at in range(len(RULES))])
    colours = [charts.INK] + [charts.ORANGE] * (len(rows) - 1)
    _dots(axes, rows, colours, _most(rows), otherwise="changes nothing")
    axes.set_yticks(rows["y"], list(RULES.values()), size=SIZE)
    axes.set(ylim=(-len(rows) + 0.3, 0.7), xlabel="US dollars a month")
    axes.set_title("Under support, by rule of counting", loc="left", size=11, weight="bold")


def _dots(
    axes: Axes, rows: pd.DataFrame, colours: list[str], most: float, otherwise: str = "no such child, or nothing spent"
) -> None:
    """Draw the rows up to ``most`` with their numbers beside them, and say of the others why they have none."""
    is_told = rows["estimate"].notna()
    told = rows[is_told].astype(dict.fromkeys(("estimate", "ci_low", "ci_high"), "float64"))
    own = [colour for colour, is_it in zip(colours, is_told, strict=True) if is_it]
    charts.interval_dots(axes, told.assign(ci_high=told["ci_high"].clip(upper=most)), told["y"], colour=own, size=6)
    for row, colour in zip(told.itertuples(), own, strict=True):
        axes.text(
            1.035, row.y, charts.in_print(row.estimate), transform=axes.get_yaxis_transform(), va="center", size=SIZE
        )
        if row.ci_high > most:
            axes.plot(most, row.y, ">", color=colour, ms=7, clip_on=False)
    for row in rows[~is_told].itertuples():
        charts.say_missing(axes, row.y, "withheld" if pd.notna(row.withheld) else otherwise)
    axes.set_xlim(0, most)
    charts.only_x_grid(axes)


def _most(rows: pd.DataFrame) -> float:
    """Return the right end of the scale: a little beyond the largest number, at most twice the largest cost."""
    largest = rows["estimate"].astype("float64").max()
    return (
        min(1.05 * rows[["estimate", "ci_high"]].astype("float64").max(axis=None), 2 * largest) if largest > 0 else 1.0
    )
