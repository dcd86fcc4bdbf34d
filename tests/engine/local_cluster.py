"""A real Dask cluster over TCP on this machine: a scheduler and workers, each a process of its own."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.study import ROOT

HERE = Path(__file__).parent
AS_MAKE_SETS = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "TZ": "UTC"}
WAIT_SECONDS = 120


class Cluster:
    """A scheduler with workers, which write what they say into files of ``folder``."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.workers = folder, []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", **environment)
        self.address = self._said("scheduler", r"Scheduler at:\s*(tcp://\S+)")

    def add_worker(self, **environment: str) -> str:
        """Start a worker and return its address once it is registered."""
        name = f"worker-{len(self.workers)}"
        options = ("--no-nanny", "--nthreads", "1", "--name", name, "--death-timeout", "30")
        self.workers.append(
            self._start(name, self.address, *options, "--local-directory", str(self.folder), **environment)
        )
        return self._said(name, r"Start worker at:\s*(tcp://\S+)(?=[\s\S]*Registered to)")

    def _start(self, name: str, *arguments: str, **environment: str) -> subprocess.Popen:
        kind = "scheduler" if name == "scheduler" else "worker"
        with (self.folder / f"{name}.log").open("w") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=told_where(os.environ) | environment,
            )

    def _said(self, name: str, pattern: str) -> str:
        last = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < last:
            if found := re.search(pattern, (self.folder / f"{name}.log").read_text()):
                return found[1]
            time.sleep(0.1)
        raise AssertionError((self.folder / f"{name}.log").read_text())

    def stop(self) -> None:
        """End every process."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def told_where(environment: dict[str, str] | os._Environ) -> dict[str, str]:
    """Return an environment in which this project and ``tasks`` can be imported."""
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), str(HERE), environment.get("PYTHONPATH"))))
    return {**environment, **AS_MAKE_SETS, "PYTHONPATH": path}


@contextmanager
def running(folder: Path, n_workers: int, **environment: str) -> Iterator[Cluster]:
    """Run a cluster as long as it is wanted; the ``environment`` is of its scheduler."""
    folder.mkdir()
    started = Cluster(folder, **environment)
    try:
        threads = [threading.Thread(target=started.add_worker) for _ in range(n_workers)]
        for thread in threads:
            thread.start()
            time.sleep(0.05)  # each counts the others for its name
        for thread in threads:
            thread.join()
        yield started
    finally:
        started.stop()
