"""Reintegration effects: what the hazard of a return to residential care, or of another re-separation, goes with.

Estimand: hazard ratios among children at home, from a Cox model of each cause, the other ends and the end of
observation taken as leaving (cause-specific); beside it subdistribution hazard ratios (Fine and Gray), which say which
way the cumulative incidence goes once other ends have taken their part. Terms and their order stand in study.toml.
Errors allow for agencies, corrected for how few they are, or for siblings where there are too few agencies.

Beside these the same within agencies (shared gamma frailty), of returns of which every answer is recorded, before and
after a day, in case a ratio changes with time, and the lowest and highest when one agency is left out.

ASSUME: who is no longer observed is like those who are, given the terms; log hazards add up; ratios do not change with
time, which is tested. Associations: nobody was assigned to come home planned, and no number here is the effect of it.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _reintegration_fits as fits
from analysis.estimates import _reintegration_terms as told
from analysis.estimates import _return_rows as returns
from analysis.estimates._reintegration_model import Modelled, has_enough_agencies, modelled
from analysis.models.several_tests import after_holm
from analysis.study import Study

ALL, SUBDISTRIBUTION, WITHIN = "all returns", "subdistribution", "within agencies"
KNOWN, TIERLESS, EARLY, LATE = "every answer recorded", "without the tier", "early", "late"
LOWEST, HIGHEST = "one agency left out: lowest", "one agency left out: highest"
RATIO, SUBRATIO = "hazard ratio", "subdistribution hazard ratio"
LEVELS = (ALL, SUBDISTRIBUTION, WITHIN, KNOWN, TIERLESS, EARLY, LATE, LOWEST, HIGHEST)

TABLE = estimate_table(
    one_row_is="a term of the model of a re-separation, by the model that tells it",
    extra={
        "label": Column("str", "the term in words"),
        "sort": Column("str", "of the return, before it, of the child, or not recorded", isin=told.SORTS),
        "position": Column("str", "place of the term among all, in two digits"),
        "n_events": Column("Int64", "returns that ended so", ge=0, nullable=True),
        "df_residual": Column("Int64", "events less coefficients", nullable=True),
        "p_changes": Column("Float64", "that the ratio changes with time, after Holm", ge=0, le=1, nullable=True),
    },
)


def build(spells: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return all terms of all models; missing where too few returns ended so; no row where no return was recorded."""
    if spells.empty:
        return pd.DataFrame(columns=list(TABLE.columns))
    rows = returns.rows_of(spells, study, study.re_separation.noticed_late)
    columns = told.covariates(spells)
    parts = [
        _rows(outcome, level, frame, of, rows, study)
        for outcome in study.reintegration_effects.outcomes
        for level, frame, of in _models(rows, columns, outcome, study)
    ]
    return pd.concat(parts, ignore_index=True)[list(TABLE.columns)]


Found = tuple[str, pd.DataFrame | None, Modelled | None]  # level, what is told, and of what


def _models(rows: pd.DataFrame, columns: pd.DataFrame, outcome: str, study: Study) -> Iterator[Found]:
    """Yield what each model tells of the terms, nothing where it cannot be fitted."""
    cause, confidence = 1 + list(study.re_separation.outcomes).index(outcome), study.intervals.confidence
    of = modelled(rows, columns, cause, study)
    for level, model in (
        (ALL, lambda own: fits.cause_specific(own, confidence)),
        (SUBDISTRIBUTION, lambda own: fits.subdistribution(own, confidence)),
        (WITHIN, lambda own: fits.within_clusters(own, confidence)[0] if own.are_agencies else None),
    ):
        ratios = None if of is None else fits.attempted(partial(model, of))
        yield level, None if ratios is None else ratios.frame(), of
    yield from _by_time(of, study)
    yield from _one_left_out(of)
    unknown = [name for name in study.reintegration_effects[told.NOT_RECORDED] if name in columns]
    is_known = columns[unknown].eq(0).all(axis=1)
    for level, part in (
        (KNOWN, modelled(rows[is_known], columns.loc[is_known].drop(columns=unknown), cause, study)),
        (TIERLESS, modelled(rows, columns.drop(columns=list(told.VARIABLES["risk_level"])), cause, study)),
    ):
        yield level, _constant(part, confidence), part


