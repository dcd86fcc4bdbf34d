"""The seam on a real cluster: two workers over TCP, one killed, one refused, and a scheduler that goes."""

import functools
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import engine_tasks
import numpy as np
import pandas as pd
import pytest
from local_cluster import WAIT_SECONDS, Cluster, running, told_where

from analysis import engine
from analysis.engine import cluster

N = 12


def same(first: object, second: object) -> bool:
    return pickle.dumps(first) == pickle.dumps(second)


def test_the_same_bytes_as_in_one_process_and_nothing_left(of_two, on_dask):
    rows = pd.DataFrame({"x": np.random.default_rng(1).normal(size=500)})
    serial = [engine_tasks.drawn_mean(seed, rows, times=3) for seed in range(N)]
    parts = on_dask(of_two.address)
    drawn = functools.partial(engine_tasks.drawn_mean, rows=rows)  # what a partial holds is shared as well
    found = list(engine.map(drawn, range(N), shared={"times": 3}))
    assert all(same(a, b) for a, b in zip(serial, found, strict=True))
    assert list(parts.iterdir()) == []


def test_generators_that_were_spawned_draw_the_same(of_two, on_dask):
    on_dask(of_two.address)
    counts = range(1, 6)
    serial = [engine_tasks.drawn_with(rng, n) for rng, n in zip(np.random.default_rng(3).spawn(5), counts, strict=True)]
    found = list(engine.map(engine_tasks.drawn_with, np.random.default_rng(3).spawn(5), counts))
    assert all(same(a, b) for a, b in zip(serial, found, strict=True))


def test_an_item_that_comes_twice_is_worked_out_once(of_two, on_dask, tmp_path):
    on_dask(of_two.address)
    found = list(engine.map(engine_tasks.slow, [2, 2, 3], shared={"log": tmp_path, "seconds": 0}))
    assert found == [4, 4, 9]
    assert len((tmp_path / "2.begun").read_text().split()) == 1


def test_what_a_part_raises_is_raised_here_when_its_turn_comes(of_two, on_dask):
    on_dask(of_two.address)
    found = engine.map(engine_tasks.fails_at_three, range(1, 5))
    assert [next(found), next(found)] == [1, 2]
    with pytest.raises(KeyError, match="the third is refused") as told:
        next(found)
    assert "fails_at_three" in told.value.__notes__[0]


def test_a_part_works_out_parts_of_its_own_where_it_is(of_two, on_dask):
    on_dask(of_two.address)
    assert list(engine.map(engine_tasks.maps_again, [1, 2])) == [[0], [0, 1]]


@pytest.mark.parametrize("is_in_sight", [True, False])
def test_data_pass_the_scheduler_only_where_workers_cannot_read_them(of_two, on_dask, monkeypatch, is_in_sight):
    if not is_in_sight:
        monkeypatch.setattr(cluster, "_is_in_sight", lambda *_: False)
    weights = np.random.default_rng(5).normal(size=400_000)  # 3 MB
    items = [weights + number for number in range(3)]
    with counted(of_two.address) as passed:
        on_dask(passed.address)
        found = list(engine.map(engine_tasks.summed, items, shared={"weights": weights}))
        cluster.disconnect()
    assert same(found, [engine_tasks.summed(values, weights) for values in items])
    n_bytes = weights.nbytes * 4
    assert passed.n_bytes < n_bytes / 50 if is_in_sight else passed.n_bytes > n_bytes


