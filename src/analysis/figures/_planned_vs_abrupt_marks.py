"""Marks and sentences of planned and abrupt returns: curves of both kinds, gaps between them."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import charts
from analysis.figures._re_separation_rows import in_percent, in_words, interval_of
from analysis.words import listed

ALL, SPLIT, INCIDENCE = "all", "return_kind", "incidence"
GAP, FEWER_DAYS = "difference of incidence", "difference of mean days"
ENDS = {"residential": "back in residential care", "other": "separated otherwise"}
IN_SHORT = {"residential": "back in care", "other": "separated otherwise"}
LOOKS = {"planned": (charts.BLUE, -5), "abrupt": (charts.ORANGE, 5)}  # colour, and days aside, so that both are seen


def gaps_to_tell(found: pd.DataFrame, curves: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return the gaps at days at which the rarer kind gained at least ``least`` ends since the last such day.

    A gap beside the curve of all returns gives away what a curve must not show: a step of few. The mean days at home
    hold no such step.
    """
    kinds = curves[(curves["level"] != ALL) & curves["n"].notna()]
    rarer = kinds.groupby(["outcome", "day"])["n_events"].min()
    told = {(outcome, day): n for outcome in ENDS for day, n in _days_kept(rarer[outcome], least)}
    is_told = pd.Series([of in told for of in zip(found["outcome"], found["day"], strict=True)], found.index)
    of_ends = found[(found["measure"] == GAP) & is_told]
    hits = [told[of] for of in zip(of_ends["outcome"], of_ends["day"], strict=True)]
    days = found[(found["measure"] == FEWER_DAYS) & (found["outcome"] == "at_home")]
    rows = pd.concat([of_ends.assign(n_hits=hits, scale="difference"), days], ignore_index=True)
    within = rows["measure"] + " within " + rows["day"].astype("str") + " days"
    return rows.assign(measure=within, day=pd.NA, label=rows["level"])


def rows_of(numbers: pd.DataFrame, outcome: str) -> dict[str, pd.DataFrame]:
    """Return by kind what is told of its curve, in percent."""
    rows = numbers[(numbers["measure"] == INCIDENCE) & (numbers["outcome"] == outcome)].dropna(subset="estimate")
    kinds = {kind: rows[rows["level"].str.startswith(kind)] for kind in LOOKS}
    return {kind: in_percent(own.sort_values("day", ignore_index=True)) for kind, own in kinds.items()}


