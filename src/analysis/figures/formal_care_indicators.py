"""Formal care indicators: the manual's 15 indicators from lists of facilities, by area, and which lists cannot give."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _care_indicator_marks as marks
from analysis.kinds import Count, Rate, Release, Share
from analysis.study import Study
from analysis.words import listed

NUMBERS = estimate_table(
    one_row_is="an indicator in one area and round, or how many facilities are listed or did not answer for it",
    extra={
        "round_id": Column("str", "year of the lists"),
        "title": Column("str", "title of the indicator in the manual"),
        "is_core": Column("boolean", "whether it is one of the manual's four core indicators"),
        "n_hits": Column("Int64", "the numerator", ge=0, nullable=True),
        "exposure": Column("Int64", "children of the area, registered in 2011; for rates", gt=0, nullable=True),
        "numerator": Column("str", "what the numerator counts"),
        "denominator": Column("str", "what the denominator counts; missing where nothing is counted", nullable=True),
        "status": Column("str", "whether title and definition were seen in the manual or stand from memory"),
        "missing": Column("str", "what is missing, and who could give it"),
        "withheld": Column("str", "why the number is missing", nullable=True),
    },
    key=("outcome", "term", "level", "round_id"),
    release=Release(
        kinds={
            "per_100k_children": Rate(events="n_hits", exposure="exposure"),
            "share": Share(),
            "share_of_facilities": Share(unit="facilities"),
            "facilities": Count(unit="facilities"),
            "not in facility lists": Share(),  # never a number
        },
        totals={"term": "all"},
        place="term",
        harmless="that none or all of an area answered, died or had a plan is said of facilities, and of no one child",
    ),
)
TOTAL, LISTED, NOT_IN_LISTS = "all", "facilities listed", "not in facility lists"
RATES = {"01": "1*  Admitted in 12 months", "02": "2*  Living there"}
SHARES = {
    "03": "3*  Left to a family, of those who left",
    "05": "5  Died in 12 months",
    "06": "6  In contact with family",
    "07": "7  Have a care plan",
    "08": "8  Were assessed at entry",
    "09": "9  Placement reviewed in 3 months",
    "10": "10  Go to a local school",
    "11": "11  Qualified, of staff",
    "15": "15  Registered, of facilities",
}
PRACTICE = {
    "06": "are in contact with their family",
    "07": "have a care plan",
    "08": "were assessed at entry",
    "09": "had their placement reviewed",
}


def build(formal_care_indicators: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the indicators, the facilities listed in each round, and for all provinces how many did not answer.

    An indicator for which few facilities of one area answered is shown for no area by itself: the gate knows children
    and facilities apart, and here a few facilities would speak for many children.
    """
    rows, rules = formal_care_indicators, study.disclosure
    is_few = rows["n_answered"].between(1, rules.least_facilities - 1)
    is_few |= rows["top_two_share"].gt(rules.most_of_two).fillna(False)
    is_area = rows["term"] != TOTAL
    one = [rows["outcome"], rows["round_id"]]
    hidden = (rows["n_answered"] > 0) & ((is_few & is_area).groupby(one).transform("any") & is_area | is_few & ~is_area)
    why = f"fewer than {rules.least_facilities} facilities of an area answered, or two hold nearly all its children"
    numbers = rows.assign(withheld=pd.Series(None, rows.index, "str").mask(hidden, why))
    numbers.loc[hidden, ["estimate", "ci_low", "ci_high", "n_hits", "n"]] = pd.NA
    return pd.concat([numbers, _facilities(rows)], ignore_index=True)[list(NUMBERS.columns)]


