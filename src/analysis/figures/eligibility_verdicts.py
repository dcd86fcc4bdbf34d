"""Eligibility verdicts: what rules of eligibility say of the children in the records, and which rule refuses them."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.estimates.eligibility_verdicts import ACCEPTED, OF_ALL, OF_SOME, REASON, VERDICT
from analysis.features.eligibility import ELIGIBLE, NOT_KNOWN, REFUSED
from analysis.figures import _absent, _whose
from analysis.kinds import Release, Share
from analysis.words import listed

ABSENT = _absent.entries("case")
NUMBERS = estimate_table(
    one_row_is="a verdict, a reason for refusal or a share accepted, under one set of rules",
    extra={
        "label": Column("str", "the level in words"),
        "n_hits": Column("Int64", "children of whom it holds", unit="children", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(kinds={OF_ALL: Share(parts="level"), OF_SOME: Share()}),
)
LOOKS = {ELIGIBLE: charts.TEAL, NOT_KNOWN: charts.FAINT, REFUSED: charts.ORANGE}
WHAT = "verdicts of rules of eligibility"
NEEDED = "an export of cases"
ROW_HEIGHT = 0.5  # inches


def build(eligibility_verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return all shares; where no child is behind one, it has no count."""
    is_nobody = eligibility_verdicts["n"] == 0
    counts = {name: eligibility_verdicts[name].mask(is_nobody) for name in ("n", "n_hits")}
    nothing = pd.array([None] * len(eligibility_verdicts), "str")
    return ABSENT.told(eligibility_verdicts.assign(**counts, withheld=nothing)[list(NUMBERS.columns)], NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say of how many children the records cannot tell whether they are eligible, and what refuses the others."""
    if ABSENT.is_all(numbers):
        return ABSENT.words(WHAT, NEEDED)
    which = _whose.these(numbers, "records")
    n_withheld = int(numbers["withheld"].notna().sum())
    return charts.Words(
        title=f"In {which}, {_finding(numbers)}",
        caption="Children by their last referral, under each set of rules. Not known: a fact that a rule asks for is "
        "not recorded. A child may be refused by several rules. Shares of all children in the records: no sample, "
        "so no intervals." + (" Withheld: too few children; not to be read as 0." if n_withheld else ""),
        reading=f"In {which}, {_finding(numbers)}. {_refusals(numbers)} {_accepted(numbers)}".rstrip(),
        alt_text=f"Bars of verdicts and dots of refusals by set of rules. {_spoken(numbers)}. {n_withheld} numbers are "
        "withheld.",
        source="the case records that were imported, those with permission for anonymous reporting.",
        limits="Rules are an example to be replaced by a programme's own: they judge what was recorded, not the child. "
        "A refusal here is no decision of anybody, and a child who is eligible under no set may still need help.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the verdicts as bars, and beside them the share that each rule refuses."""
    if ABSENT.is_all(numbers) or numbers["estimate"].isna().all():
        return _absent.draw()
    refusing = numbers[numbers["outcome"] == REASON]
    figure = charts.canvas(3.0 + ROW_HEIGHT * max(len(refusing), 4))
    left, right = figure.subplots(1, 2, width_ratios=[1, 1])
    _draw_verdicts(left, numbers[numbers["outcome"] == VERDICT])
    _draw_reasons(right, refusing.reset_index(drop=True))
    return figure


def _draw_verdicts(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw a bar a set of rules; a part that is withheld is left open, and said."""
    sets = list(dict.fromkeys(rows["term"]))
    for place, name in enumerate(sets):
        shares = rows[rows["term"] == name].set_index("level")["estimate"].astype("float64") * 100
        start = 0.0
        for verdict, colour in LOOKS.items():
            width = shares.get(verdict, float("nan"))
            if pd.isna(width):
                charts.say_missing(axes, -place, "withheld in part")
                break
            axes.barh(-place, width, left=start, height=0.55, color=colour)
            if width >= 8:
                axes.text(
                    start + width / 2,
                    -place,
                    f"{width:.0f}",
                    ha="center",
                    va="center",
                    size=9.5,
                    color=charts.ink_on(colour),
                )
            start += width
    axes.set_yticks([-place for place in range(len(sets))], [_named(name) for name in sets], size=9.5)
    axes.set(xlim=(0, 100), ylim=(-len(sets) + 0.4, 1.0), xlabel="% of children")
    for place, (verdict, colour) in enumerate(LOOKS.items()):
        axes.text(
            34 * place,
            0.55,
            f"■ {verdict}",
            size=9.5,
            weight="bold",
            color=charts.MUTED if colour == charts.FAINT else colour,
        )
    charts.only_x_grid(axes)


def _draw_reasons(axes: Axes, rows: pd.DataFrame) -> None:
    placed = rows.assign(y=[-float(place) for place in range(len(rows))])
    told = placed.dropna(subset="estimate")
    percent = told.assign(**{end: 100 * told[end].astype("float64") for end in ("estimate", "ci_low", "ci_high")})
    charts.interval_dots(axes, percent, percent["y"], colour=charts.ORANGE, size=6)
    for row in placed.itertuples():
        axes.text(0, row.y + 0.33, f"{_named(row.term)}: {row.label}", size=8.5, va="center")
        if pd.isna(row.estimate):
            charts.say_missing(axes, row.y, "withheld")
    axes.set_yticks([])
    axes.set(xlim=(-2, 102), ylim=(-len(rows) + 0.4, 0.8), xlabel="% of children refused by the rule")
    charts.only_x_grid(axes)


def _named(rule_set: str) -> str:
    return rule_set.replace("_", " ").capitalize()


def _of(numbers: pd.DataFrame, outcome: str, level: str) -> pd.DataFrame:
    return numbers[(numbers["outcome"] == outcome) & (numbers["level"] == level)].dropna(subset="estimate")


def _finding(numbers: pd.DataFrame) -> str:
    unknown = _of(numbers, VERDICT, NOT_KNOWN)["estimate"]
    if unknown.empty:
        return "how many children are eligible may not be told"
    return f"{_span(unknown)} of children cannot be judged by the rules: what they ask for is not recorded"


def _span(shares: pd.Series) -> str:
    low, high = f"{shares.min():.0%}", f"{shares.max():.0%}"
    return low if low == high else f"{low} to {high}"


def _refusals(numbers: pd.DataFrame) -> str:
    told = numbers[numbers["outcome"] == REASON].dropna(subset="estimate").nlargest(3, "estimate")
    said = [f"{row.label} ({_named(row.term).lower()}, {row.estimate:.0%})" for row in told.itertuples()]
    return f"Most refuse because: {listed(said)}." if said else "What refuses them may not be told."


def _accepted(numbers: pd.DataFrame) -> str:
    shares = _of(numbers, ACCEPTED, REFUSED)["estimate"]
    return (
        f"Agencies accepted {_span(shares)} of the children whom the rules of a set refuse "
        "and whose referral was answered."
        if len(shares)
        else ""
    )


def _spoken(numbers: pd.DataFrame) -> str:
    rows = numbers[numbers["outcome"] == VERDICT]
    return "; ".join(
        f"{_named(row.term)}, {row.level}: {'withheld' if pd.isna(row.estimate) else f'{row.estimate:.0%}'}"
        for row in rows.itertuples()
    )
