"""What notebooks call besides estimates and figures: a table made again, what moved, a picture, the tables used.

A notebook begins with its answer: ``places`` keep room for it there, and cells below fill them, so that it moves with
the assumptions. One that has read records shows only what has passed the gate (``analysis.guard``): ``published``
numbers, a part of them ``shown``, sentences ``told`` with them, the ``picture`` drawn from them, and its ``headline``.
"""

import io
import string
import time
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis import charts, disclosure, guard, kernel, pipeline, store, study, words
from analysis.disclosure.rounding import to_base

if TYPE_CHECKING:
    from IPython.display import DisplayHandle, Image, Markdown

guard.install()
_began = [time.monotonic()]  # when the first cell of the notebook ran, or this was imported

DOTS_PER_INCH = 120  # of pictures in notebooks: sharp on a screen, and a third of the bytes of the published ones
N_COLOURS = 128  # in each: a third of the bytes again, and no difference that can be seen
LATER = "*Put here by a cell below: run all cells.*"


def places(n: int) -> "list[DisplayHandle]":
    """Return ``n`` places in the output of the first cell, each of which a cell below fills by its ``update``.

    The notebook begins here: the clock starts, and what was read by cells that ran before is forgotten.
    """
    from IPython.display import Markdown, display

    _began[:] = [time.monotonic()]
    guard.begin_again()
    return [display(guard.let_through(Markdown(LATER)), display_id=True) for _ in range(n)]


def runtime() -> "Markdown | None":
    """Return how many seconds the notebook took since its first cell, where somebody works in it.

    Nothing where it is executed to be kept, the same bytes each time: there make prints the time of the step.
    """
    from IPython.display import Markdown

    if kernel.is_executing():
        return None
    return guard.let_through(Markdown(f"From the first cell to here: {time.monotonic() - _began[0]:.0f} seconds."))


def rebuilt(of: ModuleType, *inputs: object) -> pd.DataFrame:
    """Return the table of the module ``of`` made again from ``inputs``, in the order of its signature, and checked.

    In an executed notebook, a table that is among its inputs and was built from the same is read instead of fitted
    twice: the rows are the same. Who is at work on a notebook, with code that may be ahead of the tables, has it made
    again in any case; so has whoever changes an assumption.
    """
    step = of.__name__.removeprefix("analysis.").replace(".", "/")
    name = step.rpartition("/")[2]
    if name in kernel.tables_as_new() and _is_what_it_was_built_from(inputs, of, step):
        return store.read(name)
    return of.TABLE.validated(of.build(*inputs), name)


def against_published(of: ModuleType, table: pd.DataFrame, published: pd.DataFrame) -> str:
    """Return a sentence that says how many rows of ``table`` differ from the ``published`` one of the module ``of``."""
    numbers = ["estimate", "ci_low", "ci_high"]
    mine, theirs = (rows.set_index(list(of.TABLE.key))[numbers].astype("float64") for rows in (table, published))
    same = np.isclose(mine, theirs.reindex(mine.index), rtol=1e-9, atol=0, equal_nan=True).all(axis=1)
    name, n_gone = of.__name__.rpartition(".")[2], len(theirs.index.difference(mine.index))
    if guard.is_on():  # rows may be agencies or facilities: no numbers of them
        return f"With these assumptions `{name}` is {'' if same.all() and not n_gone else 'not '}as published."
    if same.all() and not n_gone:
        return f"With these assumptions all {len(mine)} rows of `{name}` are as published."
    return (
        f"With these assumptions {int((~same).sum())} of {len(mine)} rows of `{name}` are not as published, and "
        f"{n_gone} published rows are not here."
    )


