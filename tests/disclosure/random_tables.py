"""Random tables of every shape that the gate is made for, from 2 x 2 to 25 x 12 x 3, sparse to dense, seeded."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from ratios import wilson

from analysis.contract import Table
from analysis.kinds import Count, Curve, Kind, Rate, Release, Share

ALL = "all"
DAYS = (30, 90, 180, 365, 730)
EXPOSURE = 50_000.0
SHAPES = ("count", "count_3", "grouped", "facilities", "share", "parts", "rate", "curve", "no_totals")
HOUSED = ("housed_share", "housed_parts", "housed_rate")  # children in facilities; asked for by name


@dataclass(frozen=True)
class Sample:
    """A table of exact numbers, what they are made of, and a name that says which random table it is."""

    name: str
    rows: pd.DataFrame
    table: Table


def sample(seed: int, shape: str = "", size: tuple[int, int] | None = None) -> Sample:
    """Return random table number ``seed``; shapes take turns unless one is asked for."""
    rng = np.random.default_rng([20261122, seed])
    shape = shape or SHAPES[seed % len(SHAPES)]
    dimensions, within = _dimensions(rng, shape, size)
    inner = _inner(rng, dimensions)
    if shape == "curve":
        return _sample(f"curve{seed}", _curves(rng, inner), Curve(), {}, {}, ("place", "day"))
    if shape == "no_totals":
        rows = inner.rename(columns={"count": "estimate"})
        return _sample(f"no_totals{seed}", rows, Count(), {}, {}, tuple(dimensions))
    if shape in ("share", "parts", "rate"):
        return _made(f"{shape}{seed}", rng, shape, inner, dimensions)
    if shape in HOUSED:
        return _housed(_made(f"{shape}{seed}", rng, shape.removeprefix("housed_"), inner, dimensions), rng)
    kind = Count(unit="facilities" if shape == "facilities" else "children")
    rows = with_totals(inner, tuple(dimensions), within).rename(columns={"count": "estimate"})
    return _sample(f"{shape}{seed}", rows, kind, dict.fromkeys(dimensions, ALL), within, tuple(dimensions))


def with_totals(inner: pd.DataFrame, dimensions: tuple[str, ...], within: Mapping[str, str]) -> pd.DataFrame:
    """Return ``inner`` with the sums of its last columns over each dimension, and over groups of places."""
    rows, numbers = inner, [column for column in inner if column not in dimensions]
    for column in dimensions:
        others = [name for name in dimensions if name != column]
        blocks = [rows]
        if column == "place" and within:
            grouped = rows.assign(place=rows["place"].map(dict(within)))
            blocks.append(grouped.groupby([*others, "place"], as_index=False)[numbers].sum())
        total = rows.groupby(others, as_index=False)[numbers].sum() if others else rows[numbers].sum().to_frame().T
        rows = pd.concat([*blocks, total.assign(**{column: ALL})], ignore_index=True)
    return rows


def _dimensions(
    rng: np.random.Generator, shape: str, size: tuple[int, int] | None
) -> tuple[dict[str, list[str]], dict[str, str]]:
    n_rows, n_columns = size or (2 + int(24 * rng.random() ** 2), 2 + int(11 * rng.random() ** 2))
    dimensions = {"place": [f"{at:02d}" for at in range(1, n_rows + 1)]}
    within = {}
    if shape == "curve" or (shape == "count" and not size and rng.random() < 0.2):
        return dimensions, within
    dimensions["reason"] = [f"reason {at}" for at in range(1, n_columns + 1)]
    if shape == "count_3":
        dimensions["place"], dimensions["reason"] = dimensions["place"][:6], dimensions["reason"][:4]
        dimensions["sex"] = ["girl", "boy", "unknown"][: int(rng.integers(2, 4))]
    if shape == "grouped":
        within = {place: f"group {at * 4 // n_rows + 1}" for at, place in enumerate(dimensions["place"])}
    return dimensions, within


def _inner(rng: np.random.Generator, dimensions: Mapping[str, list[str]]) -> pd.DataFrame:
    """Return counts with effects of rows and columns, between mostly empty and hundreds a cell."""
    rows = pd.MultiIndex.from_product(dimensions.values(), names=dimensions).to_frame(index=False)
    mean = np.exp(rng.uniform(np.log(1), np.log(150)))
    effect = sum(
        rows[column].map(dict(zip(values, rng.normal(0, 0.7, len(values)), strict=True)))
        for column, values in dimensions.items()
    )
    counts = rng.poisson(rng.gamma(1.5, mean * np.exp(effect) / 1.5))
    is_empty = rng.random(len(rows)) < rng.choice([0, 0.1, 0.5])
    return rows.assign(count=np.where(is_empty, 0, counts))


def _made(
    name: str, rng: np.random.Generator, shape: str, inner: pd.DataFrame, dimensions: Mapping[str, list[str]]
) -> Sample:
    """Return shares of groups, shares of parts that add up to one, or rates of a population in print."""
    if shape == "parts":
        rows = _by_total(inner, ("place",), "reason").rename(columns={"count": "n_hits"})
        rows["n"] = rows.groupby("place")["n_hits"].transform("sum")
        return _sample(name, rows[rows["n"] > 0], Share(parts="reason"), {"place": ALL}, {}, tuple(dimensions))
    if shape == "share":
        hits = rng.binomial(inner["count"], rng.beta(1, rng.choice([1, 4]), len(inner)))
        counted = inner.rename(columns={"count": "n"}).assign(n_hits=hits)
        rows = with_totals(counted, tuple(dimensions), {})
        return _sample(name, rows, Share(), dict.fromkeys(dimensions, ALL), {}, tuple(dimensions))
    counted = inner.rename(columns={"count": "n_events"}).assign(exposure=EXPOSURE)
    rows = with_totals(counted, tuple(dimensions), {})
    return _sample(name, rows, Rate(), dict.fromkeys(dimensions, ALL), {}, tuple(dimensions))


def _housed(bare: Sample, rng: np.random.Generator) -> Sample:
    """Return the same numbers of children who live in facilities, a few large ones or many small ones, none empty."""
    (kind,) = bare.table.release.kinds.values()
    key = [column for column in bare.table.key if column != getattr(kind, "parts", None)]
    inner = bare.rows[~bare.rows[key].eq(ALL).any(axis=1)].drop_duplicates(key)
    sizes = [_sizes(rng, int(n)) for n in inner[kind.whole]]
    n_facilities, top_two_share = [], []
    for row in bare.rows[key].itertuples(index=False):
        holds = np.all([(inner[column] == own) | (own == ALL) for column, own in zip(key, row, strict=True)], axis=0)
        own = np.sort(np.concatenate([sizes[at] for at in np.flatnonzero(holds)]))
        n_facilities.append(len(own))
        top_two_share.append(own[-2:].sum() / own.sum() if len(own) else 1.0)
    rows = bare.rows.assign(
        n_facilities=pd.array(n_facilities, "Int64"), top_two_share=pd.array(top_two_share, "Float64")
    )
    of_facilities = replace(kind, n_facilities="n_facilities", top_two_share="top_two_share")
    return Sample(bare.name, rows, replace(bare.table, release=replace(bare.table.release, kinds={"": of_facilities})))


def _sizes(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return how many of ``n`` children live in each facility; in some groups two hold nearly all."""
    n_facilities = min(n, 1 + rng.poisson(n / 12))
    if n_facilities == 0:
        return np.zeros(0, "int64")
    evenness = 0.05 if rng.random() < 0.3 else 3.0
    return 1 + rng.multinomial(n - n_facilities, rng.dirichlet(np.full(n_facilities, evenness)))


