"""Two releases, or two tables, of the same children: what an attacker works out of what differs."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import random_tables
from attacker import Cell, ContradictionError, Interval, Knowledge, intervals, linked
from random_tables import Sample
from readings import told

from analysis import disclosure
from analysis import study as choices
from analysis.contract import Table
from analysis.kinds import Count, Estimate, Kind, Release

RULES = choices.load().disclosure
SHAPES = ("count", "grouped", "share", "rate")
N_TABLES, SIZE = 4, (6, 4)


def with_more(sample: Sample, seed: int, n_more: int, n_moved: int = 0) -> Sample:
    """Return the table some months later: ``n_more`` children more, each in some cell, and one cell much larger."""
    rng = np.random.default_rng([seed, n_more, n_moved])
    key, numbers = list(sample.table.key), [*kind_of(sample).counts.values()]
    inner = sample.rows[~sample.rows[key].isin([random_tables.ALL]).any(axis=1)]
    inner = inner[~inner["place"].str.startswith("group")]
    more = rng.multinomial(n_more, np.full(len(inner), 1 / len(inner)))
    more[rng.integers(len(inner))] += n_moved
    counted = inner[[*key, *numbers]].assign(**{column: inner[column] + more for column in numbers})
    sums = random_tables.with_totals(counted, tuple(key), sample.table.release.within)
    exposed = {"exposure": random_tables.EXPOSURE} if "exposure" in sample.rows else {}
    later = sample.rows.drop(columns=numbers).merge(sums, on=key).assign(**exposed)
    return dataclasses.replace(sample, rows=later[sample.rows.columns].astype(sample.rows.dtypes))


def kind_of(sample: Sample) -> Kind:
    (kind,) = sample.table.release.kinds.values()
    return kind


def two_releases(sample: Sample, later: Sample, does_remember: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    first = disclosure.publishable(sample.rows, sample.table, sample.name, "records")
    earlier = first.cells if does_remember else None
    second = disclosure.publishable(later.rows, later.table, later.name, "records", earlier=earlier)
    return first.numbers, second.numbers


def changes(sample: Sample, later: Sample) -> dict[Cell, int]:
    """Return by how much each cell grew: the attacker knows the children who came, and nothing of large changes."""
    before, after = (told(each.rows, each.table, each.name).shown for each in (sample, later))
    return {cell: after[cell] - count for cell, count in before.items()}


def difference(sample: Sample, later: Sample, releases: tuple[pd.DataFrame, pd.DataFrame]) -> dict[Cell, Interval]:
    """Return what is known of withheld cells from two releases rounded anew, with each small change known exactly."""
    one, other = (told(rows, sample.table, sample.name, with_slack=True) for rows in releases)
    grown = {cell: by for cell, by in changes(sample, later).items() if abs(by) < RULES.least_rows}
    other = other.renamed(lambda cell: cell if cell in grown else ("later", cell))
    return intervals(linked(one, other, grown), enough=RULES.least_rows)


def standing(sample: Sample, later: Sample, releases: tuple[pd.DataFrame, pd.DataFrame]) -> dict[Cell, Interval]:
    """Return what is known if numbers of inner cells that changed by little are known to stand as they were."""
    one, other = (told(rows, sample.table, sample.name) for rows in releases)
    moved = {cell for cell, by in changes(sample, later).items() if abs(by) >= RULES.least_rows}
    is_sum = {cell for weights, _, _ in one.facts for cell, weight in weights.items() if weight < 0}
    anew = moved | (is_sum if moved else set())
    return intervals(one.joined(other.renamed(lambda c: ("later", c) if c in anew else c)), enough=RULES.least_rows)


def too_narrow(found: dict[Cell, Interval]) -> dict[Cell, Interval]:
    return {cell: interval for cell, interval in found.items() if interval.width < RULES.least_rows}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n_more", [1, 6])
def test_a_few_children_more_change_nothing_that_can_be_seen(shape, n_more):
    for seed in range(N_TABLES):
        sample = random_tables.sample(seed, shape, SIZE)
        later = with_more(sample, seed, n_more)
        releases = two_releases(sample, later, does_remember=True)
        assert too_narrow(standing(sample, later, releases)) == {}, sample.name


@pytest.mark.parametrize("shape", SHAPES)
def test_one_large_change_beside_a_few_small_ones_gives_no_withheld_count_away(shape):
    for seed in range(N_TABLES):
        sample = random_tables.sample(seed, shape, SIZE)
        later = with_more(sample, seed, n_more=4, n_moved=60)
        try:
            releases = two_releases(sample, later, does_remember=True)
        except disclosure.DisclosureError:
            continue  # nothing protects it any more: then it stays
        assert too_narrow(standing(sample, later, releases)) == {}, sample.name


def test_a_gate_that_forgets_is_seen_through():
    """Without memory other cells are withheld the second time, or numbers move by a step as one child comes."""
    n_seen = 0
    for seed in range(2 * N_TABLES):
        sample = random_tables.sample(seed, "count", SIZE)
        later = with_more(sample, seed, n_more=6)
        releases = two_releases(sample, later, does_remember=False)
        try:
            n_seen += len(too_narrow(difference(sample, later, releases)))
        except ContradictionError:
            pytest.fail("the attacker misunderstood what was published")
    assert n_seen > 0


def test_many_small_changes_are_told_in_the_end():
    """What stands is compared with the count it was made from, or it would stand for ever."""
    sample = random_tables.sample(3, "count", SIZE)
    cells, rows = None, sample
    for _ in range(6):
        done = disclosure.publishable(rows.rows, rows.table, rows.name, "records", earlier=cells)
        cells = done.cells
        grown = rows.rows.assign(estimate=rows.rows["estimate"] + 0)
        inner = ~grown[list(sample.table.key)].isin([random_tables.ALL]).any(axis=1)
        counted = grown[inner][[*sample.table.key, "estimate"]].assign(estimate=lambda told: told["estimate"] + 9)
        sums = random_tables.with_totals(counted, tuple(sample.table.key), {})
        later = rows.rows.drop(columns="estimate").merge(sums, on=list(sample.table.key))
        rows = dataclasses.replace(rows, rows=later[sample.rows.columns].astype(sample.rows.dtypes))
    last = done.numbers.dropna(subset="estimate").merge(sample.rows, on=list(sample.table.key), suffixes=("", "_then"))
    inner = last[~last[list(sample.table.key)].isin([random_tables.ALL]).any(axis=1)]
    assert len(inner) > 10
    assert (inner["estimate"] - inner["estimate_then"] - 45).abs().max() <= RULES.least_rows + RULES.round_to


def test_a_mean_does_not_tell_the_child_that_came():
    table = Table("a place", ("place",), {}, Release(kinds={"": Estimate()}, place="place"))
    rows = pd.DataFrame({"place": ["01", "02"], "estimate": [4.17, 6.0], "n": [12, 40], "withheld": [None, None]})
    then = rows.astype({"place": "str", "estimate": "Float64", "n": "Int64", "withheld": "str"})
    first = disclosure.publishable(then, table, "means", "records")
    now = then.assign(estimate=pd.array([4.31, 6.0], "Float64"), n=pd.array([13, 40], "Int64"))
    second = disclosure.publishable(now, table, "means", "records", earlier=first.cells)
    pd.testing.assert_frame_equal(first.numbers, second.numbers)
    forgetful = disclosure.publishable(now, table, "means", "records").numbers
    assert abs(13 * forgetful["estimate"].iloc[0] - 12 * 4.17 - 6) < 0.2  # six: what the child who came was worth


def test_two_tables_protected_apart_are_seen_through_together():
    """The same children by place and reason, and by place and sex: why a release is audited as a whole."""
    one = Knowledge(shown={"all": 100, "a": 40}, withheld={"a", "b", "c", "all"}, slack=dict.fromkeys("abc", 2))
    one.add({"a": 1, "b": 1, "c": 1, "all": -1})
    other = Knowledge(shown={"b": 55}, withheld={"b"}, slack={"b": 2})
    one.slack["all"] = 6
    assert too_narrow(intervals(one)) == {}
    assert too_narrow(intervals(linked(one, other))) == {"b": Interval(53, 57), "c": Interval(3, 7)}


def test_a_cross_table_and_its_margins_protected_apart_are_seen_through():
    """No total stands in two of them; counts that round to each total are enough."""
    n_withheld = n_gained = 0
    for seed in range(10):
        sample = random_tables.sample(seed, "count", (6, 5))
        is_total = sample.rows[["place", "reason"]].eq(random_tables.ALL)
        known = Knowledge(base=1)
        for rows in (
            sample.rows[~is_total.any(axis=1)],
            sample.rows[is_total["reason"] & ~is_total["place"]],
            sample.rows[is_total["place"] & ~is_total["reason"]],
        ):
            table = Table("a cell", ("place", "reason"), {}, Release(kinds={"": Count()}, population="children"))
            published = disclosure.publishable(rows.reset_index(drop=True), table, sample.name, "records").numbers
            tell_exact(known, published)
        found = intervals(known, enough=RULES.least_rows)
        gained = [found[cell] for cell in known.at_most if found[cell].width < RULES.least_rows - 1]
        n_withheld, n_gained = n_withheld + len(known.at_most), n_gained + len(gained)
    assert n_gained > n_withheld / 10


def tell_exact(known: Knowledge, published: pd.DataFrame) -> None:
    """Note what each number tells of exact counts: itself give or take two, or fewer than ten."""
    half = RULES.round_to // 2
    for row in published.itertuples():
        is_inner = random_tables.ALL not in (row.place, row.reason)
        if is_inner:
            known.withheld.add((row.place, row.reason))
        cells = [cell for cell in known.withheld if row.place in (cell[0], "all") and row.reason in (cell[1], "all")]
        is_hidden = pd.isna(row.estimate)
        if is_hidden and is_inner:
            known.at_most[row.place, row.reason] = RULES.least_rows - 1
        ends = (0, RULES.least_rows - 1) if is_hidden else (max(row.estimate - half, 10), row.estimate + half)
        known.add(dict.fromkeys(cells, 1), *ends)
