"""Partners: one row an organisation and a criterion, with what the newest evidence says and until when it holds.

Criteria are data (``data/raw/rulings/partner_criteria_ruled.csv``), the evidence a restricted register. Only
evidence of a kind that the criterion accepts, with a day, can meet it; a "no" counts whatever it rests on, and does not
expire. Evidence is judged on a day that the study names, or on the newest day in the register, not by the clock.
Restricted: criteria that may not be told are left out here; ``analysis.partner_register`` has them, with names, in
``data/restricted``. Nothing of a partner leaves.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.features._partner_states import STATES, judged
from analysis.study import Study

TABLE = Table(
    one_row_is="a criterion of a partner",
    key=("org_code", "criterion"),
    columns={
        "org_code": Column(
            "str", "the organisation as a code; who it is stands in data/restricted", matches=r"^A\d{2,}$"
        ),
        "criterion": Column("str", "the criterion"),
        "is_needed": Column("boolean", "whether an organisation without it is no partner"),
        "state": Column("str", "what the newest evidence says", isin=STATES),
        "evidence": Column("str", "what kind of evidence that is", nullable=True),
        "dated_on": Column("datetime64[us]", "day of that evidence", nullable=True),
        "expires_on": Column("datetime64[us]", "day until which it holds", nullable=True),
        "review_on": Column("datetime64[us]", "day from which the next review is due", nullable=True),
        "is_review_due": Column("boolean", "whether it is due on the day of judging"),
    },
)


def build(partner_evidence: pd.DataFrame, partner_criteria: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return every told criterion of every organisation in the register."""
    return judged(partner_evidence, partner_criteria[partner_criteria["is_told"]], study)[list(TABLE.columns)]
