"""Text made tidy by the column: NFC, inner space single, none around it; an empty cell is missing.

Which columns need the costly steps is told by the least and the greatest of all their bytes, in one look at a column
where a pattern would be tried on each of fifty million cells. Hardly a column of a case system holds a space.
"""

import numpy as np
import polars as pl
import pyarrow as pa

SPACES = r"[\s\u200b\ufeff]+"  # with the zero-width ones that Khmer typing leaves behind
UNEVEN = r"^\s|\s$|\s\s|[^\S ]|[\u200b\ufeff]"
BLANK, LAST_OF_ASCII = 0x20, 0x7F  # no sign of ASCII above the blank is a space; any other space is beyond ASCII


def tidy(rows: pl.DataFrame) -> pl.DataFrame:
    """Return ``rows`` with the text of all columns but ``row`` tidied."""
    spans = {column.name: _span(column) for column in rows.iter_columns() if column.name != "row"}
    accented = [name for name, (_, greatest) in spans.items() if greatest > LAST_OF_ASCII]
    spaced = [name for name, (least, greatest) in spans.items() if least <= BLANK or greatest > LAST_OF_ASCII]
    composed = rows.with_columns(pl.col(accented).str.normalize("NFC"))
    uneven = [name for name in spaced if composed[name].str.contains(UNEVEN).any()]
    single = composed.with_columns(pl.col(uneven).str.replace_all(SPACES, " ").str.strip_chars())
    text = pl.exclude("row")
    return single.with_columns(pl.when(text != "").then(text))


def _span(column: pl.Series) -> tuple[int, int]:
    """Return the least and the greatest byte of a column in UTF-8; of one without text, such as no step is for."""
    array = column.to_arrow(compat_level=pl.CompatLevel.oldest())
    text = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    content = text.buffers()[2]
    letters = np.frombuffer(content or b"", dtype=np.uint8)
    return int(letters.min(initial=LAST_OF_ASCII)), int(letters.max(initial=0))
