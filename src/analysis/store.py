"""Tables by name, as parquet files that carry their origin.

``published`` is what somebody printed, ``simulated`` comes from our own seed, ``records`` are real case data. A
table's origin is the most guarded of its inputs' origins; it is worked out here and never typed by hand.
"""

from collections.abc import Iterable
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
_origins_read: set[str] = set()


class StoreError(ValueError):
    """A table is not there or its name is not known."""


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
    import pandas as pd

    _origins_read.add(origin(name, processed))
    return pd.read_parquet(_existing(name, processed), dtype_backend="numpy_nullable").pipe(_text_as_str)


def origin(name: str, processed: Path = PROCESSED) -> str:
    """Return the origin of the table ``name``."""
    import pyarrow.parquet as pq

    return pq.read_schema(_existing(name, processed)).metadata[b"origin"].decode()


def origins_read() -> frozenset[str]:
    """Return the origins of all tables that this process has read: a notebook asks before it shows anything."""
    return frozenset(_origins_read)


def most_guarded(origins: Iterable[str]) -> str:
    """Return the most guarded of ``origins``; a table without inputs is refused."""
    return max(origins, key=ORIGINS.index)


def write(frame: "pd.DataFrame", file: Path, origin: str) -> None:
    """Write ``frame`` to ``file`` as parquet with its origin."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    buffer = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({b"origin": origin.encode()}), buffer)
    replace(file, buffer.getvalue().to_pybytes())


def replace(file: Path, content: bytes) -> None:
    """Let ``file`` hold ``content``: through a temporary name, and untouched if it holds it already.

    So no half file is ever read, and a step that gives the same bytes makes nothing downstream older.
    """
    if file.exists() and file.read_bytes() == content:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(file.name + ".tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _existing(name: str, processed: Path) -> Path:
    file = file_of(name, processed)
    if not file.exists():
        raise StoreError(f"the table {name!r} is not built yet ({file}); run: make tables")
    return file


def _text_as_str(frame: "pd.DataFrame") -> "pd.DataFrame":
    return frame.astype(dict.fromkeys(frame.select_dtypes("string").columns, "str"))