def _constant(of: Modelled | None, confidence: float) -> pd.DataFrame | None:
    """Return cause-specific ratios of which no change with time is told."""
    ratios = None if of is None else fits.attempted(lambda: fits.cause_specific(of, confidence))
    return None if ratios is None else ratios.frame().drop(columns="p_changes", errors="ignore")


def _by_time(of: Modelled | None, study: Study) -> Iterator[Found]:
    if of is None:
        yield from ((level, None, None) for level in (EARLY, LATE))
        return
    both = fits.by_time(of, study.reintegration_effects.split_days, study.intervals.confidence)
    yield from ((level, ratios.frame(), of) for level, ratios in zip((EARLY, LATE), both, strict=True))


def _one_left_out(of: Modelled | None) -> Iterator[Found]:
    influence = None if of is None or not of.are_agencies else fits.attempted(lambda: fits.one_left_out(of)[0])
    for level, end in ((LOWEST, "lowest"), (HIGHEST, "highest")):
        if of is None or influence is None:
            yield level, None, of
        else:
            yield level, pd.DataFrame({"term": list(of.columns), "estimate": np.exp(getattr(influence, end))}), of


def _rows(
    outcome: str, level: str, found: pd.DataFrame | None, of: Modelled | None, rows: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return a row for every term, missing where the model does not tell it."""
    numbers = pd.DataFrame(columns=["term", "estimate", "ci_low", "ci_high"]) if found is None else found
    all_terms = told.terms(study).merge(numbers, on="term", how="left", validate="1:1")
    by_agency = has_enough_agencies(rows, study) if of is None else of.are_agencies
    return all_terms.reindex(columns=[*all_terms, *({"p_changes", "ci_low", "ci_high"} - set(all_terms))]).assign(
        outcome=outcome,
        level=level,
        scale=SUBRATIO if level == SUBDISTRIBUTION else RATIO,
        n=len(rows) if of is None else len(of.rows),
        n_events=pd.NA if of is None else of.n_events,
        df_residual=pd.NA if of is None else of.degrees_of_freedom,
        p_changes=lambda frame: after_holm(frame["p_changes"].astype("Float64")),
        note=lambda frame: _notes(level, frame["estimate"].isna(), by_agency, study),
    )


def _notes(level: str, is_missing: pd.Series, by_agency: bool, study: Study) -> pd.Series:
    """Return what a reader must know of each row."""
    days = study.reintegration_effects.split_days
    clusters = "agency" if by_agency else "sibling group, as agencies are too few"
    by_cluster = f"interval by {clusters}, corrected for few clusters"
    how = {
        ALL: f"cause-specific hazards; {by_cluster}",
        SUBDISTRIBUTION: f"Fine and Gray, weights by product limits; {by_cluster}",
        WITHIN: "gamma frailty shared by agency; interval takes its variance as known",
        KNOWN: f"cause-specific hazards of returns with every answer recorded; {by_cluster}",
        TIERLESS: f"cause-specific hazards; the worker's tier, which may be set later, is no term; {by_cluster}",
        EARLY: f"up to day {days} at home, other terms constant; {by_cluster}",
        LATE: f"after day {days} at home, other terms constant; {by_cluster}",
        LOWEST: "the lowest of all ratios with one agency left out; no interval",
        HIGHEST: "the highest of all ratios with one agency left out; no interval",
    }[level]
    why = (
        "; not told: too few returns ended so, all are alike in it, or it rests on one cluster; or agencies are too few"
    )
    return pd.Series(np.where(is_missing, f"n: returns; {how}{why}", f"n: returns; {how}"), index=is_missing.index)
