"""A cluster that tests may use, and what turns a test to it."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis.engine import cluster, standing

sys.path.append(str(Path(__file__).parent))  # engine_tasks is imported by its name, here as on workers

from local_cluster import AS_MAKE_SETS, Cluster, running


@pytest.fixture(scope="session")
def of_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers that all tests may use and none may harm."""
    with running(tmp_path_factory.mktemp("cluster") / "of_two", n_workers=2) as started:
        yield started


@pytest.fixture
def on_dask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return a function that makes this process use a cluster, with its parts in a folder of the test."""
    monkeypatch.setattr(cluster, "PARTS", tmp_path / "parts")
    for name, value in AS_MAKE_SETS.items():
        monkeypatch.setenv(name, value)
    standing.standing.cache_clear()

    def use(address: str) -> Path:
        monkeypatch.setenv("HOMEWARD_ENGINE", "dask")
        monkeypatch.setenv("HOMEWARD_SCHEDULER", address)
        return tmp_path / "parts"

    yield use
    cluster.disconnect()
    standing.standing.cache_clear()
