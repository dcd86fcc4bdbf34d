"""One file read by itself: with the key of whoever reads, its sheets numbered from wherever they belong."""

import pickle

import polars as pl
import pytest

from analysis.importers import exports, partitions
from analysis.importers.faults import ExportError
from analysis.importers.keyed import ROW_BITS
from analysis.importers.keys import PUBLIC

CLIENTS = "id,date_of_birth\n1,2010-01-01\n"


def of_records(folder, text=CLIENTS):
    (folder / "clients.csv").write_text(text)
    return exports.found_in(folder).absolute


def test_another_key_than_that_of_who_asks_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_KEY", "b" * 64)
    refused = partitions.read(0, of_records(tmp_path), partitions.sign_of(b"a" * 64))
    assert isinstance(refused, ExportError)
    assert "another HOMEWARD_KEY" in str(refused)
    assert "b" * 8 not in str(refused)


def test_no_key_is_told_as_ever(tmp_path, monkeypatch):
    monkeypatch.delenv("HOMEWARD_KEY", raising=False)
    refused = partitions.read(0, of_records(tmp_path), partitions.sign_of(b"a" * 64))
    assert "HOMEWARD_KEY is not set" in str(refused)


def test_a_file_that_a_worker_does_not_see_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_KEY", "a" * 64)
    found = of_records(tmp_path)
    (tmp_path / "clients.csv").unlink()
    refused = partitions.read(0, found, partitions.sign_of(b"a" * 64))
    assert "clients.csv is not there" in str(refused)


def test_the_sign_does_not_hold_the_key():
    assert PUBLIC.decode() not in partitions.sign_of(PUBLIC)
    assert partitions.sign_of(b"a" * 64) != partitions.sign_of(b"b" * 64)


def test_a_refusal_can_be_sent_back():
    error = pickle.loads(pickle.dumps(ExportError("clients.csv: why")))  # noqa: S301 - dumped here
    assert str(error) == "clients.csv: why"


@pytest.mark.parametrize("first", [0, 7])
def test_places_of_rows_count_the_sheets_of_the_files_before(first):
    rows = pl.DataFrame({"at": pl.Series([1, ROW_BITS + 2], dtype=pl.UInt64)})
    bundle = partitions.Bundle(None, {"one": 0, "two": 1}, [], [{"cases": rows}]).numbered_from(first)
    assert bundle.sheets == {"one": first, "two": first + 1}
    assert bundle.pieces[0]["cases"]["at"].to_list() == [first * ROW_BITS + 1, (first + 1) * ROW_BITS + 2]
    assert bundle.pieces[0]["cases"].schema == rows.schema
