"""Driver effects: what printed group totals say of each driver, and beside it what models of listed facilities say.

Two panels that share nothing but the names of the drivers: no number is made of both.
"""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _driver_effects_marks as marks
from analysis.figures import _whose
from analysis.kinds import Coefficient, Count, Estimate, Release
from analysis.words import listed

PRINTED, LISTS = "printed totals", "facility lists"
RATIO_IN_PRINT, RATIO = "rate ratio from printed totals", "rate ratio"
LEAST, LARGEST = "least rate ratio without one province", "largest rate ratio without one province"
VARIANCE, ZEROS, MORAN = (
    "variance over the model's",
    "share of districts with none above that expected",
    "Moran's I of residuals",
)
OF_LISTS = (RATIO, LEAST, LARGEST, VARIANCE, ZEROS, MORAN)

NUMBERS = estimate_table(
    one_row_is="a driver in one specification, from printed totals or from lists, or a check of a model",
    extra={
        "basis": Column("str", "what it rests on", isin=(PRINTED, LISTS)),
        "quantity": Column("str", "what the number is; the scale again, so that no two numbers stand for one count"),
        "specification": Column("str", "the driver alone, or all drivers together"),
        "family": Column("str", "the family of models"),
        "denominator": Column("str", "who a rate is per"),
        "role": Column("str", "main model, another specification, or a check"),
        "contrast": Column("str", "what the ratio compares", nullable=True),
        "finding": Column("str", "what a check says, or why there is no estimate", nullable=True),
        "df_residual": Column("Int64", "residual degrees of freedom", ge=0),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    key=("basis", "quantity", "outcome", "term", "level", "specification", "family", "denominator"),
    release=Release(
        kinds={
            RATIO_IN_PRINT: Estimate(unit="facilities"),
            "facilities": Count(unit="facilities"),
            **dict.fromkeys(OF_LISTS, Coefficient(unit="districts")),
        },
        harmless="that no facility was left out for a reason is said of lists, not of a child",
    ),
)

COUNTERPARTS = {  # the driver of a district, and that of a province which was fitted to printed totals
    "is_town": "urban_share",
    "is_in_tourism_province": "is_tourism_destination",
    "net_migration_per_1k": "net_migration_per_1k",
    "migrants_abroad_share": "migrants_abroad_share",
    "idpoor_share": "idpoor_share",
    "province_mpi": "mpi",
    "province_school_distance_km": "school_distance_km",
}
LABELS = {
    "is_town": "town",
    "is_in_tourism_province": "tourist destination\n(province)",
    "net_migration_per_1k": "net in-migration",
    "migrants_abroad_share": "adults abroad",
    "idpoor_share": "poor households\n(IDPoor)",
    "province_mpi": "poverty index\n(province)",
    "province_school_distance_km": "way to upper\nsecondary (province)",
}
ON_LEFT = {"is_town": "urban share"}  # where what is printed for provinces is not the same
WHICH = {"simulated": "simulated lists", "records": "these lists", "published": "the lists"}


def build(driver_effects: pd.DataFrame, driver_gradients: pd.DataFrame, mapping_totals: pd.DataFrame) -> pd.DataFrame:
    """Return the slopes that were fitted to printed totals, each driver alone, and all rows of the models of lists."""
    numbers = pd.concat([_from_printed(driver_gradients, mapping_totals), _from_lists(driver_effects)])
    nothing = pd.array([None] * len(numbers), "str")
    return numbers.assign(quantity=numbers["scale"], withheld=nothing)[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many drivers can be told from no association by each basis, and what checks of the models found."""
    which, printed, lists = _which(numbers), _printed(numbers), _main(numbers)
    told = lists[_is_told(lists)]
    n_printed, n_together = int(_is_told(printed).sum()), int(_is_told(_main(numbers, "together")).sum())
    return charts.Words(
        title=f"{_finding(which, told, lists)}; from printed totals {n_printed or 'none'}",
        caption="How many times the institutions per child where a driver is one standard deviation higher, or is "
        f"present. Lines: {charts.CONFIDENCE} intervals, with an arrow where they go on. Ticks: other definitions, "
        "denominators and models. Two sources, two units, two scales: no number is made of both, and neither confirms "
        "the other.",
        reading=f"In {which}, each driver alone: {_spoken(told)} can be told from no association; given all others "
        f"{n_together or 'none'} can. {_checks(numbers)}. From printed totals {n_printed or 'none'} of {len(printed)} "
        "can.",
        alt_text=f"Two panels with the same {len(lists)} drivers. Left, from printed totals: {_spoken(printed)}. "
        f"Right, {which}, models of districts: {_spoken(lists)}.",
        source="left: MoSVY and UNICEF, mapping (2016, 2017). Right: the facility lists that were imported. Drivers: "
        "Commune Database 2011; IDPoor c. 2022; census 2008; code lists; global MPI 2024; Ministry of Education 2013; "
        "Ministry of Tourism 2014. Models: Homeward.",
        limits="A slope between places is no cause and says nothing of a family. What makes a facility known to lists "
        "looks like what makes it be there. Drivers are of other years than the counts, and three are printed for "
        "provinces only.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw a row a driver: on the left what printed totals say, on the right the models of districts."""
    printed, lists = _printed(numbers), _main(numbers).sort_values("estimate", na_position="first")
    terms = list(lists["term"]) or list(COUNTERPARTS)
    heights = {term: float(place) for place, term in enumerate(terms)}
    figure = charts.canvas(9.2)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.7], sharey=True)
    for term, theirs in COUNTERPARTS.items():
        marks.interval(left, printed[printed["term"] == theirs].iloc[0], heights[term], marks.OF_PRINTED)
    for term in lists["term"]:
        marks.models(right, numbers[(numbers["term"] == term) & (numbers["basis"] == LISTS)], heights[term])
    if len(lists):
        marks.explain(right, heights[terms[-1]])
    marks.face(left, "Published: printed totals", "of groups of provinces; a driver alone", marks.OF_PRINTED)
    marks.face(right, f"{_which(numbers).capitalize()}: districts", _models(lists), marks.OF_MAIN)
    left.set_yticks(list(heights.values()), [_label(term) for term in terms], size=10)
    left.set_ylim(-0.8, len(terms) - 0.3)
    return figure


