"""Dose of contacts: how the odds of going back to care go with months in which a worker met the family.

Workers look more often after those who do worse, and what they find follows from earlier contacts: time-varying
confounding. Rows are months at home under observation; the end told beside a month's contacts is that of the month
after, so that a contact at which an end was noticed is not taken for its cause. See ``models.causal.
marginal_structural``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates._support_returns import RESIDENTIAL, Compared
from analysis.models.causal import marginal_structural, regressions
from analysis.models.causal.stacked_variance import Stacked, jackknife
from analysis.models.survey.linearised import Estimated
from analysis.study import Study

CRITERIA = ["crit_health", "crit_education", "crit_food", "crit_relationship", "crit_violence"]
UNADJUSTED, STRUCTURAL = "unweighted", "marginal structural"
DOSE_AT = 1  # of the coefficients: after the constant


@dataclass(frozen=True, eq=False)
class Months:
    """Months at home, in order: ``rows`` with spell, agency, month, whether met, dose and whether it ended after.

    ``baseline``: columns known at the return, with time; ``changing``: those that change, known before the month.
    """

    rows: pd.DataFrame
    baseline: np.ndarray
    changing: np.ndarray


def months_at_home(returns: Compared, cases: pd.DataFrame, follow_ups: pd.DataFrame, study: Study) -> Months:
    """Return the months of the compared returns after which another month was seen in full, or its end."""
    visits = study.support_effect.visits
    grid = _grid(returns, visits)
    contacts = _contacts(returns.returns, cases, follow_ups, study)
    rows = grid.pipe(_with_contacts, contacts, visits).pipe(_with_rating, contacts, visits)
    at = rows["place"].to_numpy()
    month = rows["month"].to_numpy(dtype=float)[:, None] / visits.n_intervals
    x = returns.columns.to_numpy()[at]
    tiers = x[:, [name.startswith("tier/") for name in returns.columns]]
    before = rows["met_before"].to_numpy(dtype=float)[:, None]
    baseline = np.column_stack([month, month**2, x, tiers * month, before])
    return Months(rows, baseline, rows[["n_unmet", "is_unrated"]].to_numpy(dtype=float))


def dose(months: Months, level: str, least_agencies: int) -> Estimated:
    """Return the log odds ratio (1,) of an end for each further month, of those counted, with a contact.

    Raises ``ValueError`` as the models do: too few ends, or months that all had a contact.
    """

    def told(kept: np.ndarray) -> Stacked:
        fitted = _coefficients(months, level, kept)
        return Stacked(fitted.estimate[[DOSE_AT]], lambda: fitted.influence[:, [DOSE_AT]])

    if months.rows.empty:
        raise ValueError("no month at home was seen in full")
    agencies, everything = months.rows["agency"].to_numpy(), np.ones(len(months.rows), dtype=bool)
    if len(np.unique(agencies)) < least_agencies:
        return told(everything).clustered(months.rows["sibling_group"].to_numpy())
    try:
        return jackknife(lambda kept: told(kept).estimate, agencies)
    except regressions.NotEstimableError:
        return told(everything).clustered(agencies)


def _coefficients(months: Months, level: str, kept: np.ndarray) -> Stacked:
    rows, baseline = months.rows[kept], _varying(months.baseline[kept])
    of_ends = np.column_stack([rows["dose"].to_numpy(dtype=float), baseline])
    ended = rows["ended"].to_numpy(dtype=float)
    if level == UNADJUSTED:
        model = regressions.fitted(regressions.with_constant(of_ends), ended)
        return Stacked(model.coefficients, lambda: model.influence)
    return marginal_structural.structural_model(
        ended,
        rows["met"].to_numpy(dtype=bool),
        rows["place"].to_numpy(),
        outcome_columns=of_ends,
        numerator=baseline,
        denominator=_varying(np.column_stack([baseline, months.changing[kept]])),
    ).coefficients


def _grid(returns: Compared, visits: Study) -> pd.DataFrame:
    """Return the months of each return from time zero: the next one was seen in full, or the stay ended in it."""
    days, state = returns.returns["days"].to_numpy(dtype=float), returns.returns["state"]
    place = np.repeat(np.arange(len(days)), visits.n_intervals)
    month = np.tile(np.arange(visits.n_intervals), len(days))
    last = (month + 2) * visits.interval_days  # of the month after
    at_home = days[place] > last - visits.interval_days
    seen = (days[place] >= last) | ~returns.is_lost[place]
    ended = (state == RESIDENTIAL).to_numpy()[place] & (days[place] <= last)
    own = returns.returns[["spell_id", "agency", "sibling_group"]].iloc[place].reset_index(drop=True)
    grid = own.assign(place=place, month=month, ended=ended)
    return grid[at_home & seen].reset_index(drop=True)


def _contacts(returns: pd.DataFrame, cases: pd.DataFrame, follow_ups: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the contacts at which the child was met, of each return, with the criteria found not met.

    Where a system asks, the child was seen; where it does not, the contact was direct.
    """
    seen = follow_ups["child_seen"].astype("boolean")
    direct = seen.isna() & follow_ups["mode"].isin(study.spells.direct_modes)
    met = follow_ups[follow_ups["done_on"].notna() & (seen.fillna(False) | direct).astype(bool)]
    of_child = met.merge(cases[["case_id", "child_key"]], on="case_id", validate="m:1")
    zero = returns["entered_on"] + pd.Timedelta(days=study.support_effect.grace_days)
    spells = returns[["spell_id", "child_key"]].assign(zero=zero)
    own = of_child.merge(spells, on="child_key", validate="m:m")
    criteria = own[CRITERIA].astype("Float64")
    day = (own["done_on"] - own["zero"]).dt.days
    contacts = own[["spell_id"]].assign(day=day, n_unmet=(1 - criteria).sum(axis=1).where(criteria.notna().any(axis=1)))
    return contacts.assign(month=(np.ceil(day / study.support_effect.visits.interval_days) - 1).astype("Int64"))


