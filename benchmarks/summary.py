"""One table and one figure of all benchmarks, from their results: ``python -m benchmarks.summary [--results FOLDER]``.

Ratios are of one run on one machine: what a peer took over what ours took, by the clock and of processor. A line where
a peer is ahead must say in ``remarks.csv`` why, and what the limit is; without one this program ends with an error, its
table written. Lines of ``remarks.csv`` with a number of rows, for which nothing was measured, tell what was left out;
``{100000}`` in them stands for the seconds that the tool took at 100,000 rows.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import pandas as pd
from benchmarks import result_lines, summary_figure

from analysis.charts import face

REMARKS = Path(__file__).with_name("remarks.csv")
TABLE, FIGURE, MACHINE = "summary.csv", "summary", "machine.json"
COLUMNS = (
    *("task", "rows", "tool", "version", "seconds", "cpu", "peak_gb"),
    *("times_ours", "times_our_cpu", "agreement", "remark"),
)
AHEAD = 0.995  # of our time: less of it is ahead of us


def main(arguments: list[str] | None = None) -> None:
    """Write the table and the figure beside the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=result_lines.RESULTS)
    given = parser.parse_args(arguments)
    machine = json.loads((given.results / MACHINE).read_text(encoding="utf-8"))
    table = assembled(result_lines.measured(given.results), machine, pd.read_csv(REMARKS, dtype="str").fillna(""))
    table.to_csv(given.results / TABLE, index=False, lineterminator="\n")
    with face.style():
        for suffix, content in face.rendered(summary_figure.drawn(table, machine)).items():
            (given.results / FIGURE).with_suffix(suffix).write_bytes(content)
    unexplained = without_reason(table)
    if len(unexplained):
        sys.exit(f"a peer is ahead and remarks.csv does not say why:\n{unexplained.to_string(index=False)}")


def assembled(lines: pd.DataFrame, machine: dict, remarks: pd.DataFrame) -> pd.DataFrame:
    """Return the table: ``lines`` of ``result_lines.measured`` with versions, ratios and remarks, and what is missing.

    ``remarks``: task, rows ("" for any), tool, remark, all of them text.
    """
    ours = lines.groupby(["benchmark", "task", "rows"], sort=False)[list(result_lines.NUMBERS)].transform("first")
    table = lines.assign(
        version=lines["tool"].map(lambda tool: _version(tool, machine)),
        times_ours=(lines["seconds"] / ours["seconds"]).map(_ratio),
        times_our_cpu=(lines["cpu_seconds"] / ours["cpu_seconds"]).map(_ratio),
        seconds=lines["seconds"].map(_short),
        cpu=lines["cpu_seconds"].map(_short),
        peak_gb=lines["peak_gb"].map(_short),
        rows=lines["rows"].astype("str"),
    )
    table["remark"] = [_remark(line, remarks) for line in table.to_dict("records")]
    left_out = _left_out(table, remarks)
    return pd.concat([table, left_out, _not_installed(machine)])[list(COLUMNS)].fillna("").reset_index(drop=True)


def without_reason(table: pd.DataFrame) -> pd.DataFrame:
    """Return the lines on which a peer took less than ours, by the clock or of processor, and no remark says why."""
    ratios = table[["times_ours", "times_our_cpu"]].apply(pd.to_numeric, errors="coerce")
    is_ours = table["tool"].str.startswith(result_lines.OURS)
    is_behind = (ratios < AHEAD).any(axis=1) & ~is_ours & (table["remark"] == "")
    return table.loc[is_behind, ["task", "rows", "tool", "times_ours", "times_our_cpu"]]


def _version(tool: str, machine: dict) -> str:
    if tool.startswith(result_lines.OURS):
        return ""
    where, package = result_lines.PACKAGES.get(tool, ("peers", tool))
    return machine[where].get(package) or ""


def _remark(line: dict, remarks: pd.DataFrame) -> str:
    is_about = (remarks["task"] == line["task"]) & (remarks["tool"] == line["tool"])
    fits = is_about & remarks["rows"].isin(["", line["rows"]])
    return "; ".join(remarks.loc[fits, "remark"])


def _left_out(table: pd.DataFrame, remarks: pd.DataFrame) -> pd.DataFrame:
    """Return a line without numbers for each remark on a task of so many rows that was measured, not with that tool."""
    named = remarks[remarks["rows"] != ""]
    tasks = set(zip(table["task"], table["rows"], strict=True))
    done = set(zip(table["task"], table["rows"], table["tool"], strict=True))
    is_missing = [
        (line.task, line.rows) in tasks and (line.task, line.rows, line.tool) not in done for line in named.itertuples()
    ]
    left_out = named[is_missing]
    said = [_with_seconds(line, table) for line in left_out.to_dict("records")]
    return left_out.assign(remark=["left out: " + remark for remark in said])


def _with_seconds(line: dict, table: pd.DataFrame) -> str:
    """Return a remark with the seconds of its tool at other rows; ``KeyError`` where those were not measured."""
    own = table[(table["task"] == line["task"]) & (table["tool"] == line["tool"])].set_index("rows")["seconds"]
    return re.sub(r"\{(\d+)\}", lambda found: own[found[1]], line["remark"])


def _not_installed(machine: dict) -> pd.DataFrame:
    missing = [name for group in ("peers", "r") for name, version in machine[group].items() if version is None]
    remark = "could not be installed here: left out of every task"
    return pd.DataFrame({"task": "all", "tool": missing, "remark": remark}, columns=["task", "tool", "remark"])


def _short(number: float) -> str:
    return "" if pd.isna(number) else f"{number:.3g}" if number < 1000 else f"{number:.0f}"


def _ratio(number: float) -> str:
    return "" if pd.isna(number) else f"{number:.2f}" if number < 10 else f"{number:.0f}"


if __name__ == "__main__":
    main()
