"""Untranslated: what figures and pages say in English for want of a line in the table of translations."""

import csv
import io
import tempfile
from pathlib import Path

from analysis import charts, languages, pipeline, sources, store
from analysis.languages import speech
from analysis.languages.translations import COLUMNS, DRAFT, key_of
from analysis.page import pages


def make(to: Path) -> int:
    """Write a line for each pattern without a translation to ``to``, in the columns of the table; return how many.

    Give the Khmer in the third column and put the lines into the table: docs/recipes/translate.md.
    """
    catalogue = languages.catalogue(languages.KHMER)
    for file in sorted(pipeline.FIGURES.glob("*.json")):
        if (pipeline.FIGURES / "inline" / f"{file.stem}.svg").exists():
            _tell(file.stem)
    with tempfile.TemporaryDirectory() as folder:
        for name in pages.PAGES:
            pages.make(name, pipeline.FIGURES, Path(folder))
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    lines.writerows([key_of(english), english, "", DRAFT, ""] for english in sorted(catalogue.missing))
    store.replace(to, text.getvalue().encode())
    return len(catalogue.missing)


def _tell(name: str) -> None:
    """Say the figure ``name`` in Khmer, to see what cannot be said."""
    module, numbers = pipeline.module_of(f"figures/{name}"), pipeline.read_numbers(name)
    outlines = [sources.read_boundaries()] if "boundaries" in pipeline.inputs_of(module.draw) else []
    with charts.style(), speech.letters(languages.KHMER):
        speech.Told(module.words(numbers), module.draw(numbers, *outlines), languages.KHMER)
