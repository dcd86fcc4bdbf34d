"""Days covered: stretches of time joined where they overlap, cut to what they share, and counted."""

import pandas as pd

FROM, UNTIL = "from_on", "until_on"  # the first day, and the day after the last


def joined(stretches: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the stretches of each group (columns ``by``) without overlap: a day is there once.

    Stretches that end before they begin, or on that day, cover none and are left out.
    """
    own = stretches[stretches[UNTIL] > stretches[FROM]].sort_values([*by, FROM, UNTIL])
    until_now = own.groupby(by, sort=False)[UNTIL].cummax()
    before = until_now.groupby([own[name] for name in by], sort=False).shift()
    number = (~(own[FROM] <= before)).cumsum().rename("stretch")
    found = own.groupby([*by, number], sort=False).agg(**{FROM: (FROM, "min"), UNTIL: (UNTIL, "max")})
    return found.reset_index("stretch", drop=True).reset_index()


def shared_days(one: pd.DataFrame, other: pd.DataFrame, on: str, by: list[str]) -> pd.Series:
    """Return how many days of ``one`` lie in ``other``, both joined stretches, by group (columns ``by`` of ``one``)."""
    pairs = one.merge(other, on=on, suffixes=("", "_other"), validate="m:m")
    began = pairs[[FROM, f"{FROM}_other"]].max(axis=1)
    ended = pairs[[UNTIL, f"{UNTIL}_other"]].min(axis=1)
    days = (ended - began).dt.days.clip(lower=0)
    return days.groupby([pairs[name] for name in by]).sum().rename("days")


def days_of(stretches: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return how many days joined stretches have, by group (columns ``by``)."""
    return (stretches[UNTIL] - stretches[FROM]).dt.days.groupby([stretches[name] for name in by]).sum().rename("days")
