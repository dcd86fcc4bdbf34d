"""The table and the figure of all benchmarks, from made-up results and from those that are committed."""

import json
import shutil

import pandas as pd
import pytest
from benchmarks import environments, machine, result_lines, summary

MACHINE = {
    **{"processor": "a processor", "cores": 2, "memory_gb": 24.0, "system": "a system", "measured_on": "2026-01-01"},
    **{"python": "3.11.7", "ours": {"statsmodels": "0.15.0", "pandas": "3.1.1"}},
    **{"peers": {"lifelines": "0.30.3", "svy": None}, "r": {"survival": "3.5.3", "spdep": None}},
}
REMARKS = pd.DataFrame(
    [("Cox", "", "lifelines", "wrong with ties"), ("Cox", "10", "slow", "hours"), ("Cox", "99", "slow", "days")],
    columns=["task", "rows", "tool", "remark"],
)


@pytest.fixture
def lines():
    rows = [
        ("survival", "Cox", 10, "Homeward", 1.0, 0.5, 0.1, ""),
        ("survival", "Cox", 10, "lifelines", 0.5, 0.25, 0.2, "errors within 2e-3"),
        ("survival", "Cox", 10, "R survival", 30.0, 20.0, 0.2, ""),
    ]
    names = ["benchmark", "task", "rows", "tool", "seconds", "cpu_seconds", "peak_gb", "agreement"]
    return pd.DataFrame(rows, columns=names)


def test_ratios_versions_and_remarks_stand_beside_the_costs(lines):
    table = summary.assembled(lines, MACHINE, REMARKS).set_index("tool")
    assert table.loc["R survival", ["times_ours", "times_our_cpu", "version"]].tolist() == ["30", "40", "3.5.3"]
    assert table.loc["lifelines", ["times_ours", "remark"]].tolist() == ["0.50", "wrong with ties"]


def test_what_was_left_out_or_not_installed_has_a_line(lines):
    table = summary.assembled(lines, MACHINE, REMARKS)
    told = dict(zip(table["tool"], table["remark"], strict=True))
    assert told["slow"] == "left out: hours"
    assert told["svy"] == told["spdep"] == "could not be installed here: left out of every task"


def test_what_was_left_out_tells_the_seconds_that_were_measured_at_other_rows(lines):
    remarks = pd.DataFrame([("Cox", "99", "R survival", "{10} seconds at 10 rows")], columns=REMARKS.columns)
    other = lines.iloc[:1].assign(rows=99)
    table = summary.assembled(pd.concat([lines, other], ignore_index=True), MACHINE, remarks)
    assert table.loc[table["rows"] == "99", "remark"].tolist() == ["", "left out: 30 seconds at 10 rows"]
    with pytest.raises(KeyError):
        summary.assembled(pd.concat([lines, other]), MACHINE, remarks.assign(remark="{11} seconds"))


def test_a_peer_ahead_of_us_without_a_reason_is_found(lines):
    assert summary.without_reason(summary.assembled(lines, MACHINE, REMARKS)).empty
    unexplained = summary.without_reason(summary.assembled(lines, MACHINE, REMARKS.drop(index=0)))
    assert unexplained["tool"].tolist() == ["lifelines"]


def test_the_committed_results_make_a_table_and_a_figure(tmp_path):
    for file in result_lines.RESULTS.glob("*.csv"):
        shutil.copy(file, tmp_path)
    (tmp_path / summary.MACHINE).write_text(json.dumps(machine.described(rscript=None)), encoding="utf-8")
    summary.main(["--results", str(tmp_path)])
    table = pd.read_csv(tmp_path / summary.TABLE, dtype="str")
    assert tuple(table.columns) == summary.COLUMNS
    assert {"Homeward", "lifelines", "splink", "glmmTMB", "R spdep"} <= set(table["tool"])
    assert (tmp_path / "summary.png").stat().st_size > 10_000
    assert b"</svg>" in (tmp_path / "summary.svg").read_bytes()


def test_the_machine_is_described_without_its_name():
    told = machine.described(rscript=None)
    assert set(told["peers"]) == set(environments.names())
    assert told["r"] == dict.fromkeys(("R", *machine.IN_R))
    assert f"{told['cores']} cores" in machine.named(told)
