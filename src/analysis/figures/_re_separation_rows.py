"""Rows of re-separation: which numbers may be published, which are drawn, and how they are read aloud."""

import numpy as np
import pandas as pd

from analysis import charts

ALL, RETURNS, EVERYONE = "all", "returns", "all who went home"
INCIDENCE, TEST = "incidence", "Gray's test"
APART, NOT_APART = "levels differ", "no difference told"
BY_DAY = "return_kind"  # the split whose curves have a figure of their own
OF_LEVELS = ("residential", "other")  # ends told by level: the two that are re-separations
ENDS = {  # in words, and colour; from the bottom of the stack
    "residential": ("back in residential care", charts.ORANGE),
    "other": ("separated otherwise", charts.BLUE),
    "boarding_school": ("in a boarding school", charts.TEAL),
    "other_ends": ("turned 18, moved or died", charts.GREY),
}
CHECKS = {  # measure: in words
    INCIDENCE: "As told above, agencies drawn",
    "families drawn": "Siblings drawn",
    "single children drawn": "Single children drawn",
    "lost: weighted": "Weighted for lost contact",
    "lost: none back in care": "None of the lost came back",
    "lost: all back in care": "All of the lost came back",
    "ends on the day written": "Ends on the day written",
    "ends at their earliest": "Ends at their earliest",
    "ends at their latest": "Ends at their latest",
    "rule: boarding_is_residential": "Boarding schools counted",
    "rule: absence_14_nights": "Away 14 nights is enough",
    "rule: absence_60_nights": "Away 60 nights needed",
    "rule: planned_moves_count": "Planned moves counted",
    "rule: unexplained_is_lost": "Unexplained ends: lost",
    "rule: silent_closings_at_home": "Silent closings: at home",
    "rule: observed_from_registration": "Followed from registration",
    "Kaplan-Meier": "Other ends ignored (Kaplan-Meier)",
}
HEADING = 1.2  # rows that a heading takes
COUNTS = ("n", "n_at_risk", "n_events")
PERCENT = ("estimate", "ci_low", "ci_high")


def to_be_told(rows: pd.DataFrame, home_days: int, level_days: tuple[int, ...]) -> pd.DataFrame:
    """Return the rows that may be published: of levels few days, of checks the first year's number.

    A check is told with the counts of the number it is a check of, so that no difference of counts is told. Of a level
    that nobody is in, which is no small one, counts are missing.
    """
    is_whole, is_curve = rows["term"] == RETURNS, rows["measure"] == INCIDENCE
    is_level = is_curve & ~is_whole & rows["outcome"].isin(OF_LEVELS)
    is_level &= rows["day"].isin(level_days) | (rows["term"] == BY_DAY)
    is_check = (
        rows["measure"].isin(CHECKS) & ~is_curve & (rows["outcome"] == "residential") & (rows["day"] == home_days)
    )
    told = rows[(is_whole & is_curve) | is_level | is_check | (rows["scale"] == "days")]
    first = rows[is_whole & is_curve & (rows["outcome"] == "residential") & (rows["day"] == home_days)]
    counts = {} if first.empty else first.iloc[0][list(COUNTS)].to_dict()
    told = told.assign(**{name: told[name].mask(is_check.loc[told.index], count) for name, count in counts.items()})
    label = told["label"].mask(is_check.loc[told.index], told["measure"].map(CHECKS))
    return told.assign(label=label, **{name: told[name].mask(told["n"] == 0) for name in COUNTS})


def in_percent(rows: pd.DataFrame) -> pd.DataFrame:
    """Return shares in percent, as numbers that can be drawn."""
    return rows.assign(**{name: 100 * rows[name].astype("float64") for name in PERCENT})


def curve_of(numbers: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the days at which the curve of all returns is told for an end, in percent."""
    rows = numbers[(numbers["term"] == RETURNS) & (numbers["measure"] == INCIDENCE) & (numbers["outcome"] == outcome)]
    return in_percent(rows.dropna(subset="estimate").sort_values("day", ignore_index=True))


def at_one_day(numbers: pd.DataFrame) -> int | None:
    """Return the last day at which all returns, of any level, are told back in residential care within a year."""
    days = numbers.loc[numbers["measure"].isin(CHECKS) & (numbers["measure"] != INCIDENCE), "day"].dropna()
    return int(days.max()) if len(days) else None


def levels_told(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the levels that anybody is in, from top to bottom with their height ``y``, in percent."""
    rows = numbers[(numbers["term"] != RETURNS) & (numbers["outcome"] == "residential")]
    rows = rows[(rows["day"] == at_one_day(numbers)) & (rows["level"] != ALL)]
    rows = rows[rows["withheld"].notna() | rows["n"].notna()]
    rows = rows[rows.groupby("term")["level"].transform("size") > 1]  # one level is all returns again
    rows = in_percent(rows.sort_values(["term", "position"], ignore_index=True))
    is_first = rows["term"] != rows["term"].shift()
    return rows.assign(y=-(rows.index.to_numpy("float64") + HEADING * is_first.cumsum()), is_first=is_first)


def checks_told(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the number of one year and its checks from top to bottom with their height ``y``, in percent."""
    rows = numbers[(numbers["term"] == RETURNS) & (numbers["outcome"] == "residential")]
    rows = rows[(rows["day"] == at_one_day(numbers)) & rows["measure"].isin(CHECKS)]
    ordered = rows.set_index("measure").reindex(list(CHECKS)).dropna(subset="label").reset_index()
    return in_percent(ordered).assign(y=-np.arange(len(ordered), dtype="float64"), text=ordered["measure"].map(CHECKS))


def interval_of(row: pd.Series) -> str:
    """Return a share in percent with its interval as it is read aloud, or that it has none."""
    if row["estimate"] == 0:
        return "none recorded"
    said = f"{_whole(row['estimate'])}%"
    if pd.isna(row["ci_low"]) or pd.isna(row["ci_high"]):
        return f"{said} (no interval)"
    return f"{said} ({_whole(row['ci_low'])}–{_whole(row['ci_high'])})"


def in_words(day: int) -> str:
    """Return a span of days as it is read aloud."""
    return {90: "3 months", 180: "6 months", 365: "a year", 730: "two years"}.get(day, f"{day} days")


def _whole(percent: float) -> str:
    return f"{percent:.1f}" if 0 < percent < 1 else f"{percent:.0f}"
