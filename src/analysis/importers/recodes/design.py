"""Design of a survey in its recode: which variable holds the strata, and codes for clusters.

Programmes changed over the years which variable holds the strata of the sample. The first is taken that is filled in
for every child, has several values and cuts through no cluster; its name stands before each code.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from analysis.importers.faults import refused


def strata(
    children: pl.DataFrame, candidates: Sequence[Sequence[str]], names: Mapping[str, str], file: Path
) -> pl.Expr:
    """Return the stratum of each child, as ``hv023:4``: from the first of ``candidates`` (fields together) that serves.

    Raises ``ExportError`` if none does, or if the cluster of a child is not known.
    """
    if children["psu"].null_count():
        raise refused(file, f"{names['psu']} is blank for some children", "Use the recode as it was published.")
    known = [fields for fields in candidates if set(fields) <= set(children.columns)]
    for fields in known:
        if _are_strata(children, fields):
            code = pl.concat_str(*fields, separator="-")
            return pl.format("{}:{}", pl.lit("x".join(names[field].lower() for field in fields)), code)
    tried = "; ".join(" with ".join(names[field] for field in fields) for fields in known) or "none is in the file"
    raise refused(
        file,
        f"no variable holds the strata of the sample: filled in for all, several values, no cluster in two ({tried})",
        "Use the recode as it was published; without strata no interval can be worked out.",
    )


def _are_strata(children: pl.DataFrame, fields: Sequence[str]) -> bool:
    codes = children.select("psu", code=pl.struct(fields))
    is_filled = not children.select(pl.any_horizontal(pl.col(fields).is_null()).any()).item()
    n_strata = codes["code"].n_unique()
    return is_filled and n_strata > 1 and codes.unique().height == codes["psu"].n_unique()
