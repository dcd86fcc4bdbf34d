"""Support episodes: one row a spell at home, with the services of the support package that began with it.

Which services make the package, and from when to when a start counts, stands in ``study.toml`` under
``support_effect``. An agency whose records hold no dated service of the package tells nothing of who had it: unknown.
Restricted: rows are children, and it never leaves.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.study import Study

REFUSED = ("rejected", "pending")  # answers to a referral with which no service began; without an answer it did

TABLE = Table(
    one_row_is="a return of a child to its family and the support that began with it",
    key=("spell_id",),
    columns={
        "spell_id": Column("str", "the return", matches=r"^[0-9a-f]{16}$"),
        "is_recorded": Column("boolean", "the agency's records hold dated services of the package, of any child"),
        "n_services": Column(
            "Int64",
            "services of the package begun by the end of the days of grace; missing where not recorded",
            unit="services",
            ge=0,
            nullable=True,
        ),
        "n_services_ever": Column(
            "Int64",
            "services of the package begun by the last day known; missing where not recorded",
            unit="services",
            ge=0,
            nullable=True,
        ),
        "package_days": Column(
            "Int64",
            "from the start of observation to the last of the package's services; missing unless all began",
            unit="days",
            nullable=True,
        ),
    },
)


def build(spells: pd.DataFrame, support: pd.DataFrame, cases: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return what began with each spell, in whichever case of the child it was recorded."""
    choices = study.support_effect
    given = _given(support, cases, choices)
    started = _started(spells, given, choices)
    within = started[started["lag"] <= choices.grace_days]
    is_recorded = spells["agency"].isin(given["org_code"].dropna())
    first = started.groupby(["spell_id", "service_code"])["lag"].min().groupby("spell_id")
    last_start = first.max().where(first.size() >= choices.least_services)
    return pd.DataFrame(
        {
            "spell_id": spells["spell_id"],
            "is_recorded": is_recorded.astype("boolean"),
            "n_services": _counted(spells, within).where(is_recorded),
            "n_services_ever": _counted(spells, started).where(is_recorded),
            "package_days": spells["spell_id"].map(last_start).astype("Int64").where(is_recorded),
        }
    )


def _given(support: pd.DataFrame, cases: pd.DataFrame, choices: Study) -> pd.DataFrame:
    """Return the dated services of the package that were not refused, with the child and the agency."""
    is_given = support["service_code"].isin(choices.services) & support["start_on"].notna()
    is_given &= ~support["decision"].isin(REFUSED).fillna(False)
    known = support.loc[is_given, ["case_id", "service_code", "start_on"]]
    return known.merge(cases[["case_id", "child_key", "org_code"]], on="case_id", how="left", validate="m:1")


def _started(spells: pd.DataFrame, given: pd.DataFrame, choices: Study) -> pd.DataFrame:
    """Return the starts that belong to a spell; ``lag`` is their day after the start of observation.

    A start up to so many days before the return belongs to it, and so does any until its last day known.
    """
    dated = spells[["spell_id", "child_key", "returned_on", "entered_on", "ended_on"]]
    pairs = dated.merge(given.drop(columns=["case_id", "org_code"]), on="child_key", validate="m:m")
    since = pairs["returned_on"] - pd.Timedelta(days=choices.before_days)
    own = pairs[(pairs["start_on"] >= since) & (pairs["start_on"] <= pairs["ended_on"])]
    return own.assign(lag=(own["start_on"] - own["entered_on"]).dt.days)


def _counted(spells: pd.DataFrame, started: pd.DataFrame) -> pd.Series:
    n_services = started.groupby("spell_id")["service_code"].nunique()
    return spells["spell_id"].map(n_services).fillna(0).astype("Int64")
