"""Exports that went wrong on their way: read or refused in one message, never a lost row, never a word too many."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from analysis import __main__
from analysis.importers import detect, keys
from analysis.importers.faults import ExportError
from analysis.simulate import run

HERE = Path(__file__).parent
N_MUTANTS = 15  # of each system; 400 in tests/validation/test_fuzz_importers.py
LEAST_READ = 0.3  # of the mutants, or hardly any of them gets beyond the door
SEED, SCALE = 20260102, 0.05


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("country") / "out"
    run.simulate(out, SEED, SCALE)
    return out / "exports"


@pytest.fixture
def fuzzing(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.setenv("FUZZ_FOLDER", str(tmp_path))
    return import_module("fuzzing")


@pytest.mark.validation
def test_no_mutant_gets_through_in_pieces(exports, tmp_path):
    command = [sys.executable, str(HERE / "fuzzing.py"), str(N_MUTANTS), str(exports), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert not told["failures"], "\n".join(map(str, told["failures"][:20]))
    for system, (n, n_read) in told["counts"].items():
        assert n == N_MUTANTS, system
        assert LEAST_READ * n < n_read < n, system


def test_the_same_number_makes_the_same_mutant(fuzzing, exports):
    small = fuzzing.templates("kobo", exports)
    first, again, other = (fuzzing.numbered("kobo", number, small) for number in (7, 7, 10))
    assert first.content == again.content
    assert first.content != other.content


@pytest.fixture
def sound(fuzzing, exports):
    """Return an untouched small export as a mutant that nothing happened to."""
    mutations = import_module("mutations")
    template = next(export for export in fuzzing.templates("kobo", exports) if export.shape == "xlsx")
    n_rows = {table.name: len(table.data) for table in template.tables}
    n_lines = {name: n + 1 for name, n in n_rows.items()}
    return mutations.Mutant("sound.xlsx", mutations.written(template), "nothing", n_rows, n_lines, False)


def importers(read):
    """Return importers that read like the real ones, but for what ``read`` does to the result."""

    def broken(file: Path):
        return read(detect.importer_of(file).read(file))

    return SimpleNamespace(importer_of=lambda _: SimpleNamespace(read=broken))


def test_a_sound_export_has_no_fault(fuzzing, sound, tmp_path):
    assert fuzzing.read_faults(sound, tmp_path) == (True, [])


def test_a_fault_of_the_trial_itself_is_not_taken_for_one_of_the_importers(fuzzing, sound, tmp_path, monkeypatch):
    monkeypatch.setenv("FUZZ_FOLDER", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        fuzzing.read_faults(sound, tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list(fuzzing.inspect_faults(sound, tmp_path))


def test_a_letter_that_an_encoding_does_not_have_is_something_in_a_row(fuzzing):
    blank = import_module("mutations").Row([None, " ", "\u200b"], "data")
    assert blank.is_blank("utf-8")
    assert blank.is_blank("utf-16")
    assert not blank.is_blank("latin-1")  # a question mark by now


def test_a_lost_row_is_noticed(fuzzing, sound, tmp_path):
    def loses(found):
        found.findings._accounts = [(s, t, n_in - 1, n_out - 1) for s, t, n_in, n_out in found.findings._accounts]
        return found

    _, faults = fuzzing.read_faults(sound, tmp_path, importers(loses))
    assert len(faults) == 2
    assert all("accounted for" in fault for fault in faults)


def test_another_error_than_one_for_the_user_is_noticed(fuzzing, sound, tmp_path):
    def breaks(_):
        raise KeyError("x")

    is_read, (fault,) = fuzzing.read_faults(sound, tmp_path, importers(breaks))
    assert not is_read
    assert "KeyError" in fault


def test_content_in_a_message_is_noticed(fuzzing, sound, tmp_path):
    def tells(_):
        raise ExportError("a.xlsx: cannot read 'PRIVATE-given-00001'. Correct it")

    assert "personal content in a message" in fuzzing.read_faults(sound, tmp_path, importers(tells))[1][0]


def test_content_in_a_table_is_noticed(fuzzing, sound, tmp_path):
    def keeps(found):
        found.tables["households"] = found.tables["households"].with_columns(survey_stratum=pl.lit("0999000001"))
        return found

    assert fuzzing.read_faults(sound, tmp_path, importers(keeps))[1] == [
        "personal content in households.survey_stratum"
    ]


def test_words_on_the_terminal_are_noticed_even_if_they_are_not_written_in_python(fuzzing, sound, tmp_path):
    import os

    def panics(found):
        os.write(2, b"thread '<unnamed>' panicked")
        return found

    assert "panicked" in fuzzing.read_faults(sound, tmp_path, importers(panics))[1][0]


def test_an_import_that_stops_half_way_is_noticed(fuzzing, sound, exports, tmp_path, monkeypatch):
    fuzzing.prepared(tmp_path / "fuzz", exports)
    assert list(fuzzing.import_faults(sound, tmp_path / "fuzz", keep_going=False)) == []

    def stops(*_, **__):
        (tmp_path / "fuzz" / "root" / "data" / "processed" / "half.tmp").write_text("x")
        raise ExportError("stopped")

    monkeypatch.setattr("analysis.importers.run.import_exports", stops)
    (fault,) = fuzzing.import_faults(sound, tmp_path / "fuzz", keep_going=False)
    assert fault == "stopped, but left other files behind: ['data/processed/half.tmp']"


def test_mutations_do_what_they_say(fuzzing):
    mutations = import_module("mutations")
    rows = [mutations.Row(["a", "b"], "header"), *(mutations.Row([str(n), "x"], "data") for n in range(10))]
    for mutate in (mutations.delete_rows, mutations.double_rows, mutations.empty_rows, mutations.repeat_header):
        table = mutations.Table("t", [mutations.Row(list(row.cells), row.kind) for row in rows])
        mutate(np.random.default_rng(1), table)
        assert [row.cells for row in table.rows] != [row.cells for row in rows], mutate.__name__
        assert table.rows[0].kind == "header"


@pytest.fixture
def hostile(fuzzing):
    return import_module("hostile")


def test_no_cell_made_to_do_harm_does_any(fuzzing, hostile, exports, tmp_path, monkeypatch, capsys):
    """Every kind of export, a third of its cells harmful, is imported as somebody does; what came of it is searched."""
    monkeypatch.setenv(keys.VARIABLE, "k" * 64)
    folder, root, canary = tmp_path / "exports", tmp_path / "root", tmp_path / "canary"
    folder.mkdir()
    for system in fuzzing.SYSTEMS:
        for at, template in enumerate(fuzzing.templates(system, exports)):
            file = folder / f"{system}-{at}.{template.shape}"
            file.write_bytes(hostile.written(hostile.spoilt(template, canary)))
    status = __main__.main(["import", str(folder), "--to", str(root), "--keep-going"])
    told = capsys.readouterr()
    assert status in (0, 3), told.err
    left_out = [line for line in told.out.splitlines() if line.startswith("left out: ")]
    assert len(left_out) <= 1, left_out
    assert list(hostile.faults_of_message(told.out + told.err)) == []
    assert list(hostile.faults_of_results(root, fuzzing.OF_DESIGN)) == []
    systems = set(pl.read_parquet(root / "data/processed/imported/import_rows.parquet")["system"])
    assert systems == set(fuzzing.SYSTEMS)
    assert sorted(place.name for place in tmp_path.iterdir()) == ["exports", "root"], "nothing was run, nothing written"
