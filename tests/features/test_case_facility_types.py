"""Types of the facilities that case records name, told by lists with the same name."""

import pandas as pd

from analysis.features import case_facility_types

LISTED = [  # name in Latin letters, name in Khmer, type
    ("Hope Center", "មណ្ឌល", "rci"),
    ("HOPE  centre", None, "group_home"),
    ("River's House", None, "boarding_school"),
    ("Two Types", None, "rci"),
    ("two types", None, "pagoda_faith"),
    ("Not Told", None, "unknown"),
    (None, None, "rci"),
]


def built(*names: str) -> dict[str, str]:
    """Return the type of facilities that case records call so."""
    row_ids = [f"{i:016x}" for i in range(len(LISTED))]
    latin, khmer, types = zip(*LISTED, strict=True)
    asked = pd.DataFrame({"facility_id": [f"F{i:04}" for i in range(len(names))], "facility_name": names}, dtype="str")
    made = case_facility_types.build(
        asked,
        pd.DataFrame({"row_id": row_ids, "name_latin": latin, "name_km": khmer, "operator_name": None}, dtype="str"),
        pd.DataFrame({"row_id": row_ids, "facility_type": types}, dtype="str"),
    )
    rows = case_facility_types.TABLE.validated(made, "case_facility_types")
    return dict(zip(names, rows["facility_type"], strict=True))


def test_a_name_is_compared_without_case_blanks_and_punctuation_and_not_guessed():
    assert built("hope center", "hope centr", "river s house", "មណ្ឌល") == {
        **{"hope center": "rci", "hope centr": "unknown", "river s house": "boarding_school", "មណ្ឌល": "rci"}
    }


def test_a_name_of_several_types_or_of_none_is_unknown():
    assert set(built("two types", "not told").values()) == {"unknown"}


def test_records_that_name_no_facility_make_no_row():
    assert built() == {}
