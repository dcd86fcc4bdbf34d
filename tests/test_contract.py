"""A contract types, orders and checks a frame, and one error names every fault with its place."""

import pandas as pd
import pytest

from analysis.contract import Column, ContractError, Table

TABLE = Table(
    one_row_is="a district",
    key=("district_code",),
    columns={
        "district_code": Column("str", "code", matches=r"\d{4}"),
        "n_children": Column("Int64", "children", unit="children", ge=0, nullable=True),
        "poverty_share": Column("Float64", "poor households of all", ge=0, le=1),
        "is_urban": Column("boolean", "urban", nullable=True),
    },
)


def rows(**changes: list[str | None]) -> pd.DataFrame:
    text = {
        "district_code": ["0202", "0101"],
        "n_children": ["12", None],
        "poverty_share": ["0.25", "1"],
        "is_urban": ["yes", None],
    } | changes
    return pd.DataFrame(text, dtype="str", index=pd.Index([2, 3], name="line"))


def test_text_becomes_typed_rows_in_the_order_of_the_key():
    typed = TABLE.validated(rows(), "districts")
    assert list(typed["district_code"]) == ["0101", "0202"]
    assert typed.dtypes.astype(str).to_dict() == {
        "district_code": "str",
        "n_children": "Int64",
        "poverty_share": "Float64",
        "is_urban": "boolean",
    }
    assert typed["n_children"].isna().tolist() == [True, False]


def test_the_order_of_rows_and_columns_does_not_matter():
    shuffled = rows().iloc[::-1, ::-1]
    pd.testing.assert_frame_equal(TABLE.validated(rows(), "t"), TABLE.validated(shuffled, "t"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"n_children": ["-1", "3"]}, r"'n_children', line 2: -1 must be at least 0"),
        ({"n_children": ["12.5", "3"]}, r"'n_children', line 2: '12.5' is not a whole number"),
        ({"poverty_share": ["0.2", "a third"]}, r"'poverty_share', line 3: 'a third' is not a number"),
        ({"poverty_share": ["0.2", "1.2"]}, r"'poverty_share', line 3: 1.2 must be at most 1"),
        ({"poverty_share": ["0.2", None]}, r"'poverty_share', line 3: .* must not be empty"),
        ({"is_urban": ["maybe", "no"]}, r"'is_urban', line 2: 'maybe' is not yes or no"),
        ({"district_code": ["0101", "0101"]}, r"key \('district_code',\) = \('0101',\) stands 2 times \(lines 2, 3\)"),
        ({"district_code": ["101", "0202"]}, r"'district_code', line 2: '101' must match"),
    ],
)
def test_a_fault_is_named_with_its_line(changes, said):
    with pytest.raises(ContractError, match=said):
        TABLE.validated(rows(**changes), "districts", "data/raw/districts.csv")


def test_all_faults_come_in_one_error_with_the_file_and_what_to_do():
    with pytest.raises(ContractError) as caught:
        TABLE.validated(rows(n_children=["-1", "x"], is_urban=["?", "no"]), "districts", "data/raw/districts.csv")
    message = str(caught.value)
    assert "read from data/raw/districts.csv" in message
    assert message.count("\n  - ") == 3
    assert message.endswith("or change the contract in the table's module.")


def test_a_missing_and_an_unknown_column_are_named():
    frame = rows().drop(columns="is_urban").assign(surprise="1")
    with pytest.raises(ContractError, match=r"'is_urban' is missing\n.*'surprise' is not in the contract"):
        TABLE.validated(frame, "districts")


def test_a_fraction_where_a_count_is_expected_is_named_whether_it_is_text_or_not():
    with pytest.raises(ContractError, match=r"'n_children', line 2: 12.5 is not a whole number"):
        TABLE.validated(rows().assign(n_children=pd.array([12.5, 3.0], "Float64")), "districts")
