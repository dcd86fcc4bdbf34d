"""What notebooks call besides estimates and figures: a table made again, what moved, a picture, the tables used."""

import io
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import charts, disclosure, pipeline, store, study

if TYPE_CHECKING:
    from IPython.display import Image

DOTS_PER_INCH = 120  # of pictures in notebooks: sharp on a screen, and a third of the bytes of the published ones


def rebuilt(of: ModuleType, *inputs: object) -> pd.DataFrame:
    """Return the table of the module ``of`` made again from ``inputs``, in the order of its signature, and checked."""
    return of.TABLE.validated(of.build(*inputs), of.__name__.rpartition(".")[2])


def against_published(of: ModuleType, table: pd.DataFrame, published: pd.DataFrame) -> str:
    """Return a sentence that says how many rows of ``table`` differ from the ``published`` one of the module ``of``."""
    numbers = ["estimate", "ci_low", "ci_high"]
    mine, theirs = (rows.set_index(list(of.TABLE.key))[numbers].astype("float64") for rows in (table, published))
    same = np.isclose(mine, theirs.reindex(mine.index), rtol=1e-9, atol=0, equal_nan=True).all(axis=1)
    name, n_gone = of.__name__.rpartition(".")[2], len(theirs.index.difference(mine.index))
    if same.all() and not n_gone:
        return f"With these assumptions all {len(mine)} rows of `{name}` are as published."
    return (
        f"With these assumptions {int((~same).sum())} of {len(mine)} rows of `{name}` are not as published, and "
        f"{n_gone} published rows are not here."
    )


def picture(of: ModuleType, *tables: pd.DataFrame, confidence: float | None = None) -> "Image":
    """Return the published figure ``of``, drawn from ``tables`` and with its alternative text.

    Its words say the study's confidence; where the intervals have another, ``confidence`` puts it in their place.
    """
    from IPython.display import Image

    name = of.__name__.rpartition(".")[2]
    origin = store.most_guarded(store.origin(table) for table in pipeline.inputs_of(of.build))
    numbers = disclosure.publishable(of.NUMBERS.validated(of.build(*tables), name), name, origin)
    words = _at_confidence(of.words(numbers), confidence)
    with charts.style():
        drawn = charts.finish(of.draw(numbers), words, origin)
        png = io.BytesIO()
        drawn.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return Image(png.getvalue(), width=800, alt=words.alt_text)


def tables_used(*names: str) -> pd.DataFrame:
    """Return what one row of each table is, how many rows it has, and its origin."""
    rows = [
        (
            name,
            pipeline.module_of(f"{store.stage_of(name)}/{name}").TABLE.one_row_is,
            len(store.read(name)),
            store.origin(name),
        )
        for name in names
    ]
    return pd.DataFrame(rows, columns=["table", "one row is", "rows", "origin"]).set_index("table")


def _at_confidence(words: charts.Words, confidence: float | None) -> charts.Words:
    """Return the words with ``confidence`` in place of the study's."""
    if confidence is None:
        return words
    said = f"{study.load().intervals.confidence:.0%}"
    return replace(words, **{name: text.replace(said, f"{confidence:.0%}") for name, text in words.as_dict().items()})
