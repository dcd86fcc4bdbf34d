"""Tables by name, as parquet files that carry their origin.

``published`` is what somebody printed, ``simulated`` comes from our own seed, ``records`` are real case data. A
table's origin is the most guarded of its inputs' origins; it is worked out here and never typed by hand.
"""

import errno
import os
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study import OUTPUTS

if TYPE_CHECKING:
    import pandas as pd  # else only where a table is read: names and places of tables need none

PROCESSED = OUTPUTS / "data" / "processed"
IMPORTED = "imported"  # written by one import, all at once
STAGES = ("clean", "features", "estimates")  # each table built from its inputs
NOT_TABLES = {"allowed"}  # a module of words beside the contracts
ORIGINS = ("published", "simulated", "records")  # from the least to the most guarded
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # a disk, somebody's share of it, or what one file may hold
_origins_read: set[str] = set()


class StoreError(ValueError):
    """A table is not there, cannot be read or written, or its name is not known."""


def tables_of(stage: str) -> list[str]:
    """Return the names of the tables of ``stage``, sorted."""
    modules = (file.stem for file in (Path(__file__).parent / stage).glob("[!_]*.py"))
    return sorted(name for name in modules if name not in NOT_TABLES)


def stage_of(name: str) -> str:
    """Return the stage whose module makes the table ``name``; raise ``StoreError`` if none does."""
    for stage in (IMPORTED, *STAGES):
        if name in tables_of(stage):
            return stage
    known = sorted(table for stage in (IMPORTED, *STAGES) for table in tables_of(stage))
    raise StoreError(f"there is no table {name!r}; the tables are {', '.join(known)}")


def file_of(name: str, processed: Path = PROCESSED) -> Path:
    """Return the parquet file of the table ``name``."""
    return processed / stage_of(name) / f"{name}.parquet"


def read(name: str, processed: Path = PROCESSED) -> "pd.DataFrame":
    """Return the table ``name``."""
    return frame_of(_existing(name, processed))


def frame_of(file: Path, filters: list[tuple[str, str, object]] | None = None) -> "pd.DataFrame":
    """Return the rows of ``file``, or those of them that pass the ``filters`` of pyarrow.

    Raises ``StoreError`` for a file that is damaged.
    """
    import pandas as pd

    _origins_read.add(_origin_in(file))
    with _damage_told(file):
        frame = pd.read_parquet(file, dtype_backend="numpy_nullable", filters=filters, page_checksum_verification=True)
        return _text_as_str(frame)


def origin(name: str, processed: Path = PROCESSED) -> str:
    """Return the origin of the table ``name``."""
    return _origin_in(_existing(name, processed))


def origins_read() -> frozenset[str]:
    """Return the origins of all tables that this process has read: a notebook asks before it shows anything."""
    return frozenset(_origins_read)


def forget_origins_read() -> None:
    """Let this process count as one that has read nothing: for a notebook that begins again, empty of what it held."""
    _origins_read.clear()


def most_guarded(origins: Iterable[str]) -> str:
    """Return the most guarded of ``origins``; a table without inputs is refused."""
    return max(origins, key=ORIGINS.index)


def write(frame: "pd.DataFrame", file: Path, origin: str) -> None:
    """Write ``frame`` to ``file`` as parquet with its origin."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    buffer = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({b"origin": origin.encode()}), buffer, write_page_checksum=True)
    replace(file, buffer.getvalue().to_pybytes())


def replace(file: Path, content: bytes) -> None:
    """Let ``file`` hold ``content``: through a temporary name, and untouched if it holds it already.

    So no half file is ever read, and a step that gives the same bytes makes nothing downstream older. Raises
    ``StoreError`` where the disk is full.
    """
    if file.exists() and file.read_bytes() == content:
        return
    with replacing(file) as temporary:
        temporary.write_bytes(content)


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Give a temporary name to write to; in the end what was written takes the place of ``file``, all of it or nothing.

    The name holds the number of this process: two never write to the same, and make removes what one that was killed
    has left (``tools/tidy.py``). Raises ``StoreError`` where the disk is full.
    """
    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(file)
    except OSError as error:
        if error.errno not in FULL:
            raise
        why = os.strerror(error.errno).lower()
        raise StoreError(f"{file} was not written ({why}): make room for it and run make again") from None
    finally:
        with suppress(OSError):  # what went wrong above is what is told
            temporary.unlink(missing_ok=True)


def _origin_in(file: Path) -> str:
    import pyarrow.parquet as pq

    with _damage_told(file):
        told = (pq.read_schema(file).metadata or {}).get(b"origin", b"").decode(errors="replace")
        if told not in ORIGINS:
            raise ValueError("it does not say where its rows come from")
        return told


@contextmanager
def _damage_told(file: Path) -> Iterator[None]:
    """Tell of a file that cannot be read what it is and what to do, whichever fault of a library that was."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, MemoryError) or getattr(error, "errno", None):
            raise  # the machine is at fault, not the file
        why = str(error).partition("\n")[0].rstrip(".")
        raise StoreError(
            f"{file} is damaged ({why}): remove it and run make again, which makes it anew: rm {shlex.quote(str(file))}"
        ) from None


def _existing(name: str, processed: Path) -> Path:
    file = file_of(name, processed)
    if not file.exists():
        raise StoreError(f"the table {name!r} is not built yet ({file}); run: make tables")
    return file


def _text_as_str(frame: "pd.DataFrame") -> "pd.DataFrame":
    return frame.astype(dict.fromkeys(frame.select_dtypes("string").columns, "str"))
