"""The course of each accepted case, for registers that follow it: from when to when it was open, and at home."""

import pandas as pd

from analysis.study import Study


def of_cases(choices: Study, cases: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return one row an accepted case: ``opened until returned home_until`` and what is known of it.

    ``choices`` are those of case management. ``home_until`` is the end of the first stay at home as far as anybody
    followed it; both days are missing for a case without a return, and no later than ``until``.
    """
    first = returns.drop_duplicates("case_no").set_index("case_no")
    accepted = cases[cases["accepted_on"].notna()].reset_index(drop=True)
    last_day = pd.Timestamp(choices.last_day)
    until = accepted["closed_on"].fillna(last_day)
    number = accepted["case_no"]
    told = first[["return_on", "observed_until", "sibling_group"]].reindex(number).set_axis(accepted.index)
    returned = told["return_on"].where(told["return_on"] <= until)
    stayed = told["observed_until"]
    return pd.DataFrame(
        {
            **accepted[["case_no", "child_id", "agency", "programme", "risk_level", "need", "is_abrupt"]],
            "opened": accepted["accepted_on"],
            "until": until,
            "returned": returned,
            "home_until": stayed.where(stayed <= until, until).where(returned.notna()),
            "externally_supported": accepted["externally_supported"].astype(bool),
            "sibling_group": told["sibling_group"],
        }
    ).astype({"is_abrupt": bool})
