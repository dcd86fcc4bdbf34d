"""One child more in a withheld count: every published file is the same, byte for byte."""

from collections.abc import Iterator

import pandas as pd
import pytest
import random_tables

from analysis import charts, disclosure, pipeline, store
from analysis import study as choices
from analysis.contract import Table
from analysis.kinds import Kind, Share

RULES = choices.load().disclosure
N_TRIED = 2
EXACT = {"data_quality": "data_quality", "record_children": "record_children"}  # table of exact numbers by figure


def with_one_more(rows: pd.DataFrame, table: Table, at: int) -> pd.DataFrame:
    """Return ``rows`` with one child more in row ``at`` and in all rows whose count holds that one."""
    release, row = table.release, rows.loc[at]
    (kind,) = set(release.kinds.values())
    key = [column for column in table.key if column != "scale"]
    parts = getattr(kind, "parts", None)

    def holds(column: str) -> pd.Series:
        whole = {row[column], release.totals.get(column), release.within.get(row[column])}
        return rows[column].isin(list(whole - {None}))

    inside = {column: holds(column) for column in key}
    above = pd.concat([inside[column] for column in key if column != parts], axis=1).all(axis=1)
    changed = rows.copy()
    for role, column in kind.counts.items():
        if role == "n" and isinstance(kind, Share) and not parts:
            continue  # one more of them has the property; there are as many as before
        grows = above if role == "n" or not parts else above & inside[parts]
        changed.loc[grows, column] += 1
    return changed


def rounds_alike(count: int) -> bool:
    base, half = RULES.round_to, RULES.round_to // 2
    return (count + half) // base == (count + 1 + half) // base


def candidates(rows: pd.DataFrame, table: Table, published: pd.DataFrame) -> Iterator[int]:
    """Yield inner rows with a small count that is withheld and stays small with one more."""
    (kind,) = set(table.release.kinds.values())
    column = kind.counts.get("hits", kind.counts.get("n", kind.counts.get("events")))
    totals = table.release.totals
    is_inner = ~pd.concat([rows[c] == totals.get(c) for c in table.key if c != "scale"], axis=1).any(axis=1)
    is_hidden = published["withheld"].notna().to_numpy() & published[column].isna().to_numpy()
    small = rows[column].between(1, least_of(kind) - 2) & is_inner & is_hidden
    yield from (at for at in rows.index[small] if rounds_alike(int(rows.loc[at, column])))


def least_of(kind: Kind) -> int:
    return RULES.least_facilities if kind.unit == "facilities" else RULES.least_rows


def is_enough_now(rows: pd.DataFrame, more: pd.DataFrame, kind: Kind) -> bool:
    """Return whether some total was too small to be shown and no longer is: then it may be seen."""
    columns = list(kind.counts.values())
    return bool(((rows[columns] < least_of(kind)) & (more[columns] >= least_of(kind))).any(axis=None))


def drawn(name: str, published: pd.DataFrame, folder) -> dict[str, bytes]:
    """Return the CSV of ``published`` and all that is made of it."""
    csv = published.to_csv(index=False, lineterminator="\n").encode()
    (folder / f"{name}.csv").write_bytes(csv)
    numbers, module = pipeline.read_numbers(name, folder), pipeline.module_of(f"figures/{name}")
    with charts.style():
        figure = module.draw(numbers)
        charts.finish(figure, module.words(numbers), numbers["origin"].iloc[0])
        return {".csv": csv, ".json": repr(module.words(numbers)).encode(), **charts.rendered(figure)}


@pytest.mark.parametrize("name", EXACT)
def test_one_child_more_in_a_withheld_count_of_a_figure_changes_no_byte(name, tmp_path):
    module = pipeline.module_of(f"figures/{name}")
    rows = module.NUMBERS.validated(module.build(store.read(EXACT[name])), name)
    published = disclosure.publishable(rows, module.NUMBERS, name, "simulated").numbers
    before = drawn(name, published, tmp_path)
    tried = list(candidates(rows, module.NUMBERS, published))
    assert len(tried) >= N_TRIED
    for at in tried[:: len(tried) // N_TRIED]:
        more = with_one_more(rows, module.NUMBERS, at)
        assert not more.equals(rows)
        assert not is_enough_now(rows, more, *set(module.NUMBERS.release.kinds.values()))
        again = disclosure.publishable(more, module.NUMBERS, name, "simulated").numbers
        pd.testing.assert_frame_equal(again, published)
    after = drawn(name, again, tmp_path)
    assert {suffix for suffix in before if before[suffix] != after[suffix]} == set()


@pytest.mark.parametrize("shape", ["count", "count_3", "grouped", "facilities", "share", "parts", "rate", "no_totals"])
def test_one_child_more_in_a_withheld_count_of_a_table_changes_no_number(shape):
    n_tried = 0
    for seed in range(3):
        sample = random_tables.sample(seed, shape, (5, 3))
        published = disclosure.publishable(sample.rows, sample.table, sample.name, "records").numbers
        for at in list(candidates(sample.rows, sample.table, published))[:2]:
            more = with_one_more(sample.rows, sample.table, at)
            if not is_enough_now(sample.rows, more, *sample.table.release.kinds.values()):
                again = disclosure.publishable(more, sample.table, sample.name, "records").numbers
                pd.testing.assert_frame_equal(again, published)
                n_tried += 1
    assert n_tried >= 2


def test_one_child_more_in_a_shown_count_is_seen_where_it_is_rounded_otherwise():
    sample = random_tables.sample(1, "no_totals", (4, 3))
    sample.rows["estimate"] = 22.0
    later = sample.rows.assign(estimate=23.0)
    first, second = (
        disclosure.publishable(rows, sample.table, "shown", "records").numbers for rows in (sample.rows, later)
    )
    assert first["estimate"].eq(20).all()
    assert second["estimate"].eq(25).all()
