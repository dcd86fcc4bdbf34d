"""Facility changes: what became of a facility between two rounds of lists that follow each other.

A facility that the later lists do not name may have closed, been missed, or lie outside what they cover: it was not
found again, and is never called closed. One that the later lists name first may have opened since or been missed
before: its year of opening tells, where it is known. A type has changed only if both rounds say one.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.contract import Column, Table
from analysis.features import facility_panel

CHANGES = ("stayed", "type_changed", "opened_since", "listed_first_older", "opening_unknown", "not_found_again")
NO_TYPE = ("other", "unknown")  # a list's own words for a type it has no name for, or does not know

_PANEL = facility_panel.TABLE.columns
TABLE = Table(
    one_row_is="a facility between two rounds of lists that follow each other, listed in at least one of them",
    key=("facility_key", "from_round"),
    columns={
        "facility_key": _PANEL["facility_key"],
        "from_round": Column("str", "the earlier round", matches=r"^\d{4}$"),
        "to_round": Column("str", "the later round", matches=r"^\d{4}$"),
        "change": Column(
            "str",
            "listed in both, with another type or not; first listed later: opened since, there before, or unknown; "
            "or not found again, which is not closed",
            isin=CHANGES,
        ),
        "type_from": Column("str", "type in the earlier round; missing where not listed", nullable=True),
        "type_to": Column("str", "type in the later round; missing where not listed", nullable=True),
        "area": _PANEL["area"],
        "province_code": _PANEL["province_code"],
    },
)
_OF_ROUND = ["facility_key", "facility_type", "opened_year", "area", "province_code"]


def build(facility_panel: pd.DataFrame) -> pd.DataFrame:
    """Return what became of every facility from each round to the next."""
    rounds = sorted(facility_panel["round_id"].unique())
    steps = [_between(facility_panel, earlier, later) for earlier, later in pairwise(rounds)]
    return pd.concat(steps) if steps else pd.DataFrame(columns=list(TABLE.columns), dtype="str")


def _between(panel: pd.DataFrame, earlier: str, later: str) -> pd.DataFrame:
    """Return the facilities of two rounds side by side, with what became of them; place as listed later, if it is."""
    both = panel.loc[panel["round_id"] == earlier, _OF_ROUND].merge(
        panel.loc[panel["round_id"] == later, _OF_ROUND],
        on="facility_key",
        how="outer",
        suffixes=("_from", "_to"),
        indicator="listed",
        validate="1:1",
    )
    seen_before = both["facility_key"].isin(panel.loc[panel["round_id"] < earlier, "facility_key"])
    return pd.DataFrame(
        {
            "facility_key": both["facility_key"],
            "from_round": earlier,
            "to_round": later,
            "change": _change(both, seen_before, int(earlier)),
            "type_from": both["facility_type_from"],
            "type_to": both["facility_type_to"],
            "area": _known(both["area_to"]).fillna(both["area_from"]).fillna(both["area_to"]),
            "province_code": both["province_code_to"].fillna(both["province_code_from"]),
        }
    )


def _change(both: pd.DataFrame, seen_before: pd.Series, earlier_year: int) -> np.ndarray:
    """Return the change of each facility.

    ASSUME: a facility that opened in the year of the earlier round may have done so before or after it was listed.
    """
    types = both[["facility_type_from", "facility_type_to"]]
    is_other_type = (
        types.notna().all(axis=1) & ~types.isin(NO_TYPE).any(axis=1) & (types.iloc[:, 0] != types.iloc[:, 1])
    )
    opened = both["opened_year_to"]
    return np.select(
        [
            both["listed"] == "left_only",
            (both["listed"] == "both") & is_other_type,
            both["listed"] == "both",
            seen_before | (opened < earlier_year).fillna(False),
            (opened > earlier_year).fillna(False),
        ],
        ["not_found_again", "type_changed", "stayed", "listed_first_older", "opened_since"],
        default="opening_unknown",
    )


def _known(areas: pd.Series) -> pd.Series:
    return areas.mask(areas == facility_panel.UNKNOWN)
