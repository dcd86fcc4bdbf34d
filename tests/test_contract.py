"""A contract types, orders and checks a frame, and one error names every fault with its place."""

import pandas as pd
import pytest

from analysis.contract import MAX_FAULTS_SHOWN, Column, ContractError, Table, estimate_table

TABLE = Table(
    one_row_is="a district",
    key=("district_code",),
    columns={
        "district_code": Column("str", "code", matches=r"\d{4}"),
        "n_children": Column("Int64", "children", unit="children", ge=0, nullable=True),
        "poverty_share": Column("Float64", "poor households of all", ge=0, le=1),
        "is_urban": Column("boolean", "urban", nullable=True),
        "n_households": Column("Int64", "households", gt=0),
        "unit": Column("str", "kind of district", isin=("Srok", "Khan")),
    },
)


def rows(**changes: list[str | None]) -> pd.DataFrame:
    text = {
        "district_code": ["0202", "0101"],
        "n_children": ["12", None],
        "poverty_share": ["0.25", "1"],
        "is_urban": ["yes", None],
        "n_households": ["1", "2"],
        "unit": ["Srok", "Khan"],
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
        "n_households": "Int64",
        "unit": "str",
    }
    assert typed["n_children"].isna().tolist() == [True, False]
    assert typed.index.tolist() == [0, 1]


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_a_blank_cell_is_missing(blank):
    typed = TABLE.validated(rows(n_children=["12", blank], is_urban=[blank, "no"]), "districts")
    assert typed["n_children"].isna().tolist() == [True, False]
    assert typed["is_urban"].isna().tolist() == [False, True]
    with pytest.raises(ContractError, match=r"'unit', line 3: .* must not be empty"):
        TABLE.validated(rows(unit=["Srok", blank]), "districts")


def test_yes_and_no_are_read_in_capitals_and_as_true_and_false():
    assert TABLE.validated(rows(is_urban=["FALSE", "Yes"]), "districts")["is_urban"].tolist() == [True, False]


def test_a_bound_itself_is_allowed():
    typed = TABLE.validated(rows(n_children=["0", "0"], poverty_share=["0", "1"]), "districts")
    assert typed["poverty_share"].tolist() == [1, 0]


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
        ({"n_households": ["0", "2"]}, r"'n_households', line 2: 0 must be above 0"),
        ({"unit": ["Srok", "Krong"]}, r"'unit', line 3: 'Krong' must be one of"),
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


def test_a_long_list_of_faults_is_cut_and_counted():
    n_rows = MAX_FAULTS_SHOWN + 5
    many = pd.concat([rows()] * n_rows).iloc[:n_rows].assign(district_code=[f"{n:04}" for n in range(n_rows)])
    with pytest.raises(ContractError) as caught:
        TABLE.validated(many.assign(n_children="x"), "districts")
    assert str(caught.value).count("is not a whole number") == MAX_FAULTS_SHOWN
    assert "\n  - and 5 more\n" in str(caught.value)


def test_an_estimate_has_the_shared_columns_first_and_then_its_own():
    own = Column("str", "how it was made")
    columns = estimate_table("an estimate", {"basis": own, "note": own}).columns
    assert list(columns)[:3] == ["outcome", "term", "level"]
    assert list(columns)[-1] == "basis"
    assert columns["note"] == own


def test_a_missing_and_an_unknown_column_are_named():
    frame = rows().drop(columns="is_urban").assign(surprise="1")
    with pytest.raises(ContractError, match=r"'is_urban' is missing\n.*'surprise' is not in the contract"):
        TABLE.validated(frame, "districts")


def test_a_fraction_where_a_count_is_expected_is_named_whether_it_is_text_or_not():
    with pytest.raises(ContractError, match=r"'n_children', line 2: 12.5 is not a whole number"):
        TABLE.validated(rows().assign(n_children=pd.array([12.5, 3.0], "Float64")), "districts")