def _from_printed(driver_gradients: pd.DataFrame, mapping_totals: pd.DataFrame) -> pd.DataFrame:
    """Return the slopes of institutions, alone; they rest on the institutions in print, in however many groups."""
    is_wanted = (driver_gradients["outcome"] == "n_rcis") & (driver_gradients["specification"] == "alone")
    slopes = driver_gradients[is_wanted & driver_gradients["term"].isin(list(COUNTERPARTS.values()))]
    return slopes.assign(
        basis=PRINTED,
        outcome="n_facilities",
        level="rci in print",
        scale=RATIO_IN_PRINT,
        family="Poisson totals",
        denominator="children 2011",
        role="main",
        finding=pd.array([None] * len(slopes), "str"),
        n=mapping_totals.loc[mapping_totals["outcome"] == "n_rcis", "total"].max(),
        df_residual=slopes["n"] - 2,
    )


def _from_lists(driver_effects: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the models with the contrast in words: its size is printed, but no number of the lists."""
    step = driver_effects["step"]
    contrast = step.map(lambda size: "yes to no" if size == 1 else f"{charts.in_print(size)} more", na_action="ignore")
    return driver_effects.assign(basis=LISTS, contrast=contrast.astype("str"))


def _printed(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[numbers["basis"] == PRINTED]


def _main(numbers: pd.DataFrame, specification: str = "alone") -> pd.DataFrame:
    """Return the main model of facilities."""
    of_lists = numbers[(numbers["basis"] == LISTS) & (numbers["outcome"] == "n_facilities")]
    return of_lists[(of_lists["role"] == "main") & (of_lists["specification"] == specification)]


def _which(numbers: pd.DataFrame) -> str:
    return WHICH[_whose.origin_of(numbers)]


def _models(lists: pd.DataFrame) -> str:
    if lists.empty:
        return "no list of facilities was imported"
    return f"{lists['n'].max():,.0f} districts; negative binomial models with province effects"


def _finding(which: str, told: pd.DataFrame, lists: pd.DataFrame) -> str:
    if lists["estimate"].isna().all():
        return "No model of districts could be fitted"
    return f"In {which} {len(told) or 'none'} of {len(lists)} drivers can be told from no association between districts"


def _is_told(rows: pd.DataFrame) -> pd.Series:
    return (rows["ci_low"].gt(1) | rows["ci_high"].lt(1)).fillna(False).astype(bool)


def _label(term: str) -> str:
    return f"{LABELS[term]}\n(left: {ON_LEFT[term]})" if term in ON_LEFT else LABELS[term]


def _spoken(rows: pd.DataFrame) -> str:
    """Return drivers with their ratios, the largest first."""
    named = LABELS | {theirs: ON_LEFT.get(ours, LABELS[ours]) for ours, theirs in COUNTERPARTS.items()}
    ordered = rows.dropna(subset="estimate").sort_values("estimate", ascending=False)
    return listed(
        f"{named[row.term].replace(chr(10), ' ')} {charts.interval_in_print(row)}" for row in ordered.itertuples()
    )


def _checks(numbers: pd.DataFrame) -> str:
    """Return what the checks of facilities found, as in a sentence."""
    checks = numbers[(numbers["outcome"] == "n_facilities") & numbers["scale"].isin([VARIANCE, MORAN])]
    told = checks[(checks["family"] == "Poisson") | (checks["scale"] == MORAN)]
    return "; ".join(f"{row.family}: {row.finding}" for row in told.itertuples()) or "No model was checked"
