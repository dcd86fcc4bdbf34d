"""The figure of all benchmarks: how many times our seconds of processor each peer took, task by task."""

import pandas as pd
from benchmarks import machine as machines
from benchmarks.result_lines import OURS
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.charts import face
from analysis.charts.palette import BLUE, INK, MUTED, ORANGE

LINE, HEAD = 0.19, 2.6  # inches: a line of the figure, and its words
TICKS = (0.1, 1, 10, 100, 1000)


def drawn(table: pd.DataFrame, machine: dict) -> Figure:
    """Return the figure of the lines of ``table`` that have a peer, on the ``machine`` that was measured on."""
    peers = table[~table["tool"].str.startswith(OURS) & (table["times_our_cpu"] != "")]
    ratios, places, y = pd.to_numeric(peers["times_our_cpu"]), {}, 0.0
    figure = face.canvas(HEAD + LINE * (len(peers) + 1.6 * len(_groups(peers))))
    axes = figure.subplots()
    for (task, rows), lines in _groups(peers).items():
        y += 0.6
        axes.text(
            0,
            y,
            _heading(task, rows),
            transform=axes.get_yaxis_transform(),
            fontsize=9,
            weight="bold",
            color=INK,
            backgroundcolor="white",
        )
        for place in lines:
            y += 1
            places[place] = y
        y += 1
    for place, at in places.items():
        ratio, colour = ratios[place], BLUE if ratios[place] >= 1 else ORANGE
        axes.plot([1, ratio], [at, at], color=colour, linewidth=1.4)
        axes.plot(ratio, at, "o", color=colour, markersize=4.5)
        axes.annotate(
            _ratio(ratio), (ratio, at), (6 if ratio >= 1 else -6, 0), textcoords="offset points",
            va="center", ha="left" if ratio >= 1 else "right", fontsize=8, color=MUTED,
        )  # fmt: skip
    axes.axvline(1, color=INK, linewidth=1)
    axes.set(xscale="log", ylim=(y, -0.6), xlabel="times our seconds of processor (logarithmic)")
    axes.set_yticks(list(places.values()), [_tool(peers.loc[place]) for place in places], fontsize=8)
    axes.set_xticks(TICKS)
    axes.set_xlim(min(0.1, ratios.min() / 2, 1), max(1000, ratios.max() * 3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.tick_params(which="minor", bottom=False)
    axes.grid(visible=False, axis="y")
    return face.finish(figure, words(ratios, machine), "simulated")


def words(ratios: pd.Series, machine: dict) -> face.Words:
    """Return what the figure says; ``ratios``: of every line with a peer."""
    n_ahead, n = int((ratios < 1).sum()), len(ratios)
    behind = f"on {n_ahead} of {n} lines a peer took less" if n_ahead else f"no peer took less on any of {n} lines"
    title = f"Homeward took less time than the peer on {n - n_ahead} of {n} lines"
    return face.Words(
        title=title,
        caption="Seconds of processor of each peer over ours, same data, medians of the repeats of one run; beyond 1 "
        "the peer took longer. Where a peer did less, or found something else, summary.csv says so.",
        reading=f"{title}; {behind}.",
        alt_text=f"A list of tasks, and for each peer a point at the ratio of its time to ours; {behind}.",
        source=f"made-up data; {machines.named(machine)}; measured {machine['measured_on']}.",
        limits="One machine and one run; the standard error of a ratio is not known.",
    )


def _groups(peers: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    groups: dict[tuple[str, str], list[int]] = {}
    for place, task, rows in zip(peers.index, peers["task"], peers["rows"], strict=True):
        groups.setdefault((task, rows), []).append(place)
    return groups


def _heading(task: str, rows: str) -> str:
    return f"{task}, {int(rows):,} rows" if int(rows or 0) > 1 else task


def _ratio(number: float) -> str:
    return f"{number:.2g}" if number < 10 else f"{number:,.0f}"


def _tool(line: pd.Series) -> str:
    return f"{line['tool']} {line['version']}".strip()
