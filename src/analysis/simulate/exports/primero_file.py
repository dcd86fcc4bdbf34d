"""One file of Primero cases: which records stand in it in which order, and where each row of a subform stands."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.primero_cases import PrimeroCases
from analysis.study import Study

SUBFORMS = {  # by frame of PrimeroCases: the subform's name and the table its rows become
    "arrangements": ("care_arrangements_section", "placements"),
    "family": ("family_details_section", "household_members"),
    "follow_ups": ("followup_subform_section", "follow_ups"),
    "services": ("services_section", "support"),
}


@dataclass(frozen=True)
class PrimeroFile:
    """Records and rows of subforms, in the order of the file, with ``sheet`` and ``row``.

    ``key`` is the true case id, which a record may lack; ``rejected`` says why a reader sets a record aside, or not.
    """

    name: str
    cases: pl.DataFrame
    arrangements: pl.DataFrame
    family: pl.DataFrame
    follow_ups: pl.DataFrame
    services: pl.DataFrame
    has_subforms: bool = True

    @property
    def accepted(self) -> pl.DataFrame:
        """The records that a reader keeps."""
        return self.cases.filter(pl.col("rejected").is_null())

    def rows_of(self, subform: str) -> pl.DataFrame:
        """Return the rows of a subform that belong to an accepted record, in the order of the file."""
        rows = getattr(self, subform)
        if "is_orphan" in rows.columns:
            rows = rows.filter(~pl.col("is_orphan"))
        return rows.join(self.accepted.select("key"), on="key", how="semi", maintain_order="left")


def laid_out(
    name: str, part: PrimeroCases, sheet: str, first_row: int, faults: Study, rng: np.random.Generator
) -> PrimeroFile:
    """Return the file ``name`` of these cases: a few stand twice, a few have no id, subforms lie in their record."""
    cases = _with_repeats(part.cases.with_columns(key="case_id"), faults, rng)
    without_id = pl.Series(struck(rng, cases["rejected"].is_null().to_numpy(), faults.case_without_id))
    without_id = without_id & ~cases["key"].is_in(cases.filter(pl.col("rejected").is_not_null())["key"].implode())
    cases = cases.with_columns(
        pl.lit(sheet).alias("sheet"),
        pl.int_range(first_row, first_row + pl.len(), dtype=pl.Int64).alias("row"),
        pl.when(~without_id).then("case_id").alias("case_id"),
        pl.when(without_id).then(pl.lit("no_id")).otherwise("rejected").alias("rejected"),
    )
    places = cases.filter(pl.col("rejected").fill_null("") != "duplicate_row").select("key", "row")
    subforms = {
        frame: getattr(part, frame)
        .rename({"case_id": "key"})
        .join(places, on="key", maintain_order="left")
        .with_columns(pl.lit(subform).alias("sheet"))
        .sort("row", maintain_order=True)
        for frame, (subform, _) in SUBFORMS.items()
    }
    return PrimeroFile(name, cases, **subforms)


def without_subforms(file: PrimeroFile) -> PrimeroFile:
    """Return a file whose shape has no place for subforms."""
    return replace(file, has_subforms=False, **{frame: getattr(file, frame).clear() for frame in SUBFORMS})


def _with_repeats(cases: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Put copies of a few cases somewhere behind them, marked ``duplicate_row``."""
    ordered = cases.with_columns(
        pl.int_range(pl.len()).cast(pl.Float64).alias("position"), pl.lit(None, dtype=pl.String).alias("rejected")
    )
    copies = ordered.filter(pl.Series(struck(rng, np.ones(cases.height, dtype=bool), faults.repeated_case)))
    behind = pl.Series(rng.uniform(0, cases.height, copies.height))
    copies = copies.with_columns(position=pl.col("position") + behind, rejected=pl.lit("duplicate_row"))
    return pl.concat([ordered, copies]).sort("position", maintain_order=True).drop("position")
