"""Groups of provinces in which facilities are told: the two that are printed alone, three together, and the others."""

import pandas as pd

from analysis.contract import Column

GROUPS = {"priority_three": "battambang_kandal_preah_sihanouk", "other20": "other20"}  # ours: that of the table areas
OWN_GROUP = {"Phnom Penh": "phnom_penh", "Siem Reap": "siem_reap"}
UNKNOWN = "unknown"
AREA = Column("str", "group of provinces", isin=(*OWN_GROUP.values(), *GROUPS, UNKNOWN))


def area_of(areas: pd.DataFrame, provinces: pd.DataFrame) -> dict[str, str]:
    """Return the group of each province, by its code."""
    ours = {theirs: name for name, theirs in GROUPS.items()}
    grouped = areas[areas["area"].isin(list(ours))].set_index("province_code")["area"].map(ours)
    own = provinces.set_index("province_code")["province"].map(OWN_GROUP).dropna()
    return {**grouped.to_dict(), **own.to_dict()}
