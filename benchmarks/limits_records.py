"""Hot kernels on records: ids, files, contracts, linkage and the gate, on made-up rows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from benchmarks.limits_kernel import N_BYTES, Kernel, rows_of


def hmac_of_ids(size: float, _: Path) -> Kernel:
    """Ids to keys, each different."""
    from analysis.importers.keys import PUBLIC, pseudonyms

    n = rows_of(200_000, size)
    ids = pl.Series([f"global_id:KHM-{at:09d}-{at * 7919 % 1000:03d}" for at in range(n)])
    length = float(ids.str.len_bytes().sum())
    return Kernel(
        n,
        lambda: pseudonyms(ids, PUBLIC),
        length + N_BYTES * n,
        {"sha256_blocks": 2 * n},
        "two blocks of SHA-256 an id, the key worked in once",
    )


def csv_read(size: float, folder: Path) -> Kernel:
    """A CSV of text to columns of text, a batch of records after the other."""
    from analysis.importers import separated

    n, width = rows_of(100_000, size), 20
    file = folder / "rows.csv"
    columns = {f"c{at}": pl.Series([f"word {row * (at + 3) % 5003}" for row in range(n)]) for at in range(width)}
    pl.DataFrame(columns).write_csv(file)
    return Kernel(
        n,
        lambda: [len(batch) for batch in separated.batches(file, 1, width, list(range(width)), 50_000)],
        2 * file.stat().st_size,
        {},
        f"{width} cells a row: the file read once and its text written once; no operation counted",
    )


def parquet_write(size: float, folder: Path) -> Kernel:
    """A table of case records to parquet, as a step writes it."""
    from analysis import store

    frame, file = _cases(rows_of(200_000, size)), folder / "rows.parquet"
    store.write(frame, file, "simulated")
    written = file.stat().st_size

    def work() -> None:
        file.unlink()  # a file that is there already is compared first
        store.write(frame, file, "simulated")

    return Kernel(
        len(frame),
        work,
        float(frame.memory_usage(deep=True).sum()) + written,
        {},
        "columns read once and the file written once; no operation counted for encoding and packing",
    )


def contract_check(size: float, _: Path) -> Kernel:
    """A table typed, checked cell by cell, its key held to be unique, and put in order."""
    from analysis.imported.cases import TABLE

    frame = _cases(rows_of(200_000, size))
    read = float(frame.memory_usage(deep=True).sum())
    compared = len(frame) * np.log2(len(frame))
    return Kernel(
        len(frame),
        lambda: TABLE.validated(frame, "cases"),
        2 * read,
        {"whole_number_operations": compared + frame.size},
        "every cell read once and written once in order, one comparison a cell, n log2 n to put keys in order",
    )


def linkage_comparisons(size: float, _: Path) -> Kernel:
    """Pairs of facilities compared by name in two scripts, operator, place, type and year."""
    from benchmarks.facility_lists import facility_lists

    from analysis.models.linkage.candidates import candidate_pairs
    from analysis.models.linkage.coded import coded
    from analysis.models.linkage.comparisons import compared

    rows = coded(facility_lists(rows_of(5_000, size), np.random.default_rng(1)).drop(columns="facility"))
    a, b = candidate_pairs(rows)
    letters = sum(_letters(terms, a, b) for terms in (rows.latin, rows.khmer, rows.operator))
    fields, written = 9, 4
    return Kernel(
        len(a),
        lambda: compared(rows, a, b),
        len(a) * (2 * 4 + written) + len(rows) * fields * 4 + letters,
        {"whole_number_operations": 2 * fields * len(a) + 4 * letters},
        "pairs read once, levels written once; two operations a field, four a letter of each two spellings that differ",
    )


def _letters(terms: Any, a: np.ndarray, b: np.ndarray) -> int:
    """Return the letters of the longer of each two different spellings that are compared."""
    one, other = terms.numbers[a].astype(np.int64), terms.numbers[b].astype(np.int64)
    differ = (one != other) & (one >= 0) & (other >= 0)
    pairs = np.unique(np.stack([np.minimum(one, other), np.maximum(one, other)])[:, differ], axis=1)
    length = np.array([len(text or "") for text in terms.letters])
    return int(np.maximum(length[pairs[0]], length[pairs[1]]).sum())


def gate(size: float, _: Path) -> Kernel:
    """A table of 25 x 12 counts with margins: rounded, and cells withheld until no small one can be worked out."""
    from analysis import disclosure
    from analysis.contract import Table
    from analysis.kinds import Count, Release

    rows, columns, rng = rows_of(25, min(size, 1)), 12, np.random.default_rng(1)
    inner = rng.poisson(rng.gamma(1.5, 20, (rows, columns)))
    whole = np.block([[inner, inner.sum(axis=1, keepdims=True)], [inner.sum(axis=0), inner.sum()]])
    places = [*(f"{at:02d}" for at in range(1, rows + 1)), "all"]
    reasons = [*(f"reason {at}" for at in range(1, columns + 1)), "all"]
    cells = pd.MultiIndex.from_product([places, reasons], names=["place", "reason"]).to_frame(index=False)
    frame = cells.assign(estimate=whole.ravel().astype(float), withheld=None)
    frame = frame.astype({"place": "str", "reason": "str", "estimate": "Float64", "withheld": "str"})
    release = Release(kinds={"": Count()}, totals={"place": "all", "reason": "all"}, place="place")
    table = Table("a place and a reason", ("place", "reason"), {}, release)
    small = int(((inner > 0) & (inner < 10)).sum())
    read = N_BYTES * (2 * whole.size + 2 * small * 2 * whole.size)
    return Kernel(
        whole.size,
        lambda: disclosure.publishable(frame, table, "gate", "records"),
        read,
        {"flops": 2 * small * 4 * whole.size},
        f"{small} small counts: for the least and the most each can be, every cell and both its sums read once",
    )


def _cases(n: int) -> pd.DataFrame:
    """Return made-up cases that keep their contract, in no order."""
    from analysis.imported.cases import TABLE

    rng = np.random.default_rng(1)
    days = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 3000, n), unit="D")
    made: dict[str, Any] = {}
    for name, column in TABLE.columns.items():
        if column.isin:
            made[name] = rng.choice(np.array(column.isin, dtype=object), n)
        elif column.dtype == "Int64":
            made[name] = rng.integers(0, 18, n)
        elif column.dtype.startswith("datetime"):
            made[name] = days
        else:
            made[name] = TEXTS.get(name, lambda rng, n: [f"{at:016x}" for at in rng.permutation(n)])(rng, n)
    return pd.DataFrame(made).astype({name: column.dtype for name, column in TABLE.columns.items()})


TEXTS: dict[str, Callable[[np.random.Generator, int], Any]] = {  # those that are no key of 16 hex digits
    "org_code": lambda rng, n: rng.choice(np.array(["A01", "A02", "A03"], dtype=object), n),
    "province_code": lambda rng, n: rng.choice(np.array(["01", "12", "25"], dtype=object), n),
    "separation_reason": lambda rng, n: rng.choice(np.array(["poverty", "poverty|schooling"], dtype=object), n),
    "harm_history": lambda _, n: ["unknown"] * n,
    "closure_reason": lambda _, n: ["unknown"] * n,
}


KERNELS: dict[str, Callable[[float, Path], Kernel]] = {
    "HMAC of ids": hmac_of_ids,
    "CSV read": csv_read,
    "parquet write": parquet_write,
    "contract check": contract_check,
    "linkage, pairs compared": linkage_comparisons,
    "gate, rounding and audit": gate,
}
