"""Triage agreement: the worker's tier beside the one worked out from scores, kappa, and how the latter moved."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _triage_marks as marks
from analysis.kinds import Count, Estimate, Release, Share

TIERS, KAPPA, PAIRS = "tiers", "kappa", "pairs of tiers"
FIRST, LAST, MOVED, ALL, UNKNOWN = "first", "last", "moved", "all", "unknown"
NUMBERS = estimate_table(
    one_row_is="a cell of two scales of tiers, a kappa, or a share of cases",
    key=("outcome", "term", "level", "instrument"),
    extra={
        "instrument": Column("str", "whose scores the tier rests on, or all"),
        "n_hits": Column("Int64", "cases of whom it holds", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={
            "cases": Count(unit="cases"),
            "kappa": Estimate(unit="cases"),
            "share": Share(unit="cases", hits="n_hits", parts="term"),
        },
        totals={"term": ALL, "level": ALL, "instrument": ALL},
        harmless="that none, or all, of the cases of a whole holder have a pair of tiers is said of no case",
    ),
)
JOINED = {"no_action": "low"}  # the rule has no tier of no action
ROWS = {"high": "High", "medium": "Medium", "low": "Low, no action", UNKNOWN: "Not assessed", ALL: "All cases"}
COLUMNS = {"high": "High", "medium": "Medium", "low": "Low", UNKNOWN: "No tier", ALL: "All cases"}
ON_SCALE = ("high", "medium", "low")
KAPPAS = {  # level, instrument, weights: label
    (FIRST, ALL, "quadratic"): "First assessment",
    (FIRST, "csi12", "quadratic"): "CSI only",
    (FIRST, "primero_kh_child", "quadratic"): "Primero only",
    (LAST, ALL, "quadratic"): "Last assessment",
    (FIRST, ALL, "linear"): "First, linear weights",
    (FIRST, ALL, "unweighted"): "First, no weights",
}
MOVES = {"rule lower": "Lower than first", "same": "The same", "rule higher": "Higher than first"}


def build(triage_agreement: pd.DataFrame) -> pd.DataFrame:
    """Return cells, kappas and moves; of what the cells count no shares, from which a cell could be worked out."""
    is_cell, is_share = triage_agreement["outcome"] == TIERS, triage_agreement["outcome"] == PAIRS
    cells = triage_agreement[is_cell].assign(term=triage_agreement["term"].replace(JOINED))
    same = [column for column in NUMBERS.columns if column in cells and column not in ("estimate", "n")]
    summed = cells.groupby(same, as_index=False, dropna=False)[["estimate"]].sum()
    is_move = is_share & (triage_agreement["level"] == MOVED) & (triage_agreement["instrument"] == ALL)
    others = triage_agreement[is_move | (triage_agreement["outcome"] == KAPPA)]
    some = others.assign(**{name: others[name].mask(others["n"] == 0) for name in ("n", "n_hits")})
    told = pd.concat([summed, some], ignore_index=True)
    return told.assign(withheld=pd.array([None] * len(told), "str")).reindex(columns=list(NUMBERS.columns))


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how often worker and rule agree, which of the two is higher, and kappa with its interval."""
    which = _whose.these(numbers, "records")
    found, kappas = _found(numbers), _kappas(numbers).dropna(subset="estimate")
    n_withheld = int(numbers["withheld"].notna().sum())
    told = "; ".join(f"{row.label} {_with_interval(row)}" for row in kappas.itertuples())
    moved = _moved(numbers)
    return charts.Words(
        title=f"In {which}, {found}{_kappa_of_title(kappas)}",
        caption="Left: cases by the worker's tier and the tier from the scores of the first assessment; darker: larger "
        f"part of those with both; a count of all cases, so without intervals. Right: dots with {charts.CONFIDENCE} "
        "intervals that leave out one agency at a time. Kappa is 1 where two tiers always agree and 0 where they agree "
        "as often as by chance; quadratic weights count high for low four times as much as high for medium."
        + (" Withheld, hatched: too few cases, or what would tell of them; not 0." if n_withheld else ""),
        reading=f"In {which}, {found}. Weighted kappa: {told or 'not told'}. {moved}",
        alt_text=f"A table of cases by two tiers, and dots with intervals. {_cells_in_words(numbers)}. Kappa: "
        f"{told or 'not told'}. {n_withheld} numbers are withheld.",
        source="the case records that were imported, those with permission for anonymous reporting.",
        limits="Neither tier is the right one: kappa says how far two judgements agree, not which is better. The "
        "worker knows more than scores; the rule is a proposal and never replaces the worker. The worker's tier has no "
        "date in the exports and may be later than the scores. A tier that falls between two assessments shows help, "
        "time and chance together: who scored low by chance scores higher the next time.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the table of tiers, and beside it kappas and how tiers moved."""
    if numbers["estimate"].isna().all():
        return _absent.draw()
    figure = charts.canvas(6.6)
    grid = figure.add_gridspec(2, 2, width_ratios=[1.15, 1], height_ratios=[len(KAPPAS), len(MOVES)])
    marks.cross_table(figure.add_subplot(grid[:, 0]), _cells(numbers), ROWS, COLUMNS, ON_SCALE)
    of_kappa, of_moves = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])
    marks.dots(of_kappa, _kappas(numbers), charts.BLUE, "weighted kappa")
    of_kappa.set_title("Worker's tier and scores", size=10)
    moves = _moves(numbers)
    percent = {name: 100 * moves[name].astype("float64") for name in ("estimate", "ci_low", "ci_high")}
    marks.dots(of_moves, moves.assign(**percent), charts.TEAL, "% of cases assessed again")
    of_moves.set_title("Scores, last assessment", size=10)
    return figure


