"""Spell variants: the returns again under other rules, to see how far a result hangs on a choice.

Restricted: rows are children, and it never leaves. The rules stand in ``study.toml`` under ``spells.variants``.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features import _spell_account as account
from analysis.features import spells
from analysis.study import Study

KEPT = ("spell_id", "entry_days", "days", "state", "return_kind", "is_repeat", "sibling_group", "agency")

TABLE = Table(
    one_row_is="a return of a child to its family under one set of rules",
    key=("variant", "spell_id"),
    columns={
        "variant": Column("str", "the set of rules, by its name in study.toml"),
        **{name: spells.TABLE.columns[name] for name in KEPT},
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
    """Return the spells of each variant of the rules."""
    records = (placements, cases, children, follow_ups, assessments)
    made = [
        account.returns_found(*records, _changed(study, rules)).assign(variant=name)
        for name, rules in study.spells.variants.items()
    ]
    found = pd.concat(made)
    return found.loc[found["rejected"] == "", list(TABLE.columns)]


def _changed(study: Study, rules: Study) -> Study:
    for choice, value in rules.items():
        study = study.changed(f"spells.{choice}", value)
    return study
