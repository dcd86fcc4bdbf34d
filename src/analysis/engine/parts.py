"""Parts of a map as files: what they share, what each is given and what came out, each under the digest of its content.

A part is one item of a map. ``done`` is the one function that workers run. What a worker makes it writes itself where
the folder of the map is in its sight, so that nothing of it goes through the scheduler, and what is finished stays
finished if the scheduler goes.
"""

import hashlib
import os
import pickle
import secrets
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.engine.faults import EngineError
from analysis.engine.standing import difference, standing

INSIDE: ContextVar[bool] = ContextVar("inside a part", default=False)
PROTOCOL = 5  # of pickle: the same on every machine
OWNER_ONLY = 0o700
N_KEPT = 4  # shared contents that a worker keeps, so that it reads them once and not once a part
SECONDS_OF_A_FILE_SYSTEM = 60  # that a file written elsewhere may take to be seen here


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hex digits."""
    return hashlib.sha256(content).hexdigest()


def packed(value: Any) -> bytes:
    """Return ``value`` as bytes; raise ``EngineError`` for one that no other process could be given."""
    try:
        return pickle.dumps(value, PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise EngineError(f"a part of a map can be sent nowhere: {error}") from error


def written(content: bytes, file: Path) -> Path:
    """Write ``content`` to ``file``, readable for its owner only, whole or not at all; one that is there is kept."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
        temporary = file.with_name(f"{file.name}.{secrets.token_hex(4)}.tmp")  # two workers may write the same part
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        temporary.replace(file)
    return file


def awaited(file: Path) -> bytes:
    """Return the content of a file that a worker has written; file systems of several machines may show it late."""
    last = time.monotonic() + SECONDS_OF_A_FILE_SYSTEM
    while True:
        try:
            return file.read_bytes()
        except FileNotFoundError:
            if time.monotonic() > last:
                raise EngineError(
                    f"a worker wrote {file}, and it cannot be seen here: is it one file system?"
                ) from None
            list(file.parent.iterdir())  # asks the server anew
            time.sleep(0.1)


@dataclass(frozen=True)
class Stored:
    """Bytes in a file, which is good if its digest is this one."""

    file: Path
    digest: str

    def content(self) -> bytes:
        """Return the bytes; raise ``OSError`` or ``EngineError`` where the file is not there or not the same."""
        content = self.file.read_bytes()
        if digest_of(content) != self.digest:
            raise EngineError(f"{self.file} is not what was written there")
        return content


@dataclass(frozen=True, repr=False)
class Part:
    """One item of a map: ``given`` to the function, and where its result goes; ``None``: back to who asked.

    ``number`` counts from 1. A worker's log shows parts by their number: what they are given may be of children.
    """

    function: Callable[..., Any]
    number: int
    given: bytes | Stored
    result: Path | None
    standing: dict[str, str]

    def __repr__(self) -> str:
        """Say which part it is and nothing of what is in it."""
        return f"<part {self.number}>"


@dataclass(frozen=True, repr=False)
class Outcome:
    """What became of a part: ``kept`` in its file, or the result itself, or what its function raised."""

    result: bytes | None = None
    raised: BaseException | None = None


def done(part: Part, shared: bytes | Stored) -> Outcome:
    """Work out a part on the worker that this is. What its function raises is an outcome as any other."""
    inside = INSIDE.set(True)
    try:
        if other := difference(part.standing, standing()):
            raise EngineError(f"a worker came that has {other}; stop it, and start it as the others")
        given = part.given.content() if isinstance(part.given, Stored) else part.given
        found = packed(part.function(*pickle.loads(given), **_shared(shared)))  # noqa: S301 - of the same holder
    except Exception as error:
        return Outcome(raised=_told(error))
    finally:
        INSIDE.reset(inside)
    if part.result is None:
        return Outcome(result=found)
    written(found, part.result)
    return Outcome()


def is_in_sight(shared: Stored, token: Stored) -> bool:
    """Say whether this worker reads what is shared, and writes into the folder that has this map's token."""
    try:
        return bool(shared.content()) and bool(token.content()) and os.access(token.file.parent, os.W_OK)
    except (OSError, EngineError):
        return False


def _shared(shared: bytes | Stored) -> dict[str, Any]:
    return _read_once(shared) if isinstance(shared, Stored) else _unpacked_once(shared)


@lru_cache(N_KEPT)
def _read_once(shared: Stored) -> dict[str, Any]:
    return pickle.loads(shared.content())  # noqa: S301 - its digest is that of what was written


@lru_cache(N_KEPT)
def _unpacked_once(shared: bytes) -> dict[str, Any]:
    return pickle.loads(shared)  # noqa: S301 - of the same holder


def _told(error: Exception) -> Exception:
    """Return ``error`` so that it can be sent, with the lines of code it came through."""
    where = "".join(traceback.format_tb(error.__traceback__))
    try:
        pickle.loads(pickle.dumps(error, PROTOCOL))  # noqa: S301 - made a line above
    except Exception:
        error = EngineError(f"{type(error).__name__}: {error}")
    error.add_note(f"on a worker:\n{where}")
    return error.with_traceback(None)