def published(of: ModuleType, *tables: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the figure ``of``, built from ``tables``, as they leave the gate.

    Counts that differ by few from those of the figure or of an earlier release stand as they were told there.
    """
    name = of.__name__.rpartition(".")[2]
    origin = store.most_guarded(store.origin(table) for table in pipeline.tables_of(of.build))
    numbers = of.NUMBERS.validated(of.build(*tables), name)
    return guard.passed(disclosure.publishable(numbers, of.NUMBERS, name, origin, _told(name)).numbers)


def shown(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return a table for people to read: of records, a part of ``published`` numbers and nothing else is shown."""
    if guard.is_on() and not guard.may_be_shown(numbers):
        return numbers  # a sentence stands in its place
    return guard.passed(words.readable(numbers))


def told(sentence: str, *values: object, **named: object) -> "Markdown":
    """Return ``sentence`` with values in its braces: of records, only ``published`` numbers and no other digits."""
    from IPython.display import Markdown

    typed = [text for text, *_ in string.Formatter().parse(sentence)]
    if guard.is_on() and not all(map(guard.has_passed, [*typed, *values, *named.values()])):
        raise ValueError(
            "a sentence about records may hold only numbers that published() returned, put into its braces"
        )
    return guard.let_through(Markdown(sentence.format(*values, **named)))


def headline(of: ModuleType, numbers: pd.DataFrame, confidence: float | None = None) -> "Markdown":
    """Return the title of the figure ``of``, a sentence computed from its ``published`` numbers alone, in bold."""
    from IPython.display import Markdown

    if guard.is_on() and not guard.may_be_shown(numbers):
        raise ValueError("a headline about records is told of the numbers that published() returned")
    return guard.let_through(Markdown(f"**{_at_confidence(of.words(numbers), confidence).title}.**"))


def picture(of: ModuleType, *tables: pd.DataFrame, confidence: float | None = None) -> "Image":
    """Return the published figure ``of``, drawn from ``tables`` and with its alternative text.

    Its words say the study's confidence; where the intervals have another, ``confidence`` puts it in their place.
    """
    from IPython.display import Image

    numbers = published(of, *tables)
    said = _at_confidence(of.words(numbers), confidence)
    with charts.style():
        drawn = charts.finish(of.draw(numbers), said, numbers["origin"].iloc[0])
        png = io.BytesIO()
        drawn.savefig(png, format="png", dpi=DOTS_PER_INCH, pil_kwargs={"compress_level": 0})  # read again at once
    return guard.let_through(Image(_of_few_colours(png), width=800, alt=said.alt_text))


def tables_used(*names: str) -> pd.DataFrame:
    """Return what one row of each table is, how many rows it has (of records, about how many), and its origin."""
    tables = [(name, pipeline.module_of(f"{store.stage_of(name)}/{name}").TABLE) for name in names]
    rows = [(name, table.one_row_is, _n_rows(name), store.origin(name)) for name, table in tables]
    return guard.passed(pd.DataFrame(rows, columns=["table", "one row is", "rows", "origin"]).set_index("table"))


def _is_what_it_was_built_from(inputs: tuple[object, ...], of: ModuleType, step: str) -> bool:
    """Return whether ``inputs`` are those that the pipeline hands to ``step``; of other kinds, none is."""
    tables = pipeline.tables_of(of.build)

    def is_same(name: str, value: Any) -> bool:
        if name == "study":
            return value == study.load()
        if name == "rng":
            return value.bit_generator.state == pipeline.generator(step).bit_generator.state
        return name in tables and value.equals(store.read(name))

    return all(map(is_same, pipeline.inputs_of(of.build), inputs))


def _of_few_colours(png: io.BytesIO) -> bytes:
    """Return the picture with a palette instead of a colour for each pixel."""
    from PIL import Image  # Pillow, with which matplotlib writes pictures

    written, pixels = io.BytesIO(), Image.open(png).convert("RGB")
    pixels.quantize(N_COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _told(name: str) -> pd.DataFrame | None:
    """Return the cells that the figure ``name`` and earlier releases of it tell."""
    files = [folder / f"{name}.csv" for folder in (pipeline.CANDIDATES, pipeline.RELEASED)]
    cells = [pd.read_csv(file).assign(release=lambda rows: rows.get("release", "")) for file in files if file.exists()]
    return pd.concat(cells).drop_duplicates() if cells else None


def _n_rows(name: str) -> int | str:
    import pyarrow.parquet as pq

    n_rows, rules = pq.read_metadata(store.file_of(name)).num_rows, study.load().disclosure
    if store.origin(name) not in disclosure.GUARDED:
        return n_rows
    if n_rows < rules.least_rows:
        return f"fewer than {rules.least_rows}"
    return int(to_base(np.array([n_rows]), rules.round_to)[0])


def _at_confidence(words: charts.Words, confidence: float | None) -> charts.Words:
    """Return the words with ``confidence`` in place of the study's."""
    if confidence is None:
        return words
    said = f"{study.load().intervals.confidence:.0%}"
    return replace(words, **{name: text.replace(said, f"{confidence:.0%}") for name, text in words.as_dict().items()})
