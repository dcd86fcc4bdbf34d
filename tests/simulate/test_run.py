"""A run: exports with their checksums beside the truth, the same bytes from the same seed, nothing foreign touched."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from analysis.importers import as_read
from analysis.simulate import block, run
from analysis.simulate.world import COLUMNS, World

SCALE = 0.02


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    out = tmp_path_factory.mktemp("simulated") / "out"
    run.simulate(out, 5, SCALE)
    return out


@pytest.fixture
def one_writer(monkeypatch):
    """Let a run write one small file a block, so that it is the run that is tested; return what it was called with."""
    calls = []

    def write(world, folder, prefix, planted, parameters, rng):
        calls.append((world, prefix, rng))
        (folder / "cases.csv").write_text(f"{prefix},{len(world.cases)},{rng.integers(1000)}\n", encoding="utf-8")
        planted.fault(f"{prefix}cases.csv", "", [2], table="case_records", column="sex", check="T01", action="kept")
        rows = pl.DataFrame({"case_ref": ["slug:ngo01-1"], "row": [2]})
        planted.expect(f"{prefix}cases.csv", "case_records", rows)

    monkeypatch.setattr(run, "WRITERS", {"plain": write})
    monkeypatch.setattr(run.block, "build", lambda *given: empty_world())
    return calls


def empty_world():
    return World(**{name: pd.DataFrame(columns=list(columns)) for name, columns in COLUMNS.items()})


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_system_writes_its_files_and_the_truth_stands_beside(simulated):
    names = [path.name for path in (simulated / "exports" / "part-0001").iterdir()]
    for beginning in ("client_report-", "clients-end-line", "primero-cases", "household-survey", "inspection-2014"):
        assert any(name.startswith(beginning) for name in names), beginning
    truth = simulated / "truth" / "part-0001"
    assert {path.stem for path in truth.glob("*.parquet")} == {*COLUMNS, "faults", "list_links"}
    assert {path.name for path in (simulated / "exports").iterdir()} == {"part-0001", "SIMULATED.json"}
    numbers = json.loads((simulated / "truth" / "parameters.json").read_text(encoding="utf-8"))
    assert numbers["parameters"]["case_management"]["closure"]["n_identified"] == 267
    assert (numbers["seed"], numbers["scale"]) == (5, SCALE)


def test_the_mark_lists_each_export_with_its_checksum(simulated):
    mark = json.loads((simulated / "exports" / run.MARK).read_text(encoding="utf-8"))
    written = files(simulated / "exports")
    del written[run.MARK]
    assert mark["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in written.items()}
    assert (mark["seed"], mark["scale"]) == (5, SCALE)


def test_what_was_planted_names_files_that_were_written(simulated):
    mark = json.loads((simulated / "exports" / run.MARK).read_text(encoding="utf-8"))
    truth = simulated / "truth" / "part-0001"
    faults = pl.read_parquet(truth / "faults.parquet")
    assert set(faults["file"]) <= set(mark["files"])
    expected = {path.stem: pl.read_parquet(path) for path in (truth / "expected").glob("*.parquet")}
    assert set(expected) == set(as_read.SCHEMAS)
    for table, rows in expected.items():
        assert set(rows["file"]) <= set(mark["files"])
        assert list(rows.columns) == ["file", *as_read.SCHEMAS[table]]


def test_the_same_seed_writes_the_same_bytes(simulated, tmp_path):
    run.simulate(tmp_path / "again", 5, SCALE)
    assert files(tmp_path / "again") == files(simulated)


def test_another_seed_writes_others(simulated, tmp_path):
    run.simulate(tmp_path / "other", 6, SCALE)
    cases = [pd.read_parquet(out / "truth/part-0001/cases.parquet") for out in (simulated, tmp_path / "other")]
    assert not cases[0]["need"].equals(cases[1]["need"])


@pytest.mark.parametrize(("scale", "sizes"), [(0.3, [0.3]), (1, [1.0]), (2.5, [1.0, 1.0, 1.0])])
def test_a_scale_is_that_many_blocks_of_at_most_one_country(tmp_path, monkeypatch, one_writer, scale, sizes):
    built = []

    def build(parameters, seed, part, size):
        built.append((part, size))
        return empty_world()

    monkeypatch.setattr(run.block, "build", build)
    run.simulate(tmp_path / "out", 1, scale)
    assert built == list(enumerate(sizes, start=1))
    assert {path.name for path in (tmp_path / "out" / "truth").iterdir()} == {
        "parameters.json",
        *(f"part-{part:04d}" for part, _ in built),
    }
    assert [prefix for _, prefix, _ in one_writer] == [f"part-{part:04d}/" for part, _ in built]


def test_each_writer_of_each_block_has_its_own_generator(tmp_path, one_writer):
    run.simulate(tmp_path / "out", 1, 2)
    first, second = (rng for _, _, rng in one_writer)
    assert first.bit_generator.state != second.bit_generator.state
    one, other = (block.generators(1, 1)(step).integers(1 << 60) for step in ("exports/oscar", "exports/kobo"))
    assert one != other


def test_an_earlier_simulation_is_replaced_whole(tmp_path, one_writer):
    out = tmp_path / "out"
    run.simulate(out, 1, 2)
    run.simulate(out, 1, 1)
    assert {path.name for path in (out / "exports").iterdir()} == {"part-0001", run.MARK}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]  # nothing is left over


@pytest.mark.parametrize("content", ["records.xlsx", "exports/records.xlsx", "truth/cases.parquet"])
def test_a_folder_that_holds_anything_else_is_refused_and_left_alone(tmp_path, one_writer, content):
    out = tmp_path / "records"
    (out / content).parent.mkdir(parents=True, exist_ok=True)
    (out / content).write_bytes(b"records")
    with pytest.raises(run.SimulationError, match=r"did not write; nothing was changed"):
        run.simulate(out, 1, 1)
    assert files(tmp_path) == {f"records/{content}": b"records"}
    assert not one_writer


@pytest.mark.parametrize("added", ["exports/records.xlsx", "exports/part-0001/consent.csv", "notes.txt"])
def test_an_earlier_simulation_with_a_file_of_somebody_else_is_refused(tmp_path, one_writer, added):
    out = tmp_path / "out"
    run.simulate(out, 1, 1)
    (out / added).write_bytes(b"records")
    before = files(out)
    with pytest.raises(run.SimulationError, match="did not write"):
        run.simulate(out, 1, 1)
    assert files(out) == before


@pytest.mark.parametrize("mark", ["", "[]", "{}", '{"files": 3}'])
def test_a_mark_that_says_nothing_is_no_simulation(tmp_path, one_writer, mark):
    out = tmp_path / "out"
    (out / "exports").mkdir(parents=True)
    (out / "exports" / run.MARK).write_text(mark, encoding="utf-8")
    with pytest.raises(run.SimulationError, match="did not write"):
        run.simulate(out, 1, 1)


def test_a_file_and_a_link_are_refused(tmp_path, one_writer):
    (tmp_path / "file").write_text("records", encoding="utf-8")
    earlier = tmp_path / "earlier"
    run.simulate(earlier, 1, 1)
    (tmp_path / "link").symlink_to(earlier)
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")
    for name in ("file", "link", "nowhere"):
        with pytest.raises(run.SimulationError, match=name):
            run.simulate(tmp_path / name, 1, 1)


def test_an_empty_folder_is_taken(tmp_path, one_writer):
    (tmp_path / "out").mkdir()
    run.simulate(tmp_path / "out", 1, 1)
    assert (tmp_path / "out" / "exports" / run.MARK).is_file()


def test_a_run_that_fails_leaves_what_was_there(tmp_path, one_writer, monkeypatch):
    out = tmp_path / "out"
    run.simulate(out, 1, 1)
    before = files(tmp_path)

    def failing(*given):
        raise OSError("no space left")

    monkeypatch.setattr(run, "WRITERS", {"plain": failing})
    with pytest.raises(OSError, match="no space left"):
        run.simulate(out, 2, 1)
    assert files(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("seed", "scale", "said"),
    [(1, 0, "scale"), (1, -1, "scale"), (1, float("nan"), "scale"), (1, float("inf"), "scale"), (-1, 1, "seed")],
)
def test_a_scale_or_seed_that_means_nothing_is_refused(tmp_path, one_writer, seed, scale, said):
    with pytest.raises(run.SimulationError, match=f"the {said} is"):
        run.simulate(tmp_path / "out", seed, scale)
    assert not list(tmp_path.iterdir())
