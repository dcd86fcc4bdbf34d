"""Assessments in waves: the twelve CSI domains in OSCaR, the rated domains of the Cambodian forms in Primero.

A domain's score (1 to 4, 4 best) is a cut of how the child does: worse with need, better with time and with the
package, some domains sooner than others. A few are drafts, with blanks.
"""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study

COLUMNS = ["case_no", "assessment_no", "instrument", "assessed", "created", "completed", "domain_code", "score"]


def build(choices: Study, rng: np.random.Generator, cases: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return one row a domain of each assessment of accepted cases; none is typed in after the last day."""
    doing = _with_child(choices, rng, cases[cases["is_accepted"]], returns)
    waves = {
        "csi12": _csi_waves(choices.assessments, rng, doing[doing["in_oscar"]]),
        "primero_kh_child": _primero_waves(choices.assessments, rng, doing[doing["in_primero"]]),
    }
    waves["primero_kh_family"] = waves["primero_kh_child"]  # both forms are filled in together
    scored = [_scored(choices.assessments, rng, wave, instrument) for instrument, wave in waves.items()]
    typed = pd.concat(scored, ignore_index=True)[COLUMNS]
    return typed.assign(created=typed["created"].clip(upper=draws.day(choices.last_day)))


def _with_child(choices: Study, rng: np.random.Generator, cases: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Add how each child does apart from time, since when it has had a package, and until when it is assessed."""
    first = returns.drop_duplicates("case_no").set_index("case_no")
    last = returns.drop_duplicates("case_no", keep="last").set_index("case_no")
    until = np.fmin(cases["case_no"].map(last["observed_until"]), cases["closed"])
    return cases.assign(
        until=np.fmin(until, draws.day(choices.last_day)),
        has_package=cases["case_no"].map(first["had_package"]).eq(True),  # missing: never home, no package
        helped_from=cases["case_no"].map(first["care_start"]),
        level=-choices.assessments.need * cases["need"] + rng.normal(0, choices.assessments.child_sd, len(cases)),
    )


def _csi_waves(choices: Study, rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the waves: soon after acceptance, then about every six months while the child is followed."""
    n_waves = choices.most_waves
    n = len(cases)
    gaps = choices.every_days + np.round(rng.normal(0, choices.every_days_sd, (n, n_waves)))
    gaps[:, 0] = draws.uniform_days(rng, choices.first_within_days, n)
    days = cases["accepted"].to_numpy()[:, None] + np.cumsum(np.maximum(gaps, 0), axis=1)
    is_done = (days <= cases["until"].to_numpy()[:, None]) & (rng.random((n, n_waves)) < choices.done_share)
    row, wave = np.nonzero(is_done)
    return _numbered(cases.iloc[row].assign(assessed=days[row, wave]))


def _primero_waves(choices: Study, rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the first rating of each record, and the one on the closing form of those closed."""
    first = cases.assign(assessed=cases["accepted"] + draws.uniform_days(rng, choices.first_within_days, len(cases)))
    first = first[(rng.random(len(first)) < choices.done_share) & (first["assessed"] <= first["until"])]
    closing = cases[cases["closed"].notna()].assign(assessed=lambda rows: rows["closed"])
    closing = closing[closing["closure_reason"].str.contains("goals_met").to_numpy()]
    return _numbered(pd.concat([first, closing]))


def _numbered(waves: pd.DataFrame) -> pd.DataFrame:
    waves = waves.sort_values(["case_no", "assessed"], kind="stable", ignore_index=True)
    return waves.assign(assessment_no=waves.groupby("case_no").cumcount() + 1)


def _scored(choices: Study, rng: np.random.Generator, waves: pd.DataFrame, instrument: str) -> pd.DataFrame:
    """Return a row a domain of ``waves``, with its score; drafts keep some blanks and are not completed."""
    domains = choices[instrument]
    n, k = len(waves), len(domains)
    start, growth = (np.array([value[i] for value in domains.values()]) for i in (0, 1))
    years = ((waves["assessed"] - waves["accepted"]) / draws.DAYS_PER_YEAR).to_numpy().clip(0, choices.growing_years)
    helped = (waves["assessed"] - waves["helped_from"]).fillna(-1).to_numpy() / draws.DAYS_PER_YEAR
    gain = choices.package * np.clip(helped, 0, 1) * waves["has_package"].to_numpy()
    does = waves["level"].to_numpy()[:, None] + start + years[:, None] * growth + gain[:, None]
    does = does + rng.normal(0, choices.domain_sd, (n, k))
    score = 1 + sum((does > cut).astype(float) for cut in choices.cuts)
    is_draft = rng.random(n) < choices.draft_share
    score[is_draft[:, None] & (rng.random((n, k)) < choices.blank_share)] = np.nan
    long = waves.loc[waves.index.repeat(k)].reset_index(drop=True)
    return long.assign(
        instrument=instrument,
        domain_code=np.tile(np.array(list(domains), dtype=object), n),
        score=pd.array(score.ravel(), dtype="Int64"),
        completed=np.repeat(~is_draft, k),
        created=long["assessed"] + np.repeat(draws.uniform_days(rng, choices.typed_within_days, n), k),
    )