def test_a_worker_killed_in_mid_run_loses_nothing(on_dask, tmp_path):
    with running(tmp_path / "cluster", 3, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1") as started:
        on_dask(started.address)
        killer = threading.Thread(target=kill_at_work, args=(started, tmp_path))
        killer.start()
        found = list(engine.map(engine_tasks.slow, range(N), shared={"log": tmp_path, "seconds": 0.3}))
        killer.join()
        assert started.workers[0].poll() is not None, "one was killed"
        assert found == [number**2 for number in range(N)]
        begun = [len(file.read_text().split()) for file in tmp_path.glob("*.begun")]
        assert sum(begun) > len(begun) == N, "what it had begun was begun again"
        assert_a_part_that_kills_is_told(started)
        assert_workers_that_are_gone_are_told(started, cluster)


def assert_a_part_that_kills_is_told(started: Cluster) -> None:
    """Give up a part after two workers have died of it, one more than the scheduler allows."""
    with pytest.raises(
        engine.EngineError, match=f"{started.address}: workers died of a part of engine_tasks.ends_its_worker"
    ):
        list(engine.map(engine_tasks.ends_its_worker, [9]))


def assert_workers_that_are_gone_are_told(started: Cluster, module: object) -> None:
    """Wait for workers no longer than one has patience."""
    for process in started.workers:
        process.kill()
        process.wait()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PATIENCE_SECONDS", 1)
        with pytest.raises(engine.EngineError, match=f"the scheduler {started.address} has no workers"):
            list(engine.map(abs, [-1]))


def test_a_worker_that_is_not_as_this_machine_is_refused_by_name(of_two, on_dask):
    on_dask(of_two.address)
    address = of_two.add_worker(HOMEWARD_COUNTRY="kosovo")
    try:
        with pytest.raises(engine.EngineError, match=f"the worker {address} has country kosovo instead of cambodia"):
            list(engine.map(abs, [-1]))
    finally:
        of_two.workers[-1].kill()
        of_two.workers[-1].wait()
        time.sleep(0.5)  # until the scheduler knows


STEP = """
import sys
from pathlib import Path
import engine_tasks
from analysis import engine
from analysis.engine import cluster
cluster.PARTS, cluster.CONNECT_SECONDS = Path(sys.argv[1]) / "parts", 5
try:
    print(list(engine.map(engine_tasks.slow, range(12), shared={"log": Path(sys.argv[1]), "seconds": 0.4})))
except ValueError as error:
    sys.exit(f"a step: {error}")
"""


def step(folder: Path, address: str) -> subprocess.Popen:
    environment = told_where(os.environ) | {"HOMEWARD_ENGINE": "dask", "HOMEWARD_SCHEDULER": address}
    pipe = subprocess.PIPE
    arguments = [sys.executable, "-W", "error", "-c", STEP, str(folder)]
    return subprocess.Popen(arguments, stdout=pipe, stderr=pipe, text=True, env=environment)


def test_a_scheduler_that_goes_is_one_message_and_finished_parts_are_used_again(of_two, tmp_path):
    with running(tmp_path / "cluster", n_workers=2) as started:
        lost = step(tmp_path, started.address)
        until(lambda: len(list(tmp_path.glob("parts/*/part-*"))) >= 4)
        started.scheduler.send_signal(signal.SIGKILL)
        said, faults = lost.communicate(timeout=WAIT_SECONDS)
    assert (lost.returncode, said) == (1, "")
    assert len(faults.splitlines()) == 1, faults
    assert started.address in faults
    assert "run the same again: finished parts are kept" in faults
    finished = {file.name for file in tmp_path.glob("parts/*/part-*[!p]") if not file.name.endswith(".tmp")}
    assert 4 <= len(finished) < N
    begun = {file: file.read_text() for file in tmp_path.glob("*.begun")}
    again = step(tmp_path, of_two.address)
    said, faults = again.communicate(timeout=WAIT_SECONDS)
    assert (said.strip(), faults) == (str([number**2 for number in range(N)]), "")
    new = [file for file in tmp_path.glob("*.begun") if file.read_text() != begun.get(file)]
    assert len(new) == N - len(finished), "only what was not finished"
    assert list((tmp_path / "parts").iterdir()) == []


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "which cluster. Say: make ENGINE=dask SCHEDULER="),
        ("tcp://127.0.0.1:{port}", r"tcp://127.0.0.1:\d+: there is no answer from the scheduler"),
        ("carrier-pigeon://loft", "carrier-pigeon://loft: "),
    ],
)
def test_an_address_where_nobody_is_is_told(on_dask, monkeypatch, address, why):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and never listening: nobody else can take it
        on_dask(address.format(port=nobody.getsockname()[1]))
        with pytest.raises(engine.EngineError, match=why):
            list(engine.map(abs, [-1]))


def until(is_so, seconds: float = WAIT_SECONDS) -> None:
    last = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < last
        time.sleep(0.05)


def kill_at_work(started: Cluster, log: Path) -> None:
    """Kill the first worker while it works on a part."""
    own = str(started.workers[0].pid)
    until(lambda: any(own in file.read_text().split() for file in log.glob("*.begun")))
    started.workers[0].kill()
    started.workers[0].wait()


class counted:  # noqa: N801 - reads as a word where it is used
    """A gate before an address that counts the bytes through it, both ways."""

    def __init__(self, address: str) -> None:
        host, _, port = address.removeprefix("tcp://").partition(":")
        self._to, self.n_bytes = (host, int(port)), 0
        self._gate = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._gate.getsockname()[1]}"

    def __enter__(self) -> "counted":
        threading.Thread(target=self._let_in, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._gate.close()

    def _let_in(self) -> None:
        while True:
            try:
                outside, _ = self._gate.accept()
            except OSError:
                return
            inside = socket.create_connection(self._to)
            for ends in ((outside, inside), (inside, outside)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while content := source.recv(1 << 16):
                self.n_bytes += len(content)
                target.sendall(content)
        except OSError:
            pass
        finally:
            source.close()
            target.close()