def _with_contacts(grid: pd.DataFrame, contacts: pd.DataFrame, visits: Study) -> pd.DataFrame:
    met = contacts.loc[contacts["month"] >= 0, ["spell_id", "month"]].drop_duplicates().assign(met=True)
    rows = grid.merge(met.astype({"month": grid["month"].dtype}), on=["spell_id", "month"], how="left", validate="1:1")
    rows = rows.assign(met=rows["met"].fillna(False).astype(bool))
    of_spell = rows.groupby("spell_id", sort=False)["met"]
    return rows.assign(
        dose=of_spell.transform(lambda was: was.rolling(visits.n_counted, min_periods=1).sum()),
        met_before=of_spell.shift(1, fill_value=True),  # there was a contact with the return
    )


def _with_rating(rows: pd.DataFrame, contacts: pd.DataFrame, visits: Study) -> pd.DataFrame:
    """Add the criteria not met at the last contact before each month that rated any; none yet is a column."""
    rated = contacts.dropna(subset="n_unmet").sort_values("day", kind="stable")
    rated = rated.assign(day=rated["day"].astype("int64"), n_unmet=rated["n_unmet"].astype(float))
    starts = rows.assign(day=(rows["month"] * visits.interval_days).astype("int64"), order=rows.index)
    last = pd.merge_asof(
        starts.sort_values("day", kind="stable"), rated[["spell_id", "day", "n_unmet"]], on="day", by="spell_id"
    ).sort_values("order", kind="stable", ignore_index=True)
    return rows.assign(n_unmet=last["n_unmet"].fillna(0.0), is_unrated=last["n_unmet"].isna())


def _varying(columns: np.ndarray) -> np.ndarray:
    return columns[:, columns.min(axis=0) < columns.max(axis=0)]
