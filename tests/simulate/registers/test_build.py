"""All registers together: the columns of the world, no register without lines, each with draws of its own."""

import numpy as np
import pandas as pd

from analysis.simulate import block
from analysis.simulate.registers import build
from analysis.simulate.world import COLUMNS

OF_NOBODY = ["closure_events", "trainings", "commune_years", "partner_evidence", "exchange_rates"]


def test_each_register_has_the_columns_of_the_world_and_lines(registers):
    for name, rows in registers.items():
        assert set(COLUMNS[name]) <= set(rows.columns), name
        assert len(rows) > 0, name


def test_registers_draw_with_generators_of_their_own(numbers, frames, registers):
    changed = numbers.changed("registers.closure_events.n_others", 5)
    again = build.build(changed, block.generators(1, 1), frames, 1.0)
    same = {name: rows.equals(registers[name]) for name, rows in again.items()}
    assert same == {**dict.fromkeys(registers, True), "closure_events": False}


def test_without_a_case_registers_of_cases_are_empty_and_others_are_not(numbers, frames):
    nobody = {name: rows.head(0) if name not in LASTING else rows for name, rows in frames.items()}
    found = build.build(numbers, block.generators(1, 1), nobody, 1.0)
    assert {name for name, rows in found.items() if rows.empty} == {
        *("cost_items", "cost_lines", "household_checks", "plan_goals")
    }
    assert all(len(found[name]) > 0 for name in OF_NOBODY)


LASTING = ("communes", "facilities", "agencies", "workers")


def test_blanks_are_missing_and_counts_whole(registers):
    lines = registers["cost_lines"]
    assert lines["amount"].isna().any()
    assert lines["currency"].isna().any()
    assert isinstance(lines["case_no"].dtype, pd.Int64Dtype)
    assert np.issubdtype(registers["closure_events"]["n_children_present"].dtype, np.integer)
