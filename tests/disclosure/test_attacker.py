"""What an attacker works out of published tables: of those that passed the gate nothing, of others a lot."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import random_tables
from attacker import Interval, Knowledge, intervals, narrow
from gains import failures, gained, published
from random_tables import Sample
from ratios import possible_hits, possible_pairs, telling, wilson
from readings import told

from analysis import study as choices
from analysis.kinds import Count

N_TABLES, N_MORE, N_AT_ONCE = 100, 300, 150
LARGEST = (25, 12)
RULES = choices.load().disclosure


def with_small_ones_withheld(sample: Sample) -> pd.DataFrame:
    """Return what a gate would publish that withholds small counts, and nothing that gives them away."""
    base, least = RULES.round_to, RULES.least_rows
    dimensions = list(sample.table.key)
    inner = sample.rows[~sample.rows[dimensions].isin([random_tables.ALL]).any(axis=1)]
    rounded = inner.assign(estimate=(inner["estimate"] / base).round() * base)[[*dimensions, "estimate"]]
    sums = random_tables.with_totals(rounded, tuple(dimensions), {})
    rows = sample.rows.drop(columns="estimate").merge(sums, on=dimensions)
    exact = sample.rows.set_index(dimensions)["estimate"].reindex(pd.MultiIndex.from_frame(rows[dimensions]))
    is_small = exact.to_numpy() < least
    return rows.assign(estimate=rows["estimate"].mask(is_small), withheld=rows["withheld"].mask(is_small, "small"))


@pytest.fixture(scope="module")
def released() -> list[tuple[Sample, pd.DataFrame]]:
    samples = [random_tables.sample(seed) for seed in range(N_TABLES)]
    return [(sample, published(sample)) for sample in samples]


def test_nothing_is_gained_from_a_hundred_tables_that_passed_the_gate(released):
    assert failures(released) == []
    assert sum(rows["withheld"].notna().sum() for _, rows in released) > 15 * N_TABLES


@pytest.mark.validation
@pytest.mark.parametrize("first", range(N_TABLES, N_TABLES + N_MORE, N_AT_ONCE))
def test_nothing_is_gained_from_three_hundred_more(first):
    samples = map(random_tables.sample, range(first, first + N_AT_ONCE))
    assert failures((sample, published(sample)) for sample in samples) == []


@pytest.mark.parametrize("shape", ["count", "grouped", "facilities", "share", "parts", "rate"])
def test_nothing_is_gained_from_the_largest_tables(shape):
    sample = random_tables.sample(1000, shape, LARGEST)
    rows = published(sample)
    assert len(rows) >= np.prod(LARGEST)
    assert rows["withheld"].notna().any()
    assert gained(sample, rows) == {}


def test_something_is_published_of_most_tables_with_enough_children(released):
    shares = []
    for sample, rows in released:
        (kind,) = sample.table.release.kinds.values()
        if isinstance(kind, Count) and sample.rows["estimate"].median() > 4 * RULES.least_rows:
            shares.append(rows["withheld"].isna().mean())
    assert len(shares) >= 5, len(shares)
    assert np.mean(shares) > 0.6


@pytest.mark.parametrize("shape", random_tables.SHAPES)
def test_the_truth_agrees_with_what_is_published(shape, released):
    """An attacker whose intervals miss the truth would find nothing anywhere."""
    for sample, rows in released[random_tables.SHAPES.index(shape) :: 3 * len(random_tables.SHAPES)]:
        known = told(rows, sample.table, sample.name, with_slack=True)
        truth = told(sample.rows, sample.table, sample.name).shown
        for cell, interval in intervals(known, enough=RULES.least_rows).items():
            off = known.slack[cell] if cell in truth else np.inf
            full = Interval(interval.low - off, interval.high + off)
            assert truth[cell] in full or interval.width >= RULES.least_rows, (cell, interval, truth[cell])


def test_tables_with_small_counts_withheld_and_no_more_are_seen_through():
    n_recovered = n_tables = 0
    for seed in range(40):
        sample = random_tables.sample(seed, "count", (6, 5))
        rows = with_small_ones_withheld(sample)
        found, truth = gained(sample, rows), told(sample.rows, sample.table, sample.name).shown
        inner = {cell: interval for cell, interval in found.items() if len(cell) == len(sample.table.key) + 2}
        assert all(truth[cell] in interval for cell, interval in inner.items())
        n_recovered, n_tables = n_recovered + len(inner), n_tables + bool(inner)
    assert n_tables > 15
    assert n_recovered > 40


def test_an_exact_share_beside_rounded_counts_is_seen_through():
    sample = random_tables.sample(4, "share")
    rows = published(sample)
    truth = sample.rows.merge(rows[list(sample.table.key)], on=list(sample.table.key))
    leaking = rows.assign(estimate=truth["estimate"].where(rows["estimate"].notna()))
    assert len(telling(leaking, sample.table)) > len(rows) / 20
    assert telling(rows, sample.table).empty
    assert possible_hits(round(38 / 101, 6), 100) == {38}


def test_a_share_of_rounded_counts_leaves_hits_as_open_as_the_counts_do():
    possible = {hits for hits in range(38, 43) for n in range(98, 103) if round(hits / n, 6) == round(40 / 100, 6)}
    assert possible == {40}  # of all that round to 40 of 100, which is why the share is made from rounded counts
    assert telling(published(random_tables.sample(13, "share")), random_tables.sample(13, "share").table).empty


def test_ends_of_intervals_leave_counts_open_that_exact_ends_would_tell():
    n_possible = []
    for seed in range(8):
        sample = random_tables.sample(seed, "share", (6, 5))
        rows = published(sample).dropna(subset=["n_hits", "n", "ci_low"])
        for row in rows[~rows[["place", "reason"]].eq(random_tables.ALL).any(axis=1)].itertuples():
            step = RULES.round_to / row.n
            n_possible.append(len(possible_pairs((row.n_hits, row.n), (row.ci_low, row.ci_high), outwards(step))))
    assert len(n_possible) > 20
    assert np.mean(n_possible) > 5
    assert possible_pairs((40, 100), wilson(38, 101), wilson) == {(38, 101)}


def outwards(step: float) -> Callable[[int, int], tuple[float, float]]:
    """Return the documented rule for ends of a share: Wilson's, moved outwards to whole steps of the rounding."""

    def ends(hits: int, n: int) -> tuple[float, float]:
        low, high = wilson(hits, n)
        return np.floor(low / step + 1e-9) * step, min(np.ceil(high / step - 1e-9) * step, 1.0)

    return ends


