"""What the steps of linkage share: the choices it takes, and rulings held against the rows there are."""

from dataclasses import fields

import pandas as pd

from analysis.contract import MAX_FAULTS_SHOWN, ContractError
from analysis.models.linkage import LinkageSettings
from analysis.study import Study

ROW_ID = r"^[0-9a-f]{16}$"


def settings_of(study: Study) -> LinkageSettings:
    """Return the choices of linkage."""
    return LinkageSettings(**{field.name: study.linkage[field.name] for field in fields(LinkageSettings)})


def check_rows_are_known(facility_matches: pd.DataFrame, row_ids: pd.Series) -> None:
    """Raise ``ContractError`` if a ruling names a row that no list holds: it would be lost without a word."""
    ruled = pd.concat([facility_matches["row_id_a"], facility_matches["row_id_b"]])
    unknown = sorted(set(ruled) - set(row_ids))
    if unknown:
        shown = [*unknown[:MAX_FAULTS_SHOWN], *(["..."] if len(unknown) > MAX_FAULTS_SHOWN else [])]
        raise ContractError(
            "rulings/facility_matches.csv in data/restricted rules on rows that no imported list holds: "
            f"{', '.join(shown)}. A list exported anew has new row_ids: remove these lines and rule again on "
            "facility_review.csv"
        )
