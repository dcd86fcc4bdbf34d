"""What is measured of predicted risks, in words and print; ``withheld`` where a number may not be shown."""

import numpy as np
import pandas as pd

WITHHELD = "withheld"
HELD_OUT, OWN_SAMPLE, ALL = "in villages not seen", "in its own sample", "all"


def told(numbers: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the name of each measure and its value in print, those of discrimination first."""
    rows = _by_name(numbers)
    by_answers = rows.loc["concordance by answers"].droplevel("level")
    spread = rows.loc[("instability", ALL, "spread of the log odds")]
    crossed = rows.loc[("instability", ALL, "other side of the threshold")]
    flattered = rows.loc[("concordance", ALL, OWN_SAMPLE)]
    return [
        ("Pairs of a placed and another child told apart", _of_100(_held_out(rows, "concordance")) + "; by chance 50"),
        ("the same, only where every answer was given", _of_100(by_answers.loc["every answer given"])),
        ("the same in the model's own sample, which flatters it", _of_100(flattered)),
        ("Placed for each one expected (1: right)", _in_print(_held_out(rows, "observed to expected"))),
        ("Slope (1: right; less: predictions too far apart)", _in_print(_held_out(rows, "calibration slope"))),
        ("Error less than that of one risk for all", _percent(_held_out(rows, "scaled Brier score"))),
        ("Had other villages been drawn: odds of a child", _times(spread["estimate"])),
        (f"then on the other side of {crossed['at']} in 1,000", _share(crossed["estimate"]) + " of the children"),
    ]


def fit(numbers: pd.DataFrame) -> str:
    """Say whether the intervals of the ratio of observed to expected and of the slope hold 1."""
    rows = _by_name(numbers)
    whole, slope = _held_out(rows, "observed to expected"), _held_out(rows, "calibration slope")
    if pd.isna(whole["estimate"]) or pd.isna(slope["estimate"]):
        return "cannot be judged"
    if not whole["ci_low"] <= 1 <= whole["ci_high"]:
        return "are too low on the whole" if whole["estimate"] > 1 else "are too high on the whole"
    if not slope["ci_low"] <= 1 <= slope["ci_high"]:
        return "lie too far apart" if slope["estimate"] < 1 else "lie too near together"
    return "fit groups of children"


def _by_name(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers.set_index(["outcome", "term", "level"]).sort_index()


def _held_out(rows: pd.DataFrame, outcome: str) -> pd.Series:
    return rows.loc[(outcome, ALL, HELD_OUT)]


def _of_100(row: pd.Series) -> str:
    return _in_print(row, 100, 0) + ("" if pd.isna(row["estimate"]) else " of 100")


def _percent(row: pd.Series) -> str:
    return _in_print(row, 100, 1) + ("" if pd.isna(row["estimate"]) else " %")


def _in_print(row: pd.Series, factor: float = 1, digits: int = 2) -> str:
    """Return estimate and interval with fixed digits, or that they are withheld."""
    if pd.isna(row["estimate"]):
        return WITHHELD
    values = [round(factor * row[end], digits) + 0.0 for end in ("estimate", "ci_low", "ci_high")]
    estimate, low, high = (f"{value:.{digits}f}".replace("-", "−") for value in values)
    return f"{estimate} ({low} to {high})"


def _share(share: float) -> str:
    return WITHHELD if pd.isna(share) else f"{share:.0%}"


def _times(spread: float) -> str:
    """Return a standard deviation of log odds as what odds are typically multiplied or divided by."""
    return WITHHELD if pd.isna(spread) else f"× or ÷ {np.exp(spread):.2f}, typically"
