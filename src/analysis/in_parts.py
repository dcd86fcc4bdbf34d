"""Tables that are made, written and read a part at a time, so that only one part is held.

A part holds the rows that share a value of the first column of the key, such as one imputation, and is a row group of
the file. ``store.read`` gives such a table whole, as any other.
"""

import filecmp
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.contract import ContractError, Table
from analysis.store import PROCESSED

if TYPE_CHECKING:
    import pandas as pd

PARTS = b"parts"  # in the metadata of a file: the column by which its row groups are parts


@dataclass(frozen=True)
class Parts:
    """A table in its parts, read in the order of the key as often as it is gone through."""

    file: Path

    def __len__(self) -> int:
        """Return the number of parts."""
        import pyarrow.parquet as pq

        return pq.read_metadata(self.file).num_row_groups

    def __iter__(self) -> "Iterator[pd.DataFrame]":
        """Yield the rows of each part, typed as ``store.read`` types them."""
        import pyarrow.parquet as pq

        told = pq.read_metadata(self.file)
        by = told.metadata[PARTS].decode()
        place = told.schema.names.index(by)
        for number in range(told.num_row_groups):
            value = told.row_group(number).column(place).statistics.min  # the only one
            yield store.frame_of(self.file, filters=[(by, "==", value)])


def read(name: str, processed: Path = PROCESSED) -> "Parts | pd.DataFrame":
    """Return the table ``name`` in its parts, or as a frame if it was written whole."""
    import pyarrow.parquet as pq

    store.origin(name, processed)  # raises what is to be said of a file that is not there or cannot be read
    file = store.file_of(name, processed)
    return Parts(file) if PARTS in pq.read_schema(file).metadata else store.read(name, processed)


def write(parts: "Iterable[pd.DataFrame]", table: Table, name: str, file: Path, origin: str) -> None:
    """Check the ``parts`` of the table ``name`` and write them to ``file``, each as it comes.

    All of them or none take the place of what stood there; the same bytes keep its time. Raises ``ContractError`` for a
    part that breaks the contract, has no row, or does not come behind the one before in the order of the key.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    by = table.key[0]
    empty = table.validated(pd.DataFrame(columns=list(table.columns)), name)
    told = {b"origin": origin.encode(), PARTS: by.encode()}
    schema = pa.Table.from_pandas(empty, preserve_index=False).schema.with_metadata(told)
    with store.replacing(file) as temporary:
        with pq.ParquetWriter(temporary, schema, write_page_checksum=True) as writer:
            for part in _ascending(map(partial(table.validated, name=name), parts), by, name):
                rows = pa.Table.from_pandas(part, schema, preserve_index=False)
                writer.write_table(rows, row_group_size=len(part))
                del part, rows  # before the next is made
        if file.exists() and filecmp.cmp(file, temporary, shallow=False):
            before = file.stat()
            os.utime(temporary, ns=(before.st_atime_ns, before.st_mtime_ns))  # nothing that follows is made again


def _ascending(parts: "Iterable[pd.DataFrame]", by: str, name: str) -> "Iterator[pd.DataFrame]":
    """Yield ``parts`` that have one value of ``by`` each, larger than those before: no key stands in two of them."""
    number, last = 0, None
    for part in parts:
        number, values = number + 1, part[by].unique()
        if len(values) != 1 or (last is not None and not values[0] > last):
            raise ContractError(
                f"table {name!r}, part {number}: it must hold one {by!r}, above that of the part before, "
                f"not {', '.join(map(str, values[:3])) or 'no row'}. Correct the step that makes it"
            )
        last = values[0]
        yield part
        del part  # before the next is made
