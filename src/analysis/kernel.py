"""Execute a notebook's source in a clean kernel and write a byte-stable ``.ipynb``.

``notebooks/NN_name.py`` (jupytext percent) is the source; the executed ``.ipynb`` is committed with its outputs, so
that a diff appears only when a result changed: fixed cell ids, no times, no user configuration. ``analysis.guard``
stands between the notebook and its outputs.
"""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import country_steps, store
from analysis.study import ROOT

if TYPE_CHECKING:
    from nbformat import NotebookNode

GUARDED = ["from analysis import guard", "guard.install()", "del guard"]  # before the first cell, whatever it imports
EXECUTING = "HOMEWARD_EXECUTING"  # the notebook, in a kernel that executes it; in none that somebody works in


def source_of(notebook: str) -> Path:
    """Return the source of an executed ``notebook`` such as ``notebooks/01_evidence.ipynb``."""
    return (ROOT / notebook).with_suffix(".py")


def tables_as_new() -> tuple[str, ...]:
    """Return the inputs of the notebook that this process executes: make sees to it that they are as new as can be.

    None where somebody is at work on a notebook, with code that may be ahead of the tables.
    """
    return country_steps.inputs().get(f"notebooks/{os.environ.get(EXECUTING)}", ())


def is_executing() -> bool:
    """Return whether this process executes a notebook to be kept, so that nobody works in it."""
    return EXECUTING in os.environ


def execute(source: Path, to: Path) -> None:
    """Run the notebook ``source`` and write it to ``to``.

    Raise ``ValueError`` naming the cell that failed, or in one line the table that could not be read.
    """
    import jupytext
    import nbformat
    from nbclient.exceptions import CellExecutionError

    notebook = jupytext.read(source)
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02d}"
        cell["metadata"] = {}
    try:
        _run(notebook, source)
    except CellExecutionError as error:
        if error.ename == store.StoreError.__name__:
            raise ValueError(f"{source.name}: {error.evalue}") from None
        raise ValueError(f"{source.name} failed:\n{error}") from None
    notebook.metadata.pop("language_info", None)  # its version changes with every Python patch
    store.replace(to, (nbformat.writes(notebook) + "\n").encode())


def _run(notebook: "NotebookNode", source: Path) -> None:
    from nbclient import NotebookClient
    from traitlets.config import Config

    config = Config()
    config.KernelManager.transport_encryption = "auto"  # else every kernel warns that its port is open
    with tempfile.TemporaryDirectory() as empty:  # no start-up files, history or settings of the user
        os.environ.update(IPYTHONDIR=empty, JUPYTER_RUNTIME_DIR=empty)
        os.environ.setdefault("HOME", empty)  # a user without an account has none
        for attempt in (1, 2):
            client = NotebookClient(
                notebook,
                config=config,
                kernel_name="python3",
                timeout=600,
                record_timing=False,
                extra_arguments=[f"--IPKernelApp.exec_lines={GUARDED!r}"],
                resources={"metadata": {"path": str(source.parent)}},
            )
            try:
                client.execute(env=os.environ | {EXECUTING: source.stem})
                return
            except RuntimeError as error:  # kernels started side by side may race for a port (nbconvert issue 1066)
                if attempt == 2 or "died before replying" not in str(error):
                    raise
