"""Roll-out effect: entries into residential care under a programme that started in one group of communes after other.

Ratios of what was observed to what communes that had not started lead one to expect, by years since the start, by the
year of it, and told otherwise; made by ``estimates/rollout_effect``.
"""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts, country
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _rollout_marks as marks
from analysis.kinds import Count, Estimate, Release

ABSENT = _absent.entries("start of a programme")
NUMBERS = estimate_table(
    one_row_is="entries into residential care under a programme beside those expected without it, in some of the years",
    key=("outcome", "term", "level", "scale", "measure"),
    extra={
        "measure": Column("str", "whether the interval holds for the row by itself or for all years at once"),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={
            **dict.fromkeys(("rate ratio", "per 100,000 children a year", "entries"), Estimate()),
            **dict.fromkeys(("p-value", "share of weights"), Estimate()),
            "communes": Count(unit="communes"),
        },
        totals={"level": marks.ALL},
        population="entries into residential care in commune registers",
    ),
)
OVERALL = "years under the programme"
PER_100K = "per 100,000 children a year"


def build(rollout_effect: pd.DataFrame) -> pd.DataFrame:
    """Return all numbers; the counts beside a number of communes are its own."""
    nothing = pd.array([None] * len(rollout_effect), "str")
    return ABSENT.told(rollout_effect.assign(withheld=nothing)[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many fewer children entered care than expected, how sure that is, and what it hangs on."""
    if ABSENT.is_all(numbers):
        return ABSENT.words("effect of a roll-out", "a register of years by commune")
    which = _whose.these(numbers, "records")
    withheld = " Withheld or not told: too few entries or communes." if _has_gaps(numbers) else ""
    finding = _finding(numbers)
    return charts.Words(
        title=f"In {which}, {finding}",
        caption=f"Entries into residential care under the programme, times those expected from {country.COMMUNES} that "
        f"had not started by then (1: no change). Thick lines: {charts.CONFIDENCE} intervals over {country.COMMUNES}; "
        f"thin ones hold for all years at once. Left, hollow: years before the start, which should be at 1.{withheld}",
        reading=f"In {which}, {finding}. {_years(numbers)} {_before(numbers)} {_two_way(numbers)}",
        alt_text=f"Dots with intervals on a log scale. By years since the start: {_spoken(numbers)}. "
        f"{_before(numbers)} Over all {_ratio(_row(numbers, marks.SINCE, marks.ALL))}. {_two_way(numbers)}",
        source=f"the register of {country.COMMUNES} and years that was imported.",
        limits=f"An effect only if, without the programme, rates would have moved in proportion in {country.COMMUNES} "
        "that started and in those not yet; if families changed nothing before the start; if a programme changes "
        "nothing next door; and if entries are counted alike everywhere. Years before the start can only fail to "
        f"contradict that. Few groups of {country.COMMUNES} stand behind the latest years.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the years, beside them groups by the year they started, and below these how else it could be told."""
    if ABSENT.is_all(numbers) or numbers["estimate"].isna().all():
        return _absent.draw()
    n_groups = int(((numbers["term"] == marks.COHORT) & (numbers["level"] != marks.ALL)).sum())
    heights = [n_groups + 1, len(marks.CHECKS) + 1]
    figure = charts.canvas(3.4 + 0.22 * sum(heights))
    grid = figure.add_gridspec(2, 2, width_ratios=[1.15, 1], height_ratios=heights)
    marks.by_time(figure.add_subplot(grid[:, 0]), numbers)
    marks.by_cohort(figure.add_subplot(grid[0, 1]), numbers)
    marks.checks(figure.add_subplot(grid[1, 1]), numbers)
    return figure


def _row(numbers: pd.DataFrame, term: str, level: str, scale: str = "rate ratio") -> dict[str, Any]:
    """Return the one row with an interval by itself; all missing where it is not there."""
    is_it = (numbers["term"] == term) & (numbers["level"] == level) & (numbers["scale"] == scale)
    rows = numbers[is_it & (numbers["measure"] == marks.ALONE)]
    return rows.iloc[0].to_dict() if len(rows) else dict.fromkeys(numbers.columns)


def _has_gaps(numbers: pd.DataFrame) -> bool:
    drawn = numbers["term"].isin([marks.SINCE, marks.BEFORE, marks.COHORT])
    return bool(numbers.loc[drawn, "estimate"].isna().any())


def _finding(numbers: pd.DataFrame) -> str:
    row = _row(numbers, marks.SINCE, marks.ALL)
    if pd.isna(row["estimate"]):
        return f"what a programme changed in {country.COMMUNES} may not be told, or cannot be"
    if pd.isna(row["ci_low"]):
        return f"{_change(row['estimate'])} children entered care under the programme than expected, no interval"
    if row["ci_low"] <= 1 <= row["ci_high"]:
        return f"entries into care under the programme were {row['estimate']:.2f} times those expected: {_ends(row)}"
    ends = sorted((row["ci_low"], row["ci_high"]), key=lambda end: abs(end - 1))
    span = f"{abs(ends[0] - 1):.0%} to {abs(ends[1] - 1):.0%}"
    return f"{_change(row['estimate'])} children entered care under the programme than expected without it ({span})"


def _change(ratio: float) -> str:
    return f"{abs(ratio - 1):.0%} {'fewer' if ratio < 1 else 'more'}"


def _ends(row: dict[str, Any]) -> str:
    return f"no change is within the interval ({row['ci_low']:.2f}–{row['ci_high']:.2f})"


def _ratio(row: dict[str, Any]) -> str:
    if pd.isna(row["estimate"]):
        return "not told"
    ends = "" if pd.isna(row["ci_low"]) else f" ({row['ci_low']:.2f}–{row['ci_high']:.2f})"
    return f"{row['estimate']:.2f}{ends}"


def _since(numbers: pd.DataFrame) -> list[str]:
    levels = set(numbers.loc[numbers["term"] == marks.SINCE, "level"]) - {marks.ALL}
    return sorted(levels, key=int)


def _years(numbers: pd.DataFrame) -> str:
    told = [level for level in _since(numbers) if pd.notna(_row(numbers, marks.SINCE, level)["estimate"])]
    rate = _row(numbers, OVERALL, marks.ALL, PER_100K)
    apart = "" if pd.isna(rate["estimate"]) else f" Over all {_rate(rate)}."
    if not told:
        return "By years since the start nothing may be told." + apart
    first, last = (_ratio(_row(numbers, marks.SINCE, level)) for level in (told[0], told[-1]))
    return f"In the first year {first} times, {told[-1]} years later {last} times as many as expected.{apart}"


def _rate(row: dict[str, Any]) -> str:
    word = "fewer" if row["estimate"] < 0 else "more"
    ends = "" if pd.isna(row["ci_low"]) else f" ({-row['ci_high']:.0f} to {-row['ci_low']:.0f} fewer)"
    return f"{abs(row['estimate']):.0f} {word} entries {PER_100K}{ends}"


def _before(numbers: pd.DataFrame) -> str:
    test = _row(numbers, "before the start", "largest year", "p-value")["estimate"]
    seen = _row(numbers, "before the start", "drift that would be seen")["estimate"]
    if pd.isna(test) or pd.isna(seen):
        return "Whether rates moved apart before the start cannot be tested."
    return (
        f"Before the start the largest difference has a p-value of {test:.2f}; a drift of less than "
        f"{abs(seen - 1):.0%} a year might not have been seen."
    )


def _two_way(numbers: pd.DataFrame) -> str:
    row = _row(numbers, marks.HOW, marks.TWO_WAY)
    share = _row(numbers, marks.HOW, "two-way, compared with earlier starts", "share of weights")["estimate"]
    if pd.isna(row["estimate"]) or pd.isna(share):
        return "The usual regression with effects of places and years cannot be told here."
    return (
        f"The usual regression with effects of places and years says {_ratio(row)}; {share:.0%} of what it compares is "
        f"with {country.COMMUNES} that had started earlier, whose change it takes for what happens without a programme."
    )


def _spoken(numbers: pd.DataFrame) -> str:
    return "; ".join(f"{level}: {_ratio(_row(numbers, marks.SINCE, level))}" for level in _since(numbers))
