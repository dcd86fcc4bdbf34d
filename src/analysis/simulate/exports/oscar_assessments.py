"""The assessment sheets: CSI (oldest first) and an agency's own (newest first).

The score stands under the blank header to the left of the domain's name; under the name stands its definition.
"""

import hashlib

import numpy as np
import polars as pl

from analysis.simulate.exports import private
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.oscar_labels import DOMAINS
from analysis.simulate.exports.oscar_sheets import (
    Fault,
    PrintedSheet,
    ordinals,
    rows_where,
    text,
    with_count,
    with_rows,
)
from analysis.simulate.exports.oscar_stored import Stored
from analysis.simulate.exports.oscar_words import iso
from analysis.study import Study

FRONT = (
    *("#", "Client ID", "Given Name (Latin)", "Family Name (Latin)", "Assessment # (Ordinal Numbers)"),
    *("Assessment Created At", "Assessment Completed Date"),
)
FRONT_CELLS = ("count", "slug", "given_latin", "family_latin", "ordinal", "created_cell", "completed_cell")
OWN = {  # domains of an assessment that some agencies made themselves, scored 1 to 10
    "coping_with_stress": "Coping with stress",
    "trust_in_adults": "Trust in adults",
    "friends_and_play": "Friends and play",
    "plans_for_the_future": "Plans for the future",
}
OWN_NAME, OWN_TOP = "Resilience Assessment", 10
WRONG_SCORES = (0, 7, 44)  # a slip of the finger: 4 typed twice, 7 for 4


def version(codes: list[str]) -> str:
    """Return the version of an instrument: how many domains it has and a digest of their codes."""
    return f"{len(codes)}:{hashlib.sha256('|'.join(sorted(codes)).encode()).hexdigest()[:8]}"


def csi(stored: Stored, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Return the CSI assessments of every agency, a few with a score that the scale does not have."""
    rows = stored.csi
    hit = struck(rng, rows["1A"].is_not_null().to_numpy(), faults.score_out_of_range)
    domain = np.array(list(DOMAINS), dtype=object)[rng.integers(0, len(DOMAINS), rows.height)]
    wrong = np.array(WRONG_SCORES)[rng.integers(0, len(WRONG_SCORES), rows.height)]
    marked = rows.with_columns(
        pl.Series("hit_score", hit), pl.Series("hit_domain", domain.tolist()), pl.Series("wrong", wrong)
    )
    is_here = pl.col("hit_score")
    return marked.with_columns(
        **{f"{code}_typed": _typed(code) for code in DOMAINS},
        **{code: pl.when(~(is_here & (pl.col("hit_domain") == code))).then(code) for code in DOMAINS},
    )


def own(stored: Stored, rng: np.random.Generator) -> pl.DataFrame:
    """Return assessments by an agency's own instrument, the newest of each client first."""
    rows = stored.csi.filter(pl.col("assessment_no") % 2 == 1).select(
        "slug", "agency", "position", "created_on", "completed_on", "day"
    )
    scores = {code: pl.Series(rng.integers(1, OWN_TOP + 1, rows.height)) for code in OWN}
    scored = rows.with_columns(
        **{code: pl.when(pl.col("completed_on").is_not_null()).then(scores[code]) for code in OWN}
    )
    typed = scored.with_columns(hit_score=pl.lit(False), **{f"{code}_typed": pl.col(code) for code in OWN})
    newest_first = ["position", "day"]
    return typed.sort(newest_first, descending=[False, True], maintain_order=True)


def csi_sheet(of_agency: pl.DataFrame, names: pl.DataFrame, *, with_codes: bool) -> PrintedSheet:
    """Return the CSI sheet of one agency; some agencies show the code beside the domain's name."""
    labels = {code: f"{code} ({name})" if with_codes else name for code, name in DOMAINS.items()}
    return _sheet("CSI Assessment", "csi12", labels, of_agency, names, [])


def own_sheet(of_agency: pl.DataFrame, names: pl.DataFrame) -> PrintedSheet:
    """Return the sheet of an agency's own instrument."""
    newest_first = Fault("T02", "undone", "assessments", "assessed_on", n=of_agency.height)
    return _sheet(OWN_NAME, "custom", OWN, of_agency, names, [newest_first])


def _typed(code: str) -> pl.Expr:
    return pl.when(pl.col("hit_score") & (pl.col("hit_domain") == code)).then("wrong").otherwise(code)


def _sheet(
    name: str, instrument: str, labels: dict[str, str], rows: pl.DataFrame, names: pl.DataFrame, faults: list[Fault]
) -> PrintedSheet:
    codes = list(labels)
    cells = with_rows(with_count(rows.join(names, on="slug", how="left", maintain_order="left"))).with_columns(
        ordinal=ordinals(pl.int_range(1, pl.len() + 1).over("slug")),
        created_cell=iso(pl.col("created_on")),
        completed_cell=iso(pl.col("completed_on")),
        **{f"{code}_cell": text(pl.col(f"{code}_typed")) for code in codes},
        **{f"{code}_definition": _definition(code) for code in codes},
    )
    pairs = [f"{code}_{kind}" for code in codes for kind in ("cell", "definition")]
    n_scores = sum(cells[f"{code}_cell"].count() for code in codes)
    faults = [
        *faults,
        Fault("T01", "undone", "assessments", "score", n=n_scores),
        Fault("T04", "undone", "assessments", "case_ref", n=cells["count"].null_count()),
        Fault("score_out_of_range", "unknown", "assessments", "score", rows_where(cells, pl.col("hit_score"))),
    ]
    header = [*FRONT, *(label for code in codes for label in (None, labels[code]))]
    as_read = _as_read(cells, instrument, codes)
    return PrintedSheet(name, header, cells.select(*FRONT_CELLS, *pairs), {"assessments": as_read}, faults)


def _definition(code: str) -> pl.Expr:
    return pl.when(pl.col(f"{code}_typed").is_not_null()).then(pl.lit(private.latin(f"definition-{code}", [0])[0]))


def _as_read(cells: pl.DataFrame, instrument: str, codes: list[str]) -> pl.DataFrame:
    """Return one row a domain; the day of an assessment is that of its completion, of a draft that of its creation."""
    known = cells.with_columns(
        case_ref="slug:" + pl.col("slug"),
        assessment_ref=pl.format("slug:{}/{}/{}", "slug", pl.lit(instrument), iso(pl.col("day"))),
        instrument=pl.lit(instrument),
        instrument_version=pl.lit(version(codes)),
        assessed_on="day",
        completed=pl.col("completed_on").is_not_null(),
    )
    kept = ["row", "case_ref", "assessment_ref", "instrument", "instrument_version", "assessed_on", "completed"]
    scores = known.unpivot(codes, index=kept, variable_name="domain_code", value_name="score")
    return scores.sort("row", "domain_code")
