"""The answers to a linkage of simulated lists: which facility each row is, by ``row_id``."""

import hashlib
from pathlib import Path

import pandas as pd

from analysis.importers import keys


def facility_numbers(simulated: Path) -> pd.Series:
    """Return the true number of the facility of each row of a list, by the ``row_id`` that an import gives it."""
    links = pd.concat([pd.read_parquet(file) for file in sorted(simulated.glob("truth/*/list_links.parquet"))])
    exports = simulated / "exports"
    digests = {file: hashlib.sha256((exports / file).read_bytes()).hexdigest() for file in set(links["file"])}
    parts = links["file"].str.partition("/")[0]
    key_of = keys.digester(keys.PUBLIC)
    places = zip(links["file"].map(digests), links["sheet"].fillna(""), links["row"], strict=True)
    row_ids = [key_of(f"list_row:{digest}/{sheet}/{row}").hex() for digest, sheet, row in places]
    return pd.Series((parts + "/" + links["facility_no"].astype("str")).tolist(), index=row_ids)


def links_and_answers(links: pd.DataFrame, numbers: pd.Series) -> tuple[float, float, int]:
    """Return precision and recall of the pairs that ``links`` (``row_id facility_key``) make, and how many are true."""
    rows = links[["row_id", "facility_key"]].assign(facility=links["row_id"].map(numbers))
    assert rows["facility"].notna().all()
    n_found, n_true = (pairs_within(rows[name]) for name in ("facility_key", "facility"))
    n_both = pairs_within(rows["facility_key"] + rows["facility"])
    return n_both / n_found, n_both / n_true, n_true


def pairs_within(groups: pd.Series) -> int:
    """Return how many pairs of rows share a group."""
    sizes = groups.value_counts()
    return int((sizes * (sizes - 1) // 2).sum())
