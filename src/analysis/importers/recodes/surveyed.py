"""Children of a survey as read, the same for every programme: who is a child, whose they are, how they were sampled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis.importers import as_read, place_names
from analysis.importers.faults import refused
from analysis.importers.findings import Findings
from analysis.importers.recodes import codes, design, files, parents
from analysis.populations import HOUSEHOLD

TABLE = "survey_children"
AGE_OF_ADULTS = 18
UNKNOWN_AGE = 98  # 98 does not know, 99 missing, in both programmes; the oldest are 95, 96 or 97 and over
WORDS = ("relation", "sex", "area", "wealth")


@dataclass(frozen=True)
class Recode:
    """A file of one programme, with the name of each field's variable and the fields that may hold the strata."""

    file: Path
    system: str
    names: Mapping[str, str]
    strata: Sequence[Sequence[str]]


def check_persons(persons: pl.DataFrame, recode: Recode) -> None:
    """Raise ``ExportError`` if household and line do not tell persons apart: then no child's parents can be found."""
    key = persons.select("household_id", "line")
    n_wrong = key.height - key.drop_nulls().unique().height
    if n_wrong:
        raise refused(
            recode.file,
            f"household and line number are missing or repeated for {n_wrong} persons",
            "Import the recode of persons as it was published, one survey a file.",
        )


def minors(persons: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return the usual residents under 18 of ``persons``, and set aside those of unknown age or without a weight."""
    no_age = pl.col("age").is_null() | (pl.col("age") >= UNKNOWN_AGE)
    may_be_child = persons.filter(no_age | (pl.col("age") < AGE_OF_ADULTS))
    has_weight = pl.col("weight").is_finite() & (pl.col("weight") > 0)
    no_weight = ~no_age & ~has_weight.fill_null(value=False)
    findings.rows(may_be_child, no_age, table=TABLE, check="no_age", action="rejected", column="age_years")
    findings.rows(may_be_child, no_weight, table=TABLE, check="no_weight", action="rejected", column="survey_weight")
    kept = may_be_child.filter(~no_age & ~no_weight)
    findings.sheet("", table=TABLE, rows_in=may_be_child.height, rows_out=kept.height)
    return kept


def as_children(children: pl.DataFrame, recode: Recode, survey_id: pl.Expr) -> pl.DataFrame:
    """Return ``children`` (with who is alive, and who lives with them) as ``as_read.SURVEY_CHILDREN``."""
    if children.is_empty():
        raise refused(recode.file, "there is no usual resident under 18 with a weight", "Import the recode of persons.")
    named = children.with_columns(survey_id=survey_id)
    place = [pl.col(name).cast(pl.String) for name in ("survey_id", "household_id", "line")]
    told = parents.classified(named).with_columns(
        _province(children, recode),
        *(codes.worded(children, field, recode.system) for field in WORDS if field in children.columns),
        child_ref="survey_child:" + pl.concat_str(place, separator="/"),
        cluster_ref=pl.format("survey_cluster:{}/{}", "survey_id", "psu"),
        survey_stratum=design.strata(children, recode.strata, recode.names, recode.file),
        survey_weight=pl.col("weight"),
        age_years=pl.col("age"),
        covers=pl.lit(HOUSEHOLD),
    )
    kept = [name for name in as_read.SURVEY_CHILDREN if name in told.columns]
    return as_read.filled(told.select(kept), TABLE)


def _province(children: pl.DataFrame, recode: Recode) -> pl.Series:
    """Return the province that the label of a child's region names; missing where regions are groups of provinces."""
    if "region" not in children.columns:
        return pl.Series("province_code", [None] * children.height, dtype=pl.String)
    labels = files.value_labels(recode.file, recode.names["region"])
    named = children["region"].replace_strict(labels, default=None, return_dtype=pl.String)
    return place_names.province_codes(named).alias("province_code")
