"""A whole import of simulated exports against the truth: who is permitted, who is one child, what is told."""

import itertools
from pathlib import Path

import polars as pl
import pytest

from analysis.importers import keys, piles
from analysis.importers.run import import_exports
from analysis.simulate import run

SEED, SCALE = 20260104, 0.15
SHARED = ("global_id", "case_uuid", "mosvy_number", "slug")


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    out = tmp_path_factory.mktemp("country") / "out"
    run.simulate(out, SEED, SCALE)
    import_exports(out / "exports", out / "processed", out / "restricted")
    return out


@pytest.fixture(scope="module")
def imported(country):
    return {f.stem: pl.read_parquet(f) for f in (country / "processed" / "imported").glob("*.parquet")}


@pytest.fixture(scope="module")
def records(country):
    """Case records as a perfect reader finds them in the files."""
    return expected(country, "case_records")


@pytest.fixture(scope="module")
def episodes(country):
    """The true episodes of cases by the id a system gave them, with the key that stands for them."""
    cases = pl.concat(pl.read_parquet(file) for file in sorted(country.glob("truth/*/cases.parquet")))
    told = ("case_no", "child_id", "consent", "episode")
    oscar = cases.filter("in_oscar").select(*told, case_ref=pl.format("slug:{}", "slug"))
    primero = cases.filter("in_primero").select(*told, case_ref=pl.format("case_id:{}", "case_uuid"))
    both = pl.concat([oscar, primero])
    return both.with_columns(case_id=keys_of(both.select(pl.format("{}/{}", "case_ref", "episode")).to_series()))


def test_the_permitted_cases_of_the_files_come_through_and_no_other(imported, records, episodes):
    in_files = episodes.join(records.select("case_ref", "episode").unique(), on=["case_ref", "episode"], how="semi")
    permitted = in_files.filter(pl.col("consent") == "yes")
    assert 0 < permitted.height < in_files.height
    assert set(imported["cases"]["case_id"]) - set(in_files["case_id"]) == set()
    refused = set(in_files.filter(pl.col("consent") != "yes")["case_id"])
    assert set(imported["cases"]["case_id"]) & refused == set()
    lost = permitted.join(imported["cases"], on="case_id", how="anti")
    assert set(lost["case_ref"]) == permission_lost_with_its_row(records, lost)


def test_records_with_a_shared_id_are_one_child_and_others_are_not(imported, records, episodes):
    cases = imported["cases"].join(episodes, on="case_id")
    same = joined_by_hand(records.filter(pl.col("case_ref").is_in(cases["case_ref"].implode())))
    by_hand = cases.with_columns(child=pl.col("case_ref").replace_strict(same))
    assert one_to_one(by_hand, "child", "child_key")
    assert by_hand.group_by("child_key").agg(pl.col("child_id").n_unique())["child_id"].max() == 1


def test_every_child_of_several_agencies_is_reported(imported, country):
    faults = pl.concat(pl.read_parquet(file) for file in sorted(country.glob("truth/*/faults.parquet")))
    reported = imported["import_findings"].filter(pl.col("check") == "T31")
    assert reported["n"].sum() > 0
    assert faults.filter(pl.col("check") == "T31")["n"].sum() > 0


def test_sex_and_month_of_birth_are_the_true_ones(imported, country, episodes):
    children = pl.concat(pl.read_parquet(file) for file in sorted(country.glob("truth/*/children.parquet")))
    told = imported["cases"].join(episodes, on="case_id").select("child_key", "child_id").unique()
    both = imported["children"].join(told, on="child_key").join(children, on="child_id", suffix="_true")
    known = both.filter(pl.col("sex") != "unknown")
    assert known.height > 0.9 * both.height
    assert known.filter(pl.col("sex") != pl.col("sex_true")).height == 0
    dated = both.filter(pl.col("birth_month").is_not_null() & (pl.col("dob_quality") == "exact"))
    assert dated.height > 0.8 * both.height
    assert dated.filter(pl.col("birth_month") != pl.col("birth_date").dt.strftime("%Y-%m")).height == 0


def test_every_fault_found_in_a_file_stands_in_the_report(imported, country):
    faults = pl.concat(pl.read_parquet(file) for file in sorted(country.glob("truth/*/faults.parquet")))
    planted = (
        faults.filter(pl.col("row").is_not_null()).group_by("check").agg(n=pl.struct("file", "sheet", "row").n_unique())
    )
    reported = imported["import_findings"].filter(pl.col("row").is_not_null())
    counted = reported.group_by("check").agg(n_reported=pl.struct("file_code", "sheet", "row").n_unique())
    both = planted.join(counted, on="check", how="left").fill_null(0)
    assert both.filter(pl.col("n_reported") < pl.col("n")).rows() == []


def test_lines_in_are_lines_out_and_lines_set_aside(imported):
    rows = imported["import_rows"]
    assert rows.height > 0
    assert rows.filter(pl.col("rows_in") != pl.col("rows_out") + pl.col("rows_rejected")).height == 0


def expected(country, table: str) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(file) for file in sorted(country.glob(f"truth/*/expected/{table}.parquet")))


def keys_of(texts: pl.Series) -> pl.Series:
    digest = keys.digester(keys.PUBLIC)
    return pl.Series([digest(text).hex() for text in texts])


def permission_lost_with_its_row(records: pl.DataFrame, lost: pl.DataFrame) -> set[str]:
    """Return the lost cases for which no readable row says yes: the row that did was itself faulty."""
    yes = records.filter(pl.col("use_allowed") == "yes")["case_ref"].implode()
    return set(lost.filter(~pl.col("case_ref").is_in(yes))["case_ref"])


def joined_by_hand(records: pl.DataFrame) -> dict[str, int]:
    """Return a number of the child of each case: sets of rows that share an id, joined until none meet. Slow, plain."""
    groups: list[set[str]] = []
    for case_ref, *ids in records.select("case_ref", *SHARED).iter_rows():
        own = {case_ref, *(f"{name}={value}" for name, value in zip(SHARED, ids, strict=True) if value)}
        meeting = [group for group in groups if group & own]
        groups = [group for group in groups if not group & own] + [own.union(*meeting)]
    refs = set(records["case_ref"])
    return dict(itertools.chain.from_iterable(((ref, n) for ref in group & refs) for n, group in enumerate(groups)))


def one_to_one(rows: pl.DataFrame, one: str, other: str) -> bool:
    pairs = rows.select(one, other).unique()
    return pairs[one].is_unique().all() and pairs[other].is_unique().all()


def test_what_does_not_fit_into_memory_gives_the_same_tables_and_leaves_nothing_behind(country, tmp_path, monkeypatch):
    monkeypatch.setattr(piles, "ROWS_HELD", 1_000)  # of up to 30,000
    import_exports(country / "exports", tmp_path / "processed", tmp_path / "restricted")
    assert sorted(path.name for path in (tmp_path / "processed").iterdir()) == ["imported"]
    for place in (Path("processed", "imported"), Path("restricted")):
        files = sorted(path.name for path in (country / place).iterdir())
        assert sorted(path.name for path in (tmp_path / place).iterdir()) == files
        for name in files:
            found, whole = tmp_path / place / name, country / place / name
            is_same = found.read_bytes() == whole.read_bytes()
            assert is_same or pl.read_parquet(found).equals(pl.read_parquet(whole)), name
