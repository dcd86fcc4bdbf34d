"""Spell rejections: what became of every placement on record, so that no return is dropped in silence.

The records of all reasons are the placements imported; the returns of ``spell`` are the rows of ``spells``.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features import _spell_account as account
from analysis.features._spell_account import REJECTED
from analysis.features._spell_stays import HOME, kinds
from analysis.study import Study

REASONS = ("spell", *REJECTED, "not_a_return", "care", "no_start")

TABLE = Table(
    one_row_is="what became of placements on record",
    key=("reason",),
    columns={
        "reason": Column(
            "str",
            "spell: used; care: not with the family, tells what came before or after; not_a_return: with the family, "
            "and nothing shows that the child had been away; else why a return cannot be used",
            isin=REASONS,
        ),
        "n": Column("Int64", "placements on record", unit="placements", ge=0),
        "n_returns": Column("Int64", "returns they are records of", unit="returns", ge=0),
    },
)


def build(
    placements: pd.DataFrame,
    cases: pd.DataFrame,
    children: pd.DataFrame,
    follow_ups: pd.DataFrame,
    assessments: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """Return how many placements and returns were used, and how many not for each reason."""
    found = account.returns_found(placements, cases, children, follow_ups, assessments, study)
    of_reason = found.groupby(found["rejected"].replace("", "spell"))["n_records"].agg(["sum", "size"])
    counts = of_reason.reindex(REASONS, fill_value=0)
    dated = placements["start_on"].notna()
    at_home = (kinds(placements, study) == HOME) & dated
    counts.loc["not_a_return", "sum"] = at_home.sum() - counts["sum"].sum()
    counts.loc["care", "sum"] = (dated & ~at_home).sum()
    counts.loc["no_start", "sum"] = (~dated).sum()
    return counts.rename(columns={"sum": "n", "size": "n_returns"}).rename_axis("reason").reset_index()
