"""A map on a Dask cluster: parts go out, results come back in order, and what is finished outlives the scheduler.

Code is never sent: workers have it, and one that has another is refused. What parts share, and what a large part is
given, is written once beneath ``build/parts``, and workers that see that folder read it there; to others it is sent
once. Dask gives a part of a worker that died to another one.
"""

import atexit
import functools
import itertools
import logging
import pickle
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.engine import parts
from analysis.engine.faults import EngineError
from analysis.engine.parts import Outcome, Part, Stored, awaited, digest_of, packed, written
from analysis.engine.standing import difference, standing
from analysis.study import OUTPUTS

PARTS = OUTPUTS / "build" / "parts"
GUIDE = "docs/recipes/many-machines.md"
CONNECT_SECONDS = 15  # until a scheduler that does not answer is told to be gone
PATIENCE_SECONDS = 120  # without any worker: one that died may be started again
POLL_SECONDS = 2
LARGE = 32_768  # bytes of an item that are better read from a file than sent through the scheduler

_connections: list[Any] = []
_open: set[Path] = set()  # folders of maps that this process has not finished


def results(
    function: Callable[..., Any], items: Iterable[tuple], shared: dict[str, Any], address: str
) -> Iterator[Any]:
    """Yield ``function(*item, **shared)`` of each of ``items`` in their order, from the workers of ``address``.

    Raises what ``function`` raises, and ``EngineError`` for a cluster that is not there, goes, or has other code.
    Parts finished until then stay, and the same map of the same step finds them; one that is done leaves nothing.
    """
    if isinstance(held := function, functools.partial):  # what it holds is the same for all items
        shared, items = {**held.keywords, **shared}, ((*held.args, *item) for item in items)
        function = held.func
    name, content = _name(function), packed(shared)
    folder = _folder(name, digest_of(content))
    _open.add(folder)
    try:
        common = Stored(written(content, folder / f"shared-{digest_of(content)}"), digest_of(content))
        with _told_in_one_message(address, name):
            client = connected(address)
            is_in_sight = _is_in_sight(client, common, folder)
            common = common if is_in_sight else client.scatter(content, broadcast=True, hash=False)
        files, waiting = [], {}
        for number, item in enumerate(items, start=1):
            given = packed(item)
            files.append(file := folder / f"part-{digest_of(given)}")
            if file.exists() or file in waiting:
                continue
            if is_in_sight and len(given) > LARGE:
                given = Stored(written(given, folder / f"given-{digest_of(given)}"), digest_of(given))
            part = Part(function, number, given, file if is_in_sight else None, standing())
            key = f"{name}-{number}-{secrets.token_hex(4)}"  # its own: what an earlier run left is not taken for it
            with _told_in_one_message(address, name):
                waiting[file] = client.submit(parts.done, part, common, key=key)
        for number, file in enumerate(files, start=1):
            if file in waiting:
                with _told_in_one_message(address, name):
                    outcome = _outcome(waiting.pop(file), client, address)
                _settle(outcome, file)
            found = pickle.loads(awaited(file))  # noqa: S301 - written by us or by a worker of the holder
            if number == len(files):  # before the last is given: who asked may not ask again
                shutil.rmtree(folder, ignore_errors=True)
            yield found
        if not files:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        _open.discard(folder)


def connected(address: str) -> Any:
    """Return the client of a scheduler that has a worker, once all its workers were found to be as this machine.

    Raises ``EngineError`` naming the address, or the worker that differs, and ``OSError`` if nobody answers.
    """
    client = _checked(address)
    from distributed import TimeoutError as NobodyError

    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
    except NobodyError:
        raise EngineError(f"the scheduler {address} has no workers; start some and run the same again") from None
    return client


@functools.cache
def _checked(address: str) -> Any:
    if not address:
        raise EngineError(f"which cluster? Say: make ENGINE=dask SCHEDULER=tcp://host:8786 ({GUIDE})")
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise EngineError(f"ENGINE=dask needs the package distributed, see {GUIDE}: {error}") from None
    for logger in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)  # what they would say is said in one message
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})  # where workers see no files
    client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="homeward")
    _connections.append(client)
    for worker, there in client.run(standing, on_error="return").items():
        if isinstance(there, BaseException):
            raise EngineError(f"the worker {worker} has no Homeward to work with ({there}); see {GUIDE}")
        if other := difference(standing(), there):
            raise EngineError(f"the worker {worker} has {other}; give it what this machine has ({GUIDE})")
    return client


def disconnect() -> None:
    """Close the connection, if there is one; the next map makes a new one."""
    for client in _connections:
        client.close(timeout=1)
    _connections.clear()
    _checked.cache_clear()


atexit.register(disconnect)


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _folder(name: str, shared: str) -> Path:
    """Return the folder of this map, the same if the same step is run again, and none that another map has open."""
    known = [*sys.argv[1:], name, shared, *itertools.chain(*sorted(standing().items()))]
    folders = (PARTS / digest_of("\0".join([*known, str(again)]).encode()) for again in itertools.count())
    return next(folder for folder in folders if folder not in _open)


def _is_in_sight(client: Any, shared: Stored, folder: Path) -> bool:
    """Say whether every worker reads and writes in ``folder``: it shows a token that no other machine can have."""
    content = secrets.token_bytes(16)
    token = Stored(written(content, folder / f"token-{secrets.token_hex(4)}"), digest_of(content))
    try:
        found = client.run(parts.is_in_sight, shared, token, on_error="return").values()
        return bool(found) and all(seen is True for seen in found)
    finally:
        token.file.unlink()


def _outcome(future: Any, client: Any, address: str) -> Outcome:
    """Return what became of a part; raise ``EngineError`` when there was no worker for it for too long."""
    from distributed import TimeoutError as NotYetError
    from distributed import wait

    seen = time.monotonic()
    while not future.done():
        try:
            with client.as_current():
                wait(future, timeout=POLL_SECONDS)
        except NotYetError:
            if client.status == "running" and client.scheduler_info()["workers"]:
                seen = time.monotonic()
            elif time.monotonic() - seen > PATIENCE_SECONDS:
                raise EngineError(f"no worker is left at {address}; start workers and run the same again") from None
    return future.result()


def _settle(outcome: Outcome, file: Path) -> None:
    """Raise what a part raised; write what it sent back."""
    if outcome.raised is not None:
        raise outcome.raised
    if outcome.result is not None:
        written(outcome.result, file)


@contextmanager
def _told_in_one_message(address: str, name: str) -> Iterator[None]:
    """Make what Dask raises one message that names the address and says what to do."""
    try:
        yield
    except EngineError:
        raise
    except Exception as error:
        disconnect()
        kind = type(error).__name__
        if kind == "KilledWorker":
            why = f"workers died of a part of {name}, one after the other; give them more memory"
        elif isinstance(error, OSError) or "Cancelled" in kind:  # Timeouts and closed connections are OSErrors
            why = (
                "there is no answer from the scheduler, or it went away; see that it runs and can be reached from here"
            )
        else:
            why = f"{name} could not be sent or its result not be read ({kind}: {error})"
        raise EngineError(f"{address}: {why}, then run the same again: finished parts are kept ({GUIDE})") from None
