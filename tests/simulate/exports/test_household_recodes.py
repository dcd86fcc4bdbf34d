"""The simulated recodes: read back they are what is true, the bytes are the same each time, and parts stay apart."""

from types import SimpleNamespace

import polars as pl
import pytest

from analysis.importers import dhs, mics
from analysis.importers.recodes import sound
from analysis.simulate import block, country, parameters
from analysis.simulate.exports import household_recodes
from analysis.simulate.planted import Planted

pytestmark = pytest.mark.usefixtures("_without_another_process")
READERS = {household_recodes.DHS: dhs, household_recodes.MICS: mics}
SEED, SIZE = 5, 0.03


@pytest.fixture(scope="module")
def world():
    frames = country.build(parameters.load(), block.generators(SEED, 1), SIZE)
    return SimpleNamespace(communes=frames["communes"], survey_households=frames["survey_households"])


@pytest.fixture
def _without_another_process(monkeypatch):
    """Files written here are whole: they need not be tried in another process first."""
    monkeypatch.setattr(sound, "is_sound", lambda *given: True)


def written(world, folder, part: int = 1) -> pl.DataFrame:
    """Write the recodes of a part; return the children a perfect reader finds."""
    planted, rng = Planted(), block.generators(SEED, part)("exports/household_recodes")
    household_recodes.write(world, folder, f"part-{part:04d}/", planted, parameters.load(), rng)
    return pl.concat(planted._expected["survey_children"])


@pytest.fixture(scope="module")
def simulated(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("recodes")
    return folder, written(world, folder)


@pytest.mark.parametrize("name", READERS)
def test_the_reader_finds_every_child_with_all_that_is_true_of_it(simulated, name):
    folder, expected = simulated
    found = READERS[name].read(folder / name).tables["survey_children"]
    true = expected.filter(pl.col("file") == f"part-0001/{name}").drop("file")
    assert found.height > 100
    for column in found.columns:
        differ = found[column].ne_missing(true[column])
        assert (column, differ.sum()) == (column, 0)


def test_all_ways_to_live_occur(simulated):
    counted = simulated[1].group_by("living_arrangement").len().sort("len")
    assert counted.height >= 8
    assert counted["living_arrangement"][-1] == "both_parents"


def test_the_same_numbers_write_the_same_bytes_at_another_time(simulated, world, tmp_path, monkeypatch):
    folder, _ = simulated
    written(world, tmp_path)
    for name in READERS:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
        assert b"2025" in (folder / name).read_bytes()[:400] or b"01 Jan 25" in (folder / name).read_bytes()[:400]


def test_another_part_has_other_clusters(simulated, world, tmp_path):
    first, second = simulated[1], written(world, tmp_path, part=2)
    assert not set(first["child_ref"]) & set(second["child_ref"])
    assert not set(first["cluster_ref"]) & set(second["cluster_ref"])
