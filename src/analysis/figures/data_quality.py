"""Data quality: what is wrong with the records that were imported and what is missing in them, by source system."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _whose
from analysis.kinds import Release, Share

NUMBERS = estimate_table(
    one_row_is="a column of a table, or a check of a table and what it led to, in the exports of a system",
    extra={
        "n_hits": Column("Int64", "rows with a known value, or lines the check concerns", ge=0, nullable=True),
        "action": Column("str", "what a check led to; complete for columns"),
        "meaning": Column("str", "what the column holds, or what the check found"),
        "advice": Column("str", "what the keeper of the records can do; missing for columns", nullable=True),
        "withheld": Column("str", "why the numbers are missing", nullable=True),
    },
    key=("outcome", "term", "level", "action"),
    release=Release(
        kinds={"share": Share(unit="rows")},
        harmless="that a column is filled in always or never, or a check finds nothing, is no secret of a child",
    ),
)
SYSTEMS = {
    "oscar": "OSCaR",
    "donor_workbook": "Donor\nworkbook",
    "primero": "Primero",
    "kobo": "Kobo",
    "registers": "Registers",
    "facility_list": "Facility\nlists",
    "dhs": "DHS",
    "mics": "MICS",
    "all systems": "All\nsystems",
}
IF_SHOWN = ("registers", "dhs", "mics")  # kept or published beside the systems: a column only where one is shown
NEEDED = {  # columns that a study of separation and return cannot do without
    "children": ("sex", "birth_month", "orphan_status", "disability", "ever_in_rcf"),
    "cases": ("referred_on", "separation_reason", "harm_history", "risk_level"),
    "assessments": ("score",),
    "placements": ("start_on", "care_type", "prepared"),
    "follow_ups": ("mode", "child_seen"),
    "households": ("id_poor", "income_currency", "dependable_income"),
    "facility_list_rows": ("residents_u18", "registration_status", "operator_type"),
}
NOT_HELD = "not in these exports: no row holds it, because they do not carry it or because it was never filled in"
NO_PERMISSION = "no_permission"
RECORDS = ("case_records", "households")  # other rows without permission follow from these
N_CHECKS = 16
LABEL_WIDTH = 62  # letters
ROW_HEIGHT = 0.33  # inches
OF = {"simulated": "In the simulated exports", "records": "In these exports", "published": "In these exports"}


def build(data_quality: pd.DataFrame) -> pd.DataFrame:
    """Return all shares with the reason why one is missing: of a column that no row of a system holds there is none.

    A share of 0 would say that somebody was asked and did not answer.
    """
    is_not_held = (data_quality["action"] == "complete") & (data_quality["n_hits"] == 0)
    why = pd.Series(None, data_quality.index, "str").mask(is_not_held, NOT_HELD)
    shares = data_quality.assign(withheld=why)[list(NUMBERS.columns)]
    shares.loc[is_not_held, ["n_hits", "estimate"]] = pd.NA
    return shares


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many records fall away for want of permission, and what is known least."""
    origin = _whose.origin_of(numbers)
    lacking, gaps = _without_permission(numbers), _columns(numbers).dropna(subset="estimate")
    least = gaps.sort_values(["estimate", "row"]).head(3)
    known = "; ".join(f"{row.row} ({_system(row.term)}) {row.estimate:.0%}" for row in least.itertuples())
    found = "; ".join(
        f"{row.meaning} ({_system(row.term)}, {_plain(row.level)}) {row.estimate:.0%}"
        for row in _checks(numbers).sort_values("estimate", ascending=False, kind="stable").head(3).itertuples()
        if pd.notna(row.estimate)
    )
    return charts.Words(
        title=f"{OF[origin]}, {_percent(lacking)} of case and household records come without a recorded permission "
        "and drop out",
        caption="Above: share of lines that a check concerns and that only their keeper can put right. Below: share of "
        "rows in which a column needed for analysis is known. Darker is worse; blank: the system has no such rows; "
        "–: not in these exports, no row holds it; few: withheld. All rows are counted, so there are no intervals.",
        reading=f"{_percent(lacking)} of case and household records come without permission; found most often: "
        f"{found or 'nothing that may be shown'}; known least: {known or 'nothing that may be shown'}.",
        alt_text=f"Two tables of percentages by system. Checks found most often: {found or 'none shown'}. "
        f"Columns known least: {known or 'none shown'}.",
        source="the exports that were imported, counted before and after the import; counts rounded to 5.",
        limits="It shows what is absent or impossible, not whether what is recorded is right. It cannot tell a column "
        "that an export does not carry from one that is never filled in. Where only some exports of a system carry a "
        "column, the rows of the others count as unknown.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one table of checks and one of columns, a cell a system."""
    checks, columns = _checks(numbers), _columns(numbers)
    n_rows = [max(rows["row"].nunique(), 1) for rows in (checks, columns)]
    figure = charts.canvas(3.6 + ROW_HEIGHT * sum(n_rows))
    above, below = figure.subplots(2, 1, height_ratios=n_rows, sharex=True)
    found = {*checks["term"], *columns["term"]}
    systems = [name for name in SYSTEMS if name in found or name not in IF_SHOWN]
    _table(above, checks, checks["estimate"], systems)
    _table(below, columns, 1 - columns["estimate"], systems)
    above.set_title("Lines that a check concerns, % of lines")
    below.set_title("Rows in which it is known, % of rows")
    return figure


def _table(axes: Axes, rows: pd.DataFrame, badness: pd.Series, systems: list[str]) -> Axes:
    order = list(dict.fromkeys(rows["row"]))
    for row, bad in zip(rows.itertuples(), badness, strict=True):
        left, low = systems.index(row.term), order.index(row.row)
        if row.withheld == NOT_HELD:
            axes.text(left + 0.48, low + 0.46, "–", ha="center", va="center", size=12, color=charts.MUTED)
            continue
        is_shown = pd.notna(row.estimate)
        paint = charts.SEQUENCE(float(bad) ** 0.5 * 0.9) if is_shown else "#EEEEEE"  # small shares stay apart
        axes.add_patch(Rectangle((left, low), 0.96, 0.92, facecolor=paint, edgecolor="none"))
        ink = charts.ink_on(paint) if is_shown else charts.MUTED
        text = _cell(row.estimate) if is_shown else "few"
        axes.text(left + 0.48, low + 0.46, text, ha="center", va="center", size=8.5, color=ink)
    axes.set(xlim=(0, len(systems)), ylim=(max(len(order), 1), 0))
    axes.set_yticks([place + 0.46 for place in range(len(order))], [_label(row) for row in order], size=8.5)
    axes.set_xticks([place + 0.48 for place in range(len(systems))], [SYSTEMS[name] for name in systems], size=9)
    axes.tick_params(length=0, labeltop=False, labelbottom=True)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


def _checks(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the checks that a person can act on, the most frequent first, with the text of their row."""
    is_check = numbers["action"].isin(["unknown", "kept", "rejected"]) & numbers["n"].notna()
    follows = (numbers["outcome"] == NO_PERMISSION) & ~numbers["level"].isin(RECORDS)
    rows = numbers[(is_check | numbers["withheld"].notna() & (numbers["action"] != "complete")) & ~follows]
    rows = rows[rows["action"] != "undone"].sort_values(["estimate", "term"], ascending=[False, True])
    rows = rows.assign(row=rows["meaning"] + ": " + rows["level"].str.replace("_", " "))
    rows = rows.drop_duplicates(["row", "term"])  # of two actions of a check, the one that concerns more lines
    shown = rows.dropna(subset="estimate")["row"].drop_duplicates().head(N_CHECKS)
    return rows[rows["row"].isin(shown)].sort_values(
        ["row", "term"],
        key=lambda column: column.map({row: i for i, row in enumerate(shown)}) if column.name == "row" else column,
    )


def _columns(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that analysis needs, in the order given above, with the text of their row."""
    places = {(f"complete: {column}", table): i for i, (table, column) in enumerate(_needed())}
    keys = pd.Series(list(zip(numbers["outcome"], numbers["level"], strict=True)), numbers.index)
    rows = numbers[keys.isin(list(places))].assign(place=keys.map(places))
    column = rows["outcome"].str.removeprefix("complete: ").str.replace("_", " ")
    return rows.assign(row=rows["level"].str.replace("_", " ") + ": " + column).sort_values(["place", "term"])


def _needed() -> list[tuple[str, str]]:
    return [(table, column) for table, columns in NEEDED.items() for column in columns]


def _without_permission(numbers: pd.DataFrame) -> float:
    rows = numbers[(numbers["outcome"] == NO_PERMISSION) & numbers["level"].isin(RECORDS)].dropna(subset="estimate")
    return (rows["estimate"] * rows["n"]).sum() / rows["n"].sum() if len(rows) else float("nan")


def _percent(share: float) -> str:
    return "too few to tell" if pd.isna(share) else f"{share:.0%}"


def _cell(share: float) -> str:
    return f"{share:.0%}" if share == 0 or share >= 0.095 else f"{share:.1%}"


def _plain(table: str) -> str:
    return table.replace("_", " ")


def _system(name: str) -> str:
    return SYSTEMS.get(name, name).replace("\n", " ")


def _label(row: str) -> str:
    return "\n".join(textwrap.wrap(row, LABEL_WIDTH))
