"""Living arrangements: with which parents children of households live, by imported survey, and as printed beside."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.estimates import _living_classes as classes
from analysis.figures import _absent, _whose
from analysis.figures import _living_rows as layout
from analysis.kinds import Estimate, Release
from analysis.words import listed

SHARE, IN_PRINT = "share", "in print"
NUMBERS = estimate_table(
    one_row_is="a share of children of households by whom they live with, of one survey or as printed",
    extra={
        "source": Column("str", "an imported survey, or print"),
        "position": Column("str", "place of the level within its outcome, in two digits"),
        "printed": Column("str", "the printed percentage as it is; missing for surveys", nullable=True),
        "period": Column("str", "when it was, where that was printed", nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={SHARE: Estimate(), IN_PRINT: Estimate()},  # no number in print stands outside the column of texts
        totals={"level": classes.ALL},
        within=classes.PART_OF,
        population="children of surveyed households by living arrangement",
        harmless="who was asked is a sample that nobody knows: that none or all live in one way is said of no child",
    ),
)
COLOURS = (charts.BLUE, charts.ORANGE)
ROW_HEIGHT = 0.23  # inches
WIDTHS = (1, 1.3)  # of the panel of dots and of the columns of numbers beside it
COLUMNS = (0.18, 0.54, 0.86)  # where the numbers of the surveys and those in print are centred
WHICH = {"simulated": "the simulated", "records": "the", "published": "the"}


def build(living_arrangements: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of surveys as numbers, the printed ones as texts: the two are never in one column."""
    is_print = living_arrangements["source"] == "print"
    told = {name: living_arrangements[name].mask(is_print) for name in ("estimate", "ci_low", "ci_high", "n")}
    return living_arrangements.assign(
        **told,
        scale=living_arrangements["scale"].mask(is_print, IN_PRINT),
        printed=living_arrangements["value_printed"],
        withheld=pd.array([None] * len(living_arrangements), "str"),
    )[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many children live with neither parent, and with whom; then, apart, what is in print."""
    if not layout.surveys_of(numbers):
        return _absent.SURVEY.words("living arrangements of children", "a recode of DHS or MICS")
    which = WHICH[_whose.origin_of(numbers)]
    found = f"In {which} " + f"; in {which} ".join(_sentence(numbers, survey) for survey in layout.surveys_of(numbers))
    n_withheld = int(numbers["withheld"].notna().sum())
    return charts.Words(
        title=f"In {which} {_title(numbers)}",
        caption=f"Per cent of children under 18 who usually live in households, weighted. Dots: shares; lines: "
        f"{charts.CONFIDENCE} intervals of the survey's design (strata and clusters). On the right the same numbers, "
        "and apart from them what is printed of Cambodia."
        + (
            f" Withheld: fewer than {charts.LEAST} children, or what would give such a number away; not 0."
            if n_withheld
            else ""
        ),
        reading=f"{found}. In print: {_printed(numbers)}, without an interval.",
        alt_text=f"One row a class of children, with a dot and an interval for each survey. {found}. "
        f"{n_withheld} numbers are withheld.",
        source="recodes of household surveys that were imported; in print: the country snapshot of Better Care "
        "Network, which quotes the Demographic and Health Surveys of 2014 and 2021-22.",
        limits="A survey of households reaches no child in an institution: these shares are never added to those of "
        "facilities. Who lives with neither parent is mostly with kin and not in formal care. Why a parent is away is "
        "not asked. Of clusters without a child nothing enters the intervals.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one row a class, a dot for each survey, and the numbers in columns beside the dots."""
    surveys = layout.surveys_of(numbers)
    if not surveys:
        return _absent.draw()
    rows = layout.placed(numbers)
    figure = charts.canvas(3.3 + ROW_HEIGHT * -rows["y"].min())
    axes, columns = figure.subplots(1, 2, sharey=True, width_ratios=WIDTHS)
    columns.set(xlim=(0, 1))
    columns.set_axis_off()
    for at, (survey, colour) in enumerate(zip(surveys, COLOURS, strict=False)):
        own = rows.merge(numbers[numbers["term"] == survey], on=["outcome", "level"], validate="1:1")
        _draw_survey(axes, own, colour, up=0.36 * (0.5 - at) * (len(surveys) - 1))
        _write_survey(columns, own, COLUMNS[at], colour)
        _head(columns, layout.name_of(survey), COLUMNS[at], colour)
    _write_printed(columns, rows.merge(numbers[numbers["source"] == "print"], on=["outcome", "level"], validate="1:m"))
    _head(columns, "in print", COLUMNS[2], charts.INK)
    _face(axes, rows)
    return figure


def _draw_survey(axes: Axes, own: pd.DataFrame, colour: str, up: float) -> None:
    charts.interval_dots(axes, _percent_of(own), own["y"] + up, colour=colour, size=5)


def _write_survey(columns: Axes, own: pd.DataFrame, x: float, colour: str) -> None:
    for row in _percent_of(own).itertuples():
        is_told = pd.notna(row.estimate)
        said, style = (charts.interval_in_print(row), "normal") if is_told else ("withheld", "italic")
        _write(columns, x, row.y, said, colour=colour, style=style)


def _write_printed(columns: Axes, printed: pd.DataFrame) -> None:
    for row in printed.itertuples():
        _write(columns, COLUMNS[2], row.y, f"{row.printed} ({row.period.replace('-', '–')})", colour=charts.INK)


def _percent_of(own: pd.DataFrame) -> pd.DataFrame:
    return own.assign(**{name: own[name].astype(float) * 100 for name in ("estimate", "ci_low", "ci_high")})


def _write(columns: Axes, x: float, y: float, text: str, colour: str, **look: Any) -> None:
    columns.text(x, y, text, ha="center", va="center", color=colour, size=9, **look)


def _head(columns: Axes, text: str, x: float, colour: str) -> None:
    _write(columns, x, 0.1, text, colour=colour, weight="bold")


def _face(axes: Axes, rows: pd.DataFrame) -> None:
    """Label the rows at the left, a heading in bold over each outcome."""
    heads = rows[rows["is_first"]]
    names = [*rows["label"], *heads["outcome"].map(layout.HEADINGS)]
    axes.set_yticks([*rows["y"], *(heads["y"] + 1)], names, size=9)
    bold = [*rows["level"].isin(layout.GROUPS), *(True for _ in heads["y"])]
    for label, is_bold in zip(axes.get_yticklabels(), bold, strict=True):
        label.set_fontweight("bold" if is_bold else "normal")
    for y in heads["y"].iloc[1:]:
        axes.axhline(y + 1.5, color=charts.FAINT, lw=0.8)
    axes.tick_params(axis="y", length=0)
    axes.set(xlim=(-1, 101), ylim=(rows["y"].min() - 0.6, 0.6), xlabel="% of children")
    charts.only_x_grid(axes)


def _title(numbers: pd.DataFrame) -> str:
    """Say of all surveys together between which shares live with neither parent, and of these with relatives."""
    surveys = layout.surveys_of(numbers)
    named = (
        listed([layout.name_of(survey) for survey in surveys])
        if len(surveys) < 3
        else f"{len(surveys)} surveys of households"
    )
    neither = _span(numbers, classes.ARRANGEMENT, "neither_parent")
    kin = _span(numbers, classes.RELATION, "relative")
    if not neither:
        return f"{named}, how many children live with neither parent is withheld"
    return f"{named}, {neither} of children live with neither parent" + (
        f", {kin} of these with relatives" if kin else ""
    )


def _span(numbers: pd.DataFrame, outcome: str, level: str) -> str:
    """Return the least and the largest share of all surveys; nothing where all are withheld."""
    is_it = (numbers["outcome"] == outcome) & (numbers["level"] == level)
    shares = numbers.loc[is_it, "estimate"].dropna()
    if shares.empty:
        return ""
    low, high = (f"{share:.0%}" for share in (shares.min(), shares.max()))
    return low if low == high else f"{low} to {high}"


def _sentence(numbers: pd.DataFrame, survey: str) -> str:
    """Say of one survey which share lives with neither parent, and which of these with relatives."""
    neither = _percent(numbers, survey, classes.ARRANGEMENT, "neither_parent")
    kin = _percent(numbers, survey, classes.RELATION, "relative")
    said = (
        f"{neither} of children live with neither parent"
        if neither
        else "how many live with neither parent is withheld"
    )
    return f"{layout.name_of(survey)}, {said}" + (f", {kin} of these with relatives" if kin else "")


def _percent(numbers: pd.DataFrame, survey: str, outcome: str, level: str) -> str:
    is_it = (numbers["term"] == survey) & (numbers["outcome"] == outcome) & (numbers["level"] == level)
    told = numbers[is_it].dropna(subset="estimate")
    if told.empty:
        return ""
    row = told.iloc[0]
    return f"{row['estimate']:.0%} ({100 * row['ci_low']:.0f}–{100 * row['ci_high']:.0f})"


def _printed(numbers: pd.DataFrame) -> str:
    rows = numbers[(numbers["source"] == "print") & (numbers["outcome"] == classes.ARRANGEMENT)].sort_values("position")
    return listed(f"{row.printed}% {layout.NAMES[row.level]} ({row.period})" for row in rows.itertuples())
