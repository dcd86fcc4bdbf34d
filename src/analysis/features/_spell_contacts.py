"""Contacts of a return: when somebody last knew the child at home."""

import pandas as pd

from analysis.study import Study


def told_of(rows: pd.DataFrame, by_spell: pd.Series) -> pd.Series:
    """Return what ``by_spell`` tells of the spell of each row, in its own type also where it tells of none."""
    return by_spell.reindex(rows["spell_id"]).set_axis(rows.index)


def knowing(follow_ups: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the contacts done in which a worker learnt that the child was at home.

    Where the system asks, the child was seen; where it does not, the contact was direct.
    """
    done = follow_ups[follow_ups["done_on"].notna()]
    seen = done["child_seen"].astype("boolean")
    direct = seen.isna() & done["mode"].isin(study.spells.direct_modes)
    return done.loc[seen.fillna(False) | direct, ["case_id", "done_on"]]


def of_spells(spells: pd.DataFrame, linked: pd.DataFrame, follow_ups: pd.DataFrame) -> pd.DataFrame:
    """Return ``spell_id`` and ``done_on`` of the contacts of the cases of each spell on or after its return."""
    cases = spells[["spell_id", "stay", "returned_on"]].merge(linked[["stay", "case_id"]], on="stay", validate="1:m")
    done = cases.merge(follow_ups[["case_id", "done_on"]].dropna(), on="case_id", validate="m:m")
    return done.loc[done["done_on"] >= done["returned_on"], ["spell_id", "done_on"]]


def last_before(contacts: pd.DataFrame, day: pd.Series) -> pd.Series:
    """Return by ``spell_id`` the last contact before the ``day`` of the spell, or of all where it has none."""
    before = contacts[~(contacts["done_on"] >= told_of(contacts, day))]
    return before.groupby("spell_id")["done_on"].max()


def is_day_of_contact(contacts: pd.DataFrame, day: pd.Series) -> pd.Series:
    """Return by ``spell_id`` whether a contact was done on ``day``; only spells with a contact are told."""
    return (contacts["done_on"] == told_of(contacts, day)).groupby(contacts["spell_id"]).any()