def gaps_of(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps in percentage points, from top to bottom with their height ``y``."""
    rows = numbers[numbers["scale"] == "difference"]
    days = rows["measure"].str.extract(r"within (\d+) days")[0].astype("int64")
    order = rows["outcome"].map({name: at for at, name in enumerate(ENDS)})
    rows = in_percent(rows.assign(within=days, order=order).sort_values(["order", "within"], ignore_index=True))
    return rows.assign(y=-rows.index.to_numpy("float64"))


def start_of(numbers: pd.DataFrame) -> int:
    """Return the day after which children are compared."""
    found = numbers["since"].str.extract(r"after day (\d+)")[0].dropna()
    return int(found.iloc[0]) if len(found) else 0


def is_cut(numbers: pd.DataFrame) -> bool:
    """Return whether anything is withheld."""
    return bool(numbers["withheld"].notna().any())


def curves(axes: Axes, numbers: pd.DataFrame, outcome: str) -> None:
    """Draw the curve of each kind with its intervals, and under each day how many were followed."""
    days = sorted(int(day) for day in numbers["day"].dropna().unique())
    found = rows_of(numbers, outcome)
    last = max((int(own["day"].max()) for own in found.values() if len(own)), default=max(days))
    days = [day for day in days if day <= last]
    for place, (kind, own) in enumerate(found.items()):
        colour, aside = LOOKS[kind]
        at = own["day"].astype("int64") + aside
        axes.plot([start_of(numbers), *at], [0, *own["estimate"]], "-", color=colour, lw=1.5, alpha=0.6)
        axes.plot(at, own["estimate"], "o", color=colour, ms=7)
        for x, row in zip(at, own.itertuples(), strict=True):
            if pd.notna(row.ci_low):
                axes.plot([x, x], [row.ci_low, row.ci_high], color=colour, lw=2.5, alpha=0.55)
        label = own["label"].iloc[0] if len(own) else f"{kind.capitalize()}: withheld"
        axes.text(0.03, 0.95 - 0.075 * place, f"● {label}", color=colour, weight="bold", transform=axes.transAxes)
    axes.set_xticks(days, ["\n".join([str(day), *_followed(numbers, outcome, day)]) for day in days])
    axes.set(xlim=(0, last * 1.05), xlabel="days after the return; planned, abrupt still followed")
    axes.set_ylim(0, max([own["ci_high"].max() for own in found.values() if len(own)], default=1) * 1.1)
    axes.set_title(f"% {ENDS[outcome]}", loc="left")


def gaps(axes: Axes, numbers: pd.DataFrame) -> None:
    """Draw the gaps in percentage points with their intervals."""
    rows = gaps_of(numbers)
    colours = [charts.ORANGE if outcome == "residential" else charts.BLUE for outcome in rows["outcome"]]
    shown = rows.dropna(subset="estimate")
    charts.interval_dots(axes, shown, shown["y"], colour=[colours[i] for i in shown.index], size=7)
    for row in rows[rows["estimate"].isna()].itertuples():
        charts.say_missing(axes, row.y, "withheld")
    axes.axvline(0, color=charts.INK, lw=0.9, zorder=0)
    labels = [f"{ENDS[row.outcome]}\nwithin {in_words(row.within)}" for row in rows.itertuples()]
    axes.set_yticks(rows["y"], labels, size=9)
    axes.set_ylim((rows["y"].min() if len(rows) else 0) - 0.7, 0.7)
    axes.set_xlabel("percentage points; left: fewer of abrupt returns")
    axes.set_title("Abrupt less planned", loc="left")
    charts.only_x_grid(axes)


def headline(numbers: pd.DataFrame, outcome: str) -> str:
    """Say how many of each kind came to an end by the last day told, and whether the gap can be told from chance."""
    found = rows_of(numbers, outcome)
    days = set(found["planned"]["day"]) & set(found["abrupt"]["day"])
    if not days:
        return f"too few children were {ENDS[outcome]} to compare abrupt and planned returns"
    day = max(days)
    shares = {kind: interval_of(own[own["day"] == day].iloc[0]) for kind, own in found.items()}
    gap = gaps_of(numbers).query("outcome == @outcome and within == @day").dropna(subset=["ci_low", "ci_high"])
    told = "" if gap.empty else "; chance may explain the gap" if _holds_zero(gap.iloc[0]) else "; more than chance"
    return (
        f"{shares['abrupt']} of abrupt and {shares['planned']} of planned returns were {IN_SHORT[outcome]} within "
        f"{in_words(int(day))}{told}"
    )


def spoken_gaps(numbers: pd.DataFrame) -> str:
    """Say every gap that is told."""
    rows = gaps_of(numbers).dropna(subset="estimate")
    said = [
        f"{ENDS[row.outcome]} within {in_words(row.within)} {row.estimate:+.1f} points{_ends(row)}"
        for row in rows.itertuples()
    ]
    return f"abrupt less planned returns: {listed(said)}" if said else "no gap between the kinds may be told"


def spoken_days(numbers: pd.DataFrame) -> str:
    """Say by how many days less or more children were at home in the first year."""
    rows = numbers[numbers["scale"] == "days"].dropna(subset="estimate")
    if rows.empty:
        return "The difference of mean days at home is withheld."
    row = rows.iloc[0]
    within = row["measure"].partition(" within ")[2]
    return f"Mean days at home within the first {within} differ by {row['estimate']:+.0f}{_ends(row, '.0f')}."


def spoken_curves(numbers: pd.DataFrame) -> str:
    """Say the share of each kind at each day told."""
    said = [
        f"{kind}, {ENDS[outcome]}: "
        + (listed(f"{interval_of(row)} after {in_words(int(row['day']))}" for _, row in own.iterrows()))
        for outcome in ENDS
        for kind, own in rows_of(numbers, outcome).items()
        if len(own)
    ]
    return "; ".join(said) or "All shares are withheld"


def _days_kept(events: pd.Series, least: int) -> list[tuple[int, int]]:
    """Return day and events of each day at which ``least`` were gained since the last such day."""
    kept, last = [], 0
    for day, n in events.sort_index().items():
        if n - last >= least:
            kept.append((int(day), int(n)))
            last = n
    return kept


def _followed(numbers: pd.DataFrame, outcome: str, day: int) -> list[str]:
    """Return how many of each kind were still followed at a day, planned first; a dash where that is withheld."""
    rows = numbers[(numbers["measure"] == INCIDENCE) & (numbers["outcome"] == outcome) & (numbers["day"] == day)]
    n = [rows.loc[rows["level"].str.startswith(kind), "n_at_risk"].dropna() for kind in LOOKS]
    return [f"{int(one.iloc[0]):,}" if len(one) else "–" for one in n]


def _holds_zero(row: pd.Series) -> bool:
    return bool(row["ci_low"] <= 0 <= row["ci_high"])


def _ends(row: Any, digits: str = ".1f") -> str:
    if pd.isna(row.ci_low) or pd.isna(row.ci_high):
        return " (no interval)"
    return f" ({row.ci_low:{digits}} to {row.ci_high:{digits}})"