def _facilities(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many facilities are listed in all provinces, and how many of them did not answer for an indicator."""
    country = rows[(rows["term"] == TOTAL) & (rows["scale"] != NOT_IN_LISTS)]
    without = country.assign(outcome="no answer " + country["outcome"].str[-2:], n=country["n_not_answered"])
    every = country.drop_duplicates("round_id")
    every = every.assign(outcome=LISTED, title=LISTED, n=every["n_answered"] + every["n_not_answered"])
    counted = pd.concat([without, every])
    return counted.assign(
        scale="facilities",
        estimate=counted["n"].astype("Float64"),
        withheld=pd.Series(None, counted.index, "str"),
        note="facilities; a count of all, without interval",
        **dict.fromkeys(("ci_low", "ci_high", "exposure", "n_hits", "n"), pd.NA),
    )


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say which two practices of care reach fewest children, and what facility lists cannot give."""
    if (numbers["round_id"] == _absent.NO_LIST).all():
        return _absent.words("formal care indicators", "a list of facilities")
    which = _whose.these(numbers, "lists")
    shown = _latest(numbers)
    country = shown[shown["term"] == TOTAL].set_index("indicator")
    least = country.loc[country.index.isin(list(PRACTICE))].dropna(subset="estimate").sort_values("estimate").head(2)
    said = [f"{row.estimate:.0%} {PRACTICE[row.Index]}" for row in least.itertuples()]
    exact = [
        f"{row.estimate:.0%} ({charts.CONFIDENCE} interval {row.ci_low:.0%} to {row.ci_high:.0%}) {PRACTICE[row.Index]}"
        for row in least.itertuples()
    ]
    known = [
        f"{name.replace('*', '').replace('  ', ' ')} {_text(country, code)}" for code, name in (RATES | SHARES).items()
    ]
    without = listed(code.lstrip("0") for code in _not_in_lists(shown))
    hatched = _is_hidden(shown.dropna(subset="indicator"))
    return charts.Words(
        title=f"Of children in care in {which} of {shown['round_id'].iloc[0]}, "
        + (" and ".join(said) or "no share may be shown"),
        caption="Indicators of the manual for children in formal care (core ones with a star), residential care only. "
        f"Dots and lines: all provinces (black) and areas, with {charts.CONFIDENCE} intervals that know that children "
        f"live in facilities. Facilities that did not answer ({_unanswered(shown)}) are in no number. "
        f"{'Hatched: withheld.' * hatched}",
        reading=f"Of children living in the facilities listed, {listed(exact)}; indicators {without} cannot be had "
        "from lists of facilities.",
        alt_text=f"Dots with intervals for each indicator and area. All provinces: {'; '.join(known)}. Not in facility "
        f"lists: indicators {without}.",
        source="lists of facilities, linked; children registered in 2011. Better Care Network and UNICEF (2009), "
        "Manual for the Measurement of Indicators for Children in Formal Care: titles 1 to 12 and the definition of 1 "
        "were seen, the others and the time windows stand from memory.",
        limits="Facility lists know no child in foster or kinship care and no facility that was missed. Staff of a "
        "facility answered for it. Intervals tell what chance may do, not what facilities that did not answer hide. "
        "Children may come from other provinces than the one they live in.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw rates and what lists cannot give at the left, shares at the right."""
    if (numbers["round_id"] == _absent.NO_LIST).all():
        return _absent.draw()
    shown = _latest(numbers)
    figure = charts.canvas(10.4)
    grid = figure.add_gridspec(2, 2, width_ratios=[1, 1.35], height_ratios=[1, 1.15])
    of_area, without, of_children = (figure.add_subplot(grid[at]) for at in ((0, 0), (1, 0), (slice(None), 1)))
    marks.rates(of_area, shown, RATES).set_title("Children per 100,000 of the area")
    marks.shares(of_children, shown, SHARES).set_title("Share of children living there, or as said")
    rest = shown[(shown["term"] == TOTAL) & shown["indicator"].isin(_not_in_lists(shown))]
    marks.not_in_lists(without, rest).set_title("Not in any list of facilities")
    return figure


def _latest(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the latest round, with the number of their indicator."""
    rows = numbers[numbers["round_id"] == numbers["round_id"].max()]
    return rows.assign(indicator=rows["outcome"].str.extract(r"^indicator (\d\d)$", expand=False))


def _not_in_lists(shown: pd.DataFrame) -> list[str]:
    return sorted(shown.loc[shown["scale"] == NOT_IN_LISTS, "indicator"].unique())


def _unanswered(shown: pd.DataFrame) -> str:
    """Say how many facilities did not answer, from the best to the worst answered indicator."""
    n = shown.drop_duplicates("outcome").set_index("outcome")["estimate"]
    without, every = n[n.index.str.startswith("no answer")], n[LISTED]
    few = "few" if without.isna().any() else charts.in_print(without.min())
    many = "few" if without.isna().all() else charts.in_print(without.max())
    range_ = few if few == many else f"{few} to {many}"
    return f"{range_} of {charts.in_print(every)}" if pd.notna(every) else "an unsaid number"


def _text(country: pd.DataFrame, code: str) -> str:
    row = country.loc[code]
    if pd.isna(row["estimate"]):
        return "not shown"
    return f"{row['estimate']:.0f} per 100,000" if code in RATES else f"{100 * row['estimate']:.1f}%"


def _is_hidden(rows: pd.DataFrame) -> bool:
    return bool((rows["withheld"].notna() & rows["term"].isin(list(marks.AREAS))).any())