def test_an_estimate_left_where_its_count_is_withheld_is_read():
    sample = random_tables.sample(6, "rate")
    rows = published(sample)
    truth = sample.rows.set_index(list(sample.table.key))
    where = rows["withheld"].notna() & (rows[list(sample.table.key)] != "all").all(axis=1)
    at = rows[where].index[0]
    rows.loc[at, "estimate"] = truth.loc[tuple(rows.loc[at, list(sample.table.key)]), "estimate"]
    known = told(rows, sample.table, sample.name)
    assert round(truth.loc[tuple(rows.loc[at, list(sample.table.key)]), "n_events"]) in known.shown.values()


def test_one_hidden_count_of_a_row_is_known_and_two_are_not():
    known = Knowledge(shown={"all": 40, "a": 20}, withheld={"all", "a", "b", "c"})
    known.add({"a": 1, "b": 1, "c": 1, "all": -1})
    assert intervals(known) == {"b": Interval(0, 22), "c": Interval(0, 22)}
    known.shown["c"] = 15
    assert narrow(intervals(known), 10) == {"b": Interval(3, 7)}


def test_three_ways_take_whole_numbers_into_account():
    """Each two of three add up to 5: half a step each would do, whole steps do not."""
    known = Knowledge(base=1, shown={"s": 3}, withheld={"a", "b", "c", "d", "s"})
    known.add({"a": 1, "b": 1, "c": 1, "d": 2, "s": -1})
    known.add({"a": 1, "b": -1})
    known.add({"b": 1, "c": -1})
    assert intervals(known)["d"] == Interval(0, 0)
    assert intervals(known)["a"] == Interval(1, 1)