def _by_total(inner: pd.DataFrame, summed: tuple[str, ...], kept: str) -> pd.DataFrame:
    blocks = [
        with_totals(rows.drop(columns=kept), summed, {}).assign(**{kept: value})
        for value, rows in inner.groupby(kept, sort=False)
    ]
    return pd.concat(blocks, ignore_index=True)


def _curves(rng: np.random.Generator, places: pd.DataFrame) -> pd.DataFrame:
    """Return a curve a place: events so far and who is left, at days on and off the grid that is published."""
    days = np.array([*DAYS, 400])
    blocks = []
    for place, n in places.itertuples(index=False):
        event, left = rng.exponential(rng.uniform(100, 1500), n), rng.exponential(rng.uniform(200, 2000), n)
        events = [int(np.sum((event <= day) & (event <= left))) for day in days]
        at_risk = [int(np.sum((event > day) & (left > day))) for day in days]
        blocks.append(pd.DataFrame({"place": place, "day": days, "n": n, "n_events": events, "n_at_risk": at_risk}))
    return pd.concat(blocks, ignore_index=True)


def _sample(
    name: str,
    rows: pd.DataFrame,
    kind: Kind,
    totals: Mapping[str, str],
    within: Mapping[str, str],
    key: tuple[str, ...],
) -> Sample:
    release = Release(kinds={"": kind}, totals=totals, within=within, place="place")
    counts = [column for column in kind.counts.values() if column != "estimate"]
    made = rows.assign(withheld=pd.array([None] * len(rows), "str")).astype(dict.fromkeys(counts, "Int64"))
    made["estimate"] = _estimate(rows, kind).astype("Float64")
    if isinstance(kind, Share):
        made["ci_low"], made["ci_high"] = wilson(rows["n_hits"], rows["n"].where(rows["n"] > 0))
        made = made.astype({"ci_low": "Float64", "ci_high": "Float64"})
    table = Table(one_row_is="a cell of a random table", key=key, columns={}, release=release)
    return Sample(name, made.astype(dict.fromkeys(set(key) - {"day"}, "str")).reset_index(drop=True), table)


def _estimate(rows: pd.DataFrame, kind: Kind) -> pd.Series:
    if isinstance(kind, Count):
        return rows["estimate"]
    if isinstance(kind, Share):
        return rows["n_hits"] / rows["n"].where(rows["n"] > 0)
    if isinstance(kind, Rate):
        return kind.per * rows["n_events"] / rows["exposure"]
    return rows["n_events"] / rows["n"].where(rows["n"] > 0)
