"""Ledger children: one row a child with an agency that keeps a ledger of support, with its months under support.

Months are those in which the child had an open case with the agency, in whichever of its systems, while the ledger was
kept: a month is there once. Months at home are those of them in which a return of the child was under way. Children on
whom nothing was spent are there too. Restricted: rows are children.

ASSUME: a case opens on the day of acceptance, in systems without one so many days after referral as ``study.toml``
says; an open case runs on to the end of the ledger. A case closed without a day has unknown months and is left out.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features import _days_covered as days
from analysis.features._days_covered import FROM, UNTIL
from analysis.features._ledger_periods import ledger_periods
from analysis.features._spell_cases import with_readable_closing
from analysis.study import Study

KEY = r"^[0-9a-f]{16}$"
UNKNOWN, NO_RETURN = "unknown", "no return on record"
YES, NO = "yes", "no"
OF_CHILD = ["agency", "child_key"]

TABLE = Table(
    one_row_is="a child with an agency that keeps a ledger of support",
    key=("agency", "child_key"),
    columns={
        "agency": Column("str", "the agency as a code"),
        "child_key": Column("str", "the child", matches=KEY),
        "household_key": Column("str", "the household, or the child where none is known", matches=KEY),
        "tier": Column("str", "the worker's tier of the latest case that has one; not dated"),
        "ending": Column("str", "what became of the child's last return, or that none is on record"),
        "externally_supported": Column(
            "str", "the ledger says so; unknown if it says neither", isin=(YES, NO, UNKNOWN)
        ),
        "case_months": Column("Float64", "with an open case while the ledger was kept", unit="months", ge=0),
        "home_months": Column("Float64", "of these, with a return under way", unit="months", ge=0),
        "has_unknown_months": Column("boolean", "a case of the child with the agency has no day of opening or closing"),
    },
)


def build(
    cost_items: pd.DataFrame, cases: pd.DataFrame, children: pd.DataFrame, spells: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return every child with a case that was opened at an agency with a ledger, those without a month as well."""
    choices = study.support_costs
    periods = ledger_periods(cost_items, choices)
    opened = _opened(cases, periods, study)
    stretches = days.joined(_cut_to_ledger(opened, periods), OF_CHILD)
    found = opened.groupby(OF_CHILD, as_index=False)["has_unknown_months"].any()
    return (
        found.pipe(_attach_months, stretches, spells, choices.days_per_month)
        .pipe(_attach_tier, opened, choices)
        .pipe(_attach_ending, spells, choices)
        .pipe(_attach_support, cost_items)
        .pipe(_attach_household, children)[list(TABLE.columns)]
    )


def _opened(cases: pd.DataFrame, periods: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the cases of these agencies that were not refused, with their first day and the day after their last.

    The end of an open case is missing and lies beyond the ledger; whether an end is unknown stands beside it.
    """
    own = with_readable_closing(cases[cases["org_code"].isin(periods["agency"])]).rename(columns={"org_code": "agency"})
    is_open = own["status"].isin(study.support_costs.open_status)
    is_opened = own["accepted_on"].notna() | is_open | (own["status"] == "closed")
    kept = own[is_opened & (own["closure_circumstance"] != "rejected").fillna(True)]
    registered = kept["referred_on"] + pd.Timedelta(days=study.spells.acceptance_days)
    began = kept["accepted_on"].fillna(registered)
    is_unknown = began.isna() | (kept["closed_on"].isna() & ~kept["status"].isin(study.support_costs.open_status))
    return kept.assign(**{FROM: began, UNTIL: kept["closed_on"], "has_unknown_months": is_unknown})


def _cut_to_ledger(opened: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Return the stretches of cases with known months, cut to the months in which the agency kept its ledger."""
    known = opened.loc[~opened["has_unknown_months"], [*OF_CHILD, FROM, UNTIL]]
    kept = known.merge(periods, on="agency", suffixes=("", "_ledger"), validate="m:1")
    return kept.assign(
        **{
            FROM: kept[[FROM, f"{FROM}_ledger"]].max(axis=1),
            UNTIL: kept[[UNTIL, f"{UNTIL}_ledger"]].min(axis=1),
        }
    )


def _attach_months(
    found: pd.DataFrame, stretches: pd.DataFrame, spells: pd.DataFrame, days_per_month: float
) -> pd.DataFrame:
    returns = spells[["child_key", "returned_on", "ended_on"]].rename(columns={"returned_on": FROM, "ended_on": UNTIL})
    at_home = days.shared_days(stretches, days.joined(returns, ["child_key"]), "child_key", OF_CHILD)
    in_case = days.days_of(stretches, OF_CHILD)
    row = pd.MultiIndex.from_frame(found[OF_CHILD])
    months = {
        name: (of_rows.reindex(row).fillna(0) / days_per_month).to_numpy("float64")
        for name, of_rows in (("case_months", in_case), ("home_months", at_home))
    }
    return found.assign(**months)


def _attach_tier(found: pd.DataFrame, opened: pd.DataFrame, choices: Study) -> pd.DataFrame:
    tiers = opened.assign(tier=opened["risk_level"].map(dict(choices.tiers))).dropna(subset="tier")
    latest = tiers.sort_values([FROM, "case_id"], na_position="first").drop_duplicates(OF_CHILD, keep="last")
    return _with(found, latest, "tier")


def _attach_ending(found: pd.DataFrame, spells: pd.DataFrame, choices: Study) -> pd.DataFrame:
    """Add how the child's last return stood at the end of its spell, with whichever agency it was recorded."""
    group = {state: name for name, states in choices.ends.items() for state in states}
    last = spells.sort_values(["returned_on", "spell_id"]).drop_duplicates("child_key", keep="last")
    ending = found["child_key"].map(last.set_index("child_key")["state"].map(group))
    return found.assign(ending=ending.astype("str").fillna(NO_RETURN))


def _attach_support(found: pd.DataFrame, cost_items: pd.DataFrame) -> pd.DataFrame:
    """Add whether any line says that the child's case is supported from outside, else whether any says it is not."""
    told = cost_items.dropna(subset=["child_key", "is_externally_supported"])
    is_supported = told.groupby(OF_CHILD, as_index=False)["is_externally_supported"].max()
    words = is_supported["is_externally_supported"].astype("bool").map({True: YES, False: NO})
    return _with(found, is_supported.assign(externally_supported=words), "externally_supported")


def _attach_household(found: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Add the household; children of agencies that share no key of a household stand for themselves."""
    attached = found.merge(children[["child_key", "household_key"]], on="child_key", how="left", validate="m:1")
    return attached.assign(household_key=attached["household_key"].fillna(attached["child_key"]))


def _with(found: pd.DataFrame, told: pd.DataFrame, name: str) -> pd.DataFrame:
    """Add the column ``name`` that is told of some children; unknown of all others."""
    attached = found.merge(told[[*OF_CHILD, name]], on=OF_CHILD, how="left", validate="1:1")
    return attached.assign(**{name: attached[name].astype("str").fillna(UNKNOWN)})