def _cells(numbers: pd.DataFrame) -> pd.DataFrame:
    cells = numbers[numbers["outcome"] == TIERS].set_index(["term", "level"])["estimate"].astype("float64")
    return cells.unstack().reindex(index=list(ROWS), columns=list(COLUMNS))  # noqa: PD010


def _kappas(numbers: pd.DataFrame) -> pd.DataFrame:
    rows = numbers[numbers["outcome"] == KAPPA].set_index(["level", "instrument", "term"])
    return rows.reindex(list(KAPPAS)).assign(label=list(KAPPAS.values())).reset_index()


def _moves(numbers: pd.DataFrame) -> pd.DataFrame:
    rows = numbers[(numbers["outcome"] == PAIRS) & (numbers["level"] == MOVED)].set_index("term")
    return rows.reindex(list(MOVES)).assign(label=list(MOVES.values())).reset_index()


def _found(numbers: pd.DataFrame) -> str:
    """Say how often the two agree and which is higher, where every cell on the scale is shown."""
    cells = _cells(numbers).loc[list(ON_SCALE), list(ON_SCALE)].to_numpy()
    n = cells.sum()
    if n == 0:
        return "no case has both a worker's tier and one from scores"
    if pd.isna(n):
        return "how often worker and scores give the same tier may not be told"
    same, higher = (sum(cells.diagonal(k).sum() for k in ks) / n for ks in ((0,), (-1, -2)))
    return f"worker and scores give the same tier in {same:.0%} of cases, the scores a higher one in {higher:.0%}"


def _kappa_of_title(kappas: pd.DataFrame) -> str:
    first = kappas[(kappas["level"] == FIRST) & (kappas["instrument"] == ALL) & (kappas["term"] == "quadratic")]
    if first.empty:
        return ""
    row = first.iloc[0]
    return f" (kappa {row.estimate:.2f}, {row.ci_low:.2f} to {row.ci_high:.2f})"


def _with_interval(row: Any) -> str:
    return f"{row.estimate:.2f} ({row.ci_low:.2f} to {row.ci_high:.2f})"


def _moved(numbers: pd.DataFrame) -> str:
    told = _moves(numbers).dropna(subset="estimate")
    parts = [
        f"{row.label.lower()} in {row.estimate:.0%} ({row.ci_low:.0%} to {row.ci_high:.0%})"
        for row in told.itertuples()
    ]
    return f"At the last assessment the tier from the scores was {', '.join(parts)}." if parts else "Moves: not told."


def _cells_in_words(numbers: pd.DataFrame) -> str:
    cells = _cells(numbers)
    return "; ".join(
        f"worker {ROWS[row].lower()}: "
        + ", ".join(
            f"{COLUMNS[column].lower()} {'withheld' if pd.isna(count) else f'{count:,.0f}'}"
            for column, count in cells.loc[row].items()
        )
        for row in ROWS
    )
