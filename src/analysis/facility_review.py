"""Facility review: pairs of rows that may be one facility, with their names, for a person to rule on.

A pair stands here if its probability lies in the band of ``study.toml`` and nobody has ruled on it yet, whatever the
probability alone has decided. The file names facilities: it lies in ``data/restricted``, readable by its owner.
"""

from pathlib import Path

import pandas as pd

from analysis import restricted, store
from analysis import study as choices
from analysis.importers import outputs
from analysis.study import Study

FILE = restricted.RESTRICTED / "facility_review.csv"
SHOWN = (  # of each row of a pair, beside the ``row_id`` that the ruling needs
    *("list_id", "name_latin", "name_km", "operator_name", "province", "district", "commune"),
    *("facility_type", "opened_year"),
)
PLACES = ("province", "district", "commune")
BEGINS_A_FORMULA = r"^(?=[=+\-@\t\r])"  # a spreadsheet would run such a cell


def make(to: Path) -> None:
    """Write the pairs that wait for a ruling to ``to``."""
    rulings = restricted.read("facility_matches")
    pairs = waiting(store.read("facility_pairs"), rulings, choices.load())
    rows = described(store.read("facility_list_rows"), restricted.read("facility_names"), store.read("places"))
    with outputs.owner_only():
        store.replace(to, _csv(side_by_side(pairs, rows)))


def waiting(facility_pairs: pd.DataFrame, facility_matches: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the pairs of the band that nobody ruled on, the least certain first."""
    band = facility_pairs["probability"].between(study.linkage.review_from, study.linkage.review_to, inclusive="left")
    ruled = set(facility_matches[["row_id_a", "row_id_b"]].itertuples(index=False, name=None))
    pairs = facility_pairs[["row_id_a", "row_id_b"]].itertuples(index=False, name=None)
    open_pairs = facility_pairs[band & ~pd.Series([pair in ruled for pair in pairs], facility_pairs.index)]
    certainty = (open_pairs["probability"] - 0.5).abs()
    return open_pairs.assign(certainty=certainty).sort_values(["certainty", "row_id_a", "row_id_b"])


def described(facility_list_rows: pd.DataFrame, facility_names: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return what a person needs to tell facilities apart, one row a row of a list."""
    rows = facility_list_rows.merge(facility_names, on="row_id", how="left", validate="1:1")
    name_of = places.set_index("code")["name_en"]
    rows = rows.assign(**{place: rows[f"{place}_code"].map(name_of) for place in PLACES})
    return rows[["row_id", *SHOWN]]


def side_by_side(pairs: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs as lines of rulings to be filled in, and behind them both rows, a column of each in turn."""
    both = pairs[["row_id_a", "row_id_b", "probability"]]
    for side in ("a", "b"):
        named = rows.rename(columns={column: f"{column}_{side}" for column in ("row_id", *SHOWN)})
        both = both.merge(named, on=f"row_id_{side}", how="left", validate="m:1")
    empty = both.assign(probability=both["probability"].round(2), **dict.fromkeys(restricted.MATCH_COLUMNS[2:]))
    in_turn = [f"{column}_{side}" for column in SHOWN for side in ("a", "b")]
    return empty[[*restricted.MATCH_COLUMNS, "probability", *in_turn]]


def _csv(lines: pd.DataFrame) -> bytes:
    """Return a CSV that a spreadsheet opens as Khmer and in which no cell is run as a formula."""
    text = lines.select_dtypes("str").replace(BEGINS_A_FORMULA, "'", regex=True)
    return lines.assign(**text).to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
