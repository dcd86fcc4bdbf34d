"""Execute a notebook's source in a clean kernel and write a byte-stable ``.ipynb``; what notebooks call besides.

``notebooks/NN_name.py`` (jupytext percent) is the source; the executed ``.ipynb`` is committed with its outputs, so
that a diff appears only when a result changed: fixed cell ids, no times, no user configuration.
"""

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pandas as pd

from analysis import charts, disclosure, pipeline, store, study

if TYPE_CHECKING:
    from IPython.display import Image


def rebuilt(of: ModuleType, *inputs: object) -> pd.DataFrame:
    """Return the table of the module ``of`` made again from ``inputs``, in the order of its signature, and checked."""
    return of.TABLE.validated(of.build(*inputs), of.__name__.rpartition(".")[2])


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
        return Image(charts.rendered(drawn)[".png"], width=800, alt=words.alt_text)


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


def execute(source: Path, to: Path) -> None:
    """Run the notebook ``source`` and write it to ``to``; raise ``ValueError`` naming the cell that failed."""
    import jupytext
    import nbformat
    from nbclient.exceptions import CellExecutionError

    notebook = jupytext.read(source)
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02d}"
        cell["metadata"] = {}
    try:
        _run(notebook, source.parent)
    except CellExecutionError as error:
        raise ValueError(f"{source.name} failed:\n{error}") from None
    notebook.metadata.pop("language_info", None)  # its version changes with every Python patch
    store.replace(to, (nbformat.writes(notebook) + "\n").encode())


def _run(notebook: object, folder: Path) -> None:
    from nbclient import NotebookClient
    from traitlets.config import Config

    config = Config()
    config.KernelManager.transport_encryption = "auto"  # else every kernel warns that its port is open
    with tempfile.TemporaryDirectory() as empty:  # no start-up files, history or settings of the user
        os.environ.update(IPYTHONDIR=empty, JUPYTER_RUNTIME_DIR=empty)
        for attempt in (1, 2):
            client = NotebookClient(
                notebook,
                config=config,
                kernel_name="python3",
                timeout=600,
                record_timing=False,
                resources={"metadata": {"path": str(folder)}},
            )
            try:
                client.execute()
                return
            except RuntimeError as error:  # kernels started side by side may race for a port (nbconvert issue 1066)
                if attempt == 2 or "died before replying" not in str(error):
                    raise
