"""What the picture and the words of list coverage share: the share that each list names, made from the numbers."""

import pandas as pd

from analysis import charts

LISTED, ESTIMATED, BY_TWO, SHARE = "facilities listed", "facilities in all", "facilities in all by two lists", "share"
ANY, ALL = "any", "all"
AREAS = {
    ALL: "All provinces",
    "phnom_penh": "Phnom Penh",
    "siem_reap": "Siem Reap",
    "priority_three": "Battambang, Kandal, Preah Sihanouk",
    "other20": "Twenty other provinces",
    "unknown": "Province not told",
}
TYPES = {ALL: "all types", "rci": "residential care institutions", "other": "other types, or type not told"}
LIST_COLOURS = (charts.BLUE, charts.TEAL, charts.ORANGE)


def shares_of(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return one row an area, type and list: ``listed``, ``whole`` and its interval, and their ratio in percent."""
    records, keys = numbers[numbers["source"] == "records"], ["term", "level"]
    estimated = records[records["scale"] == ESTIMATED]
    on_any = estimated.assign(estimate=estimated["n"])  # but where there is no estimate the count has a row of its own
    named = pd.concat([records[records["scale"] == LISTED], on_any]).drop_duplicates([*keys, "list_id"])
    named = named[[*keys, "list_id", "estimate", "withheld"]]
    wholes = estimated[[*keys, "estimate", "ci_low", "ci_high"]].set_axis(
        [*keys, "whole", "whole_low", "whole_high"], axis=1
    )
    shares = named.rename(columns={"estimate": "listed"}).merge(wholes, on=keys, validate="m:1")
    count = 100 * shares["listed"].astype("float64")
    return shares.assign(
        estimate=(count / shares["whole"].astype("float64")).clip(upper=100),
        ci_low=count / shares["whole_high"].astype("float64"),
        ci_high=(count / shares["whole_low"].astype("float64")).clip(upper=100),
    )


def rows_of(shares: pd.DataFrame) -> pd.DataFrame:
    """Return the rows drawn, from the top: every area and type, an area that is not told only if anything is there."""
    keys = [(term, level) for term in AREAS for level in TYPES]
    of_any = shares[shares["list_id"] == ANY].set_index(["term", "level"]).loc[keys].reset_index()
    is_empty = (of_any["term"] == "unknown") & (of_any["listed"] == 0).fillna(False)
    rows = of_any[~is_empty].reset_index(drop=True)
    return rows.assign(y=-rows.index - 0.5 * (rows["level"] == ALL).cumsum())


def whole_of(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the whole country, by list: any first, then the fullest."""
    shares = shares_of(numbers)
    country = shares[(shares["term"] == ALL) & (shares["level"] == ALL)]
    order = country.assign(is_one=country["list_id"] != ANY).sort_values(
        ["is_one", "listed", "list_id"], ascending=[True, False, True]
    )
    return order.drop(columns="is_one").set_index("list_id")


def name_of(list_id: str) -> str:
    """Return how a list, or two joined by +, is called on the figure."""
    return "Any of these lists" if list_id == ANY else list_id.replace("_", " ").replace("+", " or ").capitalize()


def count_in_print(count: float) -> str:
    """Return a number of facilities as it is read, or that it is withheld."""
    return "withheld" if pd.isna(count) else f"{count:,.0f}"
