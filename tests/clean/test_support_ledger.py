"""The ledger of support in our words: what a funder says it paid of an item."""

import pandas as pd

from analysis.clean import support_ledger
from analysis.imported.cost_lines import TABLE as COST_LINES


def lines(paid, covered_share):
    """Return cost lines alike in all but what their funder paid."""
    one = {
        "case_id": "a" * 16, "child_key": "b" * 16, "org_code": "A01", "spent_on": pd.Timestamp("2023-04-01"),
        "cost_category": "health", "amount": 12.5, "currency": "USD", "funder_key": "c" * 16, "receipt_key": "d" * 16,
        "is_externally_supported": None,
    }  # fmt: skip
    ids = [f"{at:016x}" for at in range(len(paid))]
    own = pd.DataFrame({"cost_line_id": ids, "paid": paid, "covered_share": covered_share}).assign(**one)
    return own.astype({name: column.dtype for name, column in COST_LINES.columns.items()})


def built(cost_lines):
    return support_ledger.TABLE.validated(support_ledger.build(cost_lines), "support_ledger")


def test_whole_is_all_of_it_a_part_not_told_is_missing_and_a_share_counts_for_more_than_the_word():
    found = built(lines(["whole", "part", "part", "unknown", "whole"], [None, None, 0.4, None, 0.7]))["funded_share"]
    assert found.tolist()[0] == 1
    assert found.isna().tolist() == [False, True, False, True, False]
    assert found.tolist()[2] == 0.4
    assert found.tolist()[4] == 0.7


def test_rows_in_are_rows_out_and_nothing_else_is_changed():
    found = built(lines(["whole"] * 3, [None] * 3))
    assert len(found) == 3
    assert found.iloc[0][["agency", "funder", "receipt"]].tolist() == ["A01", "c" * 16, "d" * 16]
    assert found["is_externally_supported"].isna().all()


def test_a_ledger_without_a_line_is_a_table_without_a_row():
    assert built(lines([], [])).empty
