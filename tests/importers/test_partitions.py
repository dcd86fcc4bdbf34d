"""One file read by itself: with the key of whoever reads, its sheets numbered from wherever they belong."""

import pickle

import pytest

from analysis.importers import exports, partitions
from analysis.importers.faults import ExportError
from analysis.importers.keys import PUBLIC
from analysis.simulate import run

CLIENTS = "id,date_of_birth\n1,2010-01-01\n"


def of_records(folder, text=CLIENTS):
    (folder / "clients.csv").write_text(text)
    return exports.found_in(folder).absolute


def test_another_key_than_that_of_who_asks_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_KEY", "b" * 64)
    refused = refusal_of(of_records(tmp_path), partitions.sign_of(b"a" * 64))
    assert "another HOMEWARD_KEY" in str(refused)
    assert "b" * 8 not in str(refused)


def test_no_key_is_told_as_ever(tmp_path, monkeypatch):
    monkeypatch.delenv("HOMEWARD_KEY", raising=False)
    refused = refusal_of(of_records(tmp_path), partitions.sign_of(b"a" * 64))
    assert "HOMEWARD_KEY is not set" in str(refused)


def test_a_file_that_a_worker_does_not_see_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_KEY", "a" * 64)
    found = of_records(tmp_path)
    (tmp_path / "clients.csv").unlink()
    refused = refusal_of(found, partitions.sign_of(b"a" * 64))
    assert "clients.csv is not there" in str(refused)


def test_the_sign_does_not_hold_the_key():
    assert PUBLIC.decode() not in partitions.sign_of(PUBLIC)
    assert partitions.sign_of(b"a" * 64) != partitions.sign_of(b"b" * 64)


def test_a_refusal_can_be_sent_back():
    error = pickle.loads(pickle.dumps(ExportError("clients.csv: why")))  # noqa: S301 - dumped here
    assert str(error) == "clients.csv: why"


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_file_sent_elsewhere_is_read_to_its_end_and_nothing_is_lost(tmp_path, is_sent):
    run.simulate(tmp_path / "out", 5, 0.02)
    found = exports.found_in(tmp_path / "out" / "exports").absolute
    number = next(n for n, file in enumerate(found.files) if file.name == "primero-cases.csv")
    reading = partitions.Reading(number, found, partitions.sign_of(PUBLIC))
    assert reading.found is None
    if is_sent:
        reading = pickle.loads(pickle.dumps(reading))  # noqa: S301 - dumped here
        assert reading.found is not None
    (piece,) = reading
    assert piece["case_records"].height > 0
    assert reading.found.system == "primero"
    assert reading.found.tables == {}
    assert sum(lines["rows_out"].sum() for lines in reading.lines) > 0
    assert list(reading) == []


def refusal_of(found, sign):
    reading = partitions.Reading(0, found, sign)
    assert list(reading) == []
    assert isinstance(reading.refused, ExportError)
    return reading.refused
