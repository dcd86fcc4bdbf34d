"""Eligibility rules: one rule of a set under which a programme takes cases, or refuses them, and why.

A case is eligible under a set if it meets every rule of it. A rule asks for one fact of the case; an answer that is in
neither list leaves open whether the rule is met.
"""

import pandas as pd

from analysis.contract import Column, Table

LISTED = r"^[a-z0-9_]+(\|[a-z0-9_]+)*$"

TABLE = Table(
    one_row_is="a rule of a set of rules of eligibility",
    key=("rule_set", "rule"),
    columns={
        "rule_set": Column("str", "the set it belongs to", matches=r"^[a-z_]{3,40}$"),
        "rule": Column("str", "short name of the rule", matches=r"^[a-z_0-9]{3,40}$"),
        "asks": Column("str", "the fact of the case that it asks for", matches=r"^[a-z_]{3,40}$"),
        "accepts": Column("str", "answers that meet it, joined by |", matches=LISTED),
        "refuses": Column("str", "answers that do not, joined by |", matches=LISTED),
        "reason": Column("str", "why a case is refused"),
        "basis": Column("str", "where the rule comes from"),
    },
)


def build(eligibility_rules_ruled: pd.DataFrame) -> pd.DataFrame:
    """Return the rules as they are listed."""
    return eligibility_rules_ruled
