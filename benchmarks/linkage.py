"""Linkage beside splink and recordlinkage, in one run on the same made-up lists of facilities.

``python -m benchmarks.linkage [--rows N ...] [--repeats N] [--PEER PYTHON ...] [--most N] [--to FILE]``

Peers run in environments of their own (``benchmarks.environments``, or another, named by its Python); one that is not
there is left out with a line that says so. Readers take turns. Pairs within a list are ours
alone and left out of the comparison; ``splink, best threshold`` is what splink would have come to if the truth had
been there to choose its threshold and whether a row may have two partners.
"""

import argparse
import csv
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from benchmarks import environments
from benchmarks.facility_lists import facility_lists
from benchmarks.measured import ROOT, cost

from analysis.models.linkage.coded import coded

RESULTS = ROOT / "benchmarks" / "results" / "linkage.csv"
PEERS = Path(__file__).with_name("linkage_peers.py")
COLUMNS = (
    *("task", "rows", "reader", "seconds", "cpu_seconds", "peak_gb"),
    *("precision", "recall", "f1", "max_decile_error", "repeats", "load"),
)
TASK = "two lists of facilities"
SEED = 20261122
N_DECILES = 10
THRESHOLDS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999, 0.99999)


def main(arguments: list[str] | None = None) -> None:
    """Make the lists, let every reader link them in turn, and write what each found and what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000], help="rows of each of the two lists")
    parser.add_argument("--repeats", type=int, default=3)
    environments.add_option(parser, "splink", "recordlinkage")
    parser.add_argument("--most", type=int, default=10_000, help="rows above which recordlinkage is left out")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    pythons = {"homeward": sys.executable, "splink": given.splink, "recordlinkage": given.recordlinkage}
    for name in (name for name, python in pythons.items() if not python):
        _say(f"{name}: {environments.missing(name)}")
    lines = []
    for n_rows in given.rows:
        named = {name: python for name, python in pythons.items() if python}
        if n_rows > given.most and named.pop("recordlinkage", None):
            _say(f"recordlinkage: left out at {n_rows} rows; it needs minutes and memory there (--most)")
        lines += _lines(n_rows, named, given.repeats, given.seed)
    given.to.parent.mkdir(parents=True, exist_ok=True)
    with given.to.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(lines)


def cleaned(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with names as our own normalisation leaves them: what the peers compare."""
    listed = coded(rows)
    rows = rows.sort_values("row_id").reset_index(drop=True)
    terms = {name: getattr(listed, name) for name in ("latin", "khmer", "operator", "word", "district", "province")}
    texts = {
        name: pd.Series(np.append(one.letters, None)[one.numbers], index=rows.index, dtype="object")
        for name, one in terms.items()
    }
    district, province = texts.pop("district"), texts.pop("province")
    kind = rows["facility_type"].mask(rows["facility_type"] == "unknown")
    return rows.assign(**texts, district_code=district, province_code=province, facility_type=kind)


def max_decile_error(probability: np.ndarray, is_true: np.ndarray) -> float:
    """Return the largest |mean probability - share that is true| over ten groups of pairs by probability."""
    order = np.argsort(probability, kind="stable")
    groups = [group for group in np.array_split(order, N_DECILES) if len(group)]
    return max((float(abs(probability[group].mean() - is_true[group].mean())) for group in groups), default=0.0)


def _lines(n_rows: int, pythons: dict[str, str], repeats: int, seed: int) -> list[dict[str, object]]:
    rows = facility_lists(n_rows, np.random.default_rng(seed))
    truth = rows.set_index("row_id")["facility"]
    n_true = _n_true(rows)
    lists = rows.drop(columns="facility")
    found: dict[str, list[dict]] = {name: [] for name in pythons}
    with tempfile.TemporaryDirectory() as temporary:
        raw, clean = Path(temporary, "lists.parquet"), Path(temporary, "cleaned.parquet")
        lists.to_parquet(raw, index=False)
        cleaned(lists).to_parquet(clean, index=False)
        for _ in range(repeats):
            for name, python in pythons.items():
                given = raw if name == "homeward" else clean
                found[name].append(_one_run(name, python, given, Path(temporary, name)))
        pairs = {name: pd.read_parquet(Path(temporary, name, "links.parquet")) for name in pythons}
    lines = []
    for name, runs in found.items():
        own = _marked(pairs[name], truth, rows.set_index("row_id")["list_id"])
        line = _line(n_rows, name, runs) | _quality(own, own["is_link"], n_true)
        lines.append(
            line
            | {"max_decile_error": round(max_decile_error(own["probability"].to_numpy(), own["is_true"].to_numpy()), 4)}
        )
        if name == "splink":
            lines.append(_line(n_rows, "splink, best threshold", runs) | _best(own, n_true))
    for line in lines:
        _say(str(line))
    return lines


def _one_run(name: str, python: str, lists: Path, folder: Path) -> dict[str, object]:
    folder.mkdir(exist_ok=True)
    load = os.getloadavg()[0]
    cost([python, "-W", "ignore", str(PEERS), name, str(lists), str(folder)])
    return json.loads((folder / "spent.json").read_text(encoding="utf-8")) | {"load": load}


def _line(n_rows: int, reader: str, runs: list[dict]) -> dict[str, object]:
    loads = [run["load"] for run in runs]
    return {
        "task": TASK,
        "rows": n_rows,
        "reader": reader,
        "seconds": round(median(run["seconds"] for run in runs), 2),
        "cpu_seconds": round(median(run["cpu_seconds"] for run in runs), 2),
        "peak_gb": round(max(run["peak_gb"] for run in runs), 2),
        "repeats": len(runs),
        "load": f"{min(loads):.1f} to {max(loads):.1f}",
    }


def _n_true(rows: pd.DataFrame) -> int:
    """Return the number of true pairs across the two lists; a facility listed twice has two."""
    one, other = (own.groupby("facility").size() for _, own in rows.groupby("list_id"))
    return int(one.mul(other, fill_value=0).sum())


def _marked(pairs: pd.DataFrame, truth: pd.Series, lists: pd.Series) -> pd.DataFrame:
    """Return pairs across lists, most probable first, with whether each is true."""
    one, other = pairs["row_id_a"], pairs["row_id_b"]
    is_across = lists[one].to_numpy() != lists[other].to_numpy()
    is_true = truth[one].to_numpy() == truth[other].to_numpy()
    return pairs.assign(is_true=is_true)[is_across].sort_values("probability", ascending=False, kind="stable")


def _quality(pairs: pd.DataFrame, is_link: pd.Series, n_true: int) -> dict[str, float]:
    n_right, n_links = int(pairs.loc[is_link, "is_true"].sum()), int(is_link.sum())
    precision, recall = n_right / max(n_links, 1), n_right / max(n_true, 1)
    f1 = 2 * n_right / max(n_links + n_true, 1)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _best(pairs: pd.DataFrame, n_true: int) -> dict[str, float]:
    """Return the best F1 over thresholds, with and without leaving each row its most probable partner alone."""
    is_first = ~pairs["row_id_a"].duplicated() & ~pairs["row_id_b"].duplicated()
    tried = [
        _quality(pairs, (pairs["probability"] >= threshold) & which, n_true)
        for threshold in THRESHOLDS
        for which in (is_first, pd.Series(data=True, index=pairs.index))
    ]
    return max(tried, key=lambda quality: quality["f1"])


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
